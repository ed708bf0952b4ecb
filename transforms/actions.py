"""The actions of a plan: what one person approves, and what publishing then does, one line per file.

Rules
- An action holds everything that its write needs, so that publishing decides nothing.
- `plan_digest` is over the set of actions: the same actions in another order are the same plan; one other byte is another plan.
- A re-merge at publishing time may only drop actions, never add or change one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from glamflow.transforms.digest import canonical_json
from glamflow.transforms.outcome import Finding, Reason
from glamflow.transforms.record import Model


class FileAction(Model, frozen=True, kw_only=True):
    """What every action names: the file in the ledger, and what people know it by."""

    file: str
    record: str = ""
    title: str = ""
    identifier: str = ""  # inventory number exactly as supplied
    source_url: str = ""
    findings: tuple[Finding, ...] = ()


class Create(FileAction, frozen=True, kw_only=True, tag_field="action", tag="create"):
    """A new file: one upload with `text`, then one `wbeditentity` with captions and statements."""

    sha1: str
    sha256: str
    size: int
    text: str
    extension: str = ""
    mime: str = ""
    captions: dict[str, str] = msgspec.field(default_factory=dict)
    statements: tuple[dict[str, Any], ...] = ()  # without ids: the M-id is known after the upload only
    params: dict[str, str] = msgspec.field(default_factory=dict)
    summary: str = ""
    decision: str = ""  # digest of the rights decision
    rights_reason: Reason | None = None
    rights_explanation: str = ""


class Link(FileAction, frozen=True, kw_only=True, tag_field="action", tag="link"):
    """The bytes are on the wiki already: remember the page, write nothing."""

    page_id: int
    sha1: str = ""
    ours: bool = False


class Enrich(FileAction, frozen=True, kw_only=True, tag_field="action", tag="enrich"):
    """Add-only statements (with ids) and captions on a file that somebody else uploaded; its text is never touched."""

    page_id: int
    sha1: str = ""
    sha256: str = ""
    captions: dict[str, str] = msgspec.field(default_factory=dict)
    statements: tuple[dict[str, Any], ...] = ()
    summary: str = ""


class NewVersion(FileAction, frozen=True, kw_only=True, tag_field="action", tag="new_version"):
    """A better copy of the same picture over a version of ours."""

    page_id: int
    sha1: str
    sha256: str
    size: int
    replaces_sha1: str = ""
    replaces_sha256: str = ""
    media: dict[str, Any] = msgspec.field(default_factory=dict)  # what inspection found, for the ledger (`StagedMedia`)
    summary: str = ""


class UpdateText(FileAction, frozen=True, kw_only=True, tag_field="action", tag="update_text"):
    """Parameters of the information template, each as we left it; the page is written whole on `base_revision`.

    Where people added a language to a parameter of ours, `before` is its value as it was read for the plan and `said` what of
    the new one is ours.
    """

    page_id: int
    params: dict[str, str]
    text: str
    before: dict[str, str] = msgspec.field(default_factory=dict)
    said: dict[str, str] = msgspec.field(default_factory=dict)
    base_revision: int | None = None
    base: str = ""  # object with what we had written before: what an undo goes back to
    summary: str = ""


class UpdateStatements(FileAction, frozen=True, kw_only=True, tag_field="action", tag="update_statements"):
    """One `wbeditentity`: new and amended statements, ids of retracted ones, captions."""

    page_id: int
    add: tuple[dict[str, Any], ...] = ()
    amend: tuple[dict[str, Any], ...] = ()
    retract: tuple[str, ...] = ()
    captions: dict[str, str] = msgspec.field(default_factory=dict)
    base_revision: int | None = None
    base: str = ""  # as in `UpdateText`
    summary: str = ""


class Move(FileAction, frozen=True, kw_only=True, tag_field="action", tag="move"):
    """Another title for a file of ours, whose present one is `title`: it holds an inventory number that was corrected."""

    page_id: int
    to: str
    summary: str = ""


class EditItem(FileAction, frozen=True, kw_only=True, tag_field="action", tag="edit_item"):
    """One `wbeditentity` on the object's item: statements that it lacks, and our reference on bare statements of its key.

    Carried out after the file's own actions, only if its page stands under `title`.
    """

    item: str
    add: tuple[dict[str, Any], ...] = ()
    refer: tuple[dict[str, Any], ...] = ()
    base_revision: int | None = None
    summary: str = ""


class CreateItem(FileAction, frozen=True, kw_only=True, tag_field="action", tag="create_item"):
    """A new item for an object that has none. `number` and `collection` are its key: looked up again before it is made."""

    number: str
    collection: str
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    descriptions: dict[str, str] = msgspec.field(default_factory=dict)
    fallback: dict[str, str] = msgspec.field(default_factory=dict)  # descriptions where label and description are another item's
    statements: tuple[dict[str, Any], ...] = ()
    summary: str = ""


class Hold(FileAction, frozen=True, kw_only=True, tag_field="action", tag="hold"):
    """A person must look first."""

    reason: Reason
    detail: str = ""
    near: str = ""  # the file that shows the same picture
    there: dict[str, Any] = msgspec.field(default_factory=dict)  # the page on the wiki that may be an earlier upload


class Skip(FileAction, frozen=True, kw_only=True, tag_field="action", tag="skip"):
    """Nothing to do, and why."""

    reason: Reason | None = None
    detail: str = ""


PlanAction = Create | Link | Enrich | NewVersion | UpdateText | UpdateStatements | Move | Hold | Skip | EditItem | CreateItem
WRITES = (Create, Enrich, NewVersion, UpdateText, UpdateStatements, Move, EditItem, CreateItem)
"""Actions that send something to a wiki."""

_decoder: msgspec.json.Decoder[PlanAction] = msgspec.json.Decoder(PlanAction)


def encode_action(action: PlanAction) -> bytes:
    """One canonical JSON line."""
    return canonical_json(action)


def decode_action(line: bytes | str) -> PlanAction:
    return _decoder.decode(line)


def kind_of(action: PlanAction) -> str:
    """The action's name as it stands in plans and reports ("create", "hold", …)."""
    return str(type(action).__struct_config__.tag)


def plan_digest(actions: Iterable[PlanAction]) -> str:
    """SHA-256 over the canonical actions in canonical order."""
    whole = hashlib.sha256()
    for line in sorted(encode_action(action) for action in actions):
        whole.update(line + b"\n")
    return whole.hexdigest()
