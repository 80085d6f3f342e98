"""What the command line says: JSON or words on standard output, a progress bar on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from synthscope.jobs.drain import drain
from synthscope.records.documents import to_json
from synthscope.records.events import Event, Job, Progress

T = TypeVar("T")


def say(document: dict[str, Any], words: str, *, as_json: bool) -> None:
    """Print one JSON object, or words for a person."""
    text = json.dumps(to_json(document), ensure_ascii=False, allow_nan=False) if as_json else words
    sys.stdout.write(text + "\n")


def complain(sentence: str) -> None:
    """Print one sentence on standard error."""
    sys.stderr.write(f"synthscope: {sentence}\n")


def run_with_bar(job: Job[T]) -> T:
    """Drain a job with a progress bar, where standard error is a terminal."""
    with _bar() as bar:
        return drain(job, on_event=lambda event: _show(bar, event))


@contextmanager
def _bar() -> Iterator[Bar]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        bar.add_task("", total=1.0)
        yield bar


def _show(bar: Bar, event: Event) -> None:
    if isinstance(event, Progress) and not bar.disable:
        bar.update(bar.tasks[0].id, completed=event.fraction, description=event.text)
