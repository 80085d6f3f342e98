"""Series of stacks, strangers among partners, round fields of view, and where networks look."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.errors import ParameterError, Unavailable
from synthscope.imaging.fields import cut_fields
from synthscope.metrics.encoders.materials import Materials
from synthscope.metrics.paired.lpips import LpipsAlex, LpipsSqueeze, LpipsVgg
from synthscope.metrics.protocol import ComputesOn
from synthscope.metrics.registry import resolve as implement
from synthscope.metrics.sets.prompted import PromptScore
from synthscope.metrics.sets.two_sample import ClassifierTest
from synthscope.records.evaluation import EvaluationRecipe
from synthscope.records.metric import ExtractorSpec, Frame, Layout
from synthscope.services.evaluation import feature_store
from synthscope.services.evaluation.features import placed
from synthscope.services.evaluation.guards import check_recipe

QUICK: dict[str, Any] = {"resamples": 20, "side": 48, "controls": False}


def test_a_copy_of_a_later_moment_is_found_there(tmp_path: Path) -> None:
    learned = np.stack(pictures(3, 96, seed=5))[:, None]
    real = written(tmp_path, "real", pictures(16, 64, seed=6))
    training = written(tmp_path, "learned", [learned], "tzyx")
    made = written(tmp_path, "made", [learned[2, 0, 10:58, 21:69], *pictures(7, 48, seed=7)])
    report = judged(tmp_path / "report", EvaluationRecipe(real, (made,), training, metrics=("kid",), **QUICK))
    (found,) = (one for one in report.evidence if one.metric == "copies")
    beside = report.spots[found.nearest[0]]
    assert (beside.image, beside.moment, beside.start) == (0, 2, (0, 10, 21))
    assert report.spots[found.spots[0]].image == 0
    assert found.values[0] > 0.99


def test_pairs_are_compared_at_every_moment(tmp_path: Path) -> None:
    real = [np.stack(pictures(2, 48, seed=s))[:, None] for s in range(4)]
    made = [one.copy() for one in real]
    for one in made:
        one[1] = np.clip(one[1].astype(int), 0, 245) + 10
    sets = written(tmp_path, "real", real, "tzyx"), written(tmp_path, "made", made, "tzyx")
    recipe = EvaluationRecipe(sets[0], (sets[1],), partners=True, metrics=("mse",), **QUICK)
    (found,) = judged(tmp_path / "report", recipe).scores
    each = [np.mean((a.astype(float) - b) ** 2) for a, b in zip(real, made, strict=True)]
    assert found.value == pytest.approx(np.median(each))
    assert found.value > 0


def test_deep_pairs_are_measured_slab_by_slab(tmp_path: Path) -> None:
    real = [np.stack(pictures(8, 48, seed=s)) for s in range(4)]
    made = [one.copy() for one in real]
    for one in made:
        one[6] = 0
    sets = written(tmp_path, "real", real, "zyx"), written(tmp_path, "made", made, "zyx")
    recipe = EvaluationRecipe(sets[0], (sets[1],), partners=True, metrics=("mse",), depth=4, **QUICK)
    (found,) = judged(tmp_path / "report", recipe).scores
    each = [np.mean((a.astype(float) - b) ** 2) for a, b in zip(real, made, strict=True)]
    assert found.value == pytest.approx(np.median(each))


def test_a_stranger_is_of_another_specimen(tmp_path: Path) -> None:
    real = [one for one in pictures(4, 48) for _ in range(2)]
    sets = written(tmp_path, "real", real), written(tmp_path, "made", pictures(8, 48, seed=1))
    told = replace(sets[0], specimens=tuple("aabbccdd"))
    recipe = EvaluationRecipe(told, (sets[1],), partners=True, metrics=("mse",), **QUICK)
    (found,) = judged(tmp_path / "report", recipe).scores
    assert found.floor_low > 0


def test_fields_are_taken_from_inside_a_round_field_of_view(tmp_path: Path) -> None:
    rows, columns = np.indices((192, 192)) - 95.5
    beyond = np.hypot(rows, columns) > 95
    real = [np.where(beyond, 0, np.maximum(one, 1)).astype(np.uint8) for one in pictures(8, 192)]
    sets = written(tmp_path, "real", real), written(tmp_path, "made", pictures(8, 48, seed=1))
    report = judged(tmp_path / "report", EvaluationRecipe(sets[0], (sets[1],), metrics=("intensity",), **QUICK))
    assert any(
        "96 places of 'real' reach into the blank margin" in sentence for sentence in report.warnings
    ), report.warnings
    for spot in report.spots:
        if spot.subject == "real":
            assert spot.start[1:] in {(y, x) for y in (48, 96) for x in (48, 96)}


def test_networks_look_by_the_device_that_was_told_and_the_card_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature_store, "user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    asked: list[str] = []

    class Elsewhere(Materials):
        def device(self, wanted: str) -> str:
            assert wanted == "cuda"
            return "cuda"

        def extract_on(self, fields: np.ndarray, frame: Frame, device: str) -> np.ndarray:
            asked.append(device)
            return super().extract_on(fields, frame, "cpu")

    def here(spec: Any) -> Any:
        return Elsewhere() if isinstance(spec, ExtractorSpec) and spec.is_network else implement(spec)

    sets = written(tmp_path, "real", pictures(8)), written(tmp_path, "made", pictures(8, seed=1))
    recipe = EvaluationRecipe(sets[0], (sets[1],), metrics=("kid",), device="cuda", **QUICK)
    report = judged(tmp_path / "report", recipe, implement=here)
    assert set(asked) == {"cuda"}
    assert report.environment["device"] == "cuda"


def test_paired_networks_compute_where_extractors_look_and_the_card_says_where(tmp_path: Path) -> None:
    asked: list[str] = []

    class Somewhere:
        """A paired metric that tells where it was put."""

        def device(self, wanted: str) -> str:
            return wanted

        def on(self, device: str) -> Somewhere:
            asked.append(device)
            return self

        def measure(self, real: np.ndarray, generated: np.ndarray, *_: object) -> float:
            return float(np.abs(real.astype(float) - generated).mean())

    sets = written(tmp_path, "real", pictures(8, 48)), written(tmp_path, "made", pictures(8, 48, seed=1))
    recipe = EvaluationRecipe(sets[0], (sets[1],), metrics=("mse",), device="mps", partners=True, **QUICK)
    report = judged(tmp_path / "report", recipe, implement=lambda _spec: Somewhere())
    assert asked == ["mps"]
    assert report.environment["device"] == "mps"


@pytest.mark.parametrize("metric", [LpipsAlex, LpipsVgg, LpipsSqueeze, PromptScore], ids=lambda one: one.__name__)
def test_lpips_and_clipscore_are_put_on_a_device_or_say_that_it_is_not_here(metric: type) -> None:
    whole, used = placed(metric(), "cpu")
    assert isinstance(whole, ComputesOn)
    assert used == "cpu"
    with pytest.raises(Unavailable, match="Device 'abacus' is not here"):
        placed(metric(), "abacus")


def test_a_device_that_is_none_is_refused(tmp_path: Path) -> None:
    sets = written(tmp_path, "real", pictures(4)), written(tmp_path, "made", pictures(4, seed=1))
    with pytest.raises(ParameterError, match="Device is 'abacus'; choose one of auto, cpu"):
        check_recipe(EvaluationRecipe(sets[0], (sets[1],), device="abacus"))
    with pytest.raises(Unavailable, match="Device 'abacus' is not here; choose one of"):
        Materials().device("abacus")
    assert Materials().device("cpu") == "cpu"
    assert Materials().device("auto") in {"cpu", "cuda", "mps"}


def test_boxes_of_stacks_of_terabytes_are_not_all_made() -> None:
    tracemalloc.start()
    fields = cut_fields([(1, 10_000, 4000, 4000)] * 8, (1, 64, 64), 200)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(fields) == 200
    assert peak < 2**25


def test_the_classifier_test_holds_no_pair_of_images(rng: np.random.Generator) -> None:
    count = 2000
    real, made = rng.normal(size=(count, 3)), rng.normal(size=(count, 3))
    units = (np.arange(count), np.arange(count))
    tracemalloc.start()
    ClassifierTest().measure(real, made, Layout())
    ClassifierTest().resample(real, made, Layout(), units, rng, 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * count**2
