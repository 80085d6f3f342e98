"""What a bad day does to a project folder and to a run in it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synthscope.errors import DocumentError, FileError, InputError, MaskError
from synthscope.generators.registry import resolve
from synthscope.imaging.regions import painted
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.project import SessionDocument
from synthscope.records.run import Note
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.notes import add_note
from synthscope.services.planning import plan
from synthscope.services.project import Project
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job

IMAGE = Image(np.arange(30 * 30, dtype=np.uint16).reshape(30, 30), Space("yx"), "ramp")


@pytest.fixture
def project(tmp_path: Path):
    opened = Project.create(tmp_path / "work", "Cores")
    yield opened
    opened.close()


@pytest.fixture
def run(project: Project) -> RunFolder:
    mask = np.zeros((30, 30), bool)
    mask[8:12, 8:12] = True
    planned = plan(IMAGE, painted(mask), mask, Choice("inpaint", "harmonic", context=4))
    return project.new_run(planned, project.add_source(IMAGE))


@pytest.mark.parametrize("name", ["..", ".", "", "../..", "/", "nothing", "../runs"])
def test_only_a_run_can_be_deleted(project: Project, run: RunFolder, name: str) -> None:
    with pytest.raises(FileError, match="has no run"):
        project.delete_run(name)
    assert (project.folder / "project.json").exists()
    assert run.path.is_dir()


def test_a_folder_in_the_name_of_a_run_finds_no_other_run(project: Project, run: RunFolder) -> None:
    with pytest.raises(FileError, match="has no run"):
        project.run(f"../../elsewhere/{run.id}")


@pytest.mark.parametrize("name", ["../../out", "/etc/passwd", "a/b\\c", "..", "", "ü" * 300, "x" * 5000, "a\nb"])
def test_no_name_leaves_the_project_or_is_too_long(project: Project, name: str, tmp_path: Path) -> None:
    image = replace(IMAGE, name=name)
    for kept in (project.add_source(image), project.save_mask(np.ones((3, 3), bool), (0, 0), IMAGE.space, name)):
        assert ".." not in Path(kept.path).parts
        assert project.open_source(kept).shape
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "x"}', '{"format": "synthscope/session", "version": 9}'])
def test_a_damaged_session_is_named_and_steps_aside(project: Project, text: str) -> None:
    path = project.folder / "session.json"
    path.write_text(text)
    with pytest.raises(DocumentError, match=r"session\.json"):
        project.session()
    project.save_session(SessionDocument(seed=5))
    project.save_session(SessionDocument(seed=6))
    assert project.session().seed == 6
    assert (project.folder / "session-damaged.json").read_text() == text
    assert not (project.folder / "session-damaged-2.json").exists()


def test_damaged_notes_and_verdicts_are_named_and_not_written_over(project: Project, run: RunFolder) -> None:
    (project.folder / "notes.json").write_text("{")
    (run.path / "verdicts.json").write_text("{")
    with pytest.raises(DocumentError, match=r"notes\.json"):
        add_note(project.folder, Note("x/1", 3))
    with pytest.raises(DocumentError, match=r"verdicts\.json"):
        run.decide("x/1", starred=True)
    assert {(project.folder / "notes.json").read_text(), (run.path / "verdicts.json").read_text()} == {"{"}


def test_a_project_that_is_gone_is_not_begun_anew(project: Project) -> None:
    shutil.rmtree(project.folder)
    mask = np.eye(30, dtype=bool)
    planned = plan(IMAGE, painted(mask), mask, Choice("inpaint", "harmonic"))
    with pytest.raises(FileError, match="is gone"):
        project.new_run(planned, None)
    with pytest.raises(FileError, match="is gone"):
        project.add_source(IMAGE)
    with pytest.raises(FileError):
        project.save_session(SessionDocument())
    assert not project.folder.exists()


def test_a_file_is_no_place_for_a_project(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        Project.create(tmp_path / "file")
    with pytest.raises(InputError):
        Project.create(tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_file_in_the_way_of_the_runs_has_a_sentence(project: Project) -> None:
    (project.folder / "runs").write_text("mine")
    mask = np.eye(30, dtype=bool)
    with pytest.raises(FileError):
        project.new_run(plan(IMAGE, painted(mask), mask, Choice("inpaint", "harmonic")), None)


def test_a_run_without_its_mask_is_refused(project: Project, run: RunFolder) -> None:
    (run.path / "mask.json").unlink()
    with pytest.raises(MaskError, match="is gone"):
        drain(run_job(run.path, resolve, project=project.folder))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"shape": "abc", "bits": 1}', "\udcff"])
def test_a_damaged_mask_is_refused(run: RunFolder, text: str) -> None:
    (run.path / "mask.json").write_text(text, errors="surrogateescape")
    with pytest.raises(DocumentError, match="damaged"):
        run.mask()


def test_another_mask_than_the_one_of_the_recipe_is_refused(project: Project, run: RunFolder) -> None:
    drain(run_job(run.path, resolve, project=project.folder))
    packed = json.loads((run.path / "mask.json").read_text())
    other = RunFolder.begin(project.folder / "runs", run.recipe(), ~run.mask())
    assert json.loads((other.path / "mask.json").read_text()) != packed
    with pytest.raises(MaskError, match="not the one of its recipe"):
        drain(run_job(other.path, resolve, project=project.folder))


@pytest.mark.parametrize("path", ["../../../secret.tif", "/etc/hostname", ".."])
def test_a_candidate_outside_its_run_is_not_opened(project: Project, run: RunFolder, path: str) -> None:
    drain(run_job(run.path, resolve, project=project.folder))
    with pytest.raises(DocumentError, match="outside its run"):
        run.open(replace(run.candidates()[0], path=path))


def test_two_layers_of_one_name_are_two_sources(project: Project) -> None:
    first = project.add_source(IMAGE)
    second = project.add_source(replace(IMAGE, pixels=np.asarray(IMAGE.pixels) + 1))
    assert first.path != second.path
    np.testing.assert_array_equal(project.open_source(first).pixels[...], IMAGE.pixels)
