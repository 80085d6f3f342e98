"""Raters on several machines: a PostgreSQL server that takes events, and the outbox that brings them there."""
