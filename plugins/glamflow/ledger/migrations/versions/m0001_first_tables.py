"""The first tables, written out (tables.py moves on, a migration never does), and what makes four of them append-only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from glamflow.ledger.columns import BigId, UtcTime
from glamflow.ledger.migrations.append_only import protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything."""
    create_control()
    create_ingest()
    create_publishing()
    create_evidence()
    protect(op.get_bind(), ("event", "edit", "audit_seal", "approval"))


def create_control() -> None:
    """Texts, claims and what people decided once."""
    op.create_table(
        "partner_version", text("digest", default=None), text("slug"), text("text"), text("actor"),
        time("first_saved_at"), time("last_saved_at"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_partner_version")),
    )  # fmt: skip
    op.create_index(op.f("ix_partner_version_slug_last_saved_at"), "partner_version", ["slug", "last_saved_at"])
    op.create_table(
        "claim", text("kind"), text("subject"), text("worker"), whole("epoch", default="0"), time("lease_until"),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_claim")),
    )  # fmt: skip
    op.create_table(
        "brake", text("scope", default=None), flag("stopped"), text("who"), text("why"), time("at"),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_brake")),
    )  # fmt: skip
    op.create_table(
        "write_slot", text("account", default=None), real("next_at"),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_write_slot")),
    )  # fmt: skip
    op.create_table(
        "do_not_upload", big("id", counts=True), text("partner"), text("kind"), text("value"), text("reason"),
        text("detail"), text("link"), text("who"), time("at"), time("released_at", nullable=True),
        text("released_by"), text("released_link"), sa.PrimaryKeyConstraint("id", name=op.f("pk_do_not_upload")),
    )  # fmt: skip
    op.create_index(op.f("ix_do_not_upload_kind_value"), "do_not_upload", ["kind", "value"])
    op.create_table(
        "level", big("id", counts=True), text("partner"), text("wiki"), text("level"), text("link"), text("who"),
        text("note"), time("at"), sa.PrimaryKeyConstraint("id", name=op.f("pk_level")),
    )  # fmt: skip
    op.create_index(op.f("ix_level_partner_wiki"), "level", ["partner", "wiki"])
    op.create_table(
        "term", text("partner"), text("kind"), text("term"), text("state"), json("value", nullable=True),
        text("who"), whole("uses", default="0"), time("at"),
        sa.PrimaryKeyConstraint("partner", "kind", "term", name=op.f("pk_term")),
    )  # fmt: skip


def create_ingest() -> None:
    """From the source to files."""
    op.create_table(
        "run", text("id", default=None), text("partner"), text("kind"), text("partner_version"), text("actor"),
        text("state"), time("started_at"), time("finished_at", nullable=True), json("counts", nullable=True),
        text("detail"), flag("gate", nullable=True), json("gate_detail", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )  # fmt: skip
    op.create_index(op.f("ix_run_partner_started_at"), "run", ["partner", "started_at"])
    op.create_table(
        "window", text("run_id"), text("id"), text("partner"), text("prefix"), text("set_spec"),
        time("since", nullable=True), time("until", nullable=True), text("state"), text("resume"),
        whole("pages", default="0"), time("server_time", nullable=True), json("counts", nullable=True),
        text("detail"), time("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("run_id", "id", name=op.f("pk_window")),
    )  # fmt: skip
    op.create_index(op.f("ix_window_partner_prefix_set_spec"), "window", ["partner", "prefix", "set_spec"])
    op.create_table(
        "batch", text("id", default=None), text("partner"), text("run_id"), text("window_id"),
        whole("records", default="0"), text("state"), text("records_key"), text("mapping_digest"),
        text("mapped_key"), text("rules_digest"), text("checked_key"), time("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )  # fmt: skip
    op.create_index(op.f("ix_batch_partner_created_at"), "batch", ["partner", "created_at"])
    op.create_index(op.f("ix_batch_run_id"), "batch", ["run_id"])
    op.create_table(
        "record", big("id", counts=True), text("partner"), text("key"), text("state"), text("reason"),
        text("detail"), text("digest"), text("datestamp"), json("sets", nullable=True), text("batch_id"),
        whole("version", default="0"), whole("missed", default="0"), time("first_seen_at"), time("last_seen_at"),
        time("changed_at"), sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("partner", "key", name=op.f("uq_record_partner_key")),
    )  # fmt: skip
    op.create_index(op.f("ix_record_batch_id"), "record", ["batch_id"])
    op.create_index(op.f("ix_record_key"), "record", ["key"])
    op.create_index(op.f("ix_record_partner_state_reason"), "record", ["partner", "state", "reason"])
    op.create_table(
        "record_version", big("record_id"), whole("version"), text("digest"), text("batch_id"), text("datestamp"),
        flag("deleted"), time("created_at"),
        sa.PrimaryKeyConstraint("record_id", "version", name=op.f("pk_record_version")),
    )  # fmt: skip
    op.create_table(
        "quarantine", big("id", counts=True), text("partner"), text("run_id"), text("window_id"), text("key"),
        text("reason"), text("object_key"), time("at"), sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )  # fmt: skip
    op.create_index(op.f("ix_quarantine_run_id"), "quarantine", ["run_id"])
    op.create_table(
        "file", big("id", counts=True), text("partner"), big("record_id"), text("record_key"), text("media_id"),
        text("state"), text("reason"), text("detail"), text("decided_by"), text("url"), text("role"),
        whole("position", nullable=True), json("rights", nullable=True), text("title"), text("intent_digest"),
        big("source_size", nullable=True), date("not_before", nullable=True), date("reconsider_on", nullable=True),
        text("run_id"), text("batch_id"), flag("changed_at_source"), text("sha1"), text("sha256"),
        big("size", nullable=True), text("mime"), whole("width", nullable=True), whole("height", nullable=True),
        whole("pages", nullable=True), text("obtained_from"), json("inspection", nullable=True), time("created_at"),
        time("updated_at"), sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
        sa.UniqueConstraint("partner", "record_key", "media_id", name=op.f("uq_file_partner_record_key_media_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_file_batch_id"), "file", ["batch_id"])
    op.create_index(op.f("ix_file_partner_state_reason"), "file", ["partner", "state", "reason"])
    op.create_index(op.f("ix_file_record_id"), "file", ["record_id"])
    op.create_index(op.f("ix_file_sha1"), "file", ["sha1"])
    op.create_table(
        "media_hash", big("file_id"), text("kind"), text("value"), whole("band0"), whole("band1"), whole("band2"),
        whole("band3"), sa.PrimaryKeyConstraint("file_id", "kind", name=op.f("pk_media_hash")),
    )  # fmt: skip
    op.create_index(op.f("ix_media_hash_band0"), "media_hash", ["band0"])
    op.create_index(op.f("ix_media_hash_band1"), "media_hash", ["band1"])
    op.create_index(op.f("ix_media_hash_band2"), "media_hash", ["band2"])
    op.create_index(op.f("ix_media_hash_band3"), "media_hash", ["band3"])


def create_publishing() -> None:
    """From plans to pages."""
    op.create_table(
        "plan", text("id", default=None), text("partner"), text("run_id"), text("wiki"), text("level"),
        text("state"), text("digest"), text("object_key"), json("counts", nullable=True), text("detail"),
        date("hold_until", nullable=True), time("created_at"), time("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )  # fmt: skip
    op.create_index(op.f("ix_plan_partner_state"), "plan", ["partner", "state"])
    op.create_table(
        "plan_file", text("plan_id"), big("file_id"), flag("open"),
        sa.PrimaryKeyConstraint("plan_id", "file_id", name=op.f("pk_plan_file")),
    )  # fmt: skip
    op.create_index(op.f("uq_plan_file_open"), "plan_file", ["file_id"], unique=True, sqlite_where=sa.text("open"), postgresql_where=sa.text("open"))
    op.create_table(
        "plan_action", text("plan_id"), whole("seq"), big("file_id"), text("kind"), text("title"), text("digest"),
        json("payload", nullable=True), text("state"), text("reason"), text("detail"), time("updated_at"),
        sa.PrimaryKeyConstraint("plan_id", "seq", name=op.f("pk_plan_action")),
    )  # fmt: skip
    op.create_index(op.f("ix_plan_action_file_id"), "plan_action", ["file_id"])
    op.create_table(
        "approval", big("id", counts=True), text("plan_id"), text("plan_digest"), text("who"), time("at"),
        text("choice"), text("note"), text("actor"), sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )  # fmt: skip
    op.create_index(op.f("ix_approval_plan_id"), "approval", ["plan_id"])
    op.create_table(
        "publication", big("id", counts=True), text("partner"), big("file_id"), text("wiki"), text("title"),
        text("state"), big("page_id", nullable=True), big("revision", nullable=True),
        big("entity_revision", nullable=True), text("entity"), text("sha1"), text("digest"), text("object_key"),
        text("plan_id"), time("checked_at", nullable=True), time("created_at"), time("updated_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("file_id", "wiki", name=op.f("uq_publication_file_id_wiki")),
    )  # fmt: skip
    op.create_index(op.f("ix_publication_partner_wiki_checked_at"), "publication", ["partner", "wiki", "checked_at"])
    op.create_index(op.f("ix_publication_wiki_page_id"), "publication", ["wiki", "page_id"])
    op.create_index(op.f("ix_publication_wiki_title"), "publication", ["wiki", "title"])
    op.create_table(
        "in_flight", text("wiki"), text("kind"), text("value"), text("partner"), text("plan_id"), big("file_id"),
        time("at"), sa.PrimaryKeyConstraint("wiki", "kind", "value", name=op.f("pk_in_flight")),
    )  # fmt: skip
    op.create_index(op.f("ix_in_flight_file_id"), "in_flight", ["file_id"])
    op.create_table(
        "stash", big("file_id"), text("wiki"), text("filekey"), big("offset"), time("at"),
        sa.PrimaryKeyConstraint("file_id", "wiki", name=op.f("pk_stash")),
    )  # fmt: skip


def create_evidence() -> None:
    """What happened."""
    op.create_table(
        "edit", big("id", counts=True), text("partner"), big("seq"), text("kind"), big("intent_id", nullable=True),
        text("plan_id"), big("file_id", nullable=True), text("step"), text("wiki"), text("target"),
        text("request_digest"), text("summary"), text("outcome"), big("revision", nullable=True), text("code"),
        text("detail"), text("actor"), whole("epoch", default="0"), time("at"), text("prev_hash"), text("row_hash"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit")),
        sa.UniqueConstraint("partner", "seq", name=op.f("uq_edit_partner_seq")),
    )  # fmt: skip
    op.create_index(op.f("ix_edit_file_id"), "edit", ["file_id"])
    op.create_index(op.f("ix_edit_intent_id"), "edit", ["intent_id"])
    op.create_index(op.f("ix_edit_plan_id"), "edit", ["plan_id"])
    op.create_table(
        "event", big("id", counts=True), time("at"), text("partner"), text("kind"), text("subject"),
        text("from_state"), text("to_state"), text("reason"), text("detail"), text("actor"), text("run_id"),
        text("batch_id"), text("plan_id"), text("code_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )  # fmt: skip
    op.create_index(op.f("ix_event_partner_id"), "event", ["partner", "id"])
    op.create_index(op.f("ix_event_partner_kind_subject"), "event", ["partner", "kind", "subject"])
    op.create_table(
        "audit_seal", big("id", counts=True), text("partner"), whole("number"), big("first_event"),
        big("last_event"), whole("events", default="0"), text("sha256"), text("object_key"), time("at"),
        text("prev_hash"), text("row_hash"), sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("partner", "number", name=op.f("uq_audit_seal_partner_number")),
    )  # fmt: skip
    op.create_table(
        "chain_head", text("partner"), text("chain"), big("seq"), text("hash"),
        sa.PrimaryKeyConstraint("partner", "chain", name=op.f("pk_chain_head")),
    )  # fmt: skip
    op.create_table(
        "observation", big("id", counts=True), text("partner"), text("kind"), big("file_id", nullable=True),
        text("record_key"), text("wiki"), text("title"), big("revision", nullable=True), text("who"),
        text("reason"), json("detail", nullable=True), time("at"), time("settled_at", nullable=True),
        text("settled_by"), sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
    )  # fmt: skip
    op.create_index(op.f("ix_observation_file_id"), "observation", ["file_id"])
    op.create_index(op.f("ix_observation_partner_kind_at"), "observation", ["partner", "kind", "at"])


def text(name: str, *, default: str | None = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def whole(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable, server_default=default)


def big(name: str, *, nullable: bool = False, counts: bool = False) -> sa.Column[int]:
    return sa.Column(name, BigId, nullable=nullable, autoincrement=True if counts else "auto")


def flag(name: str, *, nullable: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=nullable, server_default=None if nullable else sa.false())


def real(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(53), nullable=False)


def time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, UtcTime, nullable=nullable)


def date(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Date, nullable=nullable)


def json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=nullable)
