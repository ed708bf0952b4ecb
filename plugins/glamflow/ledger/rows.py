"""What goes into the ledger and what comes out of it, as frozen values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from glamflow.ledger.states import FileState, PlanState, RecordState


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the values below."""


class Claim(Row, frozen=True, kw_only=True):
    """The right to write about `subject`, until somebody else claims it (then the epoch moves on)."""

    kind: str
    subject: str
    worker: str
    epoch: int


class HarvestedRow(Row, frozen=True, kw_only=True, gc=False):
    """One record as harvested; `digest` is of its canonical payload without datestamps."""

    key: str
    digest: str = ""
    datestamp: str = ""
    sets: tuple[str, ...] = ()
    deleted: bool = False


class QuarantinedRow(Row, frozen=True, kw_only=True):
    """A part of a page that could not be read, and where its bytes are kept."""

    key: str
    reason: str
    object_key: str


class RecordVerdict(Row, frozen=True, kw_only=True):
    """What mapping or checking made of one record."""

    key: str
    state: RecordState
    reason: str = ""
    detail: str = ""


class FileRow(Row, frozen=True, kw_only=True):
    """What the checks decided on one medium. `state` is LISTED, HELD or REJECTED.

    `intent_digest` covers everything that would be published (not the bytes): a new digest on a published file means
    an update.
    """

    record_key: str
    media_id: str
    state: FileState
    reason: str = ""
    detail: str = ""
    url: str = ""
    role: str = ""
    position: int | None = None
    rights: dict[str, Any] = msgspec.field(default_factory=dict)
    title: str = ""
    intent_digest: str = ""
    source_size: int | None = None
    not_before: dt.date | None = None
    reconsider_on: dt.date | None = None


class HarvestedBatch(Row, frozen=True, kw_only=True):
    """Changed records that travel on together, and the object that holds them."""

    id: str
    object_key: str
    keys: tuple[str, ...]


class HarvestResult(Row, frozen=True, kw_only=True):
    """How many records of one commit were new, changed, unchanged, deleted; and unknown deletions."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0


class VerdictResult(Row, frozen=True, kw_only=True):
    """`moved` records took the verdict; `passed_over` ones belong to a newer batch by now (or were withdrawn)."""

    moved: int = 0
    passed_over: int = 0


class Run(Row, frozen=True, kw_only=True):
    """One Airflow or command-line run. `gate` is None until judged, then whether it is open."""

    id: str
    partner: str
    kind: str
    partner_version: str
    actor: str
    state: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    counts: dict[str, Any] | None
    detail: str
    gate: bool | None
    gate_detail: dict[str, Any] | None


class WindowProgress(Row, frozen=True, kw_only=True):
    """A window of a run and how far it got. `state`: open, complete, incomplete."""

    run_id: str
    id: str
    partner: str
    prefix: str
    set_spec: str
    since: dt.datetime | None
    until: dt.datetime | None
    state: str
    resume: str
    pages: int
    server_time: dt.datetime | None
    counts: dict[str, Any] | None
    detail: str
    finished_at: dt.datetime | None


class Batch(Row, frozen=True, kw_only=True):
    """Up to 500 changed records that travel together. `state`: harvested, mapped, checked."""

    id: str
    partner: str
    run_id: str
    window_id: str
    records: int
    state: str
    records_key: str
    mapping_digest: str
    mapped_key: str
    rules_digest: str
    checked_key: str
    created_at: dt.datetime


class RecordRow(Row, frozen=True, kw_only=True):
    """A record as the ledger knows it."""

    id: int
    partner: str
    key: str
    state: RecordState
    reason: str
    detail: str
    digest: str
    datestamp: str
    sets: list[str] | None
    batch_id: str
    version: int
    missed: int
    first_seen_at: dt.datetime
    last_seen_at: dt.datetime
    changed_at: dt.datetime


class StoredFile(Row, frozen=True, kw_only=True):
    """A file as the ledger knows it; media facts are empty until it is staged."""

    id: int
    partner: str
    record_id: int
    record_key: str
    media_id: str
    state: FileState
    reason: str
    detail: str
    decided_by: str
    url: str
    role: str
    position: int | None
    rights: dict[str, Any] | None
    title: str
    intent_digest: str
    source_size: int | None
    not_before: dt.date | None
    reconsider_on: dt.date | None
    run_id: str
    batch_id: str
    changed_at_source: bool
    sha1: str
    sha256: str
    size: int | None
    mime: str
    width: int | None
    height: int | None
    pages: int | None
    obtained_from: str
    inspection: dict[str, Any] | None
    created_at: dt.datetime
    updated_at: dt.datetime


class StagedMedia(Row, frozen=True, kw_only=True):
    """What inspection found in the bytes that lie in the store. `inspection` holds anything else worth keeping."""

    sha1: str
    sha256: str
    size: int
    mime: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    obtained_from: str = ""
    phash: str = ""  # 64 bits as 16 hexadecimal digits, "" where there is no picture
    core_hash: str = ""  # the same of the picture without its edges: a crop is found by it
    inspection: dict[str, Any] = msgspec.field(default_factory=dict)


class ActionRow(Row, frozen=True, kw_only=True):
    """One action of a plan. `state`: planned, done, dropped, failed."""

    seq: int
    file_id: int
    kind: str
    title: str = ""
    digest: str = ""
    payload: dict[str, Any] | None = None
    state: str = "planned"
    reason: str = ""
    detail: str = ""


class Plan(Row, frozen=True, kw_only=True):
    """A set of actions that one person approves."""

    id: str
    partner: str
    run_id: str
    wiki: str
    level: str
    state: PlanState
    digest: str
    object_key: str
    counts: dict[str, Any] | None
    detail: str
    hold_until: dt.date | None
    created_at: dt.datetime
    closed_at: dt.datetime | None


class Approval(Row, frozen=True, kw_only=True):
    """A decision on a plan, bound to the digest that the person saw."""

    id: int
    plan_id: str
    plan_digest: str
    who: str
    at: dt.datetime
    choice: str
    note: str
    actor: str


class Publication(Row, frozen=True, kw_only=True):
    """A file's page (or item) on one wiki. `state`: planned, published, verified, held, deleted.

    `title` is chosen once; afterwards the page is followed by `page_id`. `digest` / `object_key` name what we last wrote.
    """

    id: int
    partner: str
    file_id: int
    wiki: str
    title: str
    state: str
    page_id: int | None
    revision: int | None
    entity: str
    entity_revision: int | None
    sha1: str
    digest: str
    object_key: str
    plan_id: str
    checked_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime


class Stash(Row, frozen=True, kw_only=True):
    """How far a chunked upload got. The wiki keeps the stash for 48 hours after `at`."""

    file_id: int
    wiki: str
    filekey: str
    offset: int
    at: dt.datetime


class Observation(Row, frozen=True, kw_only=True):
    """Something seen at the source or on a wiki that people should hear of."""

    id: int
    partner: str
    kind: str
    file_id: int | None
    record_key: str
    wiki: str
    title: str
    revision: int | None
    who: str
    reason: str
    detail: dict[str, Any] | None
    at: dt.datetime
    settled_at: dt.datetime | None
    settled_by: str


class Ban(Row, frozen=True, kw_only=True):
    """A do-not-upload entry. `kind`: sha1, record, identifier, file."""

    id: int
    partner: str
    kind: str
    value: str
    reason: str
    detail: str
    link: str
    who: str
    at: dt.datetime
    released_at: dt.datetime | None
    released_by: str
    released_link: str


class LevelRow(Row, frozen=True, kw_only=True):
    """A step of trust of one partner on one wiki, with the link that shows the community's consent."""

    id: int
    partner: str
    wiki: str
    level: str
    link: str
    who: str
    note: str
    at: dt.datetime


class Brake(Row, frozen=True, kw_only=True):
    """Whether writes are stopped for a scope: `all`, `wiki:…`, `partner:…`, `account:…`, `plan:…`. `who` is `wiki:<user>` where
    people on the wiki asked for it."""

    scope: str
    stopped: bool
    who: str
    why: str
    at: dt.datetime


class WatchRow(Row, frozen=True, kw_only=True):
    """What our account was told on a wiki: `talk_revision` is the newest one that needs nobody any more."""

    wiki: str
    account: str
    talk_revision: int | None
    looked_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    acknowledged_by: str


class Term(Row, frozen=True, kw_only=True):
    """A partner's term and what it was matched to. `state`: open, matched, refused."""

    partner: str
    kind: str
    term: str
    state: str
    value: dict[str, Any] | None
    who: str
    uses: int
    at: dt.datetime
