"""Which real field is nearest to one that was made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.records.evaluation import EvaluationRecipe, Report
from synthscope.records.metric import Curve, Layout
from synthscope.services.evaluation.evidence import _nearest
from synthscope.services.evaluation.families import FAMILIES
from synthscope.services.reporting.galleries import galleries
from synthscope.services.reporting.pictures import Album

QUICK: dict[str, Any] = {"metrics": ("precision",), "resamples": 20, "side": 48, "controls": False}
NAMED = Layout(names=("grey", "part"))


def test_a_change_of_units_changes_neither_the_nearest_field_nor_its_distance() -> None:
    rng = np.random.default_rng(0)
    real, made = rng.normal(size=(40, 2)), rng.normal(size=(9, 2))
    units = np.array([30000.0, 1e-3])
    nearest, distances = _nearest(real, made, NAMED)
    again, scaled = _nearest(real * units, made * units, NAMED)
    np.testing.assert_array_equal(again, nearest)
    np.testing.assert_allclose(scaled, distances)


def test_a_small_unit_counts_as_much_as_a_large_one() -> None:
    real = np.array([[0.0, 0.0], [30000.0, 0.001], [-30000.0, -0.001]])
    made = np.array([[3000.0, 0.001]])
    assert _nearest(real, made, NAMED)[0][0] == 1


def test_a_quantity_that_is_one_value_in_all_real_fields_tells_nothing_of_nearness() -> None:
    real = np.array([[0.0, 5.0], [1.0, 5.0]])
    nearest, distances = _nearest(real, np.array([[0.9, 6.0]]), NAMED)
    assert nearest[0] == 1
    assert distances[0] == pytest.approx(0.2)


def test_fields_whose_directions_lie_across_the_cut_are_near() -> None:
    layout = Layout(names=("direction",), periods={"direction": 180.0})
    real = np.array([[178.0], [20.0], [150.0]])
    assert _nearest(real, np.array([[1.0]]), layout)[0][0] == 0


def test_points_of_a_curve_that_hardly_vary_do_not_outweigh_the_rest() -> None:
    layout = Layout(curves=(Curve("line", "Line", 0, 2, (0.0, 1.0), "x"),))
    real = np.array([[0.0, 0.0], [1.0, 1e-9]])
    assert _nearest(real, np.array([[0.9, 0.0]]), layout)[0][0] == 1


def test_each_encoder_has_the_images_of_its_own(tmp_path: Path) -> None:
    real = written(tmp_path, "real", pictures(12))
    made = written(tmp_path, "made", pictures(12, seed=1, sigma=1.5))
    encoders = ("random-pyramid", "oriented-filters")
    report = judged(tmp_path / "card", EvaluationRecipe(real, (made,), encoders=encoders, **QUICK))
    found = {score.encoder: report.behind(score) for score in report.scores}
    assert set(found) == set(encoders)
    assert all(one is not None and one.encoder == encoder for encoder, one in found.items())
    assert found["random-pyramid"] != found["oriented-filters"]
    album = Album(report, tmp_path / "card", [spot.picture for spot in report.spots])
    shown = galleries(report, album, FAMILIES)
    assert [one.title for one in shown] == ["Precision, random-pyramid", "Precision, oriented-filters"]
    unsaid = replace(report, evidence=tuple(replace(one, encoder="") for one in report.evidence))
    assert [unsaid.behind(score) for score in report.scores] == [None, None]
    alone = replace(unsaid, evidence=unsaid.evidence[:1])
    assert alone.behind(report.scores[0]) is alone.evidence[0]


def shown(report: Report, metric: str) -> list[tuple[str, str]]:
    """Give the pictures behind a number as pairs of judged and real place."""
    one = next(one for one in report.evidence if one.metric == metric)
    assert len(one.nearest) == len(one.spots) > 0
    assert {report.spots[i].subject for i in one.nearest} == {"real"}
    real = [report.recipe.real.images[report.spots[i].image].name for i in one.nearest]
    made = [report.recipe.generated[0].images[report.spots[i].image].name for i in one.spots]
    return list(zip(made, real, strict=True))


@pytest.mark.parametrize(
    ("more", "words"),
    [(("precision",), "features of random-pyramid"), ((), "all numbers of “Grey values and texture”")],
)
def test_a_single_quantity_has_the_real_field_that_is_alike_beside_it(
    tmp_path: Path, more: tuple[str, ...], words: str
) -> None:
    kinds = [grain for sigma in (0.7, 4.0) for grain in pictures(8, 48, sigma=sigma, seed=3)]
    real = written(tmp_path, "real", kinds)
    made = written(tmp_path, "made", [one[::-1].copy() for one in kinds[::2]])
    recipe = EvaluationRecipe(
        real, (made,), **{**QUICK, "metrics": ("intensity", *more), "encoders": ("random-pyramid",)}
    )
    report = judged(tmp_path / "card", recipe)
    every = [one for one in report.evidence if one.metric.startswith("intensity:")]
    assert len(every) > 5
    assert {one.beside for one in every} == {f"the nearest real field, by {words}"}
    assert len({one.spots for one in every}) > 1
    by_field = {pair for one in every for pair in shown(report, one.metric)}
    assert len({name for name, _ in by_field}) == len(by_field)  # one nearest field, whatever the quantity
    grains = {name: index // 8 for index, name in enumerate(one.name for one in report.recipe.real.images)}
    own = {name: index // 4 for index, name in enumerate(one.name for one in report.recipe.generated[0].images)}
    assert all(grains[near] == own[name] for name, near in by_field)
