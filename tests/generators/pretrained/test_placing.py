"""A pipeline on its device: held in parts it makes the same image, it falls back once, and is left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from tests.generators.conftest import finish
from tests.generators.pretrained.tiny import save
from torch import nn

from synthscope.errors import OutOfMemory, ParameterError
from synthscope.generators.pretrained.loading import Loaded, assemble, dtype_for, load_pipeline
from synthscope.generators.pretrained.memory_ways import Placement
from synthscope.generators.pretrained.parameters import FillParameters, TextParameters
from synthscope.generators.pretrained.placing import Held, needs_of, networks_of, place, undo_of
from synthscope.generators.pretrained.stable import SdInpaint, StableDiffusion
from synthscope.jobs.drain import drain
from synthscope.records.events import Noted
from synthscope.records.generator import Inputs
from synthscope.records.request import Prompts
from synthscope.records.space import Space
from synthscope.services.pretrained import import_pretrained

QUICK = TextParameters(steps=2)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    parent = tmp_path_factory.mktemp("models")
    folder = drain(import_pretrained(save("stable-diffusion", parent / "published"), parent, "taken"))
    return Inputs("synthesize", Space("zyxc", (1.0,) * 4), size=(1, 64, 64), model=str(folder),
                  prompts=Prompts(prompt="soil"))  # fmt: skip


@pytest.fixture
def loaded(inputs: Inputs) -> Loaded:
    return load_pipeline(inputs, "stable-diffusion", "auto")


def image_of(pipeline: Any) -> np.ndarray:
    made = pipeline("soil", num_inference_steps=2, height=64, width=64, output_type="np",
                    generator=torch.Generator("cpu").manual_seed(3))  # fmt: skip
    found: np.ndarray = made.images
    return found


def state_of(loaded: Loaded) -> dict[str, Any]:
    """Everything that a run may have changed: where weights are and what they hold, hooks, tiles, attention."""
    found: dict[str, Any] = {}
    for name, one in loaded.components.items():
        if isinstance(one, nn.Module):
            found |= {f"{name}.{key}": (p.device.type, p.clone()) for key, p in one.named_parameters()}
            found[f"{name} hooks"] = [hasattr(part, "_hf_hook") for part in one.modules()].count(True)
    vae: Any = loaded.components["vae"]
    found["vae"] = (vae.use_tiling, vae.use_slicing, vae.tile_sample_min_size, vae.tile_latent_min_size)
    processors: Any = loaded.denoiser
    found["attention"] = [type(one) for one in processors.attn_processors.values()]
    return found


def same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return a.keys() == b.keys() and all(
        (a[k][0] == b[k][0] and torch.equal(a[k][1], b[k][1])) if "." in k else a[k] == b[k] for k in a
    )


def test_held_by_component_it_makes_the_same_image_and_is_left_as_it_was(loaded: Loaded) -> None:
    from diffusers import StableDiffusionPipeline

    pipeline = assemble(StableDiffusionPipeline, loaded)
    before, expected = state_of(loaded), image_of(pipeline)
    undo = undo_of(pipeline, loaded)
    place(pipeline, loaded, Placement("by component"))
    assert any(count for name, count in state_of(loaded).items() if name.endswith("hooks"))
    assert np.array_equal(image_of(pipeline), expected)
    undo()
    assert same(state_of(loaded), before)
    assert np.array_equal(image_of(assemble(StableDiffusionPipeline, loaded)), expected)


def test_after_by_layer_all_weights_are_back(loaded: Loaded) -> None:
    """Moved from the processor to itself layers do not run (accelerate 1.15): that needs a graphics card."""
    from diffusers import StableDiffusionPipeline

    pipeline = assemble(StableDiffusionPipeline, loaded)
    before, expected = state_of(loaded), image_of(pipeline)
    undo = undo_of(pipeline, loaded)
    place(pipeline, loaded, Placement("by layer", thrifty=True))
    assert {p.device.type for p in loaded.denoiser.parameters()} == {"meta"}
    undo()
    assert same(state_of(loaded), before)
    assert np.array_equal(image_of(pipeline), expected)


def test_slices_and_tiles_make_nearly_the_same_image_and_are_taken_off(loaded: Loaded) -> None:
    from diffusers import StableDiffusionPipeline

    pipeline = assemble(StableDiffusionPipeline, loaded)
    before, expected = state_of(loaded), image_of(pipeline)
    undo = undo_of(pipeline, loaded)
    place(pipeline, loaded, Placement("whole", thrifty=True))
    assert not same(state_of(loaded), before)
    made = image_of(pipeline)
    # Tiles are normalised each by itself: on random weights, whose groups vary more than trained ones, a few levels.
    assert 0 < np.abs(made - expected).mean() < 0.05
    undo()
    assert same(state_of(loaded), before)
    assert np.array_equal(image_of(pipeline), expected)


def test_attention_in_slices_alone_changes_rounding_only(loaded: Loaded) -> None:
    from diffusers import StableDiffusionPipeline

    pipeline = assemble(StableDiffusionPipeline, loaded)
    expected, undo = image_of(pipeline), undo_of(pipeline, loaded)
    denoiser: Any = loaded.denoiser
    denoiser.set_attention_slice("auto")
    assert np.allclose(image_of(pipeline), expected, atol=1e-4)
    undo()


def test_needs_are_counted_from_the_networks(loaded: Loaded) -> None:
    networks = networks_of(None, loaded)
    needs = needs_of(networks, torch.float32, 64**2)
    expected = {n: 4 * sum(p.numel() for p in one.parameters()) for n, one in networks.items()}
    assert needs.components == expected
    assert set(expected) == {"unet", "vae", "text_encoder"}
    assert 0 < needs.layer < max(expected.values())
    assert needs.thrifty_work <= needs.work


@pytest.fixture
def failing(loaded: Loaded) -> Iterator[Any]:
    """Let the network itself run out of memory at its first calls."""
    handles = []

    def begin(times: int) -> list[int]:
        calls = [0]

        def fail(*_given: Any) -> None:
            calls[0] += 1
            if calls[0] <= times:
                raise torch.cuda.OutOfMemoryError("CUDA out of memory.")

        handles.append(loaded.denoiser.register_forward_pre_hook(fail))
        return calls

    yield begin
    for one in handles:
        one.remove()


def noted(job: Any) -> tuple[np.ndarray, tuple[str, ...]]:
    remarks: tuple[str, ...] = ()
    while True:
        try:
            event = next(job)
        except StopIteration as end:
            return end.value, remarks
        if isinstance(event, Noted):
            remarks += event.remarks


def test_out_of_memory_goes_on_the_next_thriftier_way_and_says_so(inputs: Inputs, loaded: Loaded, failing: Any) -> None:
    before = state_of(loaded)
    calls = failing(1)
    made, remarks = noted(StableDiffusion().generate(inputs, QUICK, 5))
    assert made.shape == (1, 64, 64, 3)
    assert calls[0] == 1 + QUICK.steps  # the tile was begun anew
    assert [one for one in remarks if one.startswith("Memory ran out while the model was held whole")]
    assert same(state_of(loaded), before)


def test_out_of_memory_twice_is_one_sentence_with_the_remedy(inputs: Inputs, loaded: Loaded, failing: Any) -> None:
    before = state_of(loaded)
    failing(2)
    with pytest.raises(OutOfMemory, match=r"^Model 'taken' has not enough memory on 'cpu'.*choose a smaller region"):
        finish(StableDiffusion().generate(inputs, QUICK, 5))
    assert same(state_of(loaded), before)


def test_another_failure_is_not_taken_for_memory(inputs: Inputs, loaded: Loaded) -> None:
    def fail(*_given: Any) -> None:
        raise RuntimeError("shapes do not fit")

    handle = loaded.denoiser.register_forward_pre_hook(fail)
    try:
        with pytest.raises(RuntimeError, match="shapes do not fit"):
            finish(StableDiffusion().generate(inputs, QUICK, 5))
    finally:
        handle.remove()


def test_after_a_fall_the_next_run_is_as_if_nothing_had_been(inputs: Inputs, failing: Any) -> None:
    clean = finish(StableDiffusion().generate(inputs, QUICK, 5))
    failing(1)
    fallen = finish(StableDiffusion().generate(inputs, QUICK, 5))
    again = finish(StableDiffusion().generate(inputs, QUICK, 5))
    assert np.array_equal(again, clean)
    assert not np.array_equal(fallen, clean)


def test_a_way_that_needs_a_graphics_card_is_said_on_the_processor(inputs: Inputs) -> None:
    made, remarks = noted(StableDiffusion().generate(inputs, replace(QUICK, memory="by layer"), 5))
    assert np.array_equal(made, finish(StableDiffusion().generate(inputs, QUICK, 5)))
    assert any("'by layer', which needs a graphics card" in one for one in remarks)


def test_number_formats_are_those_that_a_processor_computes_in() -> None:
    assert dtype_for(CPU, "auto") == torch.float32
    assert dtype_for(torch.device("cuda"), "auto") == torch.float16
    assert dtype_for(CPU, "bfloat16") == torch.bfloat16
    with pytest.raises(ParameterError, match=r"'float16'.*choose auto or float32"):
        dtype_for(CPU, "float16")


def test_bfloat16_makes_an_image_on_the_processor(inputs: Inputs) -> None:
    made = finish(StableDiffusion().generate(inputs, replace(QUICK, precision="bfloat16"), 5))
    single = finish(StableDiffusion().generate(inputs, QUICK, 5))
    assert made.dtype == single.dtype
    assert not np.array_equal(made, single)


def test_a_run_that_is_stopped_in_the_middle_leaves_the_networks_as_they_were(inputs: Inputs, loaded: Loaded) -> None:
    before = state_of(loaded)
    source = np.random.default_rng(0).integers(0, 255, (1, 40, 40, 1)).astype(np.uint8)
    mask = np.zeros(source.shape[:3], bool)
    mask[0, 10:20, 10:20] = True
    hole = replace(inputs, task="inpaint", source=source, mask=mask, size=None, normalisation=(0.0, 255.0))
    job = SdInpaint().generate(replace(hole, limits=((0.0, 255.0),)), FillParameters(steps=3), 1)
    for _ in range(3):
        next(job)
    job.close()
    assert same(state_of(loaded), before)


def test_held_says_nothing_where_all_is_as_it_should_be(loaded: Loaded) -> None:
    from diffusers import StableDiffusionPipeline

    held = Held(assemble(StableDiffusionPipeline, loaded), loaded, "auto", 64**2)
    assert held.noted() == Noted()
    assert held.is_whole
    held.release()
