"""What leads an image: edges, a control network from beside, an instruction."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.generators.conftest import _inputs, finish
from tests.generators.pretrained import tiny

from synthscope.errors import DocumentError, InputError
from synthscope.generators.pretrained.control.parameters import CannyParameters, InstructParameters
from synthscope.generators.registry import resolve
from synthscope.io.models import read_card
from synthscope.jobs.drain import drain
from synthscope.records.generator import Adapter, Inputs
from synthscope.records.request import Prompts
from synthscope.services.pretrained import import_pretrained

QUICK = CannyParameters(steps=2)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("control")


@pytest.fixture(scope="module")
def model(place: Path) -> str:
    return str(drain(import_pretrained(tiny.save("stable-diffusion", place / "sd"), place / "models", "sd")))


@pytest.fixture(scope="module")
def beside(place: Path) -> str:
    tiny.mend_torchvision()
    with torch.random.fork_rng():
        torch.manual_seed(3)
        tiny.controlnet(tiny.unet()).save_pretrained(place / "canny")
    return str(drain(import_pretrained(place / "canny", place / "models", "canny")))


def asked(model: str, **more: object) -> Inputs:
    inputs = _inputs("vary", "plane", "uint16")
    return replace(inputs, model=model, normalisation=(0.0, 60000.0), prompts=Prompts("grains"), **more)


def made(inputs: Inputs, parameters: CannyParameters = QUICK, seed: int = 1) -> np.ndarray:
    return finish(resolve("controlnet-canny").generate(inputs, parameters, seed))


def test_a_folder_of_one_network_is_an_adapter(beside: str) -> None:
    card = read_card(Path(beside))
    assert (card.part, card.serves, card.generator) == ("controlnet", (), "controlnet")
    assert card.parameters > 0


def test_a_control_network_from_beside_leads_and_its_weight_says_how_much(model: str, beside: str) -> None:
    def with_weight(weight: float) -> np.ndarray:
        return made(asked(model, adapters=(Adapter(beside, "controlnet", weight),)))

    full, none = with_weight(1.0), with_weight(0.0)
    assert not np.array_equal(full, none)
    assert np.array_equal(full, with_weight(1.0))
    off = made(asked(model, adapters=(Adapter(beside, "controlnet", 1.0),)), replace(QUICK, weight=0.0))
    assert np.array_equal(none, off)


def test_edges_lead_and_not_what_is_between_them(model: str, beside: str) -> None:
    inputs = asked(model, adapters=(Adapter(beside, "controlnet"),))
    flat = replace(inputs, source=np.full_like(inputs.source, 9000))
    other = replace(inputs, source=np.full_like(inputs.source, 30000))
    assert np.array_equal(made(flat), made(other)), "neither has an edge"
    assert not np.array_equal(made(flat), made(inputs))


def test_a_second_image_leads_where_that_was_chosen(model: str, beside: str) -> None:
    inputs = asked(model, adapters=(Adapter(beside, "controlnet"),))
    parameters = replace(QUICK, control="edges of the second image")
    with pytest.raises(InputError, match="choose"):
        made(inputs, parameters)
    led = replace(inputs, source=np.zeros_like(inputs.source), reference=inputs.source)
    assert np.array_equal(made(led, parameters), made(inputs))


def test_without_a_control_network_or_with_one_of_another_model_a_sentence_says_so(model: str, place: Path) -> None:
    with pytest.raises(InputError, match="has no ControlNet"):
        made(asked(model))
    tiny.controlnet(tiny.unet(cross_attention_dim=16)).save_pretrained(place / "other")
    other = str(drain(import_pretrained(place / "other", place / "models", "other")))
    with pytest.raises(InputError, match="made for another model"):
        made(asked(model, adapters=(Adapter(other, "controlnet"),)))


def test_a_control_network_that_was_changed_is_refused(model: str, beside: str, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "changed"
    shutil.copytree(beside, copy)
    weights = next(copy.rglob("*.safetensors"))
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(DocumentError, match="SHA-256 differs"):
        made(asked(model, adapters=(Adapter(str(copy), "controlnet"),)))


def test_an_instruction_changes_what_is_made(place: Path) -> None:
    folder = drain(import_pretrained(tiny.save("instruct-pix2pix", place / "ip2p"), place / "models", "ip2p"))
    generator, parameters = resolve("instruct-pix2pix"), InstructParameters(steps=2)

    def told(words: str) -> np.ndarray:
        inputs = replace(asked(str(folder)), prompts=Prompts(instruction=words))
        return finish(generator.generate(inputs, parameters, 1))

    assert not np.array_equal(told("make the pores larger"), told("make it dark"))
    assert np.array_equal(told("make it dark"), told("make it dark"))
