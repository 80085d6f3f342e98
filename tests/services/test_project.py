from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from synthscope.errors import DocumentError, InputError
from synthscope.imaging.regions import painted
from synthscope.records.image import Image
from synthscope.records.project import SessionDocument
from synthscope.records.request import Region
from synthscope.records.run import Note
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.notes import add_note, export_notes, read_notes
from synthscope.services.planning import plan
from synthscope.services.project import Project


def make_image() -> Image:
    return Image(np.arange(40 * 40, dtype=np.uint16).reshape(40, 40), Space("yx", (0.5, 0.5), "µm"), "ramp")


def test_a_project_is_found_again_as_it_was(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work", "Cores")
    source = project.add_source(make_image(), name="ramp")
    session = SessionDocument(sources=(source,), source="ramp", generator="exemplar", seed=5)
    project.save_session(session)
    project.close()
    again = Project.open(tmp_path / "work")
    assert again.name == "Cores"
    assert again.session() == session
    np.testing.assert_array_equal(again.open_source(source).pixels[...], make_image().pixels)
    again.close()


def test_a_copied_project_still_opens_its_kept_sources(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work")
    source = project.add_source(make_image(), name="ramp")
    project.close()
    (tmp_path / "work").rename(tmp_path / "moved")
    moved = Project.open(tmp_path / "moved")
    assert moved.open_source(source).shape == (40, 40)
    moved.close()


def test_a_second_program_cannot_open_it(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work")
    program = (
        "import sys; from pathlib import Path; from synthscope.services.project import Project\n"
        f"Project.open(Path({str(tmp_path / 'work')!r}))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "is open in another window" in answer.stderr
    project.close()
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_default_project_gives_way_to_one_that_is_open(tmp_path: Path) -> None:
    first, second = Project.open_default(tmp_path), Project.open_default(tmp_path)
    assert (first.folder.name, second.folder.name) == ("Untitled", "Untitled 2")
    first.close()
    again = Project.open_default(tmp_path)
    assert again.folder == first.folder
    again.close()
    second.close()


@pytest.mark.parametrize("holds", ["nothing", "something else"])
def test_a_folder_that_is_no_project_is_refused(tmp_path: Path, holds: str) -> None:
    if holds != "nothing":
        (tmp_path / "file.txt").write_text("mine")
        with pytest.raises(InputError, match="is not empty"):
            Project.create(tmp_path)
    with pytest.raises(InputError, match="holds no project"):
        Project.open(tmp_path)


def test_a_project_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Project.create(tmp_path / "work").close()
    path = tmp_path / "work" / "project.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 99}))
    with pytest.raises(DocumentError, match="version"):
        Project.open(tmp_path / "work")


def test_runs_are_listed_measured_and_deleted(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work")
    image = make_image()
    mask = np.zeros((40, 40), bool)
    mask[5:9, 5:9] = True
    source = project.add_source(image, name="ramp")
    planned = plan(image, painted(mask), mask, Choice("inpaint", "harmonic", context=4))
    runs = [project.new_run(planned, source) for _ in range(3)]
    assert len({run.id for run in runs}) == 3
    assert {run.id for run in project.runs()} == {run.id for run in runs}
    np.testing.assert_array_equal(runs[0].mask(), planned.mask)
    room = project.occupied()
    assert room > 0
    for part in ("found-masks/one", "lineups/one/runs", "families/one"):
        (project.folder / part).mkdir(parents=True)
        (project.folder / part / "map.tif").write_bytes(bytes(1000))
    assert project.occupied() == room + 3000
    project.delete_run(runs[1].id)
    assert {run.id for run in project.runs()} == {runs[0].id, runs[2].id}
    project.close()


def test_verdicts_are_kept(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work")
    image = make_image()
    mask = np.eye(40, dtype=bool)
    run = project.new_run(plan(image, painted(mask), mask, Choice("inpaint", "harmonic")), None)
    run.decide("x/1", starred=True)
    run.decide("x/1", state="rejected", reason="blurred")
    verdict = project.run(run.id).verdicts()["x/1"]
    assert (verdict.starred, verdict.state, verdict.reason) == (True, "rejected", "blurred")
    project.close()


def test_notes_are_appended_and_exported_as_open_label(tmp_path: Path) -> None:
    add_note(tmp_path, Note("r/1", 4, 3, ("seam", "too, smooth"), "left edge", Region((1, 2), (3, 4)), "2026-01-01"))
    add_note(tmp_path, Note("r/1", 2))
    assert [note.realism for note in read_notes(tmp_path)] == [4, 2]
    lines = export_notes(tmp_path, tmp_path / "notes.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith("blinding_grade")
    assert lines[1] == 'r/1,4,3,"seam; too, smooth",left edge,1 2,3 4,2026-01-01,0'
    assert lines[2] == "r/1,2,,,,,,,0"


def test_a_painted_mask_is_kept(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work")
    part = np.eye(6, dtype=bool)
    kept = project.save_mask(part, (10, 20), make_image().space, "ring")
    found = project.open_source(kept)
    np.testing.assert_array_equal(np.asarray(found.pixels[...]) != 0, part)
    assert found.space.origin == (5.0, 10.0)
    project.close()


def test_a_project_copied_without_times_keeps_its_sources(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work")
    source = project.add_source(make_image(), name="ramp")
    os.utime(tmp_path / "work" / source.path, (1, 1))
    np.testing.assert_array_equal(project.open_source(source).pixels[...], make_image().pixels)
    project.close()


def test_a_run_that_was_never_begun_is_no_run(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "work")
    (project.folder / "runs" / "20260101-harmonic-aaaaaa" / "candidates").mkdir(parents=True)
    assert project.runs() == ()
    project.close()
