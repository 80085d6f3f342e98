"""The commands of the catalogue of pretrained models, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tests.services.hub_server import Hub, pipeline_files, serving

from synthscope.cli import main
from synthscope.records.pipeline_catalogue import PIPELINES, find_checkpoint
from synthscope.services import fetching_pretrained, models, pretrained


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path: Path) -> Path:
    for module in (models, pretrained, fetching_pretrained):
        monkeypatch.setattr(module, "user_models", lambda: tmp_path / "installed")
    return tmp_path / "installed"


def call(capsys, *words: object) -> tuple[int, dict, str]:
    status = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


def names(capsys, *words: str) -> list[str]:
    status, found, _ = call(capsys, "models", "search", *words)
    assert status == 0
    return [row["name"] for row in found["models"]]


def test_the_catalogue_is_searched(capsys) -> None:
    assert names(capsys) == [one.id for one in PIPELINES]
    assert names(capsys, "dit", "class") == ["dit-xl-2-256"]
    assert "dit-xl-2-256" not in names(capsys, "--open")
    assert names(capsys, "zebra") == []
    assert main(["models", "search", "zebra"]) == 0
    assert "No pretrained model of the catalogue fits" in capsys.readouterr().out
    assert main(["models", "search", "diffedit"]) == 0
    assert "about 4.27 GB, or 2.13 GB in half precision; CreativeML OpenRAIL-M" in capsys.readouterr().out


def test_a_model_is_fetched_after_both_agreements(capsys, monkeypatch, home: Path) -> None:
    hub = Hub(find_checkpoint("dit-xl-2-256").hub, pipeline_files("DiTPipeline"))
    with serving(hub):
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        for words in ((), ("--accept-licence",), ("--yes",)):
            status, _, error = call(capsys, "models", "fetch", "dit-xl-2-256", *words)
            assert (status, error.count("\n")) == (2, 1)
            assert "Nothing is fetched" in error
        assert hub.asked == []
        status, taken, _ = call(capsys, "models", "fetch", "dit-xl-2-256", "--yes", "--accept-licence")
    assert (status, taken["name"], taken["licence"]) == (0, "dit-xl-2-256", "CC-BY-NC-4.0")
    assert (home / "dit-xl-2-256" / "model.json").is_file()
    assert call(capsys, "models", "verify", "dit-xl-2-256")[1]["verified"] is True
    assert call(capsys, "models", "remove", "dit-xl-2-256")[0] == 0
    assert not (home / "dit-xl-2-256").exists()


@pytest.mark.parametrize(("part", "names_"), [("lora", ("unet.lora_A.weight",)), ("embedding", ("emb_params",))])
def test_a_file_of_an_adapter_is_recognised(capsys, tmp_path: Path, home: Path, part: str, names_: tuple) -> None:
    save_file({name: np.zeros((2, 4), np.float32) for name in names_}, tmp_path / "mine.safetensors")
    status, taken, error = call(capsys, "models", "import", tmp_path / "mine.safetensors")
    assert (status, error) == (0, error)
    assert taken["name"] == "mine"
    assert json.loads((home / "mine" / "model.json").read_text())["part"] == part
