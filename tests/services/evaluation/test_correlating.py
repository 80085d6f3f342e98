"""Cell features beside those of partners, in a report card."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, written

from synthscope.errors import InputError
from synthscope.generators.registry import resolve
from synthscope.jobs.drain import drain
from synthscope.metrics.registry import find_extractor
from synthscope.metrics.registry import resolve as implement
from synthscope.records.evaluation import EvaluationRecipe, ImageSet, Report, Score
from synthscope.records.metric import Frame
from synthscope.services.evaluation.controls import BLURRED, NOISED, SURROGATE, Place
from synthscope.services.evaluation.correlating import correlating_job, partnered_job
from synthscope.services.evaluation.families import FAMILIES
from synthscope.services.evaluation.feature_store import FeatureStore
from synthscope.services.evaluation.features import Measuring, has_package
from synthscope.services.evaluation.pairs import open_pairs
from synthscope.services.reporting.writing import write_report

QUICK: dict[str, Any] = {"resamples": 30, "side": 64, "controls": False, "partners": True, "domain": "cell"}


def cells(seed: int, level: float) -> np.ndarray:
    """Give a picture (64, 64) of nine disks; their size and brightness go with `level`, 0 to 1."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:64, :64]
    picture = rng.normal(20, 3, (64, 64))
    for y in (12, 32, 52):
        for x in (12, 32, 52):
            y0, x0 = y + rng.normal(0, 1), x + rng.normal(0, 1)
            picture[(rows - y0) ** 2 + (columns - x0) ** 2 < (5 + 3 * level) ** 2] += 100 + 60 * level
    return np.clip(picture, 0, 255).astype(np.uint8)


LEVELS = np.repeat(np.linspace(0, 1, 6), 2)
"""Two images of each of six specimens: replicates of one another."""


def real_set(folder: Path, *, told: bool) -> ImageSet:
    found = written(folder, "real", [cells(i, level) for i, level in enumerate(LEVELS)])
    names = tuple(f"well {i // 2}" for i in range(len(LEVELS))) if told else ()
    return ImageSet(found.name, found.images, names)


def scores(report: Report, subject: str) -> dict[str, Score]:
    return {one.metric: one for one in report.scores if one.metric.startswith("feature") and one.subject == subject}


def correlated(
    recipe: EvaluationRecipe, frame: Frame, extractor: str = "cells", place: Place | None = None
) -> list[Score]:
    every = [open_pairs(recipe, one, None) for one in recipe.generated]
    partnered = drain(partnered_job(every, recipe, place))
    measuring = Measuring(implement, FeatureStore.of_user())
    return drain(correlating_job(partnered, find_extractor(extractor), frame, recipe, measuring))


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    folder = tmp_path_factory.mktemp("card")
    near = written(folder, "near", [cells(50 + i, level) for i, level in enumerate(LEVELS)])
    shuffled = np.random.default_rng(3).permutation(LEVELS)
    strange = written(folder, "strange", [cells(90 + i, level) for i, level in enumerate(shuffled)])
    recipe = EvaluationRecipe(real_set(folder, told=True), (near, strange), **QUICK)
    return folder / "report", judged(folder / "report", recipe)


def test_every_family_and_the_whole_have_a_score_with_its_ceiling(card: tuple[Path, Report]) -> None:
    found = scores(card[1], "near")
    families = ("all", "shape", "intensity-1", "texture-1", "granularity-1", "radial-1")
    assert set(found) == {f"feature-correlation:{name}" for name in families}
    for one in found.values():
        assert one.n == len(LEVELS)
        assert one.low <= one.value <= one.high
        assert one.floor_low <= one.floor <= one.floor_high
        assert one.settings["replicates"] == 6


def test_partners_that_follow_reach_the_ceiling_and_shuffled_ones_do_not(card: tuple[Path, Report]) -> None:
    near, strange = (scores(card[1], name)["feature-correlation:all"] for name in ("near", "strange"))
    assert near.value == pytest.approx(near.floor, abs=0.1)
    assert near.value > 0.8
    assert strange.high < strange.floor


def test_the_page_shows_the_families_in_a_table(card: tuple[Path, Report], tmp_path: Path) -> None:
    write_report(card[1], card[0], tmp_path / "card.html")
    page = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert FAMILIES["feature-correlation"].split("'")[0] in page
    assert "Granularity, channel 1 (median of 4)" in page


def test_without_replicates_there_is_no_ceiling_and_the_card_says_what_it_takes(
    card: tuple[Path, Report], tmp_path: Path
) -> None:
    near = written(tmp_path, "near", [cells(50 + i, level) for i, level in enumerate(LEVELS)])
    recipe = EvaluationRecipe(real_set(tmp_path, told=False), (near,), **QUICK)
    found = correlated(recipe, card[1].frame)
    assert all(math.isnan(one.floor) for one in found)
    assert all("sub-folder" in one.caveats[0] for one in found)


def test_three_pairs_are_too_few(card: tuple[Path, Report], tmp_path: Path) -> None:
    few = written(tmp_path, "real", [cells(i, 0.5) for i in range(3)])
    near = written(tmp_path, "near", [cells(50 + i, 0.5) for i in range(3)])
    recipe = EvaluationRecipe(few, (near,), **QUICK)
    with pytest.raises(InputError, match="3 pairs show no correlation"):
        drain(partnered_job([open_pairs(recipe, near, None)], recipe, None))


def test_where_metrics_are_named_no_cells_are_correlated(tmp_path: Path) -> None:
    near = written(tmp_path, "near", [cells(50 + i, level) for i, level in enumerate(LEVELS)])
    more = QUICK | {"metrics": ("psnr",)}
    report = judged(tmp_path / "report", EvaluationRecipe(real_set(tmp_path, told=False), (near,), **more))
    assert not scores(report, "near")


def test_partners_of_known_damage_judge_the_correlation(card: tuple[Path, Report], tmp_path: Path) -> None:
    near = written(tmp_path, "near", [cells(50 + i, level) for i, level in enumerate(LEVELS)])
    recipe = EvaluationRecipe(real_set(tmp_path, told=True), (near,), **QUICK)
    (tmp_path / "made").mkdir()
    found = correlated(recipe, card[1].frame, place=Place(tmp_path / "made", card[1].frame, resolve, 0))
    controls = {one.subject for one in found if one.metric == "feature-correlation:all" and one.role == "control"}
    assert controls == {SURROGATE, *BLURRED, *NOISED}
    shape = next(one for one in found if one.metric == "feature-correlation:shape" and one.subject == "near")
    assert shape.informative is True
    assert shape.why.startswith("Held-out real ranks surely above the phase surrogate")


@pytest.mark.skipif(not has_package(find_extractor("cp-cells")), reason="cp_measure is not installed")
def test_with_cp_measure_its_features_are_correlated_too(card: tuple[Path, Report], tmp_path: Path) -> None:
    near = written(tmp_path, "near", [cells(50 + i, level) for i, level in enumerate(LEVELS)])
    recipe = EvaluationRecipe(real_set(tmp_path, told=True), (near,), **QUICK)
    found = {one.metric.partition(":")[2]: one for one in correlated(recipe, card[1].frame, "cp-cells")}
    assert set(found) == {"all", "shape", "intensity-1", "texture-1", "granularity-1", "radial-1"}
    assert found["shape"].value > 0.5
    assert found["shape"].floor > 0.5
    assert "cp_measure" in found["shape"].settings["features"]
