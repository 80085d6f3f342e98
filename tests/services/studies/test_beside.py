"""Ratings beside metrics: what is true is found, what is random is not, at every level; the same every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr
from tests.services.studies.beside_study import (
    MARKS,
    REALNESS,
    SCALE,
    assert_alike,
    chosen,
    made,
    marked,
    pictures_of,
    qualities,
    rated,
    stimuli_of,
    values_of,
)

from synthscope.errors import InputError
from synthscope.jobs.drain import drain
from synthscope.records.documents import from_json, to_json
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_beside import BesideMetrics, MetricValue
from synthscope.records.study_ratings import Estimate
from synthscope.services.studies.beside import beside_job
from synthscope.services.studies.beside_levels import CEILING, COMPARISON, GENERATORS, IMAGES, PAIRS, TRIVIAL
from synthscope.services.studies.beside_maps import HEADING as MAPS
from synthscope.studies.correspondence.levels import few_models

STIMULI = stimuli_of()
QUALITY = qualities(STIMULI)
PICTURES = pictures_of(STIMULI)
VALUES = (
    *values_of(QUALITY, 0.4), *values_of(QUALITY, 0.4, "near, turned", 5, higher=False),
    *values_of(dict.fromkeys(QUALITY, 0.0), 1.0, "random", 6),
)  # fmt: skip


def beside(answers: StudyAnswers, values: tuple[MetricValue, ...] = VALUES) -> BesideMetrics:
    return drain(beside_job(answers, values, PICTURES.__getitem__, stimuli=STIMULI))


@pytest.fixture(scope="module")
def found() -> BesideMetrics:
    return beside(rated(STIMULI, QUALITY, resamples=200))


def row(found: BesideMetrics, heading: str, name: str, subject: str) -> Estimate:
    (one,) = [one for one in found.estimates[heading] if one.name == name and one.subject == subject]
    return one


def test_a_metric_that_is_the_truth_with_noise_correlates_and_a_random_one_does_not(found: BesideMetrics) -> None:
    made_only = {code: q for code, q in QUALITY.items() if not code.startswith("r")}
    metric = {one.subject: one.value for one in VALUES if one.metric == "near"}
    truth = spearmanr([metric[code] for code in made_only], list(made_only.values())).statistic
    near, chance = (row(found, IMAGES, "srcc", f"{name} by image") for name in ("near", "random"))
    assert near.low > 0.5
    assert near.low < truth < near.high + 0.1
    assert near.p_value < 0.01
    assert chance.low < 0 < chance.high
    assert chance.p_value > 0.05
    assert near.n == 30, "generated pictures alone"
    assert near.random == ("raters", "images")


def test_a_metric_for_which_low_is_good_is_turned(found: BesideMetrics) -> None:
    assert row(found, IMAGES, "srcc", "near, turned by image").low > 0.5


def test_raters_are_the_ceiling_and_the_curve_of_vqeg_is_fitted(found: BesideMetrics) -> None:
    halves = row(found, CEILING, "split-half", "overall by image")
    alone = row(found, CEILING, "leave-one-out", "overall by image")
    assert 0.8 < halves.value < 1
    assert alone.value < halves.value
    assert row(found, IMAGES, "plcc-mapped", "near by image").value > 0.7
    assert row(found, IMAGES, "rmse", "near by image").value < row(found, IMAGES, "rmse", "random by image").value
    assert 0 <= row(found, IMAGES, "outlier-ratio", "near by image").value < 1
    assert row(found, IMAGES, "partial-srcc", "near by image").low > 0.4


def test_the_true_metric_is_told_from_the_random_one(found: BesideMetrics) -> None:
    better = row(found, COMPARISON, "srcc-difference", "near against random by image")
    assert better.low > 0
    assert better.p_value < 0.05
    assert "Holm" in better.method
    assert row(found, COMPARISON, "steiger", "near against random by image").p_value < 0.05
    alike = row(found, COMPARISON, "srcc-difference", "near against near, turned by image")
    assert alike.low < 0 < alike.high


def test_pairs_that_raters_tell_apart_are_told_by_a_true_metric(found: BesideMetrics) -> None:
    assert row(found, PAIRS, "krasula-better", "near").value > 0.85
    assert row(found, PAIRS, "krasula-different", "near").value > row(found, PAIRS, "krasula-different", "random").value


def test_trivial_properties_stand_there_too(found: BesideMetrics) -> None:
    assert [one.name for one in found.estimates[TRIVIAL]] == ["srcc"] * 3
    assert all(one.p_value > 0.01 for one in found.estimates[TRIVIAL]), "pictures are noise"


def test_pictures_of_which_metric_and_raters_say_opposite_things(found: BesideMetrics) -> None:
    own = [one for one in found.disagreements if one.metric == "random"]
    assert any(one.metric_place > one.rating_place for one in own)
    assert any(one.metric_place < one.rating_place for one in own)
    assert max(abs(one.metric_place - one.rating_place) for one in own) > 0.6
    assert {one.letter for one in found.disagreements} <= {"A", "B"}


def test_two_generators_have_no_correlation_and_the_page_says_so(found: BesideMetrics) -> None:
    assert few_models(2) in found.warnings
    assert "n = 2 models: a correlation cannot be interpreted." in found.warnings
    assert GENERATORS not in found.estimates


def test_the_same_answers_give_the_same_numbers_and_another_seed_others() -> None:
    answers = rated(STIMULI, QUALITY, resamples=100)
    first, second = beside(answers), beside(answers)
    assert_alike(to_json(first), to_json(second))
    assert from_json(BesideMetrics, to_json(first)).estimates.keys() == first.estimates.keys()
    other = beside(replace(answers, plan=replace(answers.plan, seed=1)))
    assert row(other, IMAGES, "srcc", "near by image").low != row(first, IMAGES, "srcc", "near by image").low
    assert row(other, IMAGES, "srcc", "near by image").value == row(first, IMAGES, "srcc", "near by image").value


def test_blind_answers_are_refused() -> None:
    with pytest.raises(InputError, match=r"'A study' are blind.*unblind the study"):
        beside(replace(rated(STIMULI, QUALITY, resamples=100), blind=True))


def test_generators_stand_beside_metrics_of_sets_with_their_caveat() -> None:
    stimuli = stimuli_of(generators=6, images=6)
    quality = qualities(stimuli, apart=0.8)
    arms = tuple(MetricValue("kid", "KID", "arm", letter, 10.0 - i, higher_is_better=False)
                 for i, letter in enumerate("ABCDEF"))  # fmt: skip
    pictures = pictures_of(stimuli)
    answers = rated(stimuli, quality, REALNESS, "real-or-synthetic", resamples=200)
    found = drain(beside_job(answers, arms, pictures.__getitem__))
    srcc = row(found, GENERATORS, "srcc", "KID by model")
    assert srcc.value > 0.8
    assert srcc.n == 6
    assert few_models(6) in srcc.caveats
    assert few_models(6) in found.warnings
    assert "called it real" in found.methods
    (curve,) = [one for one in found.curves if one.name == "generators kid"]
    assert curve.x == tuple(sorted(curve.x))
    assert all(low <= y <= high for low, y, high in zip(curve.low, curve.y, curve.high, strict=True))


def test_choices_agree_with_a_true_metric_up_to_what_raters_reach() -> None:
    found = beside(chosen(STIMULI, QUALITY))
    near, chance, ceiling = (
        row(found, PAIRS, name, metric)
        for name, metric in (("2afc", "near"), ("2afc", "random"), ("2afc-ceiling", "near"))
    )
    assert near.low > 0.6
    assert near.value < ceiling.value + 0.05
    assert chance.low < 0.5 < chance.high
    assert row(found, PAIRS, "2afc-crossed", "near").p_value < 0.01
    assert row(found, PAIRS, "2afc-crossed", "random").p_value > 0.05
    assert "win rate" in found.methods


def test_hasty_and_catch_trials_do_not_count() -> None:
    answers = rated(STIMULI, QUALITY, resamples=100)
    hasty = replace(answers.ratings[0], trial="hasty", value=1, rt_ms=50.0)
    catch = replace(answers.ratings[0], trial="catch", value=1, role="catch")
    more = replace(answers, ratings=(*answers.ratings, hasty, catch))
    assert_alike(to_json(beside(more)), to_json(beside(answers)))


def test_marks_lie_where_a_picture_differs_from_its_reference() -> None:
    stimuli = stimuli_of(generators=1, images=4, real=4, shared=True)
    rng = np.random.default_rng(0)
    pictures = {}
    for one in stimuli:
        case = rng.normal(128, 3, (1, 64, 64, 1)) if one.is_real else pictures[f"r{one.code[1:]}"].astype(float)
        if not one.is_real:
            case = case + rng.normal(0, 3, case.shape)
            case[:, 12:28, 12:28] += 60
        pictures[one.code] = np.clip(case, 0, 255).astype(np.uint8)
    for at, seen in (((20.0, 20.0), True), ((50.0, 50.0), False)):
        answers = made(marked(stimuli, at), MARKS, "reference")
        found = drain(beside_job(answers, (), pictures.__getitem__, stimuli=stimuli))
        area = row(found, MAPS, "map-area", "absolute difference")
        assert area.n == 4
        assert (area.value > 0.9 and area.p_value < 0.05) if seen else area.value < 0.5


def test_marks_of_raters_lie_over_the_pictures_of_a_list() -> None:
    answers = rated(STIMULI, QUALITY, resamples=100)
    both = made([*answers.ratings, *marked(STIMULI, (4.0, 4.0))], SCALE, "marking", MARKS, resamples=100)
    found = beside(both, VALUES[-len(QUALITY) :])
    assert {len(one.marks) for one in found.disagreements} == {4}
    assert any(one.subject.endswith("(overall) by image") for one in found.estimates[IMAGES])


def test_answers_that_are_no_opinion_are_told() -> None:
    counted = replace(SCALE, id="roots", kind="count")
    found = beside(replace(rated(STIMULI, QUALITY, resamples=100), questions=(counted,)))
    assert "no metric stands beside them" in " ".join(found.warnings)
    assert not found.estimates
