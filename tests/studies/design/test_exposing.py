"""Exposures: the same for every arm, even for every rater and third, and nothing in them that tells arms apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from synthscope.records.study import Showing
from synthscope.records.study_schedule import Schedule, StudyItem
from synthscope.studies.design.exposing import exposures_of
from synthscope.studies.design.schedule import make_schedule
from synthscope.studies.design.thirds import third_of
from synthscope.studies.discrimination.choice_estimates import threshold_estimates
from synthscope.studies.discrimination.threshold import fit_threshold, psychometric

from .studying import make_design, make_items

EXPOSURES = (1000, 500, 250, 125, 63, 31)


def scheduled(raters: int = 6, per_arm: int = 0, images: int = 26) -> tuple[Schedule, tuple[StudyItem, ...]]:
    items = make_items(images, (images,))
    return make_schedule(make_design("exposure", raters=raters, per_arm=per_arm, training=2), items, 3), items


@pytest.mark.parametrize(
    ("first", "all_of_them"),
    [(0, EXPOSURES), (1000, EXPOSURES), (200, (200, 100, 50, 25)), (17, (17,)), (1, (17,))],
)
def test_exposures_are_halved_from_the_first_down_to_a_frame(first: int, all_of_them: tuple[int, ...]) -> None:
    design = replace(make_design("exposure"), showing=Showing(exposure=first))
    assert exposures_of(design) == all_of_them
    assert exposures_of(make_design("rating")) == ()


@pytest.mark.parametrize(("per_arm", "images"), [(0, 26), (20, 30)])
def test_every_rater_sees_each_arm_at_each_exposure_equally_often_in_the_session_and_in_its_thirds(
    per_arm: int, images: int
) -> None:
    schedule, items = scheduled(per_arm=per_arm, images=images)
    arms = {item.code: item.arm for item in items}
    roles = {key.trial: key.role for key in schedule.trials}
    for slot in schedule.slots:
        tests = [trial for trial in slot.trials if roles[trial.id] == "test"]
        counts = Counter((arms[trial.places[0]], trial.exposure_ms) for trial in tests)
        assert {exposure for _, exposure in counts} == set(EXPOSURES)
        assert max(counts.values()) - min(counts.values()) <= 1
        assert all(counts["real", exposure] == counts["gen1", exposure] for exposure in EXPOSURES)
        thirds = Counter(
            (arms[trial.places[0]], trial.exposure_ms, third_of(at, len(tests))) for at, trial in enumerate(tests)
        )
        by_third = [thirds[arm, exposure, third] for arm in ("real", "gen1") for exposure in EXPOSURES
                    for third in range(3)]  # fmt: skip
        assert max(by_third) - min(by_third) <= 1


def test_over_six_raters_every_image_is_seen_once_at_each_exposure() -> None:
    schedule, _ = scheduled()
    roles = {key.trial: key.role for key in schedule.trials}
    seen = Counter(
        (trial.places[0], trial.exposure_ms)
        for slot in schedule.slots
        for trial in slot.trials
        if roles[trial.id] == "test"
    )
    assert set(seen.values()) == {1}
    assert len(seen) == 2 * 25 * 6  # one image of each arm is for training


def test_repeats_are_seen_as_long_as_the_first_time_and_catches_the_longest() -> None:
    schedule, _ = scheduled()
    trials = {trial.id: trial for slot in schedule.slots for trial in slot.trials}
    repeats = [key for key in schedule.trials if key.repeats]
    assert repeats
    assert all(trials[key.trial].exposure_ms == trials[key.repeats].exposure_ms for key in repeats)
    assert {trials[key.trial].exposure_ms for key in schedule.trials if key.role == "catch"} == {1000}
    assert {trials[key.trial].exposure_ms for key in schedule.trials if key.role == "training"} == {1000, 500}


def test_which_exposure_follows_which_says_nothing_of_the_arms_of_codes_in_their_order() -> None:
    """A pack holds all slots: were images dealt in the order of their codes, exposures would count through each arm."""
    agree = []
    for seed in range(40):
        items = make_items(26, (26,))
        schedule = make_schedule(make_design("exposure", raters=1, per_arm=0, training=2, repeats=0.0), items, seed)
        arms = {item.code: item.arm for item in items}
        shown = {trial.places[0]: EXPOSURES.index(trial.exposure_ms) for trial in schedule.slots[0].trials
                 if arms.get(trial.places[0]) and trial.block}  # fmt: skip
        real = [shown[code] for code in sorted(shown) if arms[code] == "real"]
        agree += list(np.diff(real) % 6 == 1)
    assert np.mean(agree) == pytest.approx(1 / 6, abs=4 * np.sqrt(1 / 6 * 5 / 6 / len(agree)))


def test_thresholds_of_simulated_raters_are_had_back_from_scheduled_exposures() -> None:
    schedule, _ = scheduled(raters=6, images=91)
    roles = {key.trial: key.role for key in schedule.trials}
    rng = np.random.default_rng(5)
    thresholds = {}
    for slot in schedule.slots:
        shown = np.array([trial.exposure_ms for trial in slot.trials if roles[trial.id] == "test"], float)
        part = psychometric(np.log2(shown), np.log2(150.0), 1.0)
        thresholds[slot.id] = fit_threshold(shown, rng.random(len(shown)) < part)
    rows = threshold_estimates(thresholds)
    assert rows[0].name == "threshold-ms"
    assert rows[0].low < 150 < rows[0].high
    assert rows[0].high / rows[0].low < 2.5
    assert sum(one.low < 150 < one.high for one in thresholds.values()) >= 5
