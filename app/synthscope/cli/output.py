"""What the command line says: JSON or words on standard output, a progress bar on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from synthscope.jobs.drain import drain
from synthscope.records.documents import to_json, without_infinities
from synthscope.records.events import Event, Job, Measured, Progress

T = TypeVar("T")


def say(document: dict[str, Any], words: str, *, as_json: bool) -> None:
    """Print one JSON object, or words for a person."""
    if sys.stdout is None:
        return
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write((_as_text(document, encoding) if as_json else _shown(words, encoding)) + "\n")


def _as_text(document: dict[str, Any], encoding: str) -> str:
    """Write JSON in the letters that the other side reads, others escaped."""
    known = without_infinities(to_json(document))
    text = json.dumps(known, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(known, ensure_ascii=True, allow_nan=False)
    return text


def _shown(words: str, encoding: str) -> str:
    return words.encode(encoding, "backslashreplace").decode(encoding)


def complain(sentence: str) -> None:
    """Print one sentence on standard error."""
    sys.stderr.write(f"synthscope: {sentence}\n")


def run_with_bar(job: Job[T], heed: Callable[[Event], Iterable[str]] | None = None) -> T:
    """Drain a job with a progress bar, where standard error is a terminal.

    What `heed` says to an event is printed there as `complain` does, above the bar.
    """
    with _bar() as bar:
        shown = _Shown(bar)

        def hear(event: Event) -> None:
            for sentence in heed(event) if heed is not None else ():
                bar.console.print(f"synthscope: {sentence}", markup=False, highlight=False, soft_wrap=True)
            shown(event)

        return drain(job, on_event=hear)


@contextmanager
def _bar() -> Iterator[Bar]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        bar.add_task("", total=1.0)
        yield bar


class _Shown:
    """Shows events on a bar: how far the work is, and the last loss of a training."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._loss = ""

    def __call__(self, event: Event) -> None:
        if self._bar.disable:
            return
        if isinstance(event, Measured) and "held_out_loss" in event.values:
            self._loss = f" · held-out {event.values['held_out_loss']:.4g}"
        elif isinstance(event, Progress):
            self._bar.update(self._bar.tasks[0].id, completed=event.fraction, description=event.text + self._loss)
