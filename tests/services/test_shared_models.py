"""Models in a folder that many use: listed, found and verified, never copied, renamed or removed from here."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from synthscope.errors import DocumentError, InputError
from synthscope.jobs.drain import drain
from synthscope.services import models
from synthscope.services.models import find_model, list_models, remove_model, rename_model, verify_model
from synthscope.services.pretrained import import_pretrained
from synthscope.services.shared_models import share_models, shared_models


@pytest.fixture
def shared(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setattr(models, "user_models", lambda: tmp_path / "own")
    save_file({"lora.weight": np.zeros((2, 2), np.float32)}, tmp_path / "lora.safetensors")
    folder = drain(import_pretrained(tmp_path / "lora.safetensors", tmp_path / "shared", "lab-lora"))
    monkeypatch.setenv("SYNTHSCOPE_MODELS", str(tmp_path / "shared"))
    return folder


def test_it_is_listed_with_its_place_and_found_by_name(shared: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in shared.rglob("*")}
    assert [(row.name, row.place) for row in list_models() if row.place != "bundled"] == [("lab-lora", "shared")]
    assert find_model("lab-lora") == shared
    assert verify_model(shared).part == "lora"
    assert {path: path.stat().st_mtime_ns for path in shared.rglob("*")} == before
    assert not (tmp_path / "own").exists()


def test_one_of_our_own_comes_first(shared: Path, tmp_path: Path) -> None:
    own = drain(import_pretrained(tmp_path / "lora.safetensors", tmp_path / "own", "lab-lora"))
    assert find_model("lab-lora") == own
    assert remove_model("lab-lora") == own
    assert find_model("lab-lora") == shared


@pytest.mark.parametrize("wanted", ["lab-lora", "folder"])
def test_it_is_neither_removed_nor_renamed(shared: Path, wanted: str) -> None:
    with pytest.raises(InputError, match="neither of this project nor installed"):
        remove_model(shared if wanted == "folder" else wanted)
    with pytest.raises(InputError, match="neither of this project nor installed"):
        rename_model(shared, "mine")
    assert shared.is_dir()


def test_a_changed_file_is_found(shared: Path) -> None:
    path = shared / "pipeline" / "lora.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DocumentError, match="SHA-256 differs"):
        verify_model(shared)


def test_the_folder_of_the_settings_is_read_unless_the_variable_names_one(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SYNTHSCOPE_MODELS", "")
    share_models("")
    assert shared_models() is None
    share_models(str(tmp_path))
    assert shared_models() == tmp_path
    share_models("/another")
    assert shared_models() == tmp_path


def test_without_the_variable_there_is_no_shared_folder(shared: Path, monkeypatch) -> None:
    monkeypatch.setenv("SYNTHSCOPE_MODELS", " ")
    assert all(row.place == "bundled" for row in list_models())
    monkeypatch.setenv("SYNTHSCOPE_MODELS", str(shared / "missing"))
    assert all(row.place == "bundled" for row in list_models())
    assert os.environ["SYNTHSCOPE_MODELS"]
