"""Models as recipes name them: found again by the hash of their weights, whatever has become of the name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synthscope.errors import FileError
from synthscope.io.models import CARD, read_card, write_model
from synthscope.records.model import ModelCard
from synthscope.records.request import Request
from synthscope.records.run import AdapterUse, Environment, Recipe
from synthscope.records.training import TrainingRecipe
from synthscope.services import models
from synthscope.services.adapters import locate_adapters
from synthscope.services.model_fit import locate_model
from synthscope.services.recorded_models import find_recorded, reference_to
from synthscope.services.tuning import locate_base

MODEL = ModelCard(
    name="soil", generator="prior", generator_version="1", architecture={}, training={}, images=(),
    normalisation=(0.0, 1.0), limits=((0.0, 255.0),), channels=1, dtype="uint8", voxel_size=(1.0, 1.0, 1.0),
    unit="pixel", weights_sha256="", parameters=1, steps=1, planned_steps=1, seed=0, seconds=1.0,
    environment=Environment("0", "3", "Linux", "cpu"),
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(models, "user_models", lambda: tmp_path / "user")
    monkeypatch.setattr(models, "bundled_models", lambda: tmp_path / "bundled")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "project"


def make(folder: Path, value: float) -> str:
    """Write a model, and give the hash of its weights."""
    folder.mkdir(parents=True)
    write_model(folder, {"w": np.full(3, value, np.float32)}, replace(MODEL, name=folder.name))
    return read_card(folder).weights_sha256


def test_a_damaged_model_of_the_name_does_not_end_the_search(project: Path) -> None:
    sha256, name = make(project / "models" / "renamed", 1.0), "models/soil"
    make(project / "models" / "soil", 2.0)
    (project / "models" / "soil" / CARD).write_text("{")
    wanted = project / "models" / "renamed"
    recipe = Recipe(
        Request("synthesize"), "prior", "1", {}, (0,), name, sha256, adapters=(AdapterUse(name, sha256, 1.0),)
    )
    assert locate_model(recipe, project) == wanted
    assert locate_adapters(recipe, project)[1][0].folder == str(wanted)
    base = locate_base(TrainingRecipe("low-rank", {}, (), base=name, base_sha256=sha256), project)
    assert base is not None
    assert base.folder == wanted


def test_another_model_of_the_name_is_passed_over_and_none_is_guessed(project: Path) -> None:
    sha256 = make(project / "models" / "soil", 1.0)
    other = make(project / "elsewhere" / "roots", 2.0)
    assert find_recorded("models/soil", sha256, project) == project / "models" / "soil"
    assert find_recorded("models/soil", "", project) == project / "models" / "soil"
    assert find_recorded("models/soil", other, project) is None
    assert find_recorded("", "", project) is None
    with pytest.raises(FileError, match=f"The base 'soil' .SHA-256 {other}. is not here"):
        locate_base(TrainingRecipe("low-rank", {}, (), base="models/soil", base_sha256=other), project)


def test_a_model_of_the_project_is_referred_to_relative_to_it(project: Path, tmp_path: Path) -> None:
    make(project / "models" / "soil", 1.0)
    assert reference_to(project / "models" / "soil", project) == "models/soil"
    assert reference_to(project / "models" / "soil", None) == str((project / "models" / "soil").resolve())
    assert reference_to(tmp_path / "user" / "soil", project) == str((tmp_path / "user" / "soil").resolve())
