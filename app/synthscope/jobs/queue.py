"""The durable queue: what a project still has to do, and what became of it."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from synthscope.errors import InputError
from synthscope.jobs.database import open_database, translated
from synthscope.jobs.rows import ENDED, MAY_BECOME, QueuedJob, State, from_row, storable


def _utc_now() -> datetime:
    return datetime.now(UTC)


class JobQueue:
    """Jobs in a SQLite file, held by one process; every method has returned only when the disk has it.

    A job that was running when the program ended is *interrupted* at the next opening, until `resume` or
    `discard`. All methods may be called from any thread.

    Parameters
    ----------
    path : Path
        The file; made where there is none, moved aside where it is damaged (`remark` then says so).
    now : callable
        The clock of the time stamps.

    Raises
    ------
    Unavailable
        If another program has it open.
    DocumentError
        If a newer version wrote it.
    FileError, DiskFull
        If it cannot be written.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = _utc_now) -> None:
        self.path = Path(path)
        self._now = now
        self._lock = threading.RLock()
        self._within = False
        self._connection, self.remark = open_database(self.path)
        with self._writing() as rows:
            rows.execute("UPDATE jobs SET state = 'interrupted' WHERE state = 'running'")

    def add(self, kind: str, payload: Mapping[str, Any], title: str = "") -> str:
        """Put a job behind the others; gives its id."""
        job = uuid.uuid4().hex
        with self._writing() as rows:
            rows.execute(
                "INSERT INTO jobs (id, kind, title, state, payload, position, created) "
                "VALUES (?, ?, ?, 'waiting', ?, (SELECT ifnull(max(position), 0) + 1 FROM jobs), ?)",
                (job, storable(kind), storable(title or kind), json.dumps(payload), self._stamp()),
            )
        return job

    def get(self, job: str) -> QueuedJob:
        """Give a job.

        Raises
        ------
        InputError
            If there is none of that id.
        """
        found = self._select("WHERE id = ?", storable(job))
        if not found:
            raise InputError(f"There is no job {job!r} in the list; it may have been removed.")
        return found[0]

    def list(self) -> tuple[QueuedJob, ...]:
        """Give all jobs in their order."""
        return self._select("ORDER BY position")

    def next_waiting(self) -> QueuedJob | None:
        """Give the job to do next, or None."""
        found = self._select("WHERE state = 'waiting' ORDER BY position LIMIT 1")
        return found[0] if found else None

    def interrupted(self) -> tuple[QueuedJob, ...]:
        """Give the jobs a crash has interrupted: to be resumed or discarded."""
        return self._select("WHERE state = 'interrupted' ORDER BY position")

    def mark_running(self, job: str) -> None:
        """Note that a waiting job has begun."""
        begun = "started = ?, ended = '', error = '', details = '', attempts = attempts + 1"
        self._turn(job, "running", begun, self._stamp())

    def mark_done(self, job: str, result: Any = None) -> None:
        """Note that a running job has ended well; `result` is JSON."""
        self._turn(job, "done", "ended = ?, result = ?", self._stamp(), json.dumps(result))

    def mark_failed(self, job: str, error: str, details: str = "") -> None:
        """Note that a running job has failed, and the sentence that says why."""
        values = (self._stamp(), storable(error), storable(details))
        self._turn(job, "failed", "ended = ?, error = ?, details = ?", *values)

    def cancel(self, job: str) -> None:
        """Note that a job is not wanted any more; one that runs must be stopped by the caller."""
        self._turn(job, "cancelled", "ended = ?", self._stamp())

    mark_cancelled = cancel

    def retry(self, job: str) -> None:
        """Let a failed, cancelled or interrupted job wait again, behind the others."""
        self._turn(job, "waiting", "position = (SELECT max(position) + 1 FROM jobs)")

    def resume(self, job: str) -> None:
        """Let an interrupted job wait again, before the others."""
        with self._writing():
            self._require(job, "resumed", "interrupted")
            self._turn(job, "waiting", "position = (SELECT min(position) - 1 FROM jobs)")

    def discard(self, job: str) -> None:
        """Give an interrupted job up."""
        with self._writing():
            self._require(job, "discarded", "interrupted")
            self.cancel(job)

    def move_to(self, job: str, place: int) -> None:
        """Let a waiting job be the `place`-th of those that wait, 0 being next; the ends are held."""
        with self._writing() as rows:
            self._require(job, "moved", "waiting")
            waiting = rows.execute("SELECT id, position FROM jobs WHERE state = 'waiting' ORDER BY position")
            ids, positions = map(list, zip(*waiting, strict=True))
            ids.remove(job)
            ids.insert(max(place, 0), job)
            rows.executemany("UPDATE jobs SET position = ? WHERE id = ?", zip(positions, ids, strict=True))

    def move_up(self, job: str) -> None:
        """Let a waiting job come one place earlier."""
        self.move_to(job, self._place(job) - 1)

    def move_down(self, job: str) -> None:
        """Let a waiting job come one place later."""
        self.move_to(job, self._place(job) + 1)

    def remove_finished(self) -> int:
        """Forget the jobs that are done, failed or cancelled; gives how many."""
        with self._writing() as rows:
            marks = ", ".join("?" * len(ENDED))
            return rows.execute(f"DELETE FROM jobs WHERE state IN ({marks})", ENDED).rowcount  # noqa: S608

    def close(self) -> None:
        """Let go of the file."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()

    def _place(self, job: str) -> int:
        waiting = [row.id for row in self._select("WHERE state = 'waiting' ORDER BY position")]
        return waiting.index(job) if job in waiting else 0

    def _turn(self, job: str, state: State, values: str, *arguments: Any) -> None:
        allowed = tuple(before for before, after in MAY_BECOME.items() if state in after)
        with self._writing() as rows:
            self._require(job, f"made {state}", *allowed)
            # `values` is one of the literals above, never anything from outside.
            rows.execute(f"UPDATE jobs SET state = ?, {values} WHERE id = ?", (state, *arguments, job))  # noqa: S608

    def _require(self, job: str, verb: str, *states: State) -> None:
        found = self.get(job)
        if found.state not in states:
            wanted = " or ".join(states)
            raise InputError(
                f"Job {found.title!r} is {found.state} and cannot be {verb}; only one that is {wanted} can."
            )

    def _select(self, clause: str, *arguments: Any) -> tuple[QueuedJob, ...]:
        with self._lock:
            try:
                rows = self._connection.execute(f"SELECT * FROM jobs {clause}", arguments).fetchall()  # noqa: S608
            except sqlite3.Error as error:
                raise translated(error, self.path) from error
        return tuple(map(from_row, rows))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the lock and one transaction; within another one, be part of that."""
        with self._lock:
            if self._within:
                yield self._connection
                return
            self._within = True
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                self._roll_back()
                if isinstance(error, sqlite3.Error):
                    raise translated(error, self.path) from error
                raise
            finally:
                self._within = False

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):  # a full disk has rolled back by itself, a closed queue has nothing to
            self._connection.execute("ROLLBACK")

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="milliseconds")
