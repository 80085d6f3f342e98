"""What was learned is taken in as an adapter of the store, and diffusers joins it from there."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file
from tests.generators.pretrained.tiny import save

from synthscope.generators.pretrained.tuning.low_rank import LowRank, as_diffusers_reads
from synthscope.io.models import check_weights, read_card
from synthscope.io.pretrained_files import FILES
from synthscope.jobs.drain import drain
from synthscope.services.pretrained import import_pretrained
from synthscope.worker import mend_torchvision

NAME = "pytorch_lora_weights.safetensors"


def test_what_was_learned_is_an_adapter_of_the_store(tmp_path: Path) -> None:
    mend_torchvision()
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline.from_pretrained(save("stable-diffusion", tmp_path / "base"))
    adapter = LowRank(pipeline.unet, 2, 2)
    save_file(as_diffusers_reads(adapter), tmp_path / NAME)
    folder = drain(import_pretrained(tmp_path / NAME, tmp_path / "models", "soil"))
    card = read_card(folder)
    check_weights(folder, card)
    assert card.part == "lora"
    assert card.parameters == sum(one.numel() for one in adapter.parameters())
    (weights,) = (folder / FILES).iterdir()
    pipeline.load_lora_weights(weights.parent, weight_name=weights.name)
    joined = dict(pipeline.unet.named_parameters())
    for name, down in zip(adapter.names, adapter.down, strict=True):
        assert torch.equal(joined[f"{name}.lora_A.default_0.weight"], down.weight)
