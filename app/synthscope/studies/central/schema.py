"""The tables of the server. They hold no picture, no schedule, no label and no key."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKeyConstraint, Integer, MetaData, Table, Text

SCHEMA = "synthscope"
DESIGNER, RATER, ANALYST, KEYHOLDER = (
    f"synthscope_{name}" for name in ("designer", "rater", "analyst", "keyholder")
)
"""Roles that the logins of people are members of."""

METADATA = MetaData(schema=SCHEMA)

STUDY = Table(
    "study",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("design_sha256", Text, nullable=False),
    Column("schedule_sha256", Text, nullable=False),
    Column("key_commitment", Text, nullable=False),
    Column("installed", DateTime(timezone=True), nullable=False),
)
SLOT = Table(
    "slot",
    METADATA,
    Column("study", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    ForeignKeyConstraint(["study"], ["synthscope.study.id"]),
)
SESSION = Table(
    "session",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("study", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("leased", Boolean, nullable=False),
    Column("opened", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["study", "slot"], ["synthscope.slot.study", "synthscope.slot.id"]),
)
EVENT = Table(
    "event",
    METADATA,
    Column("session", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Column("device", Text, nullable=False),
    Column("study", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("clock", BigInteger, nullable=False),
    Column("received", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["session"], ["synthscope.session.id"]),
    ForeignKeyConstraint(["study", "slot"], ["synthscope.slot.study", "synthscope.slot.id"]),
)
ERASED = Table(
    "erased",
    METADATA,
    Column("study", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("sessions", Text, nullable=False),
    Column("by_whom", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["study", "slot"], ["synthscope.slot.study", "synthscope.slot.id"]),
)
"""`sessions` is JSON: from a session to its number of events and the hash of its last one."""
LEASE = Table(
    "lease",
    METADATA,
    Column("study", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["study", "slot"], ["synthscope.slot.study", "synthscope.slot.id"]),
)
