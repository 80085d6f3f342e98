"""What is said beside a number."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.metrics.encoders.specs import MATERIALS
from synthscope.metrics.resampling import Range, Sample
from synthscope.metrics.sets.neighbours import Authenticity, Coverage, Density, Precision
from synthscope.metrics.sets.specs import AUTHENTICITY, COVERAGE, DENSITY, PRECISION
from synthscope.metrics.structure.specs import PHASES
from synthscope.records.evaluation import Score
from synthscope.records.metric import Frame, Layout
from synthscope.services.evaluation.controls import MEMORISED
from synthscope.services.evaluation.informing import verdict_beside_partners, verdict_on_copying
from synthscope.services.evaluation.scoring import Draws, Measured, scores_of, untold

WAYS = Layout(names=("porosity", "tortuosity-y"))


def sample(known: int, of: int) -> Sample:
    features = np.ones((of, 2))
    features[known:, 1] = np.nan
    return Sample(features, np.arange(of))


def said(real: int, judged: int, quantity: str = "tortuosity-y") -> tuple[str, ...]:
    reference = sample(real, 10)
    return untold(quantity, Measured(PHASES, WAYS, reference, reference, ()), sample(judged, 8))


def test_a_quantity_of_some_fields_says_of_how_many_and_that_it_is_taken_over_these() -> None:
    (words,) = said(9, 6)
    assert words.startswith("9 of 10 real and 6 of 8 judged fields tell it; it is taken over these.")


@pytest.mark.parametrize(("real", "judged"), [(5, 8), (10, 4), (0, 0)])
def test_a_quantity_of_few_fields_says_why_there_is_no_number(real: int, judged: int) -> None:
    (words,) = said(real, judged)
    assert "there is no number where half of a set or more do not" in words
    assert "no way leads from end to end" in words


def test_nothing_is_said_where_all_fields_tell_it() -> None:
    assert said(10, 8) == ()
    assert said(0, 0, "porosity") == ()
    assert said(0, 0, "no-such-quantity") == ()


FRAME = Frame((1, 64, 64), 1, ((0.0, 1.0),), (0.5,), 1.0)


def of_training(noise: float, memorised: float) -> dict[str, Score]:
    """Judge samples that lie so far from training rows, with such a memoriser for a control."""
    rng = np.random.default_rng(2)
    training, held_out, fresh = rng.normal(size=(3, 60, 6))

    def near(far: float) -> Sample:
        rows = training + far * rng.normal(size=training.shape) if far < 1 else fresh
        return Sample(rows, np.arange(60))

    known, real = Sample(training, np.arange(60)), Sample(held_out, np.arange(60))
    judged = (("made", "generated", near(noise)),)
    measured = Measured(MATERIALS, Layout(), real, real, judged, known, near(memorised))
    return {one.subject: one for one in scores_of(AUTHENTICITY, Authenticity(), measured, FRAME, Draws(100, 0))}


def test_authenticity_is_judged_by_a_memoriser_of_the_training_images() -> None:
    found = of_training(1, 0.01)
    assert found[MEMORISED].role == "control"
    assert found[MEMORISED].value < 5 < found["made"].value
    assert found["made"].informative is True
    assert "a memoriser, are surely told from held-out real" in found["made"].why
    blind = of_training(1, 1)["made"]
    assert blind.informative is False
    assert "cannot be told from held-out real" in blind.why


def test_coverage_and_density_say_what_two_sets_of_one_kind_have() -> None:
    rows = Sample(np.random.default_rng(3).normal(size=(100, 6)), np.arange(100))
    measured = Measured(MATERIALS, Layout(), rows, rows, (("made", "generated", rows),))
    for spec, metric, words in ((COVERAGE, Coverage(), "0.971"), (DENSITY, Density(), "1")):
        (found,) = scores_of(spec, metric, measured, FRAME, Draws(9, 0))
        assert f"Two sets of one kind have {words} on average, for 100 and 100 fields." in found.caveats
    (found,) = scores_of(PRECISION, Precision(), measured, FRAME, Draws(9, 0))
    assert not [one for one in found.caveats if "of one kind" in one]


def test_authenticity_says_in_words_whether_there_are_copies() -> None:
    assert any("look for copies" in words for words in of_training(0.01, 0.01)["made"].caveats)
    assert any("No surplus of nearness" in words for words in of_training(1, 0.01)["made"].caveats)


def test_a_set_of_fewer_fields_than_a_metric_needs_is_refused_with_both_numbers() -> None:
    few = Sample(np.random.default_rng(0).normal(size=(7, 3)), np.arange(7))
    measured = Measured(MATERIALS, Layout(), few, few, (("made", "generated", few),))
    with pytest.raises(InputError, match="A set has 7 fields, and 8 are the least"):
        list(scores_of(PRECISION, Precision(), measured, FRAME, Draws(20, 0)))


def test_without_a_memoriser_or_an_interval_nothing_is_said_of_copying() -> None:
    floor = Range(70.0, 60.0, 80.0)
    assert verdict_on_copying("high", None, floor) == (None, "")
    assert verdict_on_copying("high", Range(0.0, np.nan, np.nan), floor) == (None, "")
    assert verdict_on_copying("low", Range(90.0, 85.0, 95.0), floor)[0] is True
    assert verdict_on_copying("high", Range(90.0, 85.0, 95.0), floor)[0] is False


def test_beside_partners_blur_may_lie_above_the_ceiling_but_no_surrogate_and_not_the_stronger_the_better() -> None:
    ceiling = Range(0.6, 0.5, 0.7)
    controls = {
        "phase surrogate": Range(0.2, 0.1, 0.3), "blurred 1 px": Range(0.98, 0.97, 0.99),
        "blurred 2 px": Range(0.9, 0.88, 0.92), "noise 5 %": Range(0.9, 0.8, 0.95),
    }  # fmt: skip
    assert verdict_beside_partners(controls, ceiling)[0] is True
    same = controls | {"phase surrogate": Range(0.9, 0.85, 0.95)}
    assert "the phase surrogate ranks above held-out real" in verdict_beside_partners(same, ceiling)[1]
    turned = controls | {"blurred 1 px": controls["blurred 2 px"], "blurred 2 px": controls["blurred 1 px"]}
    assert "blurred real ranks higher the stronger it is" in verdict_beside_partners(turned, ceiling)[1]
    assert verdict_beside_partners(controls, Range(0.6, np.nan, np.nan)) == (None, "")
