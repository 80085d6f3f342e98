"""The comparison of fills runs, judges a perfect fill as perfect, and asks only of places that were never seen."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from skimage.io import imsave
from tests.generators.conftest import texture
from tests.generators.trained import train_tiny

from synthscope_resources import __path__ as resources

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def prior_fills(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a script sees itself: beside those that it shares scenes with."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    found = importlib.import_module("prior_fills")
    monkeypatch.setattr(found, "PLACES", 2)
    return found


def slices(count: int, side: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side), dtype=np.uint8)


def test_the_fill_that_was_there_is_judged_like_nature(prior_fills):
    images = slices(1, 160)
    for side in (32, 64):
        hole, _ = prior_fills.holes([(images[0], slice(0, 160), slice(0, 160))], side)
        assert hole.mask.sum() == side**2
        found = prior_fills.measure(hole, hole.crop)
        assert found["texture"] == found["texture_real"] > 0
        assert found["seam"] == found["seam_real"] > 0
        assert found["spectrum"] == 0
        assert found["psnr"] > 100


def test_holes_of_soil_lie_in_columns_that_the_bundled_model_never_saw(prior_fills, tmp_path):
    folder = tmp_path / "rock_soil_microct/soil_core_stack"
    folder.mkdir(parents=True)
    for number in range(8):
        columns = np.broadcast_to(np.arange(500) // 2, (500, 500)).astype(np.uint8)
        imsave(folder / f"{number}.tif", columns, check_contrast=False)
    places = prior_fills.load(tmp_path, "soil", Path(resources[0]) / "models" / "rock-soil")
    assert len(places) == 2
    for side in (32, 64):
        for hole in prior_fills.holes(places, side):
            assert 2 * int(hole.crop.min()) >= 311


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The preprocess method is deprecated:FutureWarning")  # diffusers calls its own
def test_every_method_has_every_column(prior_fills, tmp_path):
    model = train_tiny("prior", texture("plane", "uint8", seed=1), tmp_path)
    chosen = prior_fills.holes([(slices(1, 96)[0], slice(0, 96), slice(0, 96))], 32)
    found = prior_fills.run(model, chosen, None, "noise-32", quick=True)
    assert {"mean", "biharmonic", "exemplar", "prior, 24 steps", "RePaint 25/5/3"} <= found.keys()
    for row in found.values():
        for column in ("texture_ratio", "seam_over_real", "spectrum_distance", "psnr", "seconds"):
            assert np.isfinite(row[column]).all()
    assert found["mean"]["texture_ratio"][0] < found["exemplar"]["texture_ratio"][0]
