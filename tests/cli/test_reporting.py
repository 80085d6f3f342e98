"""A finished report card is shown again from the command line."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer.main
from tests.services.reporting.cards import make_report

from synthscope.cli import main
from synthscope.cli.app import build
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


def test_another_ending_and_a_folder_without_a_report_are_refused_in_a_sentence(folder, tmp_path, capsys) -> None:
    assert main(["report", str(folder), "--out", str(tmp_path / "card.pdf")]) == 2
    assert "browser" in capsys.readouterr().err
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
