"""Features of cp_measure, where it is installed, and the sentence where it is not."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from skimage.draw import disk
from tests.metrics.grainy import frame_of

from synthscope.errors import Unavailable
from synthscope.metrics.structure.cp_cells import cp_features

INSTALLED = importlib.util.find_spec("cp_measure") is not None


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
        cp_features(cells(), frame_of(cells()))


@pytest.mark.skipif(not INSTALLED, reason="cp_measure is not installed; it is the extra `cells`")
@pytest.mark.filterwarnings("ignore")  # of cp_measure's own numerics
def test_features_of_cellprofiler_are_averaged_over_cells_and_know_their_group() -> None:
    fields = cells()
    features, table = cp_features(fields, frame_of(fields))
    assert table.shape == (2, len(features))
    assert np.isnan(table[1]).all()  # no cells there
    found = {feature.name: value for feature, value in zip(features, table[0], strict=True)}
    assert found["Area"] == pytest.approx(np.pi * 8**2, rel=0.1)
    groups = {(feature.channel, feature.category) for feature in features}
    assert {("", "shape"), ("1", "intensity"), ("2", "texture"), ("1-2", "correlation")} <= groups
    assert not [feature.name for feature in features if "Center" in feature.name]
