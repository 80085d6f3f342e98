"""Features of cp_measure, where it is installed, and the sentence where it is not."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from scipy import ndimage
from skimage.draw import disk
from tests.metrics.grainy import frame_of

from synthscope.errors import Unavailable
from synthscope.metrics.structure.cp_cells import CpCells, CpFamilyDistances
from synthscope.metrics.structure.quantities import QuantityDistances

INSTALLED = importlib.util.find_spec("cp_measure") is not None
needed = pytest.mark.skipif(not INSTALLED, reason="cp_measure is not installed; it is the extra `cells`")


def cells() -> np.ndarray:
    rng = np.random.default_rng(0)
    field = rng.normal(40, 4, (96, 96, 2))
    for y, x in ((24, 24), (24, 70), (70, 24), (70, 70)):
        field[disk((y, x), 8)] += 120
    blank = rng.normal(40, 4, field.shape)
    return np.clip(np.stack([field, blank]), 0, 255).astype(np.uint8)[:, None]


@pytest.mark.skipif(INSTALLED, reason="cp_measure is installed")
def test_without_cp_measure_a_sentence_says_what_to_install() -> None:
    with pytest.raises(Unavailable, match=r"synthscope\[cells\]"):
        CpCells().extract(cells(), frame_of(cells()))


@needed
def test_features_of_cellprofiler_are_averaged_over_cells_and_know_their_group() -> None:
    fields = cells()
    features, table = CpCells().features(frame_of(fields)), CpCells().extract(fields, frame_of(fields))
    assert table.shape == (2, len(features))
    assert np.isnan(table[1]).all()  # no cells there
    found = {feature.name: value for feature, value in zip(features, table[0], strict=True)}
    assert found["Area"] == pytest.approx(np.pi * 8**2, rel=0.1)
    groups = {(feature.channel, feature.category) for feature in features}
    assert {("", "shape"), ("1", "intensity"), ("2", "texture"), ("1-2", "correlation")} <= groups
    assert not {("1", "correlation"), ("2-1", "correlation")} & groups
    assert not [feature.name for feature in features if "Center" in feature.name or "Phase" in feature.name]


@needed
def test_families_are_compared_by_the_median_of_their_features() -> None:
    fields = np.concatenate([cells()[:1]] * 6)
    rng = np.random.default_rng(1)
    real = np.clip(fields + rng.normal(0, 4, fields.shape), 0, 255).astype(np.uint8)
    soft = ndimage.gaussian_filter(real.astype(float), (0, 0, 2, 2, 0)).astype(np.uint8)
    frame = frame_of(real)
    layout = CpCells().layout(frame)
    features = [CpCells().extract(one, frame) for one in (real, real[::-1], soft)]
    same, blurred = (CpFamilyDistances().measure(features[0], one, layout) for one in features[1:])
    assert {"shape", "intensity-1", "texture-2", "correlation-1-2"} <= set(same) <= set(layout.titles)
    assert max(same.values()) == 0
    assert blurred["texture-1"] > 3
    each = QuantityDistances().measure(features[0], features[2], layout)
    granular = [value for name, value in each.items() if name.startswith("Granularity") and name.endswith("c1")]
    assert blurred["granularity-1"] == pytest.approx(np.nanmedian(granular))
