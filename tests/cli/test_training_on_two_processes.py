"""One training on two processes: the same model as on one, written once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from scipy import ndimage

from synthscope.cli.following import own_folder
from synthscope.io.models import read_card, read_weights

SETTINGS = ("--steps", "6", "--set", "size=XS", "--set", "patch=32", "--set", "batch=4", "--device", "cpu", "--json")


@pytest.fixture
def grains(tmp_path: Path) -> Path:
    noise = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=(4, 96, 160)), (0.5, 2, 2))
    path = tmp_path / "grains.tif"
    pixels = (20000 + 15000 * np.tanh(noise / noise.std())).astype(np.uint16)
    tifffile.imwrite(path, pixels, photometric="minisblack", metadata={"axes": "ZYX"})
    return path


def train(launcher: list[str], generator: str, grains: Path, out: Path, *more: str) -> dict:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    words = ["synthscope", "train", generator, str(grains), "--out", str(out), *SETTINGS, *more]
    done = subprocess.run([*launcher, "-m", *words], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def launcher() -> list[str]:
    """Two processes without a graphics card: accelerate's own launcher starts one alone then, torch's starts both."""
    port = str(29500 + os.getpid() % 2000)
    return [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--master_port", port]


@pytest.mark.slow
@pytest.mark.parametrize("generator", ["prior", "vqvae"])
def test_two_processes_learn_what_one_learns_and_one_of_them_speaks(
    grains: Path, tmp_path: Path, generator: str
) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    first = train([sys.executable], generator, grains, alone)
    second = train(launcher(), generator, grains, together)
    assert second["steps"] == first["steps"]
    assert second["held_out"]["held_out_loss"] == pytest.approx(first["held_out"]["held_out_loss"], rel=1e-3)
    one, two = (read_weights(folder, read_card(folder)) for folder in (alone, together))
    assert one.keys() == two.keys()
    assert any(not np.array_equal(value, two[name]) for name, value in one.items())  # sums of two are rounded otherwise
    for name, value in one.items():
        np.testing.assert_allclose(two[name], value, atol=2e-3, err_msg=name)
    assert sorted(path.name for path in together.iterdir()) == sorted(path.name for path in alone.iterdir())


@pytest.mark.slow
def test_more_processes_than_items_of_a_batch_are_refused(grains: Path, tmp_path: Path) -> None:
    words = ["synthscope", "train", "vqvae", str(grains), "--out", str(tmp_path / "out"), *SETTINGS, "--set", "batch=1"]
    done = subprocess.run([*launcher(), "-m", *words], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Batch is 1 and 2 processes were started; make the batch at least 2" in done.stdout + done.stderr


def test_a_process_that_follows_a_new_training_takes_nothing_of_what_the_lead_has_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    (folder / "state").mkdir(parents=True)
    (folder / "training.json").write_text("{}")
    monkeypatch.setenv("RANK", "1")
    with own_folder(folder, resume=False) as own:
        assert own != folder
        assert not own.exists()
    with own_folder(folder, resume=True) as own:
        assert (own / "training.json").read_text() == "{}"
    monkeypatch.setenv("RANK", "0")
    with own_folder(folder, resume=False) as own:
        assert own == folder
