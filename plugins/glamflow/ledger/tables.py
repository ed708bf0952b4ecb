"""The tables of the ledger (SQLAlchemy Core). Changing one needs a migration; a test compares both.

`event`, `edit`, `audit_seal` and `approval` are append-only by trigger. Which module writes which table: `README.md`.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from glamflow.ledger.columns import BigId, UtcTime

metadata = sa.MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                       "pk": "pk_%(table_name)s"}
)  # fmt: skip

APPEND_ONLY = ("event", "edit", "audit_seal", "approval")


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, primary_key=key, server_default=None if key else "")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=sa.false())


def _id() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def _json(name: str) -> Column[object]:
    return Column(name, sa.JSON, nullable=True)


partner_version = Table(
    "partner_version", metadata,
    _text("digest", key=True), _text("slug"), _text("text"), _text("actor"),
    Column("first_saved_at", UtcTime, nullable=False), Column("last_saved_at", UtcTime, nullable=False),
    Index(None, "slug", "last_saved_at"),
)  # fmt: skip

run = Table(
    "run", metadata,
    _text("id", key=True), _text("partner"), _text("kind"), _text("partner_version"), _text("actor"),
    _text("state"), Column("started_at", UtcTime, nullable=False), Column("finished_at", UtcTime),
    _json("counts"), _text("detail"),
    Column("gate", Boolean), _json("gate_detail"),  # gate: None = not judged yet
    Index(None, "partner", "started_at"),
)  # fmt: skip

window = Table(
    "window", metadata,
    _text("run_id"), _text("id"), _text("partner"), _text("prefix"), _text("set_spec"),
    Column("since", UtcTime), Column("until", UtcTime), _text("state"), _text("resume"), _count("pages"),
    Column("server_time", UtcTime), _json("counts"), _text("detail"), Column("finished_at", UtcTime),
    PrimaryKeyConstraint("run_id", "id"), Index(None, "partner", "prefix", "set_spec"),
)  # fmt: skip

batch = Table(
    "batch", metadata,
    _text("id", key=True), _text("partner"), _text("run_id"), _text("window_id"), _count("records"), _text("state"),
    _text("records_key"), _text("mapping_digest"), _text("mapped_key"), _text("rules_digest"), _text("checked_key"),
    Column("created_at", UtcTime, nullable=False), Index(None, "run_id"), Index(None, "partner", "created_at"),
)  # fmt: skip

record = Table(
    "record", metadata,
    _id(), _text("partner"), _text("key"), _text("state"), _text("reason"), _text("detail"), _text("digest"),
    _text("datestamp"), _json("sets"), _text("batch_id"), _count("version"), _count("missed"),
    Column("first_seen_at", UtcTime, nullable=False), Column("last_seen_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    UniqueConstraint("partner", "key"), Index(None, "partner", "state", "reason"), Index(None, "batch_id"),
)  # fmt: skip

record_version = Table(
    "record_version", metadata,
    Column("record_id", BigId, nullable=False), Column("version", Integer, nullable=False), _text("digest"),
    _text("batch_id"), _text("datestamp"), _flag("deleted"), Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("record_id", "version"),
)  # fmt: skip

quarantine = Table(
    "quarantine", metadata,
    _id(), _text("partner"), _text("run_id"), _text("window_id"), _text("key"), _text("reason"), _text("object_key"),
    Column("at", UtcTime, nullable=False), Index(None, "run_id"),
)  # fmt: skip

file = Table(
    "file", metadata,
    _id(), _text("partner"), Column("record_id", BigId, nullable=False), _text("record_key"), _text("media_id"),
    _text("state"), _text("reason"), _text("detail"), _text("decided_by"),
    _text("url"), _text("role"), Column("position", Integer), _json("rights"), _text("title"), _text("intent_digest"),
    Column("source_size", BigId), Column("not_before", Date), Column("reconsider_on", Date),
    _text("run_id"), _text("batch_id"), _flag("changed_at_source"),
    _text("sha1"), _text("sha256"), Column("size", BigId), _text("mime"), Column("width", Integer),
    Column("height", Integer), Column("pages", Integer), _text("obtained_from"), _json("inspection"),
    Column("created_at", UtcTime, nullable=False), Column("updated_at", UtcTime, nullable=False),
    UniqueConstraint("partner", "record_key", "media_id"), Index(None, "partner", "state", "reason"),
    Index(None, "record_id"), Index(None, "sha1"), Index(None, "batch_id"),
)  # fmt: skip

publication = Table(
    "publication", metadata,
    _id(), _text("partner"), Column("file_id", BigId, nullable=False), _text("wiki"), _text("title"), _text("state"),
    Column("page_id", BigId), Column("revision", BigId), Column("entity_revision", BigId), _text("entity"),
    _text("sha1"), _text("digest"), _text("object_key"), _text("plan_id"), Column("checked_at", UtcTime),
    Column("created_at", UtcTime, nullable=False), Column("updated_at", UtcTime, nullable=False),
    UniqueConstraint("file_id", "wiki"), Index(None, "wiki", "title"), Index(None, "wiki", "page_id"),
    Index(None, "partner", "wiki", "checked_at"),
)  # fmt: skip

plan = Table(
    "plan", metadata,
    _text("id", key=True), _text("partner"), _text("run_id"), _text("wiki"), _text("level"), _text("state"),
    _text("digest"), _text("object_key"), _json("counts"), _text("detail"), Column("hold_until", Date),
    Column("created_at", UtcTime, nullable=False), Column("closed_at", UtcTime), Index(None, "partner", "state"),
)  # fmt: skip

plan_file = Table(
    "plan_file", metadata,
    _text("plan_id"), Column("file_id", BigId, nullable=False), _flag("open"),
    PrimaryKeyConstraint("plan_id", "file_id"),
    Index("uq_plan_file_open", "file_id", unique=True, sqlite_where=sa.text("open"), postgresql_where=sa.text("open")),
)  # fmt: skip

plan_action = Table(
    "plan_action", metadata,
    _text("plan_id"), Column("seq", Integer, nullable=False), Column("file_id", BigId, nullable=False), _text("kind"),
    _text("title"), _text("digest"), _json("payload"), _text("state"), _text("reason"), _text("detail"),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("plan_id", "seq"), Index(None, "file_id"),
)  # fmt: skip

approval = Table(
    "approval", metadata,
    _id(), _text("plan_id"), _text("plan_digest"), _text("who"), Column("at", UtcTime, nullable=False),
    _text("choice"), _text("note"), _text("actor"), Index(None, "plan_id"),
)  # fmt: skip

claim = Table(
    "claim", metadata,
    _text("kind"), _text("subject"), _text("worker"), _count("epoch"), Column("lease_until", UtcTime, nullable=False),
    PrimaryKeyConstraint("kind", "subject"),
)  # fmt: skip

edit = Table(
    "edit", metadata,
    _id(), _text("partner"), Column("seq", BigId, nullable=False), _text("kind"), Column("intent_id", BigId),
    _text("plan_id"), Column("file_id", BigId), _text("step"), _text("wiki"), _text("target"), _text("request_digest"),
    _text("summary"), _text("outcome"), Column("revision", BigId), _text("code"), _text("detail"),
    _text("actor"), _count("epoch"), Column("at", UtcTime, nullable=False), _text("prev_hash"), _text("row_hash"),
    UniqueConstraint("partner", "seq"), Index(None, "intent_id"), Index(None, "file_id"), Index(None, "plan_id"),
)  # fmt: skip

event = Table(
    "event", metadata,
    _id(), Column("at", UtcTime, nullable=False), _text("partner"), _text("kind"), _text("subject"),
    _text("from_state"), _text("to_state"), _text("reason"), _text("detail"), _text("actor"),
    _text("run_id"), _text("batch_id"), _text("plan_id"), _text("code_version"),
    Index(None, "partner", "id"), Index(None, "partner", "kind", "subject"),
)  # fmt: skip

audit_seal = Table(
    "audit_seal", metadata,
    _id(), _text("partner"), Column("number", Integer, nullable=False), Column("first_event", BigId, nullable=False),
    Column("last_event", BigId, nullable=False), _count("events"), _text("sha256"), _text("object_key"),
    Column("at", UtcTime, nullable=False), _text("prev_hash"), _text("row_hash"), UniqueConstraint("partner", "number"),
)  # fmt: skip

chain_head = Table(
    "chain_head", metadata,  # the newest link of each chain: what makes a missing tail visible
    _text("partner"), _text("chain"), Column("seq", BigId, nullable=False), _text("hash"),
    PrimaryKeyConstraint("partner", "chain"),
)  # fmt: skip

observation = Table(
    "observation", metadata,
    _id(), _text("partner"), _text("kind"), Column("file_id", BigId), _text("record_key"), _text("wiki"), _text("title"),
    Column("revision", BigId), _text("who"), _text("reason"), _json("detail"), Column("at", UtcTime, nullable=False),
    Column("settled_at", UtcTime), _text("settled_by"), Index(None, "partner", "kind", "at"), Index(None, "file_id"),
)  # fmt: skip

media_hash = Table(
    "media_hash", metadata,
    Column("file_id", BigId, nullable=False), _text("kind"), _text("value"),
    Column("band0", Integer, nullable=False), Column("band1", Integer, nullable=False),
    Column("band2", Integer, nullable=False), Column("band3", Integer, nullable=False),
    PrimaryKeyConstraint("file_id", "kind"), Index(None, "band0"), Index(None, "band1"), Index(None, "band2"), Index(None, "band3"),
)  # fmt: skip

term = Table(
    "term", metadata,
    _text("partner"), _text("kind"), _text("term"), _text("state"), _json("value"), _text("who"), _count("uses"),
    Column("at", UtcTime, nullable=False), PrimaryKeyConstraint("partner", "kind", "term"),
)  # fmt: skip

in_flight = Table(
    "in_flight", metadata,
    _text("wiki"), _text("kind"), _text("value"), _text("partner"), _text("plan_id"), Column("file_id", BigId, nullable=False),
    Column("at", UtcTime, nullable=False), PrimaryKeyConstraint("wiki", "kind", "value"), Index(None, "file_id"),
)  # fmt: skip

stash = Table(
    "stash", metadata,  # a chunked upload under way: where the next worker goes on
    Column("file_id", BigId, nullable=False), _text("wiki"), _text("filekey"), Column("offset", BigId, nullable=False),
    Column("at", UtcTime, nullable=False), PrimaryKeyConstraint("file_id", "wiki"),
)  # fmt: skip

brake = Table(
    "brake", metadata,
    _text("scope", key=True), _flag("stopped"), _text("who"), _text("why"), Column("at", UtcTime, nullable=False),
)  # fmt: skip

write_slot = Table(
    "write_slot", metadata, _text("account", key=True), Column("next_at", Float(53), nullable=False),
)  # fmt: skip

do_not_upload = Table(
    "do_not_upload", metadata,
    _id(), _text("partner"), _text("kind"), _text("value"), _text("reason"), _text("detail"), _text("link"), _text("who"),
    Column("at", UtcTime, nullable=False), Column("released_at", UtcTime), _text("released_by"), _text("released_link"),
    Index(None, "kind", "value"),
)  # fmt: skip

level = Table(
    "level", metadata,
    _id(), _text("partner"), _text("wiki"), _text("level"), _text("link"), _text("who"), _text("note"),
    Column("at", UtcTime, nullable=False), Index(None, "partner", "wiki"),
)  # fmt: skip

watch = Table(
    "watch", metadata,  # what our account was told on a wiki, and what of it a person has read
    _text("wiki"), _text("account"), Column("talk_revision", BigId), Column("looked_at", UtcTime),
    Column("acknowledged_at", UtcTime), _text("acknowledged_by"), PrimaryKeyConstraint("wiki", "account"),
)  # fmt: skip
