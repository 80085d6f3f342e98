"""Models by name: found, taken in, given out, renamed, removed, verified."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.models import read_card, write_model
from synthscope.records.model import ModelCard
from synthscope.records.run import Environment
from synthscope.services import models
from synthscope.services.models import (
    checked_name,
    export_model,
    find_by_hash,
    find_model,
    import_model,
    list_models,
    remove_model,
    rename_model,
    verify_model,
)

CARD = ModelCard(
    name="soil", generator="prior", generator_version="1", architecture={}, training={}, images=(),
    normalisation=(0.0, 1.0), limits=((0.0, 255.0),), channels=1, dtype="uint8", voxel_size=(1.0, 1.0, 1.0),
    unit="pixel", weights_sha256="", parameters=1, steps=1, planned_steps=1, seed=0, seconds=1.0,
    environment=Environment("0", "3", "Linux", "cpu"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(models, "user_models", lambda: tmp_path / "user")
    monkeypatch.setattr(models, "bundled_models", lambda: tmp_path / "bundled")
    monkeypatch.chdir(tmp_path)


def make(folder: Path, value: float = 1.0) -> Path:
    folder.mkdir(parents=True)
    write_model(folder, {"w": np.full(3, value, np.float32)}, replace(CARD, name=folder.name))
    return folder


def test_a_name_is_looked_for_in_the_project_then_installed_then_bundled(tmp_path: Path) -> None:
    project = tmp_path / "project"
    bundled = make(tmp_path / "bundled" / "soil")
    assert find_model("soil", project) == bundled
    user = make(tmp_path / "user" / "soil")
    assert find_model("soil", project) == user
    own = make(project / "models" / "soil")
    assert find_model("soil", project) == own
    assert find_model("soil") == user
    assert find_model("models/soil", project) == own
    assert find_model(str(bundled)) == bundled
    assert find_model(str(bundled / "model.json")) == bundled
    assert [(row.name, row.place) for row in list_models(project)] == [
        ("soil", "project"), ("soil", "user"), ("soil", "bundled"),
    ]  # fmt: skip


def test_what_is_not_there_is_said_with_what_is(tmp_path: Path) -> None:
    make(tmp_path / "user" / "rock")
    with pytest.raises(FileError, match=r"no model 'soil'.*rock"):
        find_model("soil")
    with pytest.raises(FileError, match="no model folder"):
        find_model("somewhere/soil")
    (tmp_path / "net.pth").write_bytes(b"")
    with pytest.raises(FileError, match="pickled"):
        find_model("net.pth")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match="holds no model"):
        find_model("empty")
    with pytest.raises(FileError):
        find_model("")


def test_a_damaged_model_is_a_row_that_says_why(tmp_path: Path) -> None:
    make(tmp_path / "user" / "good")
    (make(tmp_path / "user" / "cut") / "model.json").write_text("{")
    (make(tmp_path / "user" / "bare") / "model.safetensors").unlink()
    (tmp_path / "user" / "notes").mkdir()
    rows = {row.name: row for row in list_models()}
    assert set(rows) == {"good", "cut", "bare"}
    assert rows["good"].card
    assert rows["good"].bytes > 0
    assert "not JSON" in rows["cut"].reason
    assert "lost its weights" in rows["bare"].reason


def test_a_model_that_is_taken_in_is_checked_first(tmp_path: Path) -> None:
    source = make(tmp_path / "given")
    taken = import_model(source)
    assert taken == tmp_path / "user" / "given"
    assert verify_model(taken).weights_sha256 == read_card(source).weights_sha256
    with pytest.raises(InputError, match="there already"):
        import_model(source)
    assert import_model(source, name="other").name == read_card(tmp_path / "user" / "other").name == "other"
    data = (source / "model.safetensors").read_bytes()
    (source / "model.safetensors").write_bytes(data[:-1] + b"!")
    with pytest.raises(DocumentError, match="SHA-256"):
        import_model(source, name="third")
    assert sorted(path.name for path in (tmp_path / "user").iterdir()) == ["given", "other"]


def test_a_model_that_is_given_out_holds_card_and_weights_and_nothing_of_this_computer(tmp_path: Path) -> None:
    source = make(tmp_path / "user" / "soil")
    (source / "training.json").write_text('{"path": "/home/me"}')
    (source / "curves.jsonl").write_text("")
    out = export_model(source, tmp_path / "shared" / "soil")
    assert sorted(path.name for path in out.iterdir()) == ["curves.jsonl", "model.json", "model.safetensors"]
    assert verify_model(out).name == "soil"


def test_rename_and_remove_touch_only_ones_own_models(tmp_path: Path) -> None:
    own, bundled, foreign = (make(tmp_path / place / "soil") for place in ("user", "bundled", "elsewhere"))
    sha = read_card(own).weights_sha256
    renamed = rename_model(own, "clay")
    assert read_card(renamed).name == "clay"
    assert find_by_hash(sha) in (renamed, bundled)
    with pytest.raises(InputError, match="there already"):
        rename_model(renamed, "clay")
    for folder in (bundled, foreign, tmp_path / "user"):
        with pytest.raises(InputError, match="neither of this project nor installed"):
            remove_model(folder)
        with pytest.raises(InputError, match="neither"):
            rename_model(folder, "mine")
    remove_model(renamed)
    assert not renamed.exists()
    with pytest.raises(FileError):
        remove_model(renamed)


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "a b", "con", "NUL.x", "a:b", "x" * 200, "a\\b"])
def test_names_that_are_none_everywhere_are_refused_with_one_that_is(name: str) -> None:
    with pytest.raises(InputError, match="cannot be called") as caught:
        checked_name(name)
    proposed = caught.value.sentence.split("; ")[1].split("'")[1]
    assert checked_name(proposed) == proposed


@given(st.text(max_size=120))
def test_a_name_that_is_taken_lies_in_one_folder(name: str) -> None:
    try:
        checked_name(name)
    except InputError:
        return
    assert len(Path(name).parts) == 1
    assert Path(name).name == name
