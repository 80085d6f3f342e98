"""The outbox: answers that are saved here go to the server, in a thread of their own; raters never wait for it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Event as Flag
from threading import Lock, Thread
from time import monotonic

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from synthscope.records.study_events import Event
from synthscope.studies.central.address import (
    Address,
    address_of,
    engine_of,
    fault_of,
    is_closed,
    is_refusal,
    refused_session,
)
from synthscope.studies.central.sending import LEASE_SECONDS, batch_of, heads_at, hold, send
from synthscope.studies.store.erasing import gone_from

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
_HEARTBEAT = LEASE_SECONDS / 4
_STOPPED = "Sending has stopped; it begins again at the next start of the program."


@dataclass(frozen=True)
class OutboxState:
    """How far an outbox is.

    Parameters
    ----------
    events, answers : int
        That wait to be sent; answers are confirmed ones.
    trouble : str
        Why nothing goes at the moment, as a sentence; empty for nothing.
    refused : tuple of str
        What the server refused, as sentences.
    is_elsewhere : bool
        Whether another device rates this slot at the moment.
    closed : str
        Why nothing is sent any more, as a sentence: the answers were erased at the server. Empty while it takes some.
    """

    events: int = 0
    answers: int = 0
    trouble: str = ""
    refused: tuple[str, ...] = ()
    is_elsewhere: bool = False
    closed: str = ""

    @property
    def quiet(self) -> str:
        """Say it to a rater at work, in words that stay the same as long as all goes well: no name, no fault."""
        if self.closed:
            return "The server takes no more answers of yours: they were erased there."
        if self.refused:
            return "The server does not take some answers; they are safe here. Tell the coordinator."
        if not self.events:
            return "All answers are sent."
        if not self.trouble:
            return "Answers are being sent."
        if not self.answers:
            return "The server is away; answers are kept here."
        return f"{self.answers} answer{'s' * (self.answers != 1)} will be sent later; safe on this computer."

    @property
    def sentence(self) -> str:
        """Say it to a rater."""
        if self.closed:
            return self.closed
        count = "1 answer waits" if self.answers == 1 else f"{self.answers} answers wait"
        parts = [f"{count} to be sent." if self.answers else "", *self.refused, self.trouble]
        if self.answers and not self.refused:
            parts.append("They are safe on this computer.")
        if not self.events and not self.refused:
            parts.append("All answers are at the server.")
        if self.is_elsewhere:
            parts.append("Another device rates in your place at this moment; the answers of both are kept.")
        return " ".join(part for part in parts if part)


class Outbox:
    """Brings the events of one slot to the server until it is closed.

    A lost connection is made again, after waits that grow from one second to a minute; what is there already is not
    sent again. A session that the server refuses is left aside, and told.

    Parameters
    ----------
    url : Address or str
        See `address_of`.
    device : str
        What tells this computer from others.
    events : iterable of Event
        Saved before; those that are at the server already are dropped.
    first_wait : float
        Seconds after the first failure.

    Raises
    ------
    InputError
        If the address cannot be read, or there is no password.
    """

    def __init__(
        self, url: Address | str, device: str, events: Iterable[Event] = (), first_wait: float = FIRST_WAIT
    ) -> None:
        self._address = address_of(url)
        self._engine = engine_of(self._address)
        self._device = device
        self._waiting: list[Event] = list(events)
        self._refused: dict[str, str] = {}
        self._trouble = self._closed = ""
        self._is_elsewhere = False
        self._first_wait = first_wait
        self._turn = Lock()
        self._news, self._ends, self._stopped = Flag(), Flag(), Flag()
        self._thread = Thread(target=self._work, name="outbox", daemon=True)
        self._thread.start()

    @property
    def state(self) -> OutboxState:
        """How far it is, at this moment."""
        with self._turn:
            answers = sum(event.kind == "answer_submitted" for event in self._waiting)
            refused = tuple(self._refused.values())
            trouble = self._trouble or ("" if self._thread.is_alive() or not self._waiting else _STOPPED)
            return OutboxState(len(self._waiting), answers, trouble, refused, self._is_elsewhere, self._closed)

    def put(self, event: Event) -> None:
        """Take an event that is saved; returns at once. What it says is erased here is not sent any more."""
        gone = gone_from([event])
        with self._turn:
            self._waiting = [one for one in self._waiting if one.session not in gone]
            if event.session not in self._refused and not self._closed:
                self._waiting.append(event)
        self._news.set()

    def close(self, seconds: float = 10.0) -> OutboxState:
        """Send what waits, for so long at most, and end."""
        self._ends.set()
        self._news.set()
        self._thread.join(seconds)
        self._stopped.set()
        return self.state

    def _work(self) -> None:
        failures = 0
        while not (self._stopped.is_set() or self._closed or (self._ends.is_set() and not self.state.events)):
            try:
                with self._engine.connect() as connection:
                    self._forget_known(heads_at(connection))
                    self._serve(connection)
                failures = 0
            except (DBAPIError, OSError) as error:
                failures = self._failed(error, failures)
        self._engine.dispose()

    def _failed(self, error: BaseException, failures: int) -> int:
        if is_closed(error):
            self._close_for_good(fault_of(error, self._address).sentence)
            return 0
        if is_refusal(error):
            self._set_aside(refused_session(error), fault_of(error, self._address).sentence)
            return 0
        with self._turn:
            self._trouble = fault_of(error, self._address).sentence
        longest = min(LONGEST_WAIT, self._first_wait * 2**failures)
        self._rest(longest * random.uniform(0.5, 1))  # noqa: S311 - many raters shall not come back at once
        return min(failures + 1, 10)

    def _serve(self, connection: Connection) -> None:
        beat = -_HEARTBEAT
        while not self._stopped.is_set():
            if monotonic() - beat >= _HEARTBEAT:
                self._is_elsewhere, beat = not hold(connection, self._device), monotonic()
            self._news.clear()
            with self._turn:
                batch = batch_of(self._waiting)
            if batch:
                send(connection, batch, self._device)
                self._sent(batch)
            elif self._ends.is_set():
                return
            else:
                self._trouble = ""
                self._news.wait(_HEARTBEAT)

    def _sent(self, batch: list[Event]) -> None:
        there = {(event.session, event.seq) for event in batch}
        with self._turn:
            self._waiting = [event for event in self._waiting if (event.session, event.seq) not in there]
            self._trouble = ""

    def _close_for_good(self, sentence: str) -> None:
        with self._turn:
            self._closed, self._trouble, self._waiting = sentence, "", []

    def _forget_known(self, heads: dict[str, tuple[int, str]]) -> None:
        with self._turn:
            self._waiting = [event for event in self._waiting if event.seq >= heads.get(event.session, (0, ""))[0]]

    def _set_aside(self, session: str, sentence: str) -> None:
        with self._turn:
            self._refused[session] = sentence
            self._waiting = [event for event in self._waiting if event.session != session]

    def _rest(self, seconds: float) -> None:
        if self._ends.is_set():
            self._stopped.wait(min(seconds, 0.5))
        else:
            self._ends.wait(seconds)
