"""Every place at which a publishing run can be cut in two: computed from the kinds of actions and the steps that each writes in.

A boundary is named `kind: what` inside an action, `what` around them, and lies *after* what it names. A new kind of action, or a new
step of one, is missing in the tables below until somebody says here how it is written; `test_crash.py` fails until then.
"""

from __future__ import annotations

from collections.abc import Iterator

from glamflow.steps.upload import ENTITY_STEPS, UPLOAD_STEPS
from glamflow.transforms.actions import (
    WRITES,
    Create,
    CreateItem,
    EditItem,
    Enrich,
    Link,
    Move,
    NewVersion,
    PlanAction,
    UpdateStatements,
    UpdateText,
)

CHUNK_STEP, TEXT_STEP = "chunk", "text"
STEPS: dict[type[PlanAction], tuple[str, ...]] = {
    Create: (*UPLOAD_STEPS, CHUNK_STEP, *ENTITY_STEPS),
    NewVersion: (*UPLOAD_STEPS, CHUNK_STEP),
    Enrich: ENTITY_STEPS,
    UpdateStatements: ENTITY_STEPS,
    UpdateText: (TEXT_STEP,),
    Move: ("move",),
    Link: (),
}
"""What a kind of action sends: one intent, one request and one outcome a step."""
ITEMS = (EditItem, CreateItem)
"""Kinds whose partners need an approved task: cut in two by `tests/steps/test_items.py`, in a plan of their own."""
RESERVING = (Create, NewVersion, Enrich, Move)
"""Kinds that take up bytes or a title, across partners."""
RECORDED: dict[type[PlanAction], tuple[str, ...]] = {
    Create: (" half", ""), NewVersion: (" half",), UpdateStatements: (" half",), UpdateText: (" half", ""),
}  # fmt: skip
"""How a page is written into the books: half where statements or another action of the file follow; whole otherwise."""
AROUND = (
    "ledger save_partner_version", "ledger start_run", "ledger approve", "ledger begin_publishing", "ledger claim", "ledger release",
    "ledger verify_done", "ledger close_plan", "store seal", "ledger finish_run",
)  # fmt: skip


def boundaries() -> tuple[str, ...]:
    """All boundaries of a run whose plan holds actions of every kind."""
    return (*AROUND, *(name for kind in STEPS for name in _of(kind)))


def after_a_kill() -> set[str]:
    """What only a run that follows a kill passes: the outcome of a row that another worker wrote, a look at an edit not yet recorded."""
    return {f"{name_of(kind)}: {what}" for kind in STEPS for what in ("outcome settled", "ledger mark_publication")}


def undescribed() -> set[str]:
    """Kinds of actions that write and are not in the table."""
    return {name_of(kind) for kind in (*WRITES, Link)} - {name_of(kind) for kind in (*STEPS, *ITEMS)}


def name_of(kind: type[PlanAction]) -> str:
    return str(kind.__struct_config__.tag)


def _of(kind: type[PlanAction]) -> Iterator[str]:
    name, steps = name_of(kind), STEPS[kind]
    if kind in RESERVING:
        yield f"{name}: ledger reserve"
    if steps:
        yield from (f"{name}: ledger write_slot", f"{name}: ledger renew")
    for step in steps:
        yield from (f"{name}: intent {step}", f"{name}: post {step}", f"{name}: outcome {step}")
    if CHUNK_STEP in steps:
        yield f"{name}: ledger note_stash"
    yield f"{name}: store published"
    yield from (f"{name}: ledger publish_done{part}" for part in RECORDED.get(kind, ("",)))
    yield f"{name}: ledger settle_action"
