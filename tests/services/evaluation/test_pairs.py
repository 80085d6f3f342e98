"""Images beside their declared partners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.errors import InputError
from synthscope.records.evaluation import EvaluationRecipe

QUICK: dict[str, Any] = {"resamples": 20, "side": 48, "controls": False, "partners": True}


def test_a_fill_differs_inside_its_mask_only(tmp_path: Path) -> None:
    real, other = pictures(8, 64), pictures(8, 64, seed=1)
    mask = np.zeros((64, 64), np.uint8)
    mask[20:44, 20:44] = 1
    filled = [np.where(mask == 1, b, a).astype(np.uint8) for a, b in zip(real, other, strict=True)]
    sets = written(tmp_path, "real", real), written(tmp_path, "filled", filled)
    masks = written(tmp_path, "mask", [mask] * 8).images
    recipe = EvaluationRecipe(*(sets[0], (sets[1],)), masks=masks, metrics=("mse", "ssim"), **QUICK)
    report = judged(tmp_path / "report", recipe)
    found = {score.metric: score for score in report.scores}
    assert found["mse:outside"].value == 0
    expected = np.median([np.mean((a - b.astype(float))[mask == 1] ** 2) for a, b in zip(real, other, strict=True)])
    assert found["mse:inside"].value == pytest.approx(expected)
    assert found["mse:inside"].n == 8
    assert found["ssim:inside"].value < found["ssim:outside"].value


def test_pairs_are_read_beside_real_images_that_are_no_partners(tmp_path: Path) -> None:
    real = pictures(8, 48)
    near = [np.clip(one.astype(int) + 2, 0, 255).astype(np.uint8) for one in real]
    sets = written(tmp_path, "real", real), written(tmp_path, "near", near)
    report = judged(tmp_path / "report", EvaluationRecipe(sets[0], (sets[1],), metrics=("psnr",), **QUICK))
    (found,) = report.scores
    assert found.low <= found.value <= found.high
    assert found.value > 30 > found.floor
    worst = report.evidence[0]
    assert list(worst.values) == sorted(worst.values)
    assert len(worst.nearest) == len(worst.spots) == 8


def test_partners_of_unlike_size_are_refused(tmp_path: Path) -> None:
    sets = written(tmp_path, "real", pictures(8, 64)), written(tmp_path, "made", pictures(8, 48, seed=1))
    with pytest.raises(InputError, match="partners are of one size"):
        judged(tmp_path / "report", EvaluationRecipe(sets[0], (sets[1],), metrics=("mse",), **QUICK))
