"""Erased raters: what stays of them, and the one way on which answers may be deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from synthscope.studies.central.migrations.guards_2 import GUARDS

revision = "2"
down_revision = "1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, the function that erases, and the triggers."""
    op.create_table(
        "erased",
        sa.Column("study", sa.Text, primary_key=True),
        sa.Column("slot", sa.Text, primary_key=True),
        sa.Column("sessions", sa.Text, nullable=False),
        sa.Column("by_whom", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study", "slot"], ["synthscope.slot.study", "synthscope.slot.id"]),
        schema="synthscope",
    )
    for statement in GUARDS:
        op.execute(sa.text(statement))
