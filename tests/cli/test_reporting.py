"""A finished report card is shown again from the command line."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import typer.main
from tests.metrics.grainy import grains
from tests.services.reporting.cards import make_report
from tests.services.reporting.printed import pages_of
from tifffile import imwrite

from synthscope.cli import main
from synthscope.cli.app import build
from synthscope.records.evaluation import Score
from synthscope.services.reporting.document import read_report
from synthscope.services.reporting.methods import command_line
from synthscope.services.reporting.writing import write_report


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "reports"
    place.mkdir()
    write_report(make_report(place), place, place / "report.json")
    return place


@pytest.mark.parametrize("given", [".", "report.json"])
def test_a_report_is_written_as_its_ending_says(given: str, folder: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "card.html"
    assert main(["report", str(folder / given), "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["report"] == str(out)
    assert said["scores"] > 50
    assert out.read_text(encoding="utf-8").count("data:image/png") > 40


def test_a_report_is_printed_where_there_is_no_display(folder: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    out = tmp_path / "card.pdf"
    assert main(["report", str(folder), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"] == str(out)
    assert len(pages_of(out)) >= 6


def test_another_ending_and_a_folder_without_a_report_are_refused_in_a_sentence(folder, tmp_path, capsys) -> None:
    assert main(["report", str(folder), "--out", str(tmp_path / "card.docx")]) == 2
    assert ".html, .pdf, .csv" in capsys.readouterr().err
    assert main(["report", str(tmp_path), "--out", str(tmp_path / "card.html")]) == 2
    assert "report.json" in capsys.readouterr().err
    assert not list(tmp_path.glob("card.*"))


def test_the_command_that_a_card_names_is_one_that_the_program_knows(folder: Path) -> None:
    recipe = replace(read_report(folder).recipe, partners=True, controls=False, metrics=("kid", "fid"), depth=2)
    words = shlex.split(command_line(replace(recipe, masks=recipe.real.images)))
    program: Any = typer.main.get_command(build())
    given = program.commands[words[1]].make_context("evaluate", words[2:], resilient_parsing=True).params
    assert given["real"] == Path("Soil core 7")
    assert len(given["generated"]) == 3
    assert given["metric"] == ["kid", "fid"]
    assert (given["paired"], given["no_controls"], given["depth"], given["seed"]) == (True, True, 2, 7)
    used = {word for word in words if word.startswith("--")}
    assert used <= {option for parameter in program.commands["evaluate"].params for option in parameter.opts}


def test_the_card_of_a_stack_is_made_again_by_the_command_that_it_names(tmp_path: Path, capsys) -> None:
    """Slices without a calibration are one stack, by the axes and voxel size that were told."""
    (tmp_path / "core").mkdir()
    (tmp_path / "made").mkdir()
    for z, plane in enumerate(grains(1, (12, 96, 96), 3)[0, ..., 0]):
        imwrite(tmp_path / "core" / f"{z:02d}.tif", plane)
    imwrite(tmp_path / "made" / "made.tif", grains(1, (12, 96, 96), 4)[0, ..., 0])
    told = ["--stack", "--voxel-size", "3,2,2", "--unit", "um", "--metric", "intensity", "--side", "48"]
    told += ["--no-controls", "--resamples", "20", "--axes", "zyx"]
    sets = [str(tmp_path / "core"), str(tmp_path / "made")]
    assert main(["evaluate", *sets, *told, "--out", str(tmp_path / "first")]) == 0
    card = read_report(tmp_path / "first")
    words = shlex.split(command_line(card.recipe))[1:]
    assert words[words.index("--voxel-size") + 1] == "3,2,2"
    places = {"core": sets[0], "made": sets[1], "card.html": str(tmp_path / "card.html")}
    assert main([*(places.get(word, word) for word in words), "--out", str(tmp_path / "again")]) == 0
    again = read_report(tmp_path / "again")
    assert again.recipe.real.images[0].shape == (12, 96, 96)
    assert again.frame == card.frame
    assert [score.value for score in again.scores] == [score.value for score in card.scores]
    capsys.readouterr()


def test_in_words_a_number_comes_with_what_a_reader_must_know_of_it(tmp_path: Path, capsys) -> None:
    for name, seed in (("real", 3), ("made", 4), ("other", 5)):
        (tmp_path / name).mkdir()
        for i, plane in enumerate(grains(8, (1, 64, 64), seed)[:, 0, ..., 0]):
            imwrite(tmp_path / name / f"{i}.tif", plane)
    sets = [str(tmp_path / name) for name in ("real", "made", "other")]
    told = ["--metric", "fid", "--encoder", "random-pyramid", "--no-controls", "--resamples", "20", "--side", "32"]
    assert main(["evaluate", *sets, *told]) == 0
    lines = capsys.readouterr().out.splitlines()
    fid = [line for line in lines if "[random-pyramid]" in line]
    assert len(fid) == 2
    assert all(line.endswith("(a)") for line in fid)
    (note,) = [line for line in lines if line.startswith("(a) ")]
    assert "biased below 2048 images, and there are" in note


def test_the_documented_columns_of_a_score_are_all_there_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")
    said = re.search(r"`scores: \[\{([^}]*)\}\]", page)
    assert said is not None
    assert set(said[1].split(", ")) == {one.name for one in fields(Score)}
