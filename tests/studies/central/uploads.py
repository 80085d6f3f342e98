"""Many raters at once, each over a wire of its own that is cut at random."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.studies.central.conftest import Study, open_answers, rate
from tests.studies.central.server import Wire

from synthscope.records.study_events import Event
from synthscope.studies.central.fetching import fetch_events
from synthscope.studies.central.outbox import Outbox


@dataclass(frozen=True)
class Outcome:
    """Events on the raters' computers and at the server, both by slot, session and number."""

    saved: tuple[Event, ...]
    received: tuple[Event, ...]
    cuts: int
    seconds: float


def upload_all(study: Study, folder: Path, *, trials: int, seed: int, cuts: int) -> Outcome:
    """Let every slot of a study rate and send; all wires together are cut `cuts` times at least."""
    raters = range(len(study.logins))
    wires = [Wire(study.server.port) for _ in raters]
    began = time.perf_counter()

    def one(number: int) -> tuple[Event, ...]:
        answers = open_answers(folder / f"computer-{number}", study, number)
        outbox = Outbox(study.url(number, wires[number].port), f"computer-{number}", first_wait=0.01)
        answers.told = outbox.put
        rate(answers, trials)
        state = outbox.close(240)
        assert not state.events, state.sentence
        saved = answers.events()
        answers.close()
        return saved

    generator, done = random.Random(seed), 0
    with ThreadPoolExecutor(len(wires)) as pool:
        work = [pool.submit(one, number) for number in raters]
        while not all(each.done() for each in work):
            if done < 3 * cuts:
                done += generator.choice(wires).cut()
            time.sleep(generator.uniform(0, 0.05))
        saved = [event for each in work for event in sorted(each.result(), key=lambda event: event.seq)]
    seconds = time.perf_counter() - began
    for wire in wires:
        wire.close()
    return Outcome(tuple(saved), fetch_events(study.keeper, study.manifest.study), done, seconds)
