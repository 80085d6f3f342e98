"""A result of a LoRA made again: the adapter found by its hash, or named by a person, and then held to it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.generators.pretrained import tiny
from tests.generators.pretrained.tiny_adapters import write_lora

import synthscope
from synthscope.cli import main
from synthscope.errors import FileError
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.pretrained import import_pretrained

IMAGE = Image(np.random.default_rng(5).integers(0, 255, (32, 32)).astype(np.uint8), Space("yx"), "core.tif")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replaying")


@pytest.fixture(scope="module")
def model(place: Path) -> Path:
    return drain(import_pretrained(tiny.save("stable-diffusion", place / "tiny", channels=9), place / "models"))


@pytest.fixture(scope="module")
def result(place: Path, model: Path) -> str:
    """Fill a hole by a model and a LoRA that is gone afterwards."""
    folder = drain(import_pretrained(lora(place, "sharp", 1), place / "models"))
    mask = np.zeros(IMAGE.shape, bool)
    mask[8:20, 8:20] = True
    made = synthscope.inpaint(
        IMAGE, mask, place / "out", generator="sd-inpaint", model=model, adapters={str(folder): 0.7},
        parameters={"steps": 2},
    ).candidates[0]  # fmt: skip
    folder.rename(place / "elsewhere")
    return made.path


def lora(place: Path, name: str, seed: int) -> Path:
    path = place / "loras" / f"{name}.safetensors"
    return path if path.is_file() else write_lora(path, seed, unet=tiny.unet(9))


def test_without_the_adapter_a_sentence_names_it(result: str, model: Path) -> None:
    with pytest.raises(FileError, match=r"The adapter 'sharp' \(SHA-256 [0-9a-f]{64}\) is not here"):
        synthscope.replay(result, model=model)


def test_a_named_folder_or_file_makes_it_again(result: str, model: Path, place: Path) -> None:
    renamed = place / "sharp (1).safetensors"
    renamed.write_bytes(lora(place, "sharp", 1).read_bytes())
    for named in (place / "elsewhere", lora(place, "sharp", 1), renamed):
        assert synthscope.replay(result, model=model, adapters=[named]).reproduced


def test_another_adapter_is_refused_by_its_hash(result: str, model: Path, place: Path, capsys) -> None:
    other = lora(place, "dull", 2)
    folder = drain(import_pretrained(other, place / "others"))
    for named, name in ((other, "dull.safetensors"), (folder, "dull")):
        words = ["replay", result, "--model", str(model), "--adapter", str(named), "--json"]
        assert main(words) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert f"{name!r} (hash " in said.err
        assert "is no adapter of the recipe: its adapters are 'sharp' (" in said.err
        assert said.err.count("\n") == 1
    words = ["replay", result, "--model", str(model), "--adapter", str(place / "elsewhere"), "--json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["reproduced"] is True


def test_an_adapter_for_a_result_without_any_is_refused(place: Path) -> None:
    write_image(place / "core.tif", IMAGE)
    mask = np.zeros(IMAGE.shape, bool)
    mask[8:12, 8:12] = True
    made = synthscope.inpaint(IMAGE, mask, place / "plain", generator="biharmonic").candidates[0]
    with pytest.raises(FileError, match=r"sharp.* is no adapter of the recipe: it has none"):
        synthscope.replay(made.path, adapters=[lora(place, "sharp", 1)])
