"""The methods say of each number how its interval and its floor came about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.metrics.registry import find_metric, list_extractors
from synthscope.metrics.resampling import BOOTSTRAP, OWN_WAY, Range, way_of
from synthscope.metrics.sets.specimens import JACKKNIFE
from synthscope.records.evaluation import EvaluationRecipe, Report
from synthscope.services.evaluation.statistics import DIVIDED, statistics_of
from synthscope.services.reporting.methods import Known, methods

METRICS = ("frechet-pca", "kid", "precision", "artefacts", "psnr")
KNOWN = Known(
    {one: find_metric(one) for one in METRICS}, {row.spec.id: row.spec for row in list_extractors() if row.spec}
)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("methods")
    sets = written(folder, "real", pictures(24)), written(folder, "made", pictures(24, seed=1))
    recipe = EvaluationRecipe(sets[0], (sets[1],), metrics=METRICS, partners=True, resamples=150, side=48, seed=7)
    return judged(folder / "card", recipe)


def test_every_number_says_how_its_interval_was_taken(card: Report) -> None:
    ways = {
        "frechet-pca": "infinitesimal jackknife, specimens drawn in the linearised distance",
        "kid": "bootstrap of specimens, without pairs of one and its own copy",
        "precision": JACKKNIFE,
        "artefacts": BOOTSTRAP,
        "psnr": "bootstrap of the median, specimens drawn with replacement",
    }
    for score in card.scores:
        if score.low == score.low:
            metric = score.metric.partition(":")[0]
            draws = 2000 if metric == "psnr" else 150 if score.role == "generated" else 100
            assert (score.settings["interval"], score.settings["draws"]) == (ways[metric], draws)
    assert {score.metric.partition(":")[0] for score in card.scores if score.low == score.low} == set(METRICS)


def test_the_methods_are_made_from_what_was_done(card: Report) -> None:
    said = " ".join(methods(card, KNOWN, "0" * 64))
    titles = {one: KNOWN.metrics[one].title for one in METRICS}
    assert f"linearised distance, 150 draws ({titles['frechet-pca']})" in said
    assert f"its own copy, 150 draws ({titles['kid']})" in said
    assert f"linearised number, 150 draws ({titles['precision']})" in said
    assert "bootstrap of the median, specimens drawn with replacement, 2000 draws (all others)" in said
    assert "Their intervals have at most 100 draws." in said
    assert "eal images beside a real image that is not their partner (Peak signal-to-noise ratio)" in said
    assert "150 relabellings of specimens (Kernel distance" in said


def test_where_there_is_no_interval_or_floor_none_is_told() -> None:
    nothing = Range(1.0, np.nan, np.nan)
    assert statistics_of(nothing, BOOTSTRAP, 9, nothing, DIVIDED) == {"interval": "none", "floor": DIVIDED}
    found = statistics_of(Range(1, 0, 2), "exact", 0, Range(np.nan, np.nan, np.nan), DIVIDED)
    assert found == {"interval": "exact", "floor": "none"}


def test_a_metric_of_somebody_else_that_resamples_says_so_without_words() -> None:
    class Foreign:
        def measure(self, _real: np.ndarray, _generated: np.ndarray, _layout: Any) -> dict[str, float]:
            return {"": 0.0}

        def resample(self, *_: Any) -> dict[str, np.ndarray]:
            return {"": np.zeros(3)}

    assert way_of(Foreign()) == OWN_WAY


def test_a_card_from_before_does_not_claim_a_way(card: Report, tmp_path: Path) -> None:
    old = replace(card, scores=tuple(replace(one, settings={}) for one in card.scores))
    assert "In a way that the card does not tell (all numbers)" in " ".join(methods(old, KNOWN, ""))
