"""Features measured by two workers of a Dask cluster: the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.errors import InputError
from synthscope.records.evaluation import EvaluationRecipe
from synthscope.services.evaluation import feature_store
from synthscope.services.evaluation.cluster import pool_at

QUICK: dict[str, Any] = {"metrics": ("kid", "intensity"), "resamples": 20, "side": 48, "controls": False}


@pytest.mark.slow
def test_two_workers_give_the_numbers_of_one_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    sets = written(tmp_path, "real", pictures(8)), written(tmp_path, "made", pictures(8, seed=1))
    recipe = EvaluationRecipe(sets[0], (sets[1],), **QUICK)
    monkeypatch.setattr(feature_store, "user_cache_dir", lambda *_, **__: str(tmp_path / "here"))
    here = judged(tmp_path / "one", recipe)
    monkeypatch.setattr(feature_store, "user_cache_dir", lambda *_, **__: str(tmp_path / "there"))
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        pool_at(cluster.scheduler_address) as pool,
    ):
        there = judged(tmp_path / "two", recipe, pool=pool)
    for one, other in zip(here.scores, there.scores, strict=True):
        np.testing.assert_equal((one.value, one.low, one.floor), (other.value, other.low, other.floor), one.metric)


def test_a_scheduler_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("synthscope.services.evaluation.cluster.TIMEOUT", "1s")
    with (
        pytest.raises(InputError, match="No Dask scheduler answers at tcp"),
        pool_at("tcp://127.0.0.1:9"),
    ):
        pass
