"""`Undone`: what became, or would become, of one action when its plan is undone."""

from __future__ import annotations

from glamflow.transforms.record import Model


class Undone(Model, frozen=True, kw_only=True):
    """`state`: would_undo, undone, nothing (it is as before), left, failed, listed (a person has to ask, in the words of `request`)."""

    file: int
    title: str
    kind: str
    state: str
    detail: str = ""
    request: str = ""
