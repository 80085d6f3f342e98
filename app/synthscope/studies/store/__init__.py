"""Answers that are never lost: events in a hash chain, in SQLite and in a mirror of lines."""
