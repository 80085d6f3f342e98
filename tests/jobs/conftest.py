"""A worker made for the tests, and an ear for what it says."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from synthscope.jobs.messages import CancelledSaid, Failed, Finished
from synthscope.jobs.supervisor import WorkerProcess

TRIAL_WORKER = (sys.executable, str(Path(__file__).with_name("trial_worker.py")))
PATIENCE = 60.0


class Ear:
    """Keeps what it hears and lets a test wait for it."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self._more = threading.Condition()

    def __call__(self, message: Any) -> None:
        with self._more:
            self.heard.append(message)
            self._more.notify_all()

    def wait_for(self, wanted: Callable[[Any], bool]) -> Any:
        """Give the first message that is wanted."""
        with self._more:
            came = self._more.wait_for(lambda: any(map(wanted, self.heard)), PATIENCE)
            assert came, f"not heard; only {self.heard[-20:]}"
            return next(filter(wanted, self.heard))

    def first(self, message_type: type, job: str) -> Any:
        """Give the first message of a type about a job."""
        return self.wait_for(lambda m: isinstance(m, message_type) and m.job == job)

    def ending(self, job: str) -> Any:
        """Give the message a job ended with."""
        return self.wait_for(lambda m: isinstance(m, Finished | Failed | CancelledSaid) and m.job == job)

    def all(self, message_type: type) -> list[Any]:
        """Give all messages of a type so far."""
        return [m for m in self.heard if isinstance(m, message_type)]


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def trial_command() -> tuple[str, ...]:
    return TRIAL_WORKER


@pytest.fixture
def worker(ear: Ear, tmp_path: Path) -> Iterator[WorkerProcess]:
    process = WorkerProcess(TRIAL_WORKER, ear, tmp_path / "scratch µ")
    yield process
    process.close()
