"""A whole pipeline in one file on the command line: converted by a base, or refused with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.generators.pretrained import original_layout, tiny

from synthscope.cli import main
from synthscope.services import models, pretrained


@pytest.fixture
def home(monkeypatch, tmp_path: Path) -> Path:
    for module in (models, pretrained):
        monkeypatch.setattr(module, "user_models", lambda: tmp_path / "installed")
    return tmp_path / "installed"


def call(capsys, *words: object) -> tuple[int, dict, str]:
    status = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


def test_a_file_is_imported_by_the_name_of_a_base(capsys, home: Path, tmp_path: Path) -> None:
    folder = tiny.save("stable-diffusion", tmp_path / "small")
    file = original_layout.write_single(tiny.stable_diffusion(tmp_path / "made"), tmp_path / "v1-5.safetensors")
    capsys.readouterr()  # what diffusers says to whoever saves
    status, _, error = call(capsys, "models", "import", file)
    assert (status, error.count("\n")) == (2, 1)
    assert "None is here; get 'sd-1.5' first (synthscope models fetch sd-1.5)" in error
    assert call(capsys, "models", "import", folder, "--name", "mine")[0] == 0
    status, _, error = call(capsys, "models", "import", file)
    assert (status, "Choose a base: --base with one of 'mine'" in error) == (2, True)
    status, taken, error = call(capsys, "models", "import", file, "--base", "mine", "--licence", "MIT")
    assert (status, taken["name"]) == (0, "v1-5"), error
    assert call(capsys, "models", "verify", "v1-5")[1]["verified"] is True
    card = json.loads((home / "v1-5" / "model.json").read_text())
    assert (card["conversion"]["base"], card["licence"], card["source"]) == ("mine", "MIT", "v1-5.safetensors")


def test_a_pickle_and_a_folder_with_a_base_are_refused(capsys, home: Path, tmp_path: Path) -> None:
    (tmp_path / "old.ckpt").write_bytes(b"PK\x03\x04" + b"0" * 100)
    for words in ((), ("--base", "mine")):
        status, _, error = call(capsys, "models", "import", tmp_path / "old.ckpt", *words)
        assert (status, error.count("\n")) == (2, 1)
        assert "pickle" in error
    (tmp_path / "folder").mkdir()
    status, _, error = call(capsys, "models", "import", tmp_path / "folder", "--base", "mine")
    assert (status, "folder is no single file of a whole pipeline; leave the base 'mine' out" in error) == (2, True)
    assert not home.exists()
