"""A training on a bad day: killed, on a full disk, begun twice, by the worker's own words."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services.gaussian import ID, field, register

from synthscope.errors import DiskFull, InputError
from synthscope.generators.registry import resolve
from synthscope.io.models import read_card, read_weights
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.events import Made
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.curves import CURVES, add_point, read_curves
from synthscope.services.project import Project
from synthscope.services.training import begin_training, can_resume, train_job
from synthscope.services.work import KINDS

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
import pytest
from synthscope.generators.registry import resolve
from synthscope.records.events import Made
from synthscope.services.training import train_job
from tests.services.gaussian import register

register(pytest.MonkeyPatch())
for event in train_job(Path(sys.argv[1]), resolve):
    if isinstance(event, Made):
        sys.stdout.write("made\\n")
        sys.stdout.flush()
"""


@pytest.fixture(autouse=True)
def gaussian(monkeypatch):
    register(monkeypatch)


@pytest.fixture
def soil(tmp_path: Path) -> Image:
    write_image(tmp_path / "soil.ome.tif", Image(field((4, 40, 90)), Space("zyx"), "soil"))
    return open_image(tmp_path / "soil.ome.tif")


def test_a_process_that_is_killed_leaves_a_whole_model_and_its_training_goes_on(tmp_path: Path, soil: Image) -> None:
    recipe = TrainingRecipe(ID, {"every": 1}, (), "soil", steps=400)
    begin_training(tmp_path / "cut", recipe, [soil])
    words = [sys.executable, "-c", PROGRAM, str(tmp_path / "cut")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(7):
            assert process.stdout.readline() == "made\n"
        with pytest.raises(InputError, match="trained by another program"):
            drain(train_job(tmp_path / "cut", resolve))
        process.kill()
    card = read_card(tmp_path / "cut")
    assert card.state == "in training"
    assert 7 <= card.steps < 400
    assert read_weights(tmp_path / "cut", card)
    drain(train_job(tmp_path / "cut", resolve))
    begin_training(tmp_path / "whole", recipe, [soil])
    drain(train_job(tmp_path / "whole", resolve))
    cut, whole = (read_card(tmp_path / name) for name in ("cut", "whole"))
    assert replace(cut, made="") == replace(whole, made="")
    assert read_curves(tmp_path / "cut") == read_curves(tmp_path / "whole")


def test_a_full_disk_ends_a_training_with_a_sentence_and_keeps_the_model(tmp_path, soil, monkeypatch) -> None:
    begin_training(tmp_path / "m", TrainingRecipe(ID, {}, (), steps=20), [soil])
    real = os.fsync

    def full(descriptor: int) -> None:
        if (tmp_path / "m" / "model.json").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="free some room"):
        drain(train_job(tmp_path / "m", resolve))
    monkeypatch.undo()
    register(monkeypatch)
    assert read_weights(tmp_path / "m", read_card(tmp_path / "m"))
    assert can_resume(tmp_path / "m")
    assert drain(train_job(tmp_path / "m", resolve))["steps"] == 20


def test_a_beginning_that_was_cut_short_does_not_take_the_name(tmp_path: Path, soil: Image) -> None:
    (tmp_path / "m" / "state").mkdir(parents=True)
    (tmp_path / "m" / "state" / "half.npz").write_bytes(b"")
    begin_training(tmp_path / "m", TrainingRecipe(ID, {}, (), steps=5), [soil])
    assert drain(train_job(tmp_path / "m", resolve))["steps"] == 5


def test_the_worker_trains_in_a_project_by_names_alone(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    layer = Image(field((40, 90)), Space("yx"), "layer")
    source = project.add_source(layer)
    folder = project.models_folder / "soil"
    begin_training(folder, TrainingRecipe(ID, {}, (source,), steps=10), [layer])
    events: list[object] = []
    payload = {"folder": str(folder), "project": str(project.folder)}
    result = drain(KINDS["train"](payload, resolve), events.append)
    assert result["model"] == "soil"
    made = [event for event in events if isinstance(event, Made)]
    assert made[-1].path == str(folder)
    assert made[-1].document["figures"]
    project.close()


def test_curves_survive_a_line_that_was_cut_short(tmp_path: Path) -> None:
    from synthscope.records.events import Measured

    add_point(tmp_path, Measured(1, {"loss": 2.0}))
    with (tmp_path / CURVES).open("ab") as file:
        file.write(b'{"step": 2, "val')
    add_point(tmp_path, Measured(3, {"loss": 1.0}))
    add_point(tmp_path, Measured(3, {"held_out_loss": 1.5}))
    add_point(tmp_path, Measured(1, {"loss": 2.5}))
    assert read_curves(tmp_path) == (
        Measured(1, {"loss": 2.5}), Measured(3, {"loss": 1.0, "held_out_loss": 1.5}),
    )  # fmt: skip


def test_a_model_learns_from_the_values_it_is_given_whatever_their_type(tmp_path: Path) -> None:
    for dtype in ("uint8", "int16", "float32", "float64"):
        image = Image(field((40, 90)).astype(dtype), Space("yx"), dtype)
        begin_training(tmp_path / dtype, TrainingRecipe(ID, {}, (), steps=5), [image])
        card = drain(train_job(tmp_path / dtype, resolve))["card"]
        assert card["dtype"] == dtype
        assert np.subtract(*card["normalisation"][::-1]) > 50
