"""First tables and the triggers that make four of them append-only."""

from __future__ import annotations

from alembic import op

from glamflow.ledger.migrations.append_only import protect
from glamflow.ledger.tables import APPEND_ONLY, metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    protect(op.get_bind(), APPEND_ONLY)
