"""`Work`: one record of a partner with its files, as far as a report looks at them. The stream that figures and CSV are made from."""

from __future__ import annotations

import datetime as dt

from glamflow.reports.standing import Standing
from glamflow.transforms.outcome import Finding
from glamflow.transforms.record import Model


class FileLine(Model, frozen=True, kw_only=True):
    """One file. `reason` is the one it stands at now, or was let through with; `sha256` names its thumbnail."""

    file_id: int
    media_id: str
    state: str
    standing: Standing
    reason: str = ""
    detail: str = ""
    rights_stated: str = ""
    rights_reason: str = ""
    reconsider_on: dt.date | None = None
    media_url: str = ""
    page_title: str = ""
    page_url: str = ""
    published_at: dt.datetime | None = None
    plan_id: str = ""
    sha256: str = ""
    mime: str = ""
    width: int | None = None
    height: int | None = None


class Work(Model, frozen=True, kw_only=True):
    """One record. `inventory_number` is exactly as supplied; `standing` and `reason` are its leading file's, or its own."""

    key: str
    inventory_number: str = ""
    title: str = ""
    source_url: str = ""
    state: str
    standing: Standing
    reason: str = ""
    detail: str = ""
    removed_at_source: bool = False
    files: tuple[FileLine, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """What the partner knows it by."""
        return self.inventory_number or self.key

    @property
    def reconsider_on(self) -> dt.date | None:
        """The first day on which one of its files may be judged otherwise."""
        return min((file.reconsider_on for file in self.files if file.reconsider_on), default=None)
