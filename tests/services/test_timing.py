"""Times of this computer: a run leaves them, the next plan uses them, and no file of theirs stops a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthscope.generators.registry import resolve
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.planning import Plan, plan
from synthscope.services.timing import estimate_of, read_timings, timings_path
from synthscope.services.verbs import make_job


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


def planned(count: int = 1) -> Plan:
    image, mask = scene()
    return plan(image, Region((20, 20), (36, 36)), mask, Choice("inpaint", "exemplar", count=count))


def scene() -> tuple[Image, np.ndarray]:
    pixels = np.random.default_rng(0).integers(0, 60000, (96, 96)).astype(np.uint16)
    mask = np.zeros((96, 96), bool)
    mask[20:36, 20:36] = True
    return Image(pixels, Space("yx"), "noise"), mask


def run(tmp_path: Path, count: int = 2) -> None:
    image, mask = scene()
    drain(make_job(image, mask, Choice("inpaint", "exemplar", count=count), tmp_path / "out", resolve))


def test_a_run_teaches_the_next_estimate_and_leaves_nothing_that_names_it(tmp_path):
    before = estimate_of(planned())
    assert before.known == 0
    run(tmp_path)
    after = estimate_of(planned())
    (ratios,) = read_timings().ratios.values()
    assert after.known == len(ratios) == 2
    assert after.low <= after.seconds <= after.high
    assert after.seconds == pytest.approx(before.seconds * np.exp(np.median(np.log(ratios))))
    assert "noise" not in timings_path().read_text()
    assert str(tmp_path) not in timings_path().read_text()


def test_all_candidates_count(tmp_path):
    run(tmp_path)
    assert estimate_of(planned(4)).seconds == pytest.approx(4 * estimate_of(planned(1)).seconds)


@pytest.mark.parametrize("damage", ["{", '{"format": "synthscope/timings", "version": 99}', ""])
def test_damaged_times_are_learned_anew(tmp_path, damage):
    timings_path().parent.mkdir(parents=True)
    timings_path().write_text(damage)
    assert estimate_of(planned()).known == 0
    run(tmp_path, count=1)
    assert estimate_of(planned()).known == 1


def test_a_place_that_cannot_be_written_stops_no_run(tmp_path):
    timings_path().parent.parent.mkdir(parents=True)
    timings_path().parent.write_text("a file where the folder should be")
    run(tmp_path, count=1)
    assert estimate_of(planned()).known == 0
