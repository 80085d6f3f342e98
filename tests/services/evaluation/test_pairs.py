"""Images beside their declared partners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.errors import InputError
from synthscope.records.evaluation import EvaluationRecipe
from synthscope.services.reporting.writing import write_report

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


def test_images_of_several_channels_are_measured_in_each(tmp_path: Path) -> None:
    real = [np.stack([one, two]) for one, two in zip(pictures(8, 48), pictures(8, 48, seed=1), strict=True)]
    other = [np.stack([one[0], np.roll(one[1], 3, axis=1)]) for one in real]
    sets = written(tmp_path, "real", real, "cyx"), written(tmp_path, "made", other, "cyx")
    report = judged(tmp_path / "report", EvaluationRecipe(sets[0], (sets[1],), metrics=("mse",), **QUICK))
    found = {score.metric: score for score in report.scores}
    assert set(found) == {"mse", "mse:channel-1", "mse:channel-2"}
    assert found["mse:channel-1"].value == 0 < found["mse:channel-2"].value
    assert found["mse:channel-2"].title == "Mean squared error, channel 2"
    expected = np.median([np.mean((a[1] - b[1].astype(float)) ** 2) for a, b in zip(real, other, strict=True)])
    assert found["mse:channel-2"].value == pytest.approx(expected)


def test_a_score_says_the_data_range_of_its_channels(tmp_path: Path) -> None:
    real = [np.stack([one, two // 8]) for one, two in zip(pictures(8, 48), pictures(8, 48, seed=1), strict=True)]
    made = [np.roll(one, 3, axis=1) for one in real]
    sets = written(tmp_path, "real", real, "cyx"), written(tmp_path, "made", made, "cyx")
    recipe = EvaluationRecipe(sets[0], (sets[1],), metrics=("ssim", "nrmse"), **QUICK)
    found = {score.metric: score for score in judged(tmp_path / "report", recipe).scores}
    wide, narrow = (float(np.ptp([one[c] for one in real])) for c in (0, 1))
    for metric in ("ssim", "nrmse"):
        assert found[f"{metric}:channel-1"].settings["data_range"] == wide
        assert found[f"{metric}:channel-2"].settings["data_range"] == narrow < wide / 4
        assert found[metric].settings["data_range"] == [wide, narrow]
        assert "each by its own data range" in found[metric].settings["channels"]
    errors = [(a[1] - b[1].astype(float)) ** 2 for a, b in zip(real, made, strict=True)]
    expected = np.median([np.sqrt(one.mean()) for one in errors]) / narrow
    assert found["nrmse:channel-2"].value == pytest.approx(expected)


def test_partners_that_are_stacks_have_a_curve_over_slices(tmp_path: Path) -> None:
    stacks = [np.stack(pictures(3, 48, seed=i)) for i in range(4)]
    worse = [np.stack([one[0], np.roll(one[1], 2, 1), np.roll(one[2], 9, 1)]) for one in stacks]
    sets = written(tmp_path, "real", stacks, "zyx"), written(tmp_path, "made", worse, "zyx")
    report = judged(tmp_path / "report", EvaluationRecipe(sets[0], (sets[1],), metrics=("mse",), **QUICK))
    bands = {band.subject: band for band in report.bands}
    assert set(bands) == {"real", "made"}
    assert bands["made"].x == (0.0, 1.0, 2.0)
    errors = [[np.mean((a[z] - b[z].astype(float)) ** 2) for z in range(3)] for a, b in zip(stacks, worse, strict=True)]
    np.testing.assert_allclose(bands["made"].mean, np.mean(errors, axis=0))
    write_report(report, tmp_path / "report", tmp_path / "card.html")
    assert "Mean squared error by slice" in (tmp_path / "card.html").read_text(encoding="utf-8")
