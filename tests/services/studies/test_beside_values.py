"""Metrics of the pictures that raters saw: of each, of arms, beside references; what is not here says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage
from tests.services.studies.beside_study import REAL, SCALE, assert_alike, qualities, rated, stimuli_of

from synthscope.errors import InputError
from synthscope.imaging.similarity import ssim
from synthscope.jobs.drain import drain
from synthscope.metrics.registry import resolve
from synthscope.records.documents import to_json
from synthscope.records.study import Showing
from synthscope.records.study_beside import MetricValue
from synthscope.records.study_key import StimulusKey
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.services.evaluation import feature_store
from synthscope.services.studies.beside import beside_job
from synthscope.services.studies.beside_pictures import references_of
from synthscope.services.studies.beside_values import Taking, metric_values_job

SIDE = 48
TAKING = Taking(resolve, encoders=("random-pyramid",), resamples=20)
Stimuli = tuple[StimulusKey, ...]


@pytest.fixture(autouse=True, scope="module")
def _own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = str(tmp_path_factory.mktemp("features"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feature_store, "user_cache_dir", lambda *_args, **_more: folder)
        yield


def blurred(stimuli: Stimuli, seed: int = 0) -> dict[str, np.ndarray]:
    """Textures: those of B are as sharp as real ones, those of A are blurred; of one case all are of one noise."""
    noise: dict[str, np.ndarray] = {}
    rng, found = np.random.default_rng(seed), {}
    for one in stimuli:
        field = noise.setdefault(one.case, rng.normal(size=(SIDE, SIDE)))
        soft = ndimage.gaussian_filter(field, 3.0 if one.letter == "A" else 1.0)
        found[one.code] = np.clip(128 + 40 * soft / soft.std(), 0, 255).astype(np.uint8)[None, :, :, None]
    return found


def taken(stimuli: Stimuli, *metrics: str, real: bool = True, rows=None) -> tuple[MetricValue, ...]:
    pictures, answers = blurred(stimuli), rated(stimuli, qualities(stimuli), raters=2, real=real)
    job = metric_values_job(pictures.__getitem__, stimuli, answers.ratings if rows is None else rows, metrics or None,
                            taking=TAKING)  # fmt: skip
    return drain(job)


def mean_of(found: tuple[MetricValue, ...], metric: str, letter: str) -> float:
    own = [one.value for one in found if (one.metric, one.level, one.subject[:1]) == (metric, "image", letter.lower())]
    return float(np.mean(own))


@pytest.fixture(scope="module")
def everything(_own_store: None) -> tuple[MetricValue, ...]:
    return taken(stimuli_of(images=16, real=16))


def test_blurred_pictures_are_further_from_real_and_real_ones_are_held_against_the_others(
    everything: tuple[MetricValue, ...],
) -> None:
    for metric in ("nearest/random-pyramid", "precision/random-pyramid", "intensity", "spectrum"):
        blur, sharp, real = (mean_of(everything, metric, letter) for letter in ("A", "B", REAL))
        assert blur > 1.5 * sharp, metric
        assert real < 0.7 * blur, metric
        assert real > 0, metric
    codes = {one.subject for one in everything if one.metric == "spectrum" and one.level == "image"}
    assert codes == {one.code for one in stimuli_of(images=16, real=16)}


def test_arms_have_intervals_and_real_against_real(everything: tuple[MetricValue, ...]) -> None:
    kid = {one.subject: one for one in everything if one.metric == "kid/random-pyramid"}
    assert set(kid) == {"A", "B", REAL}
    assert kid["A"].value > kid["B"].value
    assert kid["A"].low <= kid["A"].value <= kid["A"].high
    assert not kid["A"].higher_is_better
    assert {one.higher_is_better for one in everything if one.metric == "precision/random-pyramid"} == {True, False}
    assert all(one.value >= 0 for one in everything if one.metric == "density/random-pyramid")


def test_metrics_that_look_at_sets_have_no_value_of_a_picture(everything: tuple[MetricValue, ...]) -> None:
    of_pictures = {one.metric for one in everything if one.level == "image"}
    assert not {name for name in of_pictures if name.startswith(("kid", "two-sample", "fid", "vendi"))}


def test_the_same_pictures_give_the_same_values(everything: tuple[MetricValue, ...]) -> None:
    again = taken(stimuli_of(images=16, real=16))
    assert_alike([to_json(one) for one in again], [to_json(one) for one in everything])


def test_paired_metrics_are_taken_where_trials_show_a_reference() -> None:
    stimuli = stimuli_of(images=6, real=6, shared=True)
    found = taken(stimuli, "ssim", "psnr", real=False)
    assert not [one for one in found if one.why]
    values = {one.subject: one for one in found if (one.metric, one.level) == ("ssim", "image")}
    assert set(values) == {one.code for one in stimuli if not one.is_real}
    assert all(values[f"b{i:03d}"].value == pytest.approx(1) for i in range(6)), "the same picture again"
    pictures = blurred(stimuli)
    reference = np.concatenate([pictures[one.code].ravel() for one in stimuli if one.is_real]).astype(float)
    a, b = (pictures[code][0, ..., 0].astype(float) for code in ("r002", "a002"))
    assert values["a002"].value == pytest.approx(ssim(a, b, data_range=np.ptp(reference)))
    arms = {one.subject: one.value for one in found if (one.metric, one.level) == ("ssim", "arm")}
    assert arms["A"] == pytest.approx(np.mean([values[f"a{i:03d}"].value for i in range(6)]))
    assert values["a002"].higher_is_better


def test_the_references_of_a_pack_count_where_they_are_known() -> None:
    stimuli = stimuli_of(images=3, real=3, shared=True)
    trials = tuple(Trial(f"t{i}", 1, (f"b{i:03d}",), f"r{(i + 1) % 3:03d}") for i in range(3))
    manifest = PackManifest(
        "s", "x", "reference", (), Showing(), (1, SIDE, SIDE, 1), tuple(one.code for one in stimuli),
        (Slot("r", False, trials),),
    )  # fmt: skip
    references = references_of(manifest)
    assert references == {"b000": "r001", "b001": "r002", "b002": "r000"}
    rows = [row for row in rated(stimuli, qualities(stimuli), raters=2, real=False).ratings if row.letters == ("B",)]
    job = metric_values_job(
        blurred(stimuli).__getitem__, stimuli, rows, ("ssim",), taking=TAKING, references=references
    )
    values = [one.value for one in drain(job) if one.level == "image"]
    assert len(values) == 3
    assert max(values) < 0.9, "other pictures than those of the case"


def test_what_cannot_be_taken_says_why_and_the_rest_goes_on() -> None:
    stimuli = stimuli_of(images=5, real=5)
    names = ("lpips-alex", "authenticity", "no-such", "ssim", "phase-quantities", "spectrum", "intensity:sharpness")
    found = taken(stimuli, *names)
    why = " ".join(one.why for one in found)
    for words in ("no partners are declared", "no training images", "'no-such'"):
        assert words in why
    assert {one.metric for one in found if one.level == "image"} >= {"spectrum", "intensity:sharpness"}
    assert "too few for two halves" in why
    assert not [one for one in found if one.why and one.subject]
    answers = rated(stimuli, qualities(stimuli), raters=3, resamples=100)
    told = drain(beside_job(answers, found, blurred(stimuli).__getitem__))
    assert {one.why for one in found if one.why} <= set(told.warnings)


def test_a_quantity_that_is_not_there_is_told_with_those_that_are() -> None:
    found = taken(stimuli_of(images=4, real=4), "intensity:taste")
    (why,) = [one.why for one in found if "taste" in one.why]
    assert "sharpness" in why


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: (), "No picture was shown in a test trial"),
        (lambda rows: (replace(rows[0], codes=("zz",)),), "Picture zz was shown and is not in the key"),
    ],
)
def test_rows_that_do_not_fit_are_refused(change: Callable, words: str) -> None:
    stimuli = stimuli_of(images=4, real=4)
    rows = rated(stimuli, qualities(stimuli), raters=2).ratings
    with pytest.raises(InputError, match=words):
        taken(stimuli, "spectrum", rows=change(rows))


def test_pictures_are_what_raters_saw() -> None:
    stimuli = stimuli_of(images=4, real=4)
    rows = rated(stimuli, qualities(stimuli), raters=2).ratings
    deep = {code: picture.astype(np.uint16) for code, picture in blurred(stimuli).items()}
    with pytest.raises(InputError, match=re.escape("is uint16 of shape (1, 48, 48, 1); give uint8 (Z, Y, X, C)")):
        drain(metric_values_job(deep.__getitem__, stimuli, rows, ("spectrum",), taking=TAKING))


def test_without_real_pictures_nothing_can_be_compared() -> None:
    stimuli = tuple(one for one in stimuli_of(images=4) if not one.is_real)
    rows = rated(stimuli, {one.code: float(i) for i, one in enumerate(stimuli)}, SCALE, raters=2).ratings
    (only,) = taken(stimuli, "spectrum", rows=rows)
    assert "No real picture was shown" in only.why
