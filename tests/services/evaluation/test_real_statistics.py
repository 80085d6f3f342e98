"""Floors, figures of controls and the controls themselves are taken once for a real set, and are the same after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.generators.registry import resolve
from synthscope.metrics.registry import find_metric
from synthscope.metrics.registry import resolve as implement
from synthscope.metrics.resampling import SPLITS, Range, Sample, floors
from synthscope.records.documents import canonical
from synthscope.records.evaluation import EvaluationRecipe, ImageSet, Report
from synthscope.records.metric import Layout, MetricSpec
from synthscope.services.evaluation import feature_store
from synthscope.services.evaluation.controls import CONTROLS
from synthscope.services.evaluation.feature_store import FeatureStore
from synthscope.services.evaluation.real_statistics import RealStatistics

DRAWS = 20
QUICK: dict[str, Any] = {"metrics": ("kid", "intensity"), "resamples": DRAWS, "side": 48}
OF_A_SAMPLE = 1 + DRAWS
"""Calls of a metric for a value and its bootstrap interval."""


@dataclass
class Counting:
    """What an evaluation is done by, which counts what it asks for; a store of its own."""

    folder: Path
    cache: str
    patch: pytest.MonkeyPatch

    def judged(self, recipe: EvaluationRecipe) -> tuple[Report, Counter[str], Counter[str]]:
        """Give the card, how often each metric compared two sets, and how often each generator made a control."""
        self.patch.setattr(feature_store, "user_cache_dir", lambda *_, **__: str(self.folder / self.cache))
        measured: Counter[str] = Counter()
        made: Counter[str] = Counter()

        def implemented(spec: Any) -> Any:
            metric = implement(spec)
            if isinstance(spec, MetricSpec):
                metric.measure = counted(metric.measure, measured, spec.id)
            return metric

        def resolved(name: str) -> Any:
            generator = resolve(name)
            generator.generate = counted(generator.generate, made, name)  # type: ignore[method-assign]
            return generator

        out = self.folder / f"card-{len(list(self.folder.iterdir()))}"
        return judged(out, recipe, implement=implemented, resolve=resolved), measured, made


def counted(function: Any, calls: Counter[str], name: str) -> Any:
    def call(*arguments: Any, **more: Any) -> Any:
        calls[name] += 1
        return function(*arguments, **more)

    return call


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> tuple[ImageSet, ImageSet, ImageSet]:
    folder = tmp_path_factory.mktemp("sets")
    real = written(folder, "real", pictures(16, 48))
    return real, written(folder, "first", pictures(8, 48, seed=1)), written(folder, "second", pictures(8, 48, seed=2))


def test_a_second_card_of_a_real_set_takes_its_statistics_from_the_store_and_has_the_same_bytes(
    sets: tuple[ImageSet, ImageSet, ImageSet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, first, second = sets
    recipe = EvaluationRecipe(real, (second,), **QUICK)
    Counting(tmp_path, "used", monkeypatch).judged(replace(recipe, generated=(first,)))
    known, calls, made = Counting(tmp_path, "used", monkeypatch).judged(recipe)
    fresh, all_calls, all_made = Counting(tmp_path, "empty", monkeypatch).judged(recipe)
    assert all_calls["intensity"] == OF_A_SAMPLE * (1 + len(CONTROLS)) + SPLITS
    assert calls["intensity"] == OF_A_SAMPLE
    assert 0 < calls["kid"] < all_calls["kid"]
    assert all_made == {"quilt": 8, "phase-surrogate": 8}
    assert not made
    assert len(known.scores) > 50
    for part in ("scores", "bands", "evidence", "spots", "sets", "warnings", "frame"):
        assert canonical(getattr(known, part)) == canonical(getattr(fresh, part)), part


def test_another_real_image_or_another_seed_takes_them_anew(
    sets: tuple[ImageSet, ImageSet, ImageSet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, first, second = sets
    recipe = replace(EvaluationRecipe(real, (first,), **QUICK), metrics=("intensity",))
    counting = Counting(tmp_path, "used", monkeypatch)
    _, calls, _ = counting.judged(recipe)
    other = written(tmp_path, "other", [*pictures(15, 48), *pictures(1, 48, seed=9)])
    for changed in (replace(recipe, real=other, generated=(second,)), replace(recipe, seed=1)):
        _, again, made = counting.judged(changed)
        assert again["intensity"] == calls["intensity"]
        assert made


ROWS = np.random.default_rng(0).normal(size=(24, 3))
REAL = Sample(ROWS, np.arange(24))
SPEC = find_metric("kid")
NO_LAYOUT = Layout()


class Mean:
    """A metric of one figure, which counts how often it is asked."""

    asked = 0

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        Mean.asked += 1
        return {"first": float(np.abs(real.mean() - generated.mean())), "none": float("nan")}


def floor_of(
    store: FeatureStore | None, real: Sample = REAL, layout: Layout = NO_LAYOUT, spec: MetricSpec = SPEC, seed: int = 0
) -> tuple[Mapping[str, Range], bool]:
    """Give the floor, and whether the metric was asked."""
    kept, asked = RealStatistics(Mean(), spec, layout, store), Mean.asked
    rng = np.random.default_rng(seed)
    found = kept.figures("floor", (real,), (8, seed), lambda: floors(Mean(), real, 8, layout, rng))
    return found, Mean.asked > asked


def test_a_kept_floor_is_that_of_its_rows_specimens_metric_layout_and_seed(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path)
    plain, asked = floor_of(None)
    assert asked
    assert floor_of(store)[1]
    found, asked = floor_of(store)
    assert not asked
    np.testing.assert_equal({n: vars(r) for n, r in found.items()}, {n: vars(r) for n, r in plain.items()})
    moved = ROWS.copy()
    moved[3, 1] = np.nextafter(moved[3, 1], 2)
    for changed in (
        {"real": Sample(moved, REAL.units)},
        {"real": Sample(ROWS, np.arange(24) // 2)},
        {"spec": replace(SPEC, version="next")},
        {"layout": Layout(("a", "b", "c"))},
        {"seed": 1},
    ):
        assert floor_of(store, **changed)[1], changed
    assert not floor_of(store)[1]


@pytest.mark.parametrize("how", ["another array", "one bit"])
def test_a_damaged_floor_is_taken_anew(tmp_path: Path, how: str) -> None:
    store = FeatureStore(tmp_path)
    first, _ = floor_of(store)
    (path,) = tmp_path.glob("*/*.npy")
    if how == "another array":
        store.put(path.stem, np.arange(3.0))
    else:
        path.write_bytes(path.read_bytes()[:-40] + b"?" + path.read_bytes()[-39:])
    again, asked = floor_of(store)
    assert asked
    assert canonical(again) == canonical(first)
    assert not floor_of(store)[1]
