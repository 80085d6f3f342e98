"""The rater's own program is killed while keys answer: nothing acknowledged is lost, and it goes on rightly."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

from .killing import events_in, found_in, kill_often, killed_once, pack_of
from .process import start_rater

KILLS = 4


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_a_killed_program_loses_no_answer_and_goes_on_at_the_trial_that_was_due(tmp_path: Path) -> None:
    found, pack = kill_often(tmp_path, KILLS, Random(11))
    assert found.acknowledged >= KILLS
    assert found.answered >= found.acknowledged
    assert (found.lost, found.wrong, found.misplaced, found.miscounted, found.broken) == (0, 0, 0, 0, 0)
    kinds = [event.kind for event in events_in(tmp_path)]
    assert kinds.count("crash_recovered") == KILLS - 1
    assert kinds.count("consent_given") == 1
    assert pack.exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_after_a_kill_the_study_is_finished_and_its_session_closed(tmp_path: Path) -> None:
    pack, order = pack_of(tmp_path, 6)
    acknowledged = killed_once(tmp_path, pack, 0.2)
    with start_rater(tmp_path, pack, "a") as process:
        out, faults = process.communicate(timeout=120)
    assert (process.returncode, faults) == (0, "")
    found = found_in(tmp_path, order, [*acknowledged, *out.split()], 1)
    assert found.answered == len(order)
    assert (found.lost, found.wrong, found.misplaced, found.miscounted, found.broken) == (0, 0, 0, 0, 0)
    assert events_in(tmp_path)[-1].kind == "session_close"


def test_what_is_counted_can_be_found(tmp_path: Path) -> None:
    """A trial that was acknowledged and is not there is lost; an order that was not kept is misplaced."""
    pack, order = pack_of(tmp_path, 3)
    acknowledged = killed_once(tmp_path, pack, 0)
    found = found_in(tmp_path, order[::-1], [*acknowledged, "t9999"], 1)
    assert found.lost == 1
    assert found.misplaced >= 1
