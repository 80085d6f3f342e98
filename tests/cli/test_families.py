"""The command that compares families, as a person types it."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from tests.services.families.stacks import SHAPE, SPACE
from tests.services.gaussian import ID, Gaussian, field, register

from synthscope.cli import main
from synthscope.io.writing import write_image
from synthscope.records.events import Progress
from synthscope.records.families import MEASURES
from synthscope.records.image import Image
from synthscope.services.families.beginning import read_families

SMALL = ("--size", 32, "--count", 8, "--steps", 4, "--seeds", 1, "--resamples", 40, "--encoder", "random-pyramid")


@pytest.fixture(autouse=True)
def gaussian(monkeypatch):
    register(monkeypatch)


@pytest.fixture
def soil(tmp_path: Path) -> Path:
    return write_image(tmp_path / "soil.ome.tif", Image(field(SHAPE), SPACE, "soil"))


def call(capsys, *words: object) -> tuple[int, dict, str]:
    status = main(["families", *map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


def test_a_comparison_gives_the_json_of_the_documents(capsys, soil: Path, tmp_path: Path) -> None:
    out = tmp_path / "cmp"
    settings = ("--set", f"{ID}.patch=32", "--set", f"{ID}.contrast=0.9", "--set", "quilt.block=24")
    words = (soil, "--generators", f"{ID},quilt", "--out", out, *SMALL, *settings)
    status, said, error = call(capsys, *words)
    assert status == 0, error
    assert list(said) == [
        "format", "folder", "report", "grid", "complete", "n", "blocks", "encoder", "real", "rows", "sentences",
        "seconds",
    ]  # fmt: skip
    assert (said["format"], said["complete"], said["n"], said["encoder"]) == (
        "synthscope/families/1", True, 8, "Random convolutions",
    )  # fmt: skip
    assert [row["generator"] for row in (said["real"], *said["rows"])] == ["", ID, "quilt"]
    assert set(said["rows"][0]["summary"]) == set(MEASURES)
    assert set(said["rows"][0]["summary"]["kernel_distance"]) == {"mean", "spread", "low", "high", "seeds"}
    assert said["rows"][0]["summary"]["kernel_distance"]["spread"] is None
    assert set(said["rows"][0]["runs"][0]) == {
        "generator", "seed", "measures", "n", "model", "model_sha256", "runs", "copies", "copy_threshold", "remarks",
        "problem",
    }  # fmt: skip
    assert Path(said["report"]).is_file()
    assert Path(said["grid"]).is_file()
    kept = read_families(out)
    assert [(one.training, one.parameters) for one in kept.contenders] == [
        ({"patch": 32}, {"contrast": 0.9}), ({}, {"block": 24}),
    ]  # fmt: skip


def test_an_interrupted_comparison_goes_on(capsys, soil: Path, tmp_path: Path, monkeypatch) -> None:
    out = tmp_path / "cmp"
    quick = ("--set", "phase-surrogate.iterations=2")
    words = (soil, "--generators", f"{ID},phase-surrogate", "--out", out, *SMALL, *quick)

    def interrupted(*_):
        signal.raise_signal(signal.SIGINT)
        yield Progress(0, 1)

    with monkeypatch.context() as patched:
        patched.setattr(Gaussian, "generate", interrupted)
        assert call(capsys, *words)[0] == 130
    assert call(capsys, *words)[0] == 2  # the folder is taken, and nobody said to go on
    monkeypatch.setattr(Gaussian, "train", lambda *_: pytest.fail("trained again"))
    status, said, error = call(capsys, "--out", out, "--resume")
    assert (status, said.get("complete")) == (0, True), error


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--generators", "quilt,nothing"), "nothing"),
        (("--set", "quilt=3"), "names no generator of this comparison; give GENERATOR.NAME=VALUE"),
        (("--set", "prior.colour=red"), "names no parameter of 'prior'"),
        (("--generators", ","), "No generator is named"),
        (("--size", "7"), "The size is 7"),
        (("--held-out", "0"), "part to hold out is 0"),
    ],
)
def test_wrong_words_end_in_a_sentence(capsys, soil: Path, tmp_path: Path, words, sentence: str) -> None:
    status, _, error = call(capsys, soil, "--out", tmp_path / "cmp", *words)
    assert status == 2
    assert sentence in error
    assert error.count("\n") == 1
    assert not (tmp_path / "cmp").exists()


def test_no_stack_is_said(capsys, tmp_path: Path) -> None:
    status, _, error = call(capsys, "--out", tmp_path / "cmp")
    assert status == 2
    assert "at least one image" in error


def test_the_words_hold_the_table(capsys, soil: Path, tmp_path: Path) -> None:
    words = ["families", str(soil), "--generators", "phase-surrogate", "--out", str(tmp_path / "cmp"), *map(str, SMALL)]
    assert main([*words, "--set", "phase-surrogate.iterations=2"]) == 0
    said = capsys.readouterr().out
    assert "Phase surrogate: " in said
    assert "Real against real: " in said
    assert "held-out part of soil.ome.tif" in said


def test_nothing_to_resume_is_said(capsys, tmp_path: Path) -> None:
    status, _, error = call(capsys, "--out", tmp_path / "cmp", "--resume")
    assert status == 2
    assert "There is no comparison in" in error
