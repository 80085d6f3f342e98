"""What Alembic runs: the steps that are missing, in the transaction of who called."""

from __future__ import annotations

from alembic import context

from synthscope.studies.central.schema import METADATA, SCHEMA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table_schema=SCHEMA,
    include_schemas=True,
)
with context.begin_transaction():
    context.run_migrations()
