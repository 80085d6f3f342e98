"""A whole study by commands alone: from folders of images to the opened key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copy, copy2

import numpy as np
import pytest

from synthscope.cli import main
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.run import Note
from synthscope.records.space import Space
from synthscope.services.notes import add_note
from synthscope.services.studies.study_file import StudyFile


def run(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    status = main(["study", *map(str, words), "--json"])
    caught = capsys.readouterr()
    assert status == 0, caught.err
    return json.loads(caught.out)


def fails(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main(["study", *map(str, words)]) == 2
    return capsys.readouterr().err


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYNTHSCOPE_PASSPHRASE", "correct horse battery")
    rng = np.random.default_rng(0)
    for name in ("scans", "networks"):
        (tmp_path / name).mkdir()
        for number in range(4):
            pixels = np.clip(rng.normal(120, 30, (128, 128)), 0, 255).astype(np.uint8)
            write_image(tmp_path / name / f"{name}{number}.tif", Image(pixels, Space("yx", (1.0, 1.0), "µm")))
    return tmp_path


def begin(capsys: pytest.CaptureFixture[str], at: Path, *more: str) -> Path:
    run(
        capsys, "create", at / "study", "--real", at / "scans", "--generated", at / "networks", "--cut", 12, "--side",
        64, "--set", "plan.raters=2", "--set", "plan.per_arm=8", "--set", "plan.lag=5", "--set", "plan.training=2",
        "--set", "plan.catches=2", "--set", "rendering.side=64", "--title", "Textures", *more,
    )  # fmt: skip
    return at / "study"


def test_a_study_is_made_rehearsed_frozen_and_asks_for_answers(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = begin(capsys, folders)
    power = run(capsys, "power", study, "--raters", "2", "--per-arm", "8", "--runs", 5, "--case-spread", 0.7)
    assert (power["asked"]["case_spread"], power["asked"]["arm_spread"]) == (0.7, 0.2)
    assert power["curves"][0]["x"] == [2.0]
    assert "The spread of raters by set is 9; give 0 to 5" in fails(capsys, "power", study, "--arm-spread", 9)
    audit = run(capsys, "audit", study, "--permutations", 49)
    assert audit["trials"] >= 18
    if not audit["passes"]:
        run(capsys, "decide", study, "all", "--reason", "Chance.", "--by", "Ada")
    assert run(capsys, "rehearse", study, "--out", folders / "try", "--sensitivity", 2)["state"] == "unblinded"
    state = run(capsys, "status", folders / "try")
    assert [one["state"] for one in state["course"]][-2:] == ["analysed", "unblinded"]
    assert {one["answered"] for one in state["raters"]} == {audit["trials"]}
    run(capsys, "holder", folders / "ada.json", "--name", "Ada")
    assert "nothing is overwritten" in fails(capsys, "holder", folders / "ada.json", "--name", "Ada")
    files = run(capsys, "freeze", study, "--holder", folders / "ada.json", "--by", "Ada")["files"]
    assert list(files.values()) == ["packs", "preregistration.md", "sealed-key.json"]
    assert all((study / name).exists() for name in files.values())
    assert [path.name for path in sorted((study / "packs").iterdir())] == ["rater-001.ratepack", "rater-002.ratepack"]
    assert "Nobody has answered" in fails(capsys, "close", study, "--by", "Ada", "--reason", "Over.")
    assert "not there" in fails(capsys, "import", study, folders / "none.db")


def test_settings_are_taken_and_wrong_ones_are_named(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = begin(capsys, folders, "--set", "showing.flicker=true", "--set", "analysis.hypothesis=None differ.")
    opened = StudyFile.open(study)
    try:
        design = opened.design
    finally:
        opened.close()
    assert (design.plan.raters, design.showing.flicker) == (2, True)
    assert design.analysis.hypothesis == "None differ."
    assert [len(arm.images) for arm in design.arms] == [12, 12]
    made = ("--real", folders / "scans", "--generated", folders / "networks")
    assert "plan.per_arm" in fails(capsys, "create", folders / "b", *made, "--set", "plan.people=3")
    assert "'many' is no int" in fails(capsys, "create", folders / "b", *made, "--set", "plan.raters=many")
    assert "holds a study already" in fails(capsys, "create", study, *made)
    assert "0 × 0" not in fails(capsys, "create", folders / "b", *made, "--cut", -3, "--side", 64)
    assert "0 × 0 voxels cannot be cut" in fails(capsys, "create", folders / "b", *made, "--cut", 3, "--side", 0)
    assert "100000" in fails(capsys, "create", folders / "b", *made, "--set", "plan.raters=100000")
    assert "--paradigm is 'guess'; give one of real-or-synthetic" in fails(
        capsys, "create", folders / "b", *made, "--paradigm", "guess"
    )
    assert not (folders / "b" / "study.db").exists()


def test_what_comes_too_early_is_told_before_any_file_is_looked_at(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = begin(capsys, folders)
    assert "only between freezing and closing" in fails(capsys, "import", study, folders / "none.db")
    assert "once it is unblinded" in fails(capsys, "beside", study)
    (folders / "junk").mkdir()
    (folders / "junk" / "study.db").write_text("no database")
    assert "use a copy of the study's folder" in fails(capsys, "status", folders / "junk")


def test_a_passphrase_that_nobody_types_is_a_sentence(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "synthscope", "study", "holder", str(tmp_path / "ada.json"), "--name", "Ada"]
    kept = {name: value for name, value in os.environ.items() if name != "SYNTHSCOPE_PASSPHRASE"}
    ran = subprocess.run(
        words, env=kept, stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True, check=False
    )
    assert ran.returncode == 2
    assert "No passphrase was given; type one, or put it into the variable SYNTHSCOPE_PASSPHRASE." in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "ada.json").exists()


def test_images_named_from_here_are_found_from_elsewhere_and_changed_ones_are_told(
    folders: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("scans", "networks"):
        for number in range(4, 10):
            copy2(folders / name / f"{name}0.tif", folders / name / f"{name}{number}.tif")
    monkeypatch.chdir(folders)
    run(
        capsys, "create", "study", "--real", "scans", "--generated", "networks", "--set", "plan.raters=2", "--set",
        "plan.per_arm=6", "--set", "plan.lag=4", "--set", "plan.training=1", "--set", "plan.catches=1", "--set",
        "rendering.side=64",
    )  # fmt: skip
    monkeypatch.chdir(folders.parent)
    copy(folders / "scans" / "scans1.tif", folders / "scans" / "scans0.tif")
    assert main(["study", "audit", str(folders / "study"), "--permutations", "19"]) == 0
    assert "Changed since the study was begun, and taken as they are now: scans0.tif." in capsys.readouterr().out
    assert main(["study", "audit", str(folders / "study"), "--permutations", "19"]) == 0
    assert "Changed since" not in capsys.readouterr().out
    (folders / "scans" / "scans0.tif").unlink()
    assert "is not where it was" in fails(capsys, "audit", folders / "study")


def test_a_rehearsed_study_is_reported_published_exported_and_checked(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = begin(capsys, folders, "--set", "analysis.resamples=100")
    if not run(capsys, "audit", study, "--permutations", 49)["passes"]:
        run(capsys, "decide", study, "all", "--reason", "Chance.", "--by", "Ada")
    assert "can be published once its blind analysis stands" in fails(capsys, "report", study, "-o", folders / "a.html")
    run(capsys, "rehearse", study, "--out", folders / "try", "--sensitivity", 2)
    metrics = [word for name in ("spectrum", "intensity:noise", "ssim") for word in ("--metric", name)]
    beside = run(capsys, "beside", folders / "try", *metrics, "--device", "cpu")["beside"]
    assert {one["metric"] for one in beside["values"] if one["level"] == "image"} >= {"spectrum", "intensity:noise"}
    assert "no partners are declared" in " ".join(beside["warnings"])
    assert "n = 1 models: a correlation cannot be interpreted." in beside["warnings"]
    run(capsys, "report", folders / "try", "--out", folders / "study.html")
    page = (folders / "study.html").read_text(encoding="utf-8")
    for words in ("<h1>Textures</h1>", "Beside metrics: Each image", "Power spectra, each picture"):
        assert words in page
    assert "imrmc.csv" in run(capsys, "export", folders / "try", "--out", folders / "tables")["files"]
    made = run(capsys, "publish", folders / "try", "--out", folders / "pack", "--by", "Ada")
    assert made["state"] == "reported"
    checked = run(capsys, "verify", folders / "pack", "--ratepack", folders / "try" / "packs")
    assert len(checked["analysis_sha256"]) == 64
    run(capsys, "report", folders / "pack", "--out", folders / "again.md")
    assert checked["analysis_sha256"] in (folders / "again.md").read_text(encoding="utf-8")
    (folders / "pack" / "stimuli.tsv").write_text("x", encoding="utf-8")
    assert "stimuli.tsv, line 1 says 'x'" in fails(capsys, "verify", folders / "pack")
    assert "holds something already" in fails(capsys, "publish", folders / "try", "-o", folders / "pack", "--by", "A")


def test_open_label_notes_are_summed_up_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "holds no notes" in fails(capsys, "notes", tmp_path)
    add_note(tmp_path, Note("c1", realism=4, usability=2, reasons=("seam",)))
    add_note(tmp_path, Note("c2", realism=2))
    found = run(capsys, "notes", tmp_path)
    assert found["grade"] == "0"
    values = {one["name"]: one["value"] for one in found["estimates"]}
    assert values["open-label-realism"] == 3
