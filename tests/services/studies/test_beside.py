"""Metrics beside ratings: one that knows the ratings, one that knows nothing, and the very pictures measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tests.studies.analysis.simulated import blinded, simulated

from synthscope.errors import InputError
from synthscope.generators.registry import resolve
from synthscope.jobs.drain import drain
from synthscope.records.documents import from_json, to_json, without_infinities
from synthscope.records.study import Paradigm, Showing
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_beside import BesideMetrics, MetricValue
from synthscope.records.study_key import StimulusKey
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.records.study_ratings import Estimate
from synthscope.records.study_simulation import SimulatedRater
from synthscope.services.evaluation.evaluating import Means
from synthscope.services.studies.beside import beside_job, rated_of, table_by
from synthscope.services.studies.beside_values import metric_values_job, references_of
from synthscope.worker import implement

PICTURE = np.random.default_rng(0).integers(0, 255, (1, 16, 16, 1)).astype(np.uint8)
VARIED = SimulatedRater(sensitivity=1.0, case_sd=1.5)


def picture(code: str) -> np.ndarray:
    """Give a picture whose trivial properties have nothing to do with anything."""
    rng = np.random.default_rng(sum(map(ord, code)) * 7919 + len(code))
    return (PICTURE * rng.uniform(0.3, 1)).astype(np.uint8)


@cache
def answered(paradigm: Paradigm) -> tuple[StudyAnswers, Mapping[str, float]]:
    """Give answers of raters who see the same cases alike, and the mean rating of every picture."""
    answers = simulated(paradigm, VARIED, per_arm=14, raters=5)
    table = table_by(rated_of(answers), lambda row, place: row.codes[place])
    return answers, dict(zip(table.items, table.means, strict=True))


def metrics(means: Mapping[str, float]) -> list[MetricValue]:
    rng = np.random.default_rng(5)
    known = MetricValue("knowing", "Knowing", "image", "", 0.0, higher_is_better=False)
    knowing = [replace(known, subject=code, value=-value) for code, value in means.items()]
    return [*knowing, *(MetricValue("idle", "Idle", "image", code, rng.normal()) for code in means)]


def row(found: BesideMetrics, heading: str, name: str, subject: str) -> Estimate:
    return next(one for one in found.estimates[heading] if (one.name, one.subject) == (name, subject))


def test_a_metric_that_knows_the_ratings_goes_with_them_and_an_idle_one_does_not() -> None:
    answers, means = answered("real-or-synthetic")
    found = drain(beside_job(answers, metrics(means), picture))
    knowing, idle = (row(found, "Each image", "srcc", f"{name} by image") for name in ("Knowing", "Idle"))
    assert knowing.value > 0.99
    assert knowing.p_value < 0.01
    assert idle.low < 0 < idle.high
    assert row(found, "Each image", "partial-srcc", "Knowing by image").value > 0.9
    assert row(found, "Each image", "srcc-difference", "knowing against idle by image").low > 0
    assert 0.5 < row(found, "What raters reach", "noise-ceiling", "").value <= 1
    assert {curve.title for curve in found.curves} == {"Ratings beside Knowing", "Ratings beside Idle"}


def test_pairs_of_pictures_are_judged_as_raters_judge_them() -> None:
    answers, means = answered("pairs")
    found = drain(beside_job(answers, metrics(means), picture))
    assert row(found, "Each pair", "2afc", "Knowing").value > row(found, "Each pair", "2afc", "Idle").value + 0.1


def test_disagreements_are_shown_both_ways() -> None:
    answers, means = answered("rating")
    turned = [replace(one, value=-one.value) if one.metric == "knowing" else one for one in metrics(means)]
    found = drain(beside_job(answers, turned, picture))
    good = [one for one in found.disagreements if one.metric_place > one.rating_place]
    bad = [one for one in found.disagreements if one.metric_place < one.rating_place]
    assert good
    assert bad
    assert all(one.letter in answers.letters for one in found.disagreements)


def test_few_generators_carry_no_correlation() -> None:
    answers, _ = answered("real-or-synthetic")
    synthetic = [letter for letter in answers.letters if letter not in answers.real]
    values = [MetricValue("kid", "KID", "arm", letter, float(n)) for n, letter in enumerate(synthetic)]
    found = drain(beside_job(answers, values, picture))
    assert "n = 2 models: a correlation cannot be interpreted." in found.warnings
    assert "Each generator" not in found.estimates
    assert [curve.name for curve in found.curves] == ["beside-arm"]


def test_the_same_answers_give_the_same_numbers_and_they_read_back() -> None:
    answers, means = answered("rating")
    found = drain(beside_job(answers, metrics(means), picture))
    again = drain(beside_job(answers, metrics(means), picture))
    for heading, rows in found.estimates.items():
        assert [one.name for one in again.estimates[heading]] == [one.name for one in rows]
        values = [[(one.value, one.low, one.high) for one in each] for each in (rows, again.estimates[heading])]
        np.testing.assert_allclose(*values, rtol=1e-5, atol=1e-6)
    assert from_json(BesideMetrics, without_infinities(to_json(found))).methods == found.methods


def test_blind_answers_are_refused() -> None:
    with pytest.raises(InputError, match="only after unblinding"):
        drain(beside_job(blinded(answered("rating")[0]), [], picture))


def grain(rng: np.random.Generator, sigma: float) -> np.ndarray:
    field = gaussian_filter(rng.normal(size=(64, 64)), sigma, mode="wrap")
    return np.clip(128 + 50 * field / field.std(), 0, 255).astype(np.uint8)[None, :, :, None]


def test_the_very_pictures_are_measured_by_themselves_beside_their_reference_and_as_arms() -> None:
    rng = np.random.default_rng(1)
    shown, stimuli = {}, []
    for letter, sigma, real in (("A", 2.0, True), ("B", 2.1, False), ("C", 5.0, False)):
        for number in range(10):
            code = f"{letter.lower()}{number:02d}"
            shown[code] = grain(rng, sigma)
            stimuli.append(StimulusKey(code, f"{letter}-{number}", letter, letter, f"case {letter}{number}", real))
    trials = tuple(Trial(f"t{n}", 1, (f"b{n:02d}",), f"a{n:02d}") for n in range(10))
    manifest = PackManifest(
        "s", "x", "reference", (), Showing(), (1, 64, 64, 1), tuple(sorted(shown)), (Slot("r", False, trials),)
    )
    found = drain(metric_values_job(shown.__getitem__, stimuli, manifest, Means(resolve, implement)))
    single = {}
    for one in found.values:
        if one.level == "image" and one.metric.startswith(("nearest-real", "departure")):
            single.setdefault(one.metric, {}).setdefault(one.subject[0], []).append(one.value)
    assert {"nearest-real:oriented-filters", "departure:spectra"} <= set(single)
    for by_arm in single.values():
        assert len(by_arm["b"]) == len(by_arm["c"]) == 10
    assert np.median(single["departure:spectra"]["c"]) > 2 * np.median(single["departure:spectra"]["b"])
    assert references_of(manifest)["b03"] == "a03"
    assert {one.subject for one in found.values if one.metric == "ssim"} == {f"b{n:02d}" for n in range(10)}
    kid = {one.subject: one.value for one in found.values if one.metric == "kid, oriented-filters"}
    assert kid["C"] > kid["B"]
