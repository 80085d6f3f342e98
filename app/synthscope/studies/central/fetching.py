"""What came to the server, for the designer: events, verified, and who was at work."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, func, select, text
from sqlalchemy.exc import DBAPIError

from synthscope.errors import DocumentError, InputError
from synthscope.records.study_events import Event
from synthscope.studies.central.address import Address, address_of, engine_of, fault_of
from synthscope.studies.central.schema import ERASED, EVENT, LEASE, SESSION, STUDY
from synthscope.studies.store.chain import content_of
from synthscope.studies.store.lines import event_of
from synthscope.studies.store.recovery import check_whole


@dataclass(frozen=True)
class SlotAtServer:
    """What the server knows of one slot.

    Parameters
    ----------
    devices : tuple of str
        Computers that sent its answers; more than one is worth a question.
    unleased : int
        Sessions that began while another device held the slot, or before this one did.
    received : str
        When the last event came, by the clock of the server, ISO 8601; empty for none.
    erased : str
        When the answers were erased at the server, ISO 8601; empty where they were not.
    """

    slot: str
    events: int
    answers: int
    devices: tuple[str, ...]
    unleased: int
    received: str
    erased: str = ""

    @property
    def sentence(self) -> str:
        """Say what came of it; nothing of who was right."""
        if self.erased:
            return f"{self.slot}: erased on {self.erased[:10]}"
        some = f"{self.answers} answer{'s' * (self.answers != 1)}"
        return f"{self.slot}: {some}, the last news of {self.received[:16].replace('T', ' ')}"

    @property
    def flag(self) -> str:
        """Say what is worth a question; empty for nothing."""
        if len(self.devices) < 2:
            return ""
        return f"{self.slot} was rated on {len(self.devices)} devices; the answers of all are kept."


def fetch_events(url: Address | str, study: str) -> tuple[Event, ...]:
    """Give all events of a study, by slot, session and number, with every chain verified.

    Raises
    ------
    InputError
        If the server has no such study, or the login may not read it.
    DocumentError
        If a chain does not hold, or a row is no event.
    Unavailable
        If the server cannot be reached.
    """
    wanted = select(EVENT.c.session, EVENT.c.seq, EVENT.c.content, EVENT.c.previous, EVENT.c.hash)
    wanted = wanted.where(EVENT.c.study == study).order_by(EVENT.c.slot, EVENT.c.session, EVENT.c.seq)
    with _reading(url) as connection:
        _check_study(connection, study)
        rows = connection.execute(wanted).all()
    events = tuple(_event(row) for row in rows)
    check_whole(events)
    return events


def slots_at(url: Address | str, study: str) -> tuple[SlotAtServer, ...]:
    """Tell what came of each slot that has begun, in the order of slots."""
    answers = func.count().filter(EVENT.c.kind == "answer_submitted")
    counted = select(EVENT.c.slot, func.count(), answers, func.max(EVENT.c.received)).where(EVENT.c.study == study)
    opened = select(SESSION.c.slot, SESSION.c.device, SESSION.c.leased).where(SESSION.c.study == study)
    used = select(EVENT.c.slot, EVENT.c.device).where(EVENT.c.study == study).distinct()
    with _reading(url) as connection:
        _check_study(connection, study)
        sessions, devices = connection.execute(opened).all(), connection.execute(used).all()
        rows = connection.execute(counted.group_by(EVENT.c.slot).order_by(EVENT.c.slot)).all()
        gone = _erased_slots(connection, study)
    there = tuple(
        SlotAtServer(
            slot, events, answered, _of_slot(devices, slot),
            sum(not leased for place, _, leased in sessions if place == slot), received.isoformat(),
        )
        for slot, events, answered, received in rows
    )  # fmt: skip
    return tuple(sorted((*there, *gone), key=lambda one: one.slot))


def free_slot(url: Address | str, study: str, slot: str) -> None:
    """End the lease of a slot, so that another device may take it over at once; for the designer."""
    with _reading(url) as connection:
        connection.execute(delete(LEASE).where(LEASE.c.study == study, LEASE.c.slot == slot))


@contextmanager
def _reading(url: Address | str) -> Iterator[Connection]:
    address = address_of(url)
    try:
        with engine_of(address).connect() as connection:
            yield connection
    except (DBAPIError, OSError) as error:
        raise fault_of(error, address) from error


def _check_study(connection: Connection, study: str) -> None:
    known = connection.execute(select(STUDY.c.id)).scalars().all()
    if study not in known:
        there = ", ".join(known) or "none"
        raise InputError(f"The server has no study {study!r} (it has: {there}); check the address.")


def _erased_slots(connection: Connection, study: str) -> tuple[SlotAtServer, ...]:
    """Give the slots whose answers were erased; tables of an older version know of none."""
    if connection.execute(text("SELECT to_regclass('synthscope.erased') IS NULL")).scalar_one():
        return ()
    rows = connection.execute(select(ERASED.c.slot, ERASED.c.at).where(ERASED.c.study == study)).all()
    return tuple(SlotAtServer(slot, 0, 0, (), 0, "", at.isoformat()) for slot, at in rows)


def _event(row: Row) -> Event:
    where = f"Session {row.session}, event {row.seq} at the server"
    try:
        content = json.loads(row.content)
    except ValueError as error:
        raise DocumentError(f"{where} is no event ({error}); ask for the files of this rater.") from error
    event = event_of({**content, "previous": row.previous, "hash": row.hash}, where)
    if (event.session, event.seq) != (row.session, row.seq) or content_of(event).decode() != row.content:
        raise DocumentError(f"{where} is not as a rater's program writes it; ask for the files of this rater.")
    return event


def _of_slot(rows: Sequence[Row], slot: str) -> tuple[str, ...]:
    return tuple(sorted(device for place, device in rows if place == slot))
