"""Which real field is nearest to one that was made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.records.evaluation import EvaluationRecipe
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
