"""What an outbox says to the server: what is there, what comes, and that a device is at work."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, select, text
from sqlalchemy.dialects.postgresql import insert

from synthscope.records.study_events import Event
from synthscope.studies.central.schema import EVENT
from synthscope.studies.store.chain import content_of

LEASE_SECONDS = 120
MOST_EVENTS, MOST_BYTES = 200, 1 << 20
"""Of one batch, which is one statement and so is taken whole or not at all."""


def heads_at(connection: Connection) -> dict[str, tuple[int, str]]:
    """Give number and hash of the last event of each session that the server has of this login."""
    last = select(EVENT.c.session, func.max(EVENT.c.seq).label("seq")).group_by(EVENT.c.session).subquery()
    is_last = and_(EVENT.c.session == last.c.session, EVENT.c.seq == last.c.seq)
    heads = select(EVENT.c.session, EVENT.c.seq, EVENT.c.hash).join(last, is_last)
    return {session: (seq, head) for session, seq, head in connection.execute(heads)}


def batch_of(events: Sequence[Event]) -> list[Event]:
    """Take as many from the front as go in one statement: one at least, if there is one."""
    batch: list[Event] = []
    size = 0
    for event in events[:MOST_EVENTS]:
        size += len(content_of(event))
        if batch and size > MOST_BYTES:
            break
        batch.append(event)
    return batch


def send(connection: Connection, batch: Sequence[Event], device: str) -> None:
    """Bring events to the server, which checks each; what it has already is left as it is."""
    rows = [
        {
            "session": event.session,
            "seq": event.seq,
            "content": content_of(event).decode(),
            "previous": event.previous,
            "hash": event.hash,
            "device": device,
        }
        for event in batch
    ]
    if rows:
        connection.execute(insert(EVENT).values(rows).on_conflict_do_nothing(index_elements=["session", "seq"]))


def hold(connection: Connection, device: str) -> bool:
    """Lease the slot for two minutes; give False where another device has it."""
    asked = text("SELECT synthscope.hold_slot(:device, :seconds)")
    return bool(connection.execute(asked, {"device": device, "seconds": LEASE_SECONDS}).scalar_one())
