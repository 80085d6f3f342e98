"""Model folders: whole at every moment, and one sentence for everything else."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from synthscope.errors import DocumentError, FileError, SynthscopeError
from synthscope.io import models
from synthscope.io.models import check_weights, copy_weights, read_card, read_weights, settle, write_card, write_model
from synthscope.records.documents import to_json
from synthscope.records.model import ModelCard
from synthscope.records.run import Environment

WEIGHTS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(4, np.float16)}
CARD = ModelCard(
    name="soil", generator="prior", generator_version="1", architecture={"widths": [32]}, training={"patch": 64},
    images=(), normalisation=(0.0, 1.0), limits=((0.0, 255.0),), channels=1, dtype="uint8", voxel_size=(1.0, 1.0, 1.0),
    unit="pixel", weights_sha256="", parameters=10, steps=5, planned_steps=5, seed=0, seconds=1.0,
    environment=Environment("0", "3", "Linux", "cpu"),
)  # fmt: skip


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "soil"
    folder.mkdir()
    write_model(folder, WEIGHTS, CARD)
    return folder


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) and a[k].dtype == b[k].dtype for k in a)


def test_a_model_is_read_as_it_was_written(model: Path) -> None:
    card = read_card(model)
    assert replace(card, weights_sha256="") == CARD
    assert same(read_weights(model, card), WEIGHTS)
    check_weights(model, card)
    assert sorted(path.name for path in model.iterdir()) == ["model.json", "model.safetensors"]


def test_a_single_number_is_no_row_of_one(tmp_path: Path) -> None:
    (tmp_path / "number").mkdir()
    written = write_model(tmp_path / "number", {"scale": np.array(2.5, np.float32)}, CARD)
    assert read_weights(tmp_path / "number", written)["scale"].shape == ()


def test_a_card_of_version_1_had_one_pair_of_limits_for_all_channels(model: Path) -> None:
    document = to_json(replace(CARD, channels=3, limits=((0.0, 255.0),) * 3))
    (model / "model.json").write_text(json.dumps(document | {"version": 1, "limits": [3.0, 250.0]}))
    assert read_card(model).limits == ((3.0, 250.0),) * 3


@pytest.mark.parametrize("limits", [[[0, 1]], [[0, 1], [2, 1]], [0, 1], None])
def test_limits_that_are_not_one_rising_pair_for_each_channel_are_refused(model: Path, limits: object) -> None:
    document = to_json(replace(CARD, channels=2, limits=((0.0, 1.0),) * 2))
    (model / "model.json").write_text(json.dumps(document | {"limits": limits}))
    with pytest.raises(DocumentError, match="soil"):
        read_card(model)


@pytest.mark.parametrize("moment", ["write_bytes", "write_card", "settle"])
def test_a_program_that_ends_while_writing_leaves_a_whole_model(model: Path, monkeypatch, moment: str) -> None:
    new = {name: values + 1 for name, values in WEIGHTS.items()}
    real = getattr(models, moment)
    calls = []

    def ending(*arguments: object, **named: object) -> object:
        calls.append(moment)
        if moment != "settle" or len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **named)

    monkeypatch.setattr(models, moment, ending)
    with pytest.raises(KeyboardInterrupt):
        write_model(model, new, replace(CARD, steps=9))
    monkeypatch.undo()
    card = read_card(model)
    expected = new if card.steps == 9 else WEIGHTS
    assert same(read_weights(model, card), expected)
    assert card.steps == (9 if moment == "settle" else 5)
    settle(model)
    assert same(read_weights(model, read_card(model)), expected)
    assert not (model / models.ARRIVING).exists()


def test_other_weights_than_those_of_the_card_are_refused(model: Path) -> None:
    (model / "model.safetensors").write_bytes(save({"a": np.zeros(3, np.float32)}))
    for read in (read_weights, check_weights):
        with pytest.raises(DocumentError, match="not those of its card"):
            read(model, read_card(model))


def test_missing_files_are_named(model: Path, tmp_path: Path) -> None:
    card = read_card(model)
    (model / "model.safetensors").unlink()
    with pytest.raises(FileError, match=r"has a card but no model\.safetensors"):
        read_weights(model, card)
    (model / "model.json").unlink()
    with pytest.raises(FileError, match="holds no model"):
        read_card(model)
    (model / "training.json").write_text("{}")
    with pytest.raises(FileError, match="holds no model"):
        read_card(model)
    (model / "state").mkdir()
    with pytest.raises(FileError, match="not trained yet"):
        read_card(model)
    with pytest.raises(FileError, match="no model folder"):
        read_card(tmp_path / "nowhere")


def test_pickled_checkpoints_are_never_opened(model: Path, tmp_path: Path) -> None:
    card = read_card(model)

    class Trap:
        def __reduce__(self) -> tuple:
            return (Path.touch, (tmp_path / "ran",))

    for name, data in (("net.pth", pickle.dumps(Trap())), ("net.ckpt", b"PK\x03\x04" + bytes(100))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FileError, match="pickled"):
            read_card(tmp_path / name)
        (model / "model.safetensors").write_bytes(data)
        with pytest.raises(DocumentError, match="pickled"):
            read_weights(model, card)
    folder = tmp_path / "foreign"
    folder.mkdir()
    (folder / "net.pt").write_bytes(b"")
    with pytest.raises(FileError, match=r"holds net\.pt but no card"):
        read_card(folder)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 99}, "newer Synthscope"),
        ({"version": "1"}, "version"),
        ({"format": "synthscope/recipe"}, "of format"),
        ({"normalisation": [1.0, 1.0]}, "normalisation"),
        ({"normalisation": [0.0]}, "a list of 2"),
        ({"limits": [3.0, 1.0]}, "limits"),
        ({"channels": 0}, "0 channels"),
        ({"channels": True}, "int"),
        ({"voxel_size": [0.0, 1.0, 1.0]}, "voxel size"),
        ({"percentiles": [50.0, 20.0]}, "percentiles"),
        ({"state": "perhaps"}, "one of"),
        ({"extra": 1}, "extra"),
        ({"images": [{"name": "a"}]}, "a value for"),
    ],
)
def test_a_card_that_cannot_be_is_a_sentence(model: Path, change: dict, words: str) -> None:
    document = json.loads((model / "model.json").read_text()) | change
    (model / "model.json").write_text(json.dumps(document))
    with pytest.raises(DocumentError, match=f"(?s)The card of model 'soil' cannot be used.*{words}"):
        read_card(model)


def test_a_header_that_asks_for_much_memory_costs_none(model: Path) -> None:
    card = read_card(model)
    for length in (2**40, 2**63, 100_000_000, 8):
        (model / "model.safetensors").write_bytes(length.to_bytes(8, "little") + b"{" * 64)
        tracemalloc.start()
        with pytest.raises(DocumentError, match="damaged"):
            read_weights(model, card)
        assert tracemalloc.get_traced_memory()[1] < 2**20
        tracemalloc.stop()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_weights_are_a_sentence_whatever_the_damage(tmp_path_factory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("model")
    whole = save(WEIGHTS)
    kind = data.draw(st.sampled_from(["cut", "change", "grow", "noise", "header"]))
    at = data.draw(st.integers(0, len(whole) - 1))
    noise = data.draw(st.binary(min_size=1, max_size=40))
    header = data.draw(st.dictionaries(st.text(max_size=3), st.recursive(
        st.none() | st.integers() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["dtype", "shape", "data_offsets"]), inner), max_leaves=6), max_size=3))  # fmt: skip
    text = json.dumps(header).encode()
    damaged = {
        "cut": whole[:at],
        "change": whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :],
        "grow": whole + noise,
        "noise": noise,
        "header": len(text).to_bytes(8, "little") + text + noise,
    }[kind]
    (folder / "model.safetensors").write_bytes(damaged)
    sealed = replace(CARD, weights_sha256=models.file_hash(folder / "model.safetensors"))
    write_card(folder, sealed)
    try:
        weights = read_weights(folder, sealed)  # the card was made for it: only its form can be wrong
    except SynthscopeError:
        return
    assert kind in ("change", "header")
    assert all(isinstance(values, np.ndarray) for values in weights.values())


def test_weights_are_checked_while_they_are_copied(model: Path, tmp_path: Path) -> None:
    card = read_card(model)
    target = tmp_path / "copy"
    target.mkdir()
    copy_weights(model, card, target)
    write_card(target, card)
    assert same(read_weights(target, card), WEIGHTS)
    (target / "model.safetensors").unlink()
    with pytest.raises(DocumentError):
        copy_weights(model, replace(card, weights_sha256="0" * 64), target)
    assert [path.name for path in target.iterdir()] == ["model.json"]
