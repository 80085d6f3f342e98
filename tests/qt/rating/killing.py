"""The program of a rater killed at random moments while keys answer, and what was then on the disk."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from tests.qt.rating.process import start_rater
from tests.qt.rating.rater import value_for

from synthscope.records.study import Question, Showing
from synthscope.records.study_events import Event
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.studies.pack.writing import write_pack
from synthscope.studies.store.chain import sessions_of, verify
from synthscope.studies.store.recovery import recover

BLOCK = 40


@dataclass(frozen=True)
class Found:
    """What the disk holds after kills, against what was acknowledged.

    Parameters
    ----------
    lost : int
        Trials that were acknowledged and have no answer.
    wrong : int
        Answers of another value than was given, or of a trial that was answered twice.
    misplaced : int
        Trials shown at their turn although another was due.
    miscounted : int
        Showings whose number of exposures is not that of the times that the trial was armed.
    broken : int
        Chains that do not hold, or sessions that do not name the one before.
    """

    kills: int
    acknowledged: int
    answered: int
    lost: int
    wrong: int
    misplaced: int
    miscounted: int
    broken: int
    interrupted: int


def pack_of(folder: Path, trials: int) -> tuple[Path, tuple[str, ...]]:
    """Write a pack of one mirrored slot ``a``, and give it with the ids of its trials in their order."""
    shown = tuple(Trial(f"t{n:04d}", 1 + n // BLOCK, (f"c{n % 3}",)) for n in range(trials))
    manifest = PackManifest(
        "s", "x", "real-or-synthetic", (Question("q", "confidence", "Real?"),), Showing(least=0, interval=300),
        (1, 64, 64, 1), ("c0", "c1", "c2"), (Slot("a", True, shown),), consent="Free.",
    )  # fmt: skip
    path = write_pack(folder / "s.ratepack", manifest, lambda c: np.full((1, 64, 64, 1), 80 * int(c[1]), np.uint8))
    return path, tuple(trial.id for trial in shown)


def killed_once(folder: Path, pack: Path, seconds: float) -> list[str]:
    """Let keys answer, kill the program `seconds` after its first answer, and give the trials that it acknowledged."""
    with start_rater(folder, pack, "a") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        rest, faults = process.communicate()
    assert first, faults
    return [line.strip() for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]


def kill_often(folder: Path, kills: int, random: Random, longest: float = 1.0) -> tuple[Found, Path]:
    """Kill the program so often, each time at a random moment, and give what was found, and the pack."""
    pack, order = pack_of(folder, 20 * kills)
    acknowledged = [trial for _ in range(kills) for trial in killed_once(folder, pack, random.uniform(0, longest))]
    return found_in(folder, order, acknowledged, kills), pack


def events_in(folder: Path) -> tuple[Event, ...]:
    """Give all events of both copies."""
    return recover(folder / "answers" / "responses_a.db", folder / "second" / "responses_a.jsonl")


def found_in(folder: Path, order: tuple[str, ...], acknowledged: list[str], kills: int) -> Found:
    """Hold the events on the disk against what was acknowledged, and against what had to come."""
    events = events_in(folder)
    given = [event for event in events if event.kind == "answer_submitted"]
    answered = {event.trial for event in given}
    misplaced, miscounted = _course(events, order)
    chains = list(sessions_of(events).values())
    named = [chain[0].payload["previous"] for chain in chains] == ["", *(chain[0].session for chain in chains[:-1])]
    return Found(
        kills=kills,
        acknowledged=len(acknowledged),
        answered=len(answered),
        lost=len(set(acknowledged) - answered),
        wrong=sum(event.payload["answers"] != {"q": value_for(event.trial)} for event in given)
        + len(given) - len(answered),
        misplaced=misplaced,
        miscounted=miscounted,
        broken=len(verify(events)) + (not named),
        interrupted=sum(event.kind == "trial_interrupted" for event in events),
    )  # fmt: skip


def _course(events: tuple[Event, ...], order: tuple[str, ...]) -> tuple[int, int]:
    """Go through the events as they came: each trial shown must be the first without an answer."""
    done: set[str] = set()
    shown: Counter[str] = Counter()
    misplaced = miscounted = 0
    for event in events:
        if event.kind == "trial_armed":
            shown[event.trial] += 1
        elif event.kind == "stimulus_onset":
            misplaced += event.trial != next(trial for trial in order if trial not in done)
            miscounted += event.payload["exposure"] != shown[event.trial]
        elif event.kind == "answer_submitted":
            done.add(event.trial)
    return misplaced, miscounted
