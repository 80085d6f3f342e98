"""LoRA and embeddings for one run: what they change, how much, and that nothing of them stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.generators.conftest import _inputs, finish
from tests.generators.pretrained import tiny
from tests.generators.pretrained.tiny_adapters import write_embedding, write_lora

from synthscope.errors import InputError
from synthscope.generators.pretrained.parameters import TextParameters
from synthscope.generators.registry import resolve
from synthscope.jobs.drain import drain
from synthscope.records.generator import Adapter
from synthscope.records.request import Prompts
from synthscope.services.pretrained import import_pretrained

QUICK = TextParameters(steps=2)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("joining")


@pytest.fixture(scope="module")
def model(place: Path) -> str:
    return str(drain(import_pretrained(tiny.save("stable-diffusion", place / "sd"), place / "models", "sd")))


def lora(place: Path, name: str, seed: int, **options: int) -> str:
    """Write a LoRA of random weights as diffusers does, and take it in."""
    file = write_lora(place / name / f"{name}.safetensors", seed, unet=tiny.unet(**options))
    return str(drain(import_pretrained(file, place / "models", name)))


def made(model: str, *adapters: Adapter, prompt: str = "grains") -> np.ndarray:
    inputs = replace(
        _inputs("synthesize", "plane", "uint8"), model=model, normalisation=(0.0, 255.0), adapters=adapters,
        prompts=Prompts(prompt),
    )  # fmt: skip
    return finish(resolve("stable-diffusion").generate(inputs, QUICK, 1))


def test_a_lora_changes_what_is_made_by_its_weight_and_leaves_nothing_behind(place: Path, model: str) -> None:
    plain, folder = made(model), lora(place, "sharp", 1)
    full = made(model, Adapter(folder, "lora", 1.0))
    assert not np.array_equal(full, plain)
    assert not np.array_equal(made(model, Adapter(folder, "lora", 0.3)), full)
    assert np.array_equal(made(model, Adapter(folder, "lora", 0.0)), plain)
    assert np.array_equal(made(model, Adapter(folder, "lora", 1.0)), full)
    assert np.array_equal(made(model), plain)


def test_a_lora_works_in_the_text_encoder_too(place: Path, model: str) -> None:
    plain = made(model)
    file = write_lora(place / "said" / "said.safetensors", 6, text_encoder=tiny.text_encoder())
    folder = str(drain(import_pretrained(file, place / "models", "said")))
    assert not np.array_equal(made(model, Adapter(folder, "lora", 1.0)), plain)
    assert np.array_equal(made(model, Adapter(folder, "lora", 0.0)), plain)
    assert np.array_equal(made(model), plain)


def test_two_loras_work_together(place: Path, model: str) -> None:
    first, second = (Adapter(lora(place, f"one-{seed}", seed), "lora") for seed in (2, 3))
    both = made(model, first, second)
    assert not any(np.array_equal(both, made(model, one)) for one in (first, second))


def test_a_lora_of_another_model_is_refused_and_the_model_stays_usable(place: Path, model: str) -> None:
    plain, other = made(model), lora(place, "other", 4, cross_attention_dim=16)
    with pytest.raises(InputError, match="'other' does not fit the model"):
        made(model, Adapter(other, "lora"))
    assert np.array_equal(made(model), plain)


def test_an_embedding_gives_a_word_its_meaning_for_one_run(place: Path, model: str) -> None:
    file = write_embedding(place / "words" / "shale.safetensors", 5, tiny.WIDTH)
    folder = str(drain(import_pretrained(file, place / "models", "shale")))
    plain = made(model, prompt="a slice of <shale>")
    told = made(model, Adapter(folder, "embedding"), prompt="a slice of <shale>")
    assert not np.array_equal(told, plain)
    assert np.array_equal(made(model, prompt="a slice of <shale>"), plain)
