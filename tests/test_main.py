"""What the first word of the command line means."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthscope import __main__ as entry
from synthscope.errors import Unavailable


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("scan.tif", "demo", "specimen"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ([], True),
        (["scan.tif"], True),
        (["scan.tif", "gone.tif"], True),
        (["."], True),
        (["specimen"], True),
        (["demo"], False),  # a command goes before a file of its name
        (["./demo"], True),
        (["gone.tif"], False),
        (["--help"], False),
        (["generators"], False),
    ],
)
def test_files_open_the_window_and_all_else_is_a_command(folder: Path, words: list[str], window: bool) -> None:
    del folder
    assert entry.wants_window(words) is window


def test_every_command_is_known_by_its_name() -> None:
    assert {"demo", "inpaint", "replay"} <= entry.command_names()


def test_help_says_that_files_are_opened(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["synthscope", "--help"])
    assert entry.main() == 0
    assert "opened" in capsys.readouterr().out


def test_no_screen_is_one_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_paths: object) -> int:
        raise Unavailable("There is no screen.")

    monkeypatch.setattr("synthscope.desktop.application.run", refuse)
    assert entry.open_window([]) == 2
    assert capsys.readouterr().err == "synthscope: There is no screen.\n"
