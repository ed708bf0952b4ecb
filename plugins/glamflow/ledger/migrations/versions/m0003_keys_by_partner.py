"""Records are looked up by partner and key only: the index on keys alone cost every harvested record an entry."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`uq_record_partner_key` answers what the index did."""
    op.drop_index(op.f("ix_record_key"), "record")
