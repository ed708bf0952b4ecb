"""What our account was told on each wiki, and up to which message a named person has read it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from glamflow.ledger.columns import BigId, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row an account."""
    op.create_table(
        "watch",
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in ("wiki", "account")),
        sa.Column("talk_revision", BigId, nullable=True),
        *(sa.Column(name, UtcTime, nullable=True) for name in ("looked_at", "acknowledged_at")),
        sa.Column("acknowledged_by", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("wiki", "account", name=op.f("pk_watch")),
    )
