"""What every registered extractor and every metric of sets keeps to."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from tests.metrics.grainy import frame_of, grains

from synthscope.metrics.registry import find_extractor, list_extractors, list_metrics, resolve
from synthscope.records.metric import ExtractorSpec, Frame, Layout, MetricSpec

MISSING = {
    row.spec.id for row in list_extractors() if row.spec and row.spec.package and find_spec(row.spec.package) is None
}
EXTRACTORS = [
    row.spec for row in list_extractors() if row.spec and not row.spec.weights and row.spec.id not in MISSING
]
METRICS = [
    row.spec for row in list_metrics() if row.spec and not row.spec.weights and row.spec.extractor not in MISSING
]
SETS = [spec for spec in METRICS if spec.extractor and not spec.prompted]  # words need weights: test_captions.py
PAIRED = [spec for spec in METRICS if spec.group == "paired"]


def fields_for(spec: ExtractorSpec, count: int, seed: int) -> tuple[np.ndarray, Frame]:
    depth = 16 if spec.depth else 1
    fields = grains(count, (depth, max(spec.least_side, 32), max(spec.least_side, 32)), seed)
    return fields, frame_of(fields)


def named(spec: ExtractorSpec | MetricSpec) -> str:
    return spec.id


def features(spec: MetricSpec, count: int, seed: int) -> tuple[np.ndarray, Layout]:
    extractor_spec = find_extractor("random-pyramid" if spec.extractor == "encoder" else spec.extractor)
    fields, frame = fields_for(extractor_spec, count, seed)
    extractor = resolve(extractor_spec)
    return extractor.extract(fields, frame), extractor.layout(frame)


def test_every_entry_point_of_metrics_loads() -> None:
    assert [(row.id, row.reason) for row in (*list_metrics(), *list_extractors()) if not row.available] == []


@pytest.mark.parametrize("spec", EXTRACTORS, ids=named)
def test_features_are_one_row_of_double_precision_for_each_field(spec: ExtractorSpec) -> None:
    fields, frame = fields_for(spec, 3, 1)
    found = resolve(spec).extract(fields, frame)
    assert found.dtype == np.float64
    assert found.ndim == 2
    assert len(found) == 3
    layout = resolve(spec).layout(frame)
    assert all(0 <= curve.start < curve.stop <= found.shape[1] for curve in layout.curves)
    assert all(len(curve.x) == curve.stop - curve.start for curve in layout.curves)
    assert len(layout.names) <= found.shape[1]


@pytest.mark.parametrize("spec", EXTRACTORS, ids=named)
def test_a_batch_gives_what_its_fields_give_one_by_one(spec: ExtractorSpec) -> None:
    fields, frame = fields_for(spec, 3, 2)
    extractor = resolve(spec)
    together = extractor.extract(fields, frame)
    alone = np.concatenate([extractor.extract(fields[i : i + 1], frame) for i in range(3)])
    np.testing.assert_allclose(together, alone, rtol=1e-4 if spec.is_network else 1e-12, equal_nan=True)


@pytest.mark.parametrize("spec", EXTRACTORS, ids=named)
def test_features_do_not_change_their_fields(spec: ExtractorSpec) -> None:
    fields, frame = fields_for(spec, 2, 3)
    before = fields.copy()
    resolve(spec).extract(fields, frame)
    assert np.array_equal(fields, before)


@pytest.mark.parametrize("spec", SETS, ids=named)
def test_the_order_of_images_does_not_matter(spec: MetricSpec) -> None:
    real, layout = features(spec, 12, 4)
    generated, _ = features(spec, 12, 5)
    metric = resolve(spec)
    found, turned = metric.measure(real, generated, layout), metric.measure(real[::-1], generated[::-1], layout)
    assert found.keys() == turned.keys()
    for name, value in found.items():
        assert turned[name] == pytest.approx(value, rel=1e-6, abs=1e-9, nan_ok=True), name


@pytest.mark.parametrize("spec", SETS, ids=named)
def test_figures_have_names_of_the_layout(spec: MetricSpec) -> None:
    real, layout = features(spec, 12, 6)
    known = {"", *layout.names, *layout.titles, *(curve.name for curve in layout.curves)}
    assert set(resolve(spec).measure(real, real[::-1], layout)) <= known
