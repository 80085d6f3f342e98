"""Low-rank adaptation: the base stays, the loss falls, diffusers reads what was learned, a resume is the same."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tests.generators.pretrained.tiny import WIDTH, save, unet
from torch import Tensor, nn

from synthscope.errors import InputError
from synthscope.generators.pretrained.tuning.low_rank import LowRank, adapted_layers, as_diffusers_reads
from synthscope.generators.pretrained.tuning.noising import denoising_loss, question
from synthscope.generators.schooling.pupil import Pupil, newborn
from synthscope.worker import mend_torchvision

SHAPE = (4, 4, 16, 16)


@pytest.fixture(scope="module")
def denoiser() -> nn.Module:
    mend_torchvision()
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return unet().eval().requires_grad_(False)


def scheduler(kind: str = "epsilon") -> object:
    from diffusers import DDIMScheduler

    return DDIMScheduler(prediction_type=kind, clip_sample=False)


def material() -> tuple[Tensor, Tensor]:
    """Stripes as latents, and words."""
    stripes = torch.sin(torch.arange(16.0))[None, None, None].expand(SHAPE).contiguous()
    return stripes, torch.randn(4, 7, WIDTH, generator=torch.Generator().manual_seed(3))


def born(denoiser: nn.Module, rank: int = 4, alpha: float = 8) -> LowRank:
    found = newborn(lambda: LowRank(denoiser, rank, alpha), 5)
    assert isinstance(found, LowRank)
    return found


def learn(pupil: Pupil, denoiser: nn.Module, steps: range, kind: str = "epsilon") -> None:
    assert isinstance(pupil.network, LowRank)
    for step in steps:
        pupil.optimiser.zero_grad()
        asked = question(SHAPE, 1000, 11, step)
        denoising_loss(pupil.network, denoiser, scheduler(kind), *material(), asked).mean().backward()
        pupil.optimiser.step()
        pupil.ledger.step += 1


def held_out(adapter: LowRank, denoiser: nn.Module, kind: str = "epsilon") -> Tensor:
    """Losses of eight batches of fixed noises and times that no step has seen."""
    with torch.no_grad():
        return torch.cat([
            denoising_loss(adapter, denoiser, scheduler(kind), *material(), question(SHAPE, 1000, 99, one))
            for one in range(8)
        ])  # fmt: skip


def ask(denoiser: nn.Module) -> Tensor:
    with torch.no_grad():
        noise = question(SHAPE, 1000, 1, 0).noise
        return denoiser(noise, 300, encoder_hidden_states=material()[1]).sample


def test_a_newborn_adapter_changes_nothing(denoiser: nn.Module) -> None:
    before = ask(denoiser)
    with born(denoiser).joined(denoiser):
        assert torch.equal(ask(denoiser), before)


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction"])
def test_the_held_out_loss_falls_beyond_noise_and_the_base_stays(denoiser: nn.Module, kind: str) -> None:
    before = copy.deepcopy(denoiser.state_dict())
    pupil = Pupil(born(denoiser), 0.01, "x")
    assert isinstance(pupil.network, LowRank)
    first = held_out(pupil.network, denoiser, kind)
    learn(pupil, denoiser, range(40), kind)
    fallen = first - held_out(pupil.network, denoiser, kind)
    assert fallen.mean() > 3 * fallen.std() / len(fallen) ** 0.5
    assert all(torch.equal(value, before[name]) for name, value in denoiser.state_dict().items())


def test_killed_and_resumed_to_the_same_bits(denoiser: nn.Module, tmp_path: Path) -> None:
    whole, halved, resumed = (Pupil(born(denoiser), 0.01, "x") for _ in range(3))
    learn(whole, denoiser, range(8))
    learn(halved, denoiser, range(4))
    halved.save(tmp_path)
    assert resumed.recall(tmp_path)
    learn(resumed, denoiser, range(4, 8))
    for one, other in zip(whole.network.parameters(), resumed.network.parameters(), strict=True):
        assert torch.equal(one, other)


def test_diffusers_reads_what_was_learned(denoiser: nn.Module, tmp_path: Path) -> None:
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline.from_pretrained(save("stable-diffusion", tmp_path / "base"))
    adapter = born(pipeline.unet)
    for up in adapter.up:
        nn.init.normal_(up.weight, std=0.1)
    plain = ask(pipeline.unet)
    with adapter.joined(pipeline.unet):
        ours = ask(pipeline.unet)
    save_file(as_diffusers_reads(adapter), tmp_path / "pytorch_lora_weights.safetensors")
    pipeline.load_lora_weights(tmp_path, weight_name="pytorch_lora_weights.safetensors")
    theirs = ask(pipeline.unet)
    assert not torch.allclose(plain, ours, atol=1e-3)
    torch.testing.assert_close(theirs, ours, rtol=1e-4, atol=1e-5)


def test_a_question_depends_on_seed_and_step_alone() -> None:
    one, again, other = (question(SHAPE, 1000, 2, step) for step in (3, 3, 4))
    assert torch.equal(one.noise, again.noise)
    assert torch.equal(one.times, again.times)
    assert not torch.equal(one.noise, other.noise)


def test_what_cannot_be_adapted_is_said(denoiser: nn.Module) -> None:
    with pytest.raises(InputError, match="rank of 0"):
        LowRank(denoiser, 0, 1)
    with pytest.raises(InputError, match="no attention layers"):
        LowRank(nn.Linear(2, 2), 4, 4)
    with pytest.raises(InputError, match="'sample'"):
        denoising_loss(born(denoiser), denoiser, scheduler("sample"), *material(), question(SHAPE, 9, 1, 1))
    assert len(adapted_layers(denoiser)) == len(born(denoiser).names)
