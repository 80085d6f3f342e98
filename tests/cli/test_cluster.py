"""`evaluate --dask ADDRESS`: what the command says is what it says without a cluster."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.services.evaluation.sets import pictures, written

from synthscope.cli import main
from synthscope.services.evaluation import feature_store

TOLD = ("--metric", "kid", "--metric", "intensity", "--side", "48", "--resamples", "20", "--no-controls", "--json")


@pytest.fixture
def sets(tmp_path: Path) -> list[str]:
    for name, seed in (("real", 0), ("made", 1)):
        written(tmp_path, name, pictures(8, seed=seed))
    return [str(tmp_path / "real"), str(tmp_path / "made")]


@pytest.mark.slow
def test_two_workers_give_the_document_of_one_computer(
    sets: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    distributed = pytest.importorskip("distributed")

    def document(cache: str, more: Sequence[str] = ()) -> dict[str, Any]:
        monkeypatch.setattr(feature_store, "user_cache_dir", lambda *_, **__: str(tmp_path / cache))
        assert main(["evaluate", *sets, *TOLD, *more]) == 0
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        return said

    here = document("here")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        there = document("there", ["--dask", cluster.scheduler_address])
        with distributed.Client(cluster, set_as_default=False) as client:
            done = client.run(lambda dask_worker: dask_worker.state.transition_counter)
    assert len(done) == 2
    assert all(done.values())
    assert there == here
    assert {score["metric"].partition(":")[0] for score in here["scores"]} == {"kid", "intensity"}


def test_an_address_where_nobody_answers_ends_with_status_2(
    sets: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("synthscope.services.evaluation.cluster.TIMEOUT", "1s")
    assert main(["evaluate", *sets, *TOLD, "--dask", "tcp://127.0.0.1:9"]) == 2
    assert "No Dask scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err
