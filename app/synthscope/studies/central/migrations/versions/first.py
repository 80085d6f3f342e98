"""Study, slot, session, event and lease, what guards them, and who may do what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from synthscope.studies.central.migrations.guards_1 import GUARDS

revision = "1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, the triggers, the policies and the grants."""
    _study()
    _events()
    for statement in GUARDS:
        op.execute(sa.text(statement))


def _study() -> None:
    op.create_table(
        "study",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("design_sha256", sa.Text, nullable=False),
        sa.Column("schedule_sha256", sa.Text, nullable=False),
        sa.Column("key_commitment", sa.Text, nullable=False),
        sa.Column("installed", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
        schema="synthscope",
    )
    op.create_table(
        "slot",
        sa.Column("study", sa.Text, sa.ForeignKey("synthscope.study.id"), primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        schema="synthscope",
    )


def _events() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Text, primary_key=True),
        *_place(),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("leased", sa.Boolean, nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        schema="synthscope",
    )
    op.create_table(
        "event",
        sa.Column("session", sa.Text, sa.ForeignKey("synthscope.session.id"), primary_key=True),
        sa.Column("seq", sa.Integer, sa.CheckConstraint("seq >= 0"), primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, sa.CheckConstraint("octet_length(content) <= 4194304"), nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("device", sa.Text, nullable=False),
        *_place(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("clock", sa.BigInteger, nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        schema="synthscope",
    )
    op.create_table(
        "lease",
        *_place(primary_key=True),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="synthscope",
    )


def _place(*, primary_key: bool = False) -> tuple[sa.Column | sa.ForeignKeyConstraint, ...]:
    return (
        sa.Column("study", sa.Text, nullable=False, primary_key=primary_key),
        sa.Column("slot", sa.Text, nullable=False, primary_key=primary_key),
        sa.ForeignKeyConstraint(["study", "slot"], ["synthscope.slot.study", "synthscope.slot.id"]),
    )
