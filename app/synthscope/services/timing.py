"""The times of this computer: noted after each candidate, asked before each run."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import appdirs

from synthscope.errors import SynthscopeError
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import writing_faults
from synthscope.io.models import read_card
from synthscope.records.timing import TIMINGS_FORMAT, VERSION, Estimate, Timings, estimate
from synthscope.services.planning import Plan
from synthscope.services.tasks import Task
from synthscope.services.workloads import workload_of


def timings_path() -> Path:
    """Give the file in which this computer's times are kept; it names no image and no folder."""
    return Path(appdirs.user_data_dir("synthscope", appauthor=False)) / "timings.json"


def estimate_of(planned: Plan, timings: Timings | None = None) -> Estimate:
    """Say how long all candidates of a plan will take here; whoever asks for many plans reads the times once."""
    return estimate(planned.cost.seconds * len(planned.seeds), known_ratios(planned, timings))


def known_ratios(planned: Plan, timings: Timings | None = None) -> tuple[float, ...]:
    """Give how many times longer than predicted such candidates took here; none where nothing was learned yet."""
    known = read_timings() if timings is None else timings
    return tuple(known.ratios.get(_kind(planned.spec.id, planned.choice.device), ()))


def note_time(task: Task, seconds: float) -> None:
    """Note what a candidate took; a file that cannot be written is no reason to fail a run."""
    request = task.recipe.request
    work = workload_of(task.source, task.region, task.mask, request.task, request.size, request.restoration, 1)
    weights = read_card(task.model).parameters if task.model else 0
    predicted = task.spec.cost(replace(work, weights=weights), task.parameters).seconds
    if seconds <= 0 or predicted <= 0:
        return
    path = timings_path()
    with suppress(SynthscopeError):
        with writing_faults(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        kind = _kind(task.spec.id, task.recipe.device)
        write_document(path, read_timings().with_(kind, round(seconds / predicted, 4)))


def read_timings() -> Timings:
    """Read the times; none where there is no file, or a damaged one: they are learned again soon."""
    path = timings_path()
    if not path.is_file():
        return Timings()
    try:
        return read_document(path, Timings, format=TIMINGS_FORMAT, version=VERSION)
    except SynthscopeError:
        return Timings()


def _kind(generator: str, device: str) -> str:
    return f"{generator} on {device}"
