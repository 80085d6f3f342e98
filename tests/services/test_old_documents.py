"""Kept documents of version 1, as they were written then: they must always be readable."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthscope.io.documents import read_document
from synthscope.records.image import Image
from synthscope.records.project import NotesDocument, ProjectDocument, SessionDocument, SourceDocument
from synthscope.records.request import Region
from synthscope.records.run import Candidate, Recipe, Verdict
from synthscope.records.space import Space
from synthscope.services.notes import read_notes
from synthscope.services.project import Project
from synthscope.services.provenance import provenance_of
from synthscope.services.run_folder import RunFolder

SPACE = """{"axes": "yx", "voxel_size": [0.5, 0.5], "unit": "µm", "origin": [0.0, 0.0], "channel_names": [],
 "time_unit": "second"}"""

INPUT = f"""{{"name": "soil.ome.tif", "shape": [40, 44], "dtype": "uint16", "space": {SPACE}, "sha256": "aa",
 "region_sha256": "bb", "path": "sources/soil.ome.tif", "dataset": "", "raw": "", "stamp": "3520-1"}}"""

REQUEST = f"""{{"task": "inpaint", "source": {INPUT}, "mask": null, "region": {{"start": [2, 3], "stop": [12, 13]}},
 "control": null, "reference": null,
 "prompts": {{"prompt": "", "negative": "", "source": "", "target": "", "instruction": ""}},
 "label": "", "size": [], "pairing": null}}"""

RECIPE = f"""{{"request": {REQUEST}, "generator": "harmonic", "generator_version": "1",
 "parameters": {{"through": "volume"}}, "seeds": [7], "model": "", "model_sha256": "", "device": "auto",
 "format": "synthscope/recipe", "version": 1}}"""

CANDIDATE = """{"id": "run/1", "seed": 7, "path": "candidates/0001.ome.tif", "shape": [10, 10], "sha256": "cc",
 "box": {"start": [2, 3], "stop": [12, 13]}, "outside": {"before": "dd", "after": "dd", "scope": "image"},
 "seconds": 0.25, "figures": {"seam_ratio": 1.01}, "remarks": [], "format": "synthscope/candidate", "version": 1}"""

PROVENANCE = f"""{{"recipe": {RECIPE}, "seed": 7, "environment": {{"synthscope": "0.1.0", "python": "3.11.2",
 "platform": "Linux x86_64", "device": "cpu", "packages": {{"numpy": "2.4.6"}}}},
 "determinism": "bit-exact here", "source_type": "compositeSynthetic", "seconds": 0.25,
 "box": {{"start": [2, 3], "stop": [12, 13]}}, "outside": null, "source_shape": [40, 44], "mask": "eJxjYAAAAAIAAQ==",
 "sha256": "cc", "remarks": ["one"], "figures": {{}}, "made": "2026-11-21T10:00:00Z", "history": [],
 "format": "synthscope/provenance", "version": 1}}"""

PROJECT = """{"name": "Cores", "made": "2026-11-21T10:00:00Z", "program": "0.1.0",
 "format": "synthscope/project", "version": 1}"""

SESSION = f"""{{"sources": [{INPUT}], "source": "soil.ome.tif", "mask": null, "mask_of": "", "run": "run",
 "generator": "harmonic", "parameters": {{"through": "volume"}}, "seed": 7, "count": 4,
 "format": "synthscope/session", "version": 1}}"""

SOURCE = f"""{{"input": {INPUT}, "kept": true, "axes_guessed": false, "format": "synthscope/source", "version": 1}}"""

VERDICTS = """{"verdicts": {"run/1": {"state": "rejected", "starred": true, "reason": "seam"}},
 "format": "synthscope/verdicts", "version": 1}"""

NOTES = """{"notes": [{"candidate": "run/1", "realism": 4, "usability": 0, "reasons": ["seam"], "text": "left",
 "mark": {"start": [1, 2], "stop": [3, 4]}, "made": "2026-11-21T10:00:00Z"}],
 "format": "synthscope/notes", "version": 1}"""

MASK = """{"shape": [2, 3], "bits": "eNpbAQAAqQCp", "format": "synthscope/mask", "version": 1}"""


def kept(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_project_its_session_and_its_sources(tmp_path: Path) -> None:
    kept(tmp_path, "project.json", PROJECT)
    kept(tmp_path, "session.json", SESSION)
    assert read_document(tmp_path / "project.json", ProjectDocument).program == "0.1.0"
    project = Project.open(tmp_path)
    session: SessionDocument = project.session()
    project.close()
    assert (project.name, session.generator, session.sources[0].space) == (
        "Cores", "harmonic", Space("yx", (0.5, 0.5), "µm"),
    )  # fmt: skip
    source = read_document(kept(tmp_path, "source.json", SOURCE), SourceDocument)
    assert (source.kept, source.input) == (True, session.sources[0])


def test_a_run_with_its_mask_candidates_and_verdicts(tmp_path: Path) -> None:
    (tmp_path / "candidates").mkdir()
    kept(tmp_path, "recipe.json", RECIPE)
    kept(tmp_path, "mask.json", MASK)
    kept(tmp_path, "candidates/0001.json", CANDIDATE)
    kept(tmp_path, "verdicts.json", VERDICTS)
    run = RunFolder(tmp_path)
    recipe: Recipe = run.recipe()
    candidate: Candidate = run.candidates()[0]
    assert (recipe.seeds, recipe.request.region) == ((7,), Region((2, 3), (12, 13)))
    assert candidate.outside is not None
    assert candidate.outside.holds
    assert candidate.figures == {"seam_ratio": 1.01}
    assert run.verdicts() == {"run/1": Verdict("rejected", True, "seam")}
    np.testing.assert_array_equal(run.mask(), [[True, False, True], [False, True, False]])


def test_notes(tmp_path: Path) -> None:
    kept(tmp_path, "notes.json", NOTES)
    (note,) = read_notes(tmp_path)
    assert (note.realism, note.reasons, note.mark) == (4, ("seam",), Region((1, 2), (3, 4)))
    assert read_document(tmp_path / "notes.json", NotesDocument).notes == (note,)


def test_provenance_inside_an_image() -> None:
    import json

    image = Image(np.zeros((40, 44)), Space("yx"), "old", provenance=json.loads(PROVENANCE))
    provenance = provenance_of(image)
    assert (provenance.seed, provenance.recipe.generator, provenance.made) == (7, "harmonic", "2026-11-21T10:00:00Z")
