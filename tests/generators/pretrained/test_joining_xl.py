"""LoRA and embeddings of a pipeline with two text encoders: what each changes, and that nothing of them stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.generators.conftest import _inputs, finish
from tests.generators.pretrained import tiny, tiny_unclip
from tests.generators.pretrained.tiny_adapters import write_embedding, write_lora

from synthscope.errors import InputError
from synthscope.generators.pretrained import loading
from synthscope.generators.pretrained.xl.parameters import XlFillParameters
from synthscope.generators.registry import find_spec, resolve
from synthscope.jobs.drain import drain
from synthscope.records.generator import Adapter
from synthscope.records.request import Prompts
from synthscope.services.pretrained import import_pretrained

WORDS = "a slice of <shale>"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("joining-xl")


@pytest.fixture(scope="module")
def model(place: Path) -> str:
    return str(tiny_unclip.taken("stable-diffusion-xl", place))


@pytest.fixture(scope="module")
def plain(model: str) -> np.ndarray:
    return made(model)


@pytest.fixture
def networks(model: str, plain: np.ndarray) -> Iterator[dict[str, Any]]:
    """Give the networks that stay warm, and look whether they are as they were: names, values, vocabulary."""
    del plain
    folder = Path(model)
    card = loading.read_card(folder)
    warm = loading._loaded(model, loading.file_stamps(folder), card.weights_sha256, "cpu", torch.float32)
    found = {name: one for name, one in warm.components.items() if isinstance(one, torch.nn.Module)}
    before = {name: {key: value.clone() for key, value in one.state_dict().items()} for name, one in found.items()}
    sizes = [len(warm.components[name]) for name in ("tokenizer", "tokenizer_2")]
    yield found
    for name, one in found.items():
        after = one.state_dict()
        assert set(after) == set(before[name]), name
        assert all(torch.equal(value, after[key]) for key, value in before[name].items()), name
    assert [len(warm.components[name]) for name in ("tokenizer", "tokenizer_2")] == sizes
    assert found["text_encoder"].config.vocab_size == tiny.LETTERS


def made(model: str, *adapters: Adapter, prompt: str = WORDS) -> np.ndarray:
    inputs = replace(
        _inputs("inpaint", "plane", "uint8"), model=model, normalisation=(0.0, 255.0), adapters=adapters,
        prompts=Prompts(prompt),
    )  # fmt: skip
    return finish(resolve("sdxl-inpaint").generate(inputs, XlFillParameters(steps=2), 1))


def lora(place: Path, name: str, seed: int, *networks: str) -> str:
    """Write a LoRA for some networks of a tiny XL as diffusers does, and take it in."""
    pipeline = tiny_unclip.stable_diffusion_xl(place / "lora-words")
    chosen = {one: getattr(pipeline, one) for one in networks}
    file = write_lora(place / name / f"{name}.safetensors", seed, **chosen)
    return str(drain(import_pretrained(file, place / "models", name)))


def embedding(place: Path, name: str, *widths: int, vectors: int = 1) -> Adapter:
    parent = place / f"words-{len(widths)}-{vectors}"
    file = write_embedding(parent / "files" / f"{name}.safetensors", 5, *widths, vectors=vectors)
    return Adapter(str(drain(import_pretrained(file, parent, name))), "embedding")


def test_the_spec_offers_both() -> None:
    assert find_spec("sdxl-inpaint").adapters == ("lora", "embedding")


def test_a_lora_works_in_the_denoiser_and_in_both_encoders(
    place: Path, model: str, plain: np.ndarray, networks: dict[str, Any]
) -> None:
    parts = ("unet", "text_encoder", "text_encoder_2")
    each = [made(model, Adapter(lora(place, f"only-{one}", 1, *{one, parts[2]}), "lora")) for one in parts]
    whole = Adapter(lora(place, "all", 1, *parts), "lora", 1.0)
    full = made(model, whole)
    images = [plain, *each, full, made(model, replace(whole, weight=0.3))]
    assert all(not np.array_equal(a, b) for i, a in enumerate(images) for b in images[:i])
    assert np.array_equal(made(model, replace(whole, weight=0.0)), plain)
    assert np.array_equal(made(model, whole), full)
    assert np.array_equal(made(model), plain)
    assert networks


def test_two_loras_work_together(place: Path, model: str, networks: dict[str, Any]) -> None:
    first, second = (Adapter(lora(place, f"of-{seed}", seed, "unet", "text_encoder_2"), "lora") for seed in (2, 3))
    both = made(model, first, second)
    assert not any(np.array_equal(both, made(model, one)) for one in (first, second))
    assert np.array_equal(made(model, first, replace(second, weight=0.0)), made(model, first))
    assert networks


@pytest.mark.parametrize("vectors", [1, 3])
def test_an_embedding_gives_a_word_its_meaning_in_both_encoders(
    place: Path, model: str, plain: np.ndarray, networks: dict[str, Any], vectors: int
) -> None:
    told = made(model, embedding(place, "shale", tiny.WIDTH, tiny.WIDTH, vectors=vectors))
    assert not np.array_equal(told, plain)
    assert np.array_equal(made(model), plain)
    assert networks


def test_adapters_of_other_models_are_refused_and_nothing_stays(
    place: Path, model: str, plain: np.ndarray, networks: dict[str, Any]
) -> None:
    small = write_lora(place / "small" / "small.safetensors", 4, unet=tiny.unet())
    other = Adapter(str(drain(import_pretrained(small, place / "models", "small"))), "lora")
    for wrong, words in (
        (other, "The LoRA 'small' does not fit the model"),
        (embedding(place, "shale", tiny.WIDTH), "it holds 1 of them, and the model has 2 text encoders"),
        (embedding(place, "wide", tiny.WIDTH, 48), "The embedding 'wide' does not fit the model"),
    ):
        with pytest.raises(InputError, match=words) as error:
            made(model, wrong)
        assert "\n" not in str(error.value)
    assert np.array_equal(made(model), plain)
    assert networks
