"""The report card from files to a document: what is in it, and that it is the same again."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage
from tests.services.evaluation.sets import judged, pictures, written

import synthscope
from synthscope.errors import InputError
from synthscope.generators.registry import resolve
from synthscope.io.opening import open_image
from synthscope.metrics.registry import resolve as implement
from synthscope.records.evaluation import EvaluationRecipe, Report, Score
from synthscope.records.metric import ExtractorSpec
from synthscope.services.evaluation.controls import MEMORISED
from synthscope.services.evaluation.evaluating import Means, begin_evaluation, evaluate_job
from synthscope.services.evaluation.gathering import gather
from synthscope.services.reporting.document import REPORT_NAME

QUICK: dict[str, Any] = {"metrics": ("kid", "intensity"), "resamples": 20, "most": 32, "side": 48}


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    folder = tmp_path_factory.mktemp("card")
    real = written(folder, "real", pictures(8))
    like = written(folder, "like", pictures(8, seed=1))
    soft = written(folder, "soft", [ndimage.gaussian_filter(one, 1.5) for one in pictures(8, seed=2)])
    return folder / "report", judged(folder / "report", EvaluationRecipe(real, (like, soft), **QUICK))


def scores(report: Report, metric: str) -> dict[str, Score]:
    return {score.subject: score for score in report.scores if score.metric == metric}


def test_every_arm_has_as_many_fields(card: tuple[Path, Report]) -> None:
    counts = {one.fields for one in card[1].sets[1:]}
    assert len(counts) == 1
    assert {score.n for score in card[1].scores} == counts


def test_a_set_of_one_kind_lies_at_the_floor_and_a_blurred_one_beyond_it(card: tuple[Path, Report]) -> None:
    found = scores(card[1], "kid")
    assert found["like"].value < found["soft"].value
    assert found["soft"].value > found["soft"].floor_high
    assert found["soft"].p_value < found["like"].p_value


def test_numbers_come_with_interval_floor_settings_and_a_verdict(card: tuple[Path, Report]) -> None:
    for score in card[1].scores:
        if score.role == "generated" and math.isfinite(score.value):
            assert score.low < score.high, score.metric
            assert math.isfinite(score.floor), score.metric
            assert score.informative is not None, score.metric
            assert score.settings["field"] == [1, 48, 48]


def test_no_interval_reaches_where_no_value_can_lie(card: tuple[Path, Report]) -> None:
    ends = [score.low for score in card[1].scores if score.metric.startswith("intensity") and math.isfinite(score.low)]
    assert ends
    assert min(ends) >= 0


def test_controls_are_judged_by_every_metric(card: tuple[Path, Report]) -> None:
    tried = {"held-out real", "quilted", "phase surrogate", "blurred 2 px", "noise 15 %"}
    assert tried <= set(scores(card[1], "kid"))


def test_the_document_is_plain_json_without_a_path_of_this_computer(card: tuple[Path, Report]) -> None:
    text = (card[0] / REPORT_NAME).read_text()
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert str(card[0].parent) not in text
    assert all(len(source.sha256) == 64 for source in card[1].recipe.real.images)


def test_pictures_of_what_is_shown_lie_beside_the_document(card: tuple[Path, Report]) -> None:
    folder, report = card
    assert report.spots
    assert all((folder / spot.picture).is_file() for spot in report.spots)
    assert all(max(one.spots) < len(report.spots) for one in report.evidence if one.spots)


def test_the_same_recipe_gives_the_same_numbers_and_measures_nothing_again(
    card: tuple[Path, Report], tmp_path: Path
) -> None:
    folder, report = card

    class Kept:
        """An extractor that only says what its columns mean."""

        def __init__(self, spec: ExtractorSpec) -> None:
            self.layout = implement(spec).layout

        def extract(self, *_: object) -> np.ndarray:
            raise AssertionError("measured again")

    def kept(spec: Any) -> Any:
        return Kept(spec) if isinstance(spec, ExtractorSpec) else implement(spec)

    again = judged(tmp_path / "again", located(report.recipe, folder.parent), implement=kept)
    for one, other in zip(report.scores, again.scores, strict=True):
        assert (one.metric, one.subject, one.n) == (other.metric, other.subject, other.n)
        np.testing.assert_equal((one.value, one.low, one.floor), (other.value, other.low, other.floor))


def test_a_folder_that_holds_something_is_refused(card: tuple[Path, Report]) -> None:
    with pytest.raises(InputError, match="holds something already"):
        begin_evaluation(card[0], located(card[1].recipe, card[0].parent))


def test_an_interrupted_evaluation_goes_on_in_its_folder(card: tuple[Path, Report], tmp_path: Path) -> None:
    recipe = located(card[1].recipe, card[0].parent)
    begin_evaluation(tmp_path / "new", recipe)
    job = evaluate_job(tmp_path / "new", Means(resolve, implement))
    next(job)
    job.close()
    with pytest.raises(InputError, match="holds something already"):
        begin_evaluation(tmp_path / "new", replace(recipe, seed=1))
    assert judged(tmp_path / "new", recipe).scores


def test_training_images_that_were_copied_are_found(tmp_path: Path) -> None:
    learned = pictures(2, 128, seed=5)
    real = written(tmp_path, "real", pictures(16, 64, seed=6))
    training = written(tmp_path, "learned", learned)
    copied = [np.rot90(learned[0][20:68, 31:79]), learned[1][:48, 60:108], *pictures(6, 48, seed=7)]
    made = written(tmp_path, "made", copied)
    quick: dict[str, Any] = {"metrics": ("kid", "authenticity"), "resamples": 20, "side": 48, "controls": False}
    report = judged(tmp_path / "report", EvaluationRecipe(real, (made,), training, **quick))
    assert scores(report, "copies")["made"].value == pytest.approx(100 * 2 / 8)
    best = next(one for one in report.evidence if one.metric == "copies")
    assert {report.spots[i].image for i in best.spots[:2]} == {0, 1}
    assert report.spots[best.nearest[0]].subject == "training"
    assert {"authenticity", "copying-statistic", "neighbour-ratio"} <= {score.metric for score in report.scores}
    pairs = next(one for one in report.evidence if one.metric == "copying-statistic")
    assert list(pairs.values) == sorted(pairs.values)
    assert {report.spots[i].subject for i in pairs.nearest} != {report.spots[i].subject for i in pairs.spots}


def test_a_memoriser_of_the_training_images_judges_what_is_held_against_them(tmp_path: Path) -> None:
    real = written(tmp_path, "real", pictures(16, 48, seed=6))
    training = written(tmp_path, "learned", pictures(8, 48, seed=5))
    made = written(tmp_path, "made", pictures(8, 48, seed=7))
    quick: dict[str, Any] = {"metrics": ("authenticity",), "resamples": 20, "side": 48}
    report = judged(tmp_path / "report", EvaluationRecipe(real, (made,), training, **quick))
    for metric in ("authenticity", "copying-statistic", "neighbour-ratio"):
        found = scores(report, metric)
        assert found[MEMORISED].role == "control"
        assert found[MEMORISED].value < found["made"].value
        assert found["made"].informative is not None, metric
        assert "copied training images" in found["made"].why.lower()
    assert scores(report, "copying-statistic")["made"].informative is True


def test_a_deep_set_is_judged_as_volumes(tmp_path: Path) -> None:
    stacks = [np.stack(pictures(8, 64, seed=s)) for s in range(16)]
    real = written(tmp_path, "real", stacks[:8], "zyx")
    made = written(tmp_path, "made", stacks[8:], "zyx")
    quick: dict[str, Any] = {"metrics": ("kid",), "resamples": 20, "side": 48, "controls": False}
    report = judged(tmp_path / "report", EvaluationRecipe(real, (made,), depth=8, **quick))
    assert report.frame.shape == (8, 48, 48)
    assert scores(report, "kid")["made"].n == 4


def located(recipe: EvaluationRecipe, folder: Path) -> EvaluationRecipe:
    """Give the recipe with the paths that its document leaves out."""
    sets = [gather([folder / one.name], one.name, open_image) for one in (recipe.real, *recipe.generated)]
    return replace(recipe, real=sets[0], generated=tuple(sets[1:]))


def test_the_same_from_python_in_one_line(card: tuple[Path, Report]) -> None:
    folder, report = card
    sets = [folder.parent / name for name in ("real", "like", "soft")]
    found = synthscope.evaluate(sets[0], sets[1:], **QUICK)
    assert [(score.metric, score.subject) for score in found.scores] == [
        (score.metric, score.subject) for score in report.scores
    ]
    np.testing.assert_equal([score.value for score in found.scores], [score.value for score in report.scores])
