"""Low-rank adaptation: the base stays as it is, and diffusers reads what was learned as we do."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from tests.generators.pretrained.tiny import WIDTH, save, unet
from torch import Tensor, nn

from synthscope.errors import InputError
from synthscope.generators.pretrained.tuning.low_rank import LowRank, Seat, adapted_layers, as_diffusers_reads
from synthscope.generators.pretrained.tuning.noising import check_prediction, squared_error, wanted
from synthscope.worker import mend_torchvision

SHAPE = (2, 4, 16, 16)


@pytest.fixture(scope="module")
def denoiser() -> nn.Module:
    mend_torchvision()
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return unet().eval().requires_grad_(False)


def born(layers: dict[str, nn.Linear], rank: int = 4, alpha: float = 8) -> LowRank:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return LowRank(layers, rank, alpha)


def ask(denoiser: nn.Module) -> Tensor:
    draws = torch.Generator().manual_seed(3)
    noise, words = torch.randn(SHAPE, generator=draws), torch.randn(2, 7, WIDTH, generator=draws)
    return denoiser(noise, 300, encoder_hidden_states=words).sample


def test_a_newborn_adapter_changes_nothing_and_leaves_without_a_trace(denoiser: nn.Module) -> None:
    before, kept = ask(denoiser), copy.deepcopy(denoiser.state_dict())
    layers = adapted_layers("unet", denoiser)
    adapter, seat = born(layers), Seat(layers)
    assert torch.equal(adapter(seat, ask, denoiser), before)
    nn.init.normal_(adapter.up[0].weight, std=0.1)
    assert not torch.equal(adapter(seat, ask, denoiser), before)
    seat.adapter = None
    assert torch.equal(ask(denoiser), before)
    seat.adapter = adapter
    seat.leave()
    assert torch.equal(ask(denoiser), before)
    assert all(torch.equal(value, kept[name]) for name, value in denoiser.state_dict().items())


def test_what_is_computed_again_on_the_way_back_gives_the_same_gradients(denoiser: nn.Module) -> None:
    layers = adapted_layers("unet", denoiser)
    found = []
    for checkpointing in (False, True):
        adapter, seat = born(layers), Seat(layers)
        for up in adapter.up:
            nn.init.constant_(up.weight, 0.01)
        (denoiser.enable_gradient_checkpointing if checkpointing else denoiser.disable_gradient_checkpointing)()
        adapter(seat, ask, denoiser).square().mean().backward()
        seat.leave()
        found.append([one.grad for one in adapter.parameters()])
    denoiser.disable_gradient_checkpointing()
    assert all(float(one.abs().max()) > 0 for one in found[0])
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


@pytest.mark.parametrize("part", ["unet", "text_encoder"])
def test_diffusers_reads_what_was_learned(part: str, tmp_path: Path) -> None:
    mend_torchvision()
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline.from_pretrained(save("stable-diffusion", tmp_path / "base"))

    def answer() -> Tensor:
        with torch.no_grad():
            words = pipeline.encode_prompt("soil", "cpu", 1, False)[0]
            noise = torch.randn(1, *SHAPE[1:], generator=torch.Generator().manual_seed(1))
            return pipeline.unet(noise, 300, encoder_hidden_states=words).sample

    layers = adapted_layers(part, getattr(pipeline, part))
    adapter, seat = born(layers), Seat(layers)
    for up in adapter.up:
        nn.init.normal_(up.weight, std=0.3)
    plain, ours = answer(), adapter(seat, answer)
    seat.leave()
    weights = {name: value.numpy() for name, value in adapter.state_dict().items()}
    save_file(as_diffusers_reads(tuple(layers), adapter.scale, weights), tmp_path / "model.safetensors")
    pipeline.load_lora_weights(tmp_path, weight_name="model.safetensors")
    assert not torch.allclose(plain, ours, atol=1e-3)
    torch.testing.assert_close(answer(), ours, rtol=1e-4, atol=1e-5)


def test_the_truth_is_noise_velocity_or_latents_by_the_model() -> None:
    mend_torchvision()
    from diffusers import DDPMScheduler

    latents, noise = torch.full((1, 1, 2, 2), 0.5), torch.full((1, 1, 2, 2), -2.0)
    times = torch.tensor([300])
    for kind in ("epsilon", "v_prediction", "sample"):
        scheduler = DDPMScheduler(prediction_type=kind)
        check_prediction(scheduler)
        kept = float(scheduler.alphas_cumprod[300])
        truth = {"epsilon": -2.0, "sample": 0.5, "v_prediction": kept**0.5 * -2.0 - (1 - kept) ** 0.5 * 0.5}
        found = wanted(scheduler, latents, noise, times)
        np.testing.assert_allclose(found.numpy(), np.full((1, 1, 2, 2), truth[kind]), rtol=1e-5)
        assert float(squared_error(found + 3, found)) == pytest.approx(9)
    with pytest.raises(InputError, match="'flow'"):
        check_prediction(DDPMScheduler(prediction_type="flow"))


def test_what_cannot_be_adapted_is_said(denoiser: nn.Module) -> None:
    with pytest.raises(InputError, match="rank of 0"):
        LowRank(adapted_layers("unet", denoiser), 0, 1)
    with pytest.raises(InputError, match="no attention layers"):
        LowRank(adapted_layers("unet", nn.Linear(2, 2)), 4, 4)
