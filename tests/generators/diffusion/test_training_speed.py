"""The race of networks of one size runs from its first line to its last: a benchmark is run so seldom."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from skimage.io import imsave
from tests.benchmarks import training_speed

from synthscope.generators.diffusion.network import count_parameters


@pytest.fixture
def soil(tmp_path: Path) -> Path:
    """A stack of three slices as wide as those of the soil core, where that is looked for."""
    folder = tmp_path / "rock_soil_microct/soil_core_stack"
    folder.mkdir(parents=True)
    noise = np.random.default_rng(0).integers(0, 256, (3, 40, 480), dtype=np.uint8)
    for number, one in enumerate(noise):
        imsave(folder / f"{number}.tif", one, check_contrast=False)
    return tmp_path


def test_all_networks_take_their_steps_and_are_judged_at_each_level(soil, monkeypatch):
    for name, value in (("BATCH", 2), ("SIDE", 16), ("TURN", 2)):
        monkeypatch.setattr(training_speed, name, value)
    out = soil / "out.json"
    monkeypatch.setattr(sys, "argv", ["training_speed", "--data", str(soil), "--json", str(out), "--seconds", "1e-6"])
    assert training_speed.main() == 0
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert [row["network"] for row in rows][:2] == ["prior S", "diffusers UNet2DModel"]
    for row in rows:
        assert row["steps"] == 2
        assert abs(row["parameters"] / rows[0]["parameters"] - 1) <= training_speed.UNEQUAL
        for middle, low, high in (row["errors"][str(level)] for level in training_speed.LEVELS):
            assert 0 < low <= middle <= high


def test_a_race_of_networks_of_two_sizes_is_refused():
    runners = [training_speed.enter("ours", training_speed.ours()) for _ in "ab"]
    training_speed.check_sizes(runners)
    count = count_parameters(runners[0].module)
    runners[1].module = training_speed.nn.Linear(1, round(0.44 * count))
    runners[1].name = "a small one"
    with pytest.raises(SystemExit, match=r"a small one .* choose its width"):
        training_speed.check_sizes(runners)
