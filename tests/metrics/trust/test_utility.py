"""What a segmenter learns from good, from bad and from wrongly labelled synthetic fields."""

from __future__ import annotations

import numpy as np
import pytest
from tests.metrics.grainy import frame_of, grains

from synthscope.errors import InputError
from synthscope.imaging.pixel_features import SIGMAS, pixel_features
from synthscope.jobs.drain import drain
from synthscope.metrics.trust.utility import PROXY, TOLD, Lessons, dice, utility_job
from synthscope.records.events import Progress

REAL, TEST, OTHER = grains(6, (1, 48, 48), 1), grains(4, (1, 48, 48), 2), grains(6, (1, 48, 48), 3)
FRAME = frame_of(REAL)
SPECIMENS = ("a", "a", "b", "b")


def findings(synthetic, real=None, test=None, **others):
    (found,) = drain(
        utility_job(
            real or Lessons(REAL), [synthetic], test or Lessons(TEST, specimens=SPECIMENS), FRAME,
            pixels=1500, seeds=(0, 1), **others,
        )
    )  # fmt: skip
    return found


def labelled(fields, specimens=()):
    return Lessons(fields, FRAME.phases(fields)[..., 0].astype(int), specimens)


def test_good_synthetic_fields_teach_as_much_as_real_ones():
    found = findings(Lessons(OTHER))
    by_arm, gains = dict(found.dice), dict(found.gain)
    assert by_arm["real"].value > 0.9
    assert abs(gains["synthetic"].value) < 0.01
    assert found.labels == PROXY
    assert found.specimens == ("a", "b")
    assert np.array(found.runs).shape == (3, 2, 2)


def test_synthetic_fields_without_structure_teach_less_and_the_interval_says_so():
    shuffled = np.random.default_rng(0).permuted(OTHER.reshape(6, -1), axis=1).reshape(OTHER.shape)
    gain = dict(findings(Lessons(shuffled)).gain)["synthetic"]
    assert gain.low <= gain.value <= gain.high < -0.02


def test_label_maps_are_learned_where_they_are_there():
    test = labelled(TEST, SPECIMENS)
    good = findings(labelled(OTHER), labelled(REAL), test)
    wrong = findings(Lessons(OTHER, 1 - labelled(OTHER).labels), labelled(REAL), test)
    assert good.labels == TOLD
    assert dict(good.dice)["synthetic"].value > 0.95
    assert dict(wrong.dice)["synthetic"].value < 0.1


def test_the_same_seeds_give_the_same_findings():
    assert findings(Lessons(OTHER)) == findings(Lessons(OTHER))


def test_several_sets_at_once_are_each_what_they_are_alone():
    shuffled = np.random.default_rng(0).permuted(OTHER.reshape(6, -1), axis=1).reshape(OTHER.shape)
    sets = [Lessons(OTHER), Lessons(shuffled)]
    told = {"pixels": 300, "seeds": (0,), "resamples": 20}
    together = drain(utility_job(Lessons(REAL), sets, Lessons(TEST), FRAME, **told))
    alone = [drain(utility_job(Lessons(REAL), [one], Lessons(TEST), FRAME, **told))[0] for one in sets]
    assert list(together) == alone


def test_progress_goes_from_nothing_to_all():
    events = []
    drain(utility_job(Lessons(REAL), [Lessons(OTHER)], Lessons(TEST), FRAME, pixels=200, seeds=(0,)), events.append)
    assert [e.fraction for e in events if isinstance(e, Progress)][0::6] == [0, 1]


def test_dice_of_halves_and_of_nothing():
    a, b = np.array([1, 1, 0, 0]), np.array([0, 1, 1, 0])
    assert dice(a, b) == 0.5
    assert dice(np.array([1, 2, 0]), np.array([1, 0, 0])) == 0.5
    assert dice(np.zeros(4), np.zeros(4)) == 1


def test_filters_of_a_slope_and_a_bowl_are_exact_inside():
    y, x = np.mgrid[:64, :64].astype(float)
    n = 4
    slope = pixel_features((3 * x + 4 * y)[None, ..., None])[0, 32, 32]
    bowl = pixel_features((0.5 * y**2 + 0.1 * x**2)[None, ..., None])[0, 32, 32]
    for i, sigma in enumerate(SIGMAS[:3]):
        assert slope[n * i + 1] == pytest.approx(5 * sigma, rel=5e-3)
        assert bowl[n * i + 2 : n * i + 4] == pytest.approx([sigma**2, 0.2 * sigma**2], rel=2e-2)


def test_what_teaches_nothing_is_refused_in_a_sentence():
    with pytest.raises(InputError, match="for some of"):
        findings(labelled(OTHER))
    with pytest.raises(InputError, match="'a' is in both"):
        findings(Lessons(OTHER), Lessons(REAL, specimens=("a",) * 6))
    with pytest.raises(InputError, match="0 synthetic fields"):
        findings(Lessons(OTHER[:0]))
