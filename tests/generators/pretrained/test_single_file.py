"""Whole pipelines in one file: converted by the configuration of another, with the same images, or refused by name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tests.generators.conftest import _inputs, finish
from tests.generators.pretrained import original_layout, tiny, tiny_unclip

from synthscope.errors import DocumentError, InputError
from synthscope.generators.registry import find_spec, resolve
from synthscope.io.models import read_card
from synthscope.jobs.drain import drain
from synthscope.records.request import Prompts
from synthscope.services.models import verify_model
from synthscope.services.pretrained import import_pretrained
from synthscope.services.single_files import take_in
from synthscope.worker import load_converter


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("single")


def made(kind: str, place: Path, seed: int, **options: Any) -> Any:
    """Build a tiny pipeline with the weights of a seed."""
    tiny.mend_torchvision()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return tiny.makers()[kind](place / f"{kind}-{seed}", **options)


def imported(pipeline: Any, place: Path, name: str) -> Path:
    pipeline.save_pretrained(place / name, safe_serialization=True)
    return drain(import_pretrained(place / name, place / "models", name))


def converted(file: Path, base: Path | str, place: Path, name: str = "") -> Path:
    return drain(take_in(file, load_converter, place / "models", name, base=str(base), licence="none"))


@pytest.fixture(scope="module")
def wanted(place: Path) -> Any:
    return made("stable-diffusion", place, 1)


@pytest.fixture(scope="module")
def base(place: Path) -> Path:
    """Give a pipeline of the same configuration with other weights."""
    return imported(made("stable-diffusion", place, 2), place, "base")


@pytest.fixture(scope="module")
def single(place: Path, wanted: Any) -> Path:
    return original_layout.write_single(wanted, place / "v1-tiny.safetensors")


def image(generator: str, model: Path) -> np.ndarray:
    parameters = find_spec(generator).parameters(steps=2)
    inputs = replace(
        _inputs("inpaint", "plane", "uint8"), model=str(model), normalisation=(0.0, 255.0), prompts=Prompts("grains")
    )
    return finish(resolve(generator).generate(inputs, parameters, 1))


def test_a_file_becomes_the_model_that_it_is_of(place: Path, wanted: Any, base: Path, single: Path) -> None:
    folder, known = converted(single, base, place), imported(wanted, place, "known")
    card = verify_model(folder)
    assert card.serves == read_card(known).serves
    assert card.conversion is not None
    assert (card.conversion.file, card.conversion.base, card.conversion.number_format) == (
        "v1-tiny.safetensors", "base", "float32",
    )  # fmt: skip
    assert card.conversion.components == ("unet", "vae", "text_encoder")
    ours, theirs, others = (image("sd-inpaint", one) for one in (folder, known, base))
    assert np.array_equal(ours, theirs)
    assert not np.array_equal(ours, others)


def test_configuration_and_words_are_those_of_the_base_byte_for_byte(place: Path, base: Path) -> None:
    names = [one.name for one in read_card(base).files if not one.name.endswith(".safetensors")]
    assert len(names) > 6
    ours = place / "models" / "v1-tiny"
    assert all((ours / "pipeline" / one).read_bytes() == (base / "pipeline" / one).read_bytes() for one in names)


def test_half_precision_stays_half(place: Path, wanted: Any, base: Path) -> None:
    file = original_layout.write_single(wanted, place / "half.safetensors", torch.float16)
    beside = {"denoiser.sigmas": torch.ones(9), "cond_stage_model.transformer.logit_scale": torch.ones(())}
    save_file(load_file(file) | beside, file)
    folder = converted(file, base, place)
    assert read_card(folder).conversion.number_format == "float16"
    (weights,) = (folder / "pipeline" / "unet").glob("*.safetensors")
    with safe_open(str(weights), framework="pt") as found:
        assert torch.equal(found.get_tensor("conv_in.weight"), wanted.unet.conv_in.weight.half())


def test_a_file_of_xl_has_two_text_encoders(place: Path) -> None:
    one, other = xl(place, 3), xl(place, 4)
    base, known = imported(other, place, "xl-base"), imported(one, place, "xl-known")
    folder = converted(original_layout.write_single(one, place / "xl.safetensors"), base, place)
    assert np.array_equal(image("sdxl-inpaint", folder), image("sdxl-inpaint", known))
    assert not np.array_equal(image("sdxl-inpaint", folder), image("sdxl-inpaint", base))


def test_a_file_of_nine_channels_fits_a_base_of_nine(place: Path) -> None:
    one, other = (made("stable-diffusion", place, seed, channels=9) for seed in (3, 4))
    base, known = imported(other, place, "nine-base"), imported(one, place, "nine-known")
    folder = converted(original_layout.write_single(one, place / "sd-nine.safetensors"), base, place)
    assert read_card(folder).generator == "sd-inpaint"
    assert weights_of(folder) == weights_of(known) != weights_of(base)


def weights_of(model: Path) -> dict[str, str]:
    """Give the hash of each file of weights: what diffusers saves of equal networks is equal, byte for byte."""
    return {one.name: one.sha256 for one in read_card(model).files if one.name.endswith(".safetensors")}


def xl(place: Path, seed: int) -> Any:
    """Build a tiny XL whose encoders differ in width, as those of the published one do: by it they are told apart."""
    from transformers import CLIPTextModelWithProjection

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        pipeline = tiny_unclip.stable_diffusion_xl(place / f"xl-{seed}")
        wide = pipeline.text_encoder.config.__class__(
            **{**pipeline.text_encoder.config.to_dict(), "hidden_size": 48, "num_attention_heads": 4}
        )
        pipeline.text_encoder_2 = CLIPTextModelWithProjection(wide).eval()
        pipeline.unet = tiny.unet(
            cross_attention_dim=tiny.WIDTH + 48, addition_embed_type="text_time",
            addition_time_embed_dim=tiny_unclip.TIMES,
            projection_class_embeddings_input_dim=6 * tiny_unclip.TIMES + tiny.WIDTH,
        )  # fmt: skip
    return pipeline


@pytest.mark.parametrize("layout", ["first", "diffusers"])
def test_a_controlnet_in_one_file_takes_its_configuration_from_a_pipeline(
    place: Path, wanted: Any, base: Path, layout: str
) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        network = tiny.controlnet(wanted.unet)
    network.save_pretrained(place / f"canny-{layout}-folder")
    known = drain(import_pretrained(place / f"canny-{layout}-folder", place / "models"))
    tensors = original_layout.controlnet(network) if layout == "first" else dict(network.state_dict())
    folder = converted(original_layout.save(tensors, place / f"canny-{layout}.safetensors"), base, place)
    card = verify_model(folder)
    assert (card.part, card.conversion.components) == ("controlnet", ("controlnet",))
    assert weights_of(folder) == weights_of(known)
    told = [json.loads((one / "pipeline" / "config.json").read_text()) for one in (folder, known)]
    assert all(told[0][name] == told[1][name] for name in told[1] if not name.startswith("_"))


def test_averaged_weights_are_taken_where_a_file_has_them(place: Path, wanted: Any, base: Path, single: Path) -> None:
    averaged = made("stable-diffusion", place, 6).unet
    named = original_layout.denoiser(averaged)
    names = {f"model_ema.diffusion_model{name.replace('.', '')}": one for name, one in named}
    assert len(names) > 100
    folder = converted(original_layout.write_single(wanted, place / "ema.safetensors", **names), base, place)
    assert read_card(folder).conversion.averaged
    (weights,) = (folder / "pipeline" / "unet").glob("*.safetensors")
    assert torch.equal(load_file(weights)["conv_in.weight"], averaged.conv_in.weight)


def without(single: Path, path: Path, *prefixes: str) -> Path:
    save_file({name: one for name, one in load_file(single).items() if not name.startswith(prefixes)}, path)
    return path


def test_a_wrong_base_is_named_with_shapes(place: Path, wanted: Any, base: Path, single: Path) -> None:
    nine = original_layout.write_single(made("stable-diffusion", place, 7, channels=9), place / "nine.safetensors")
    large = original_layout.write_single(xl(place, 8), place / "large.safetensors")
    deep = made("stable-diffusion", place, 9)
    deep.unet = tiny.unet(block_out_channels=(16, 64))
    narrow = imported(deep, place, "narrow")
    layered = made("stable-diffusion", place, 10)
    layered.unet = tiny.unet(layers_per_block=2)
    more = imported(layered, place, "more")
    before = set((place / "models").iterdir())
    for file, wrong, words in (
        (nine, base, r"input_blocks\.0\.0\.weight is 32 × 9 × 3 × 3\); the base 'base' has 4 input channels: choose"),
        (large, base, "'base' has one text encoder: choose a base of Stable Diffusion XL"),
        (single, narrow, r"its time_embedding\.linear_1\.weight is 128 × 32, and 64 × 16 there; choose a base of its"),
        (single, more, r"does not fit the configuration of 'more': it holds \d+ tensors of the unet, which has \d+"),
        (single, "nowhere", "There is no model"),
    ):
        with pytest.raises(Exception, match=words) as told:
            converted(file, wrong, place, "wrong")
        assert "\n" not in str(told.value)
    assert set((place / "models").iterdir()) == before


def test_files_in_part_are_refused_by_what_they_lack(place: Path, base: Path, single: Path) -> None:
    for prefix, words in (
        ("first_stage_model.", r"a denoiser without its autoencoder \(no first_stage_model\.…\)"),
        ("cond_stage_model.", r"a denoiser without its text encoder \(no cond_stage_model"),
        ("model.diffusion_model.input_blocks.0.", "a kind with which no generator works"),
        ("model.diffusion_model.middle_block.", r"it holds \d+ tensors of the unet, which has \d+ there"),
        ("cond_stage_model.transformer.text_model.final", "it lacks 2 tensors of the text_encoder, the first of which"),
        (("model.", "cond_"), "is an autoencoder alone"),
    ):
        file = without(single, place / "part.safetensors", *([prefix] if isinstance(prefix, str) else prefix))
        with pytest.raises(InputError, match=words):
            converted(file, "" if "alone" in words else base, place, "part")
    surplus = {**load_file(single), "model.diffusion_model.input_blocks.9.0.more": torch.zeros(2)}
    save_file(surplus, place / "more.safetensors")
    with pytest.raises(InputError, match=r"it holds \d+ tensors of the unet, which has \d+ there"):
        converted(place / "more.safetensors", base, place, "part")


def test_cut_files_pickles_and_adapters_have_their_own_sentences(place: Path, base: Path, single: Path) -> None:
    cut = place / "cut.safetensors"
    cut.write_bytes(single.read_bytes()[:-10])
    with pytest.raises(DocumentError, match="cut short"):
        converted(cut, base, place)
    (place / "old.ckpt").write_bytes(b"PK\x03\x04" + b"0" * 100)
    with pytest.raises(DocumentError, match="pickled checkpoint"):
        converted(place / "old.ckpt", base, place)
    some = "model.diffusion_model.out.2.weight"
    for change, words in (
        (lambda v: torch.full_like(v, torch.nan), r"holds values that are no numbers in .* of its unet; get another"),
        (lambda v: v.to(torch.int32), r"keeps weights as whole numbers \(I32\)"),
    ):
        save_file({**(all_ := load_file(single)), some: change(all_[some])}, place / "odd.safetensors")
        with pytest.raises(InputError, match=words):
            converted(place / "odd.safetensors", base, place)
    save_file({"unet.lora_A.weight": torch.zeros(2, 2)}, place / "lora.safetensors")
    with pytest.raises(InputError, match="no single file of a whole pipeline; leave the base 'base' out"):
        converted(place / "lora.safetensors", "base", place)
    with pytest.raises(InputError, match=r"None is here; get 'sd-1.5' first \(synthscope models fetch sd-1\.5\)"):
        converted(single, "", place)


def test_a_folder_of_configurations_is_enough(place: Path, wanted: Any, single: Path, tmp_path: Path) -> None:
    wanted.save_pretrained(tmp_path / "small")
    for path in [*(tmp_path / "small").rglob("*.safetensors")]:
        path.unlink()
    (tmp_path / "small" / "unet" / "helper.py").write_text("raise SystemExit")
    folder = converted(single, tmp_path / "small", tmp_path)
    assert read_card(folder).conversion.base == "small"
    assert not list(folder.rglob("*.py"))
    assert str(tmp_path) not in json.dumps((folder / "model.json").read_text())


def test_nothing_is_left_of_a_conversion_that_ends_early(base: Path, single: Path, tmp_path: Path) -> None:
    for count in (1, 2, 4, 7, 40):
        job = take_in(single, load_converter, tmp_path / "models", base=str(base))
        try:
            for _ in range(count):
                next(job)
        except StopIteration:
            continue
        job.close()
        assert not (tmp_path / "models").exists() or list((tmp_path / "models").iterdir()) == []
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["v1-tiny"]
