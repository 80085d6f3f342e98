from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from synthscope.errors import FileError
from synthscope.imaging.regions import painted
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.discarding import discard_model, discard_run, remove_discarded, restore_model, restore_run
from synthscope.services.planning import plan
from synthscope.services.project import Project
from synthscope.services.run_folder import RunFolder

IMAGE = Image(np.arange(900, dtype=np.uint16).reshape(30, 30), Space("yx"), "ramp")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = Project.create(tmp_path / "work")
    yield opened
    opened.close()


@pytest.fixture
def run(project: Project) -> RunFolder:
    mask = np.zeros((30, 30), bool)
    mask[8:12, 8:12] = True
    planned = plan(IMAGE, painted(mask), mask, Choice("inpaint", "harmonic", context=4))
    return project.new_run(planned, project.add_source(IMAGE))


def test_a_run_that_was_put_aside_comes_back_as_it_was(project: Project, run: RunFolder) -> None:
    recipe = run.recipe()
    ticket = discard_run(project, run.id)
    assert project.runs() == ()
    assert project.occupied() == 0
    assert not run.path.exists()
    back = restore_run(project, ticket, run.id)
    assert back.path == run.path
    assert project.run(run.id).recipe() == recipe


def test_what_was_removed_cannot_be_brought_back(project: Project, run: RunFolder) -> None:
    ticket = discard_run(project, run.id)
    remove_discarded(project)
    remove_discarded(project)
    assert list((project.folder / "runs").iterdir()) == []
    with pytest.raises(FileError, match="removed from the disk"):
        restore_run(project, ticket, run.id)


def test_a_run_in_the_place_of_another_is_not_replaced(project: Project, run: RunFolder) -> None:
    ticket = discard_run(project, run.id)
    run.path.mkdir()
    with pytest.raises(FileError, match="in its place"):
        restore_run(project, ticket, run.id)


@pytest.mark.parametrize("name", ["..", "", ".deleted", "../runs"])
def test_only_a_run_can_be_put_aside(project: Project, run: RunFolder, name: str) -> None:
    with pytest.raises(FileError, match="has no run"):
        discard_run(project, name)
    assert run.path.is_dir()


@pytest.fixture
def model(project: Project) -> Path:
    folder = project.folder / "models" / "soil"
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("a card", encoding="utf-8")
    return folder


def test_a_model_that_was_put_aside_comes_back_as_it_was(project: Project, model: Path) -> None:
    ticket = discard_model(project, "soil")
    assert not model.exists()
    assert restore_model(project, ticket, "soil") == model
    assert (model / "model.json").read_text(encoding="utf-8") == "a card"


def test_a_deleted_model_leaves_the_disk_with_the_project(project: Project, model: Path) -> None:
    ticket = discard_model(project, "soil")
    remove_discarded(project)
    assert list(model.parent.iterdir()) == []
    with pytest.raises(FileError, match="Model soil has been removed from the disk"):
        restore_model(project, ticket, "soil")


@pytest.mark.parametrize("name", ["..", "", ".deleted", "../models", "other"])
def test_only_a_model_can_be_put_aside(project: Project, model: Path, name: str) -> None:
    with pytest.raises(FileError, match="has no model"):
        discard_model(project, name)
    assert model.is_dir()
