"""Whole pipelines of tiny networks with random weights, saved as folders: what a hub gives, in a tenth of a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from tests.metrics.tiny_clip import write_vocabulary

from synthscope.worker import mend_torchvision

SIDE = 32
"""Of the images that they were not trained on."""
WIDTH = 32
LETTERS = 515
"""Entries of the vocabulary of single bytes."""


def save(kind: str, folder: Path, **options: Any) -> Path:
    """Build a pipeline of a kind and save it as diffusers does; options go to its maker."""
    mend_torchvision()
    with torch.random.fork_rng():
        torch.manual_seed(7)
        pipeline = makers()[kind](folder, **options)
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def stable_diffusion(folder: Path, channels: int = 4) -> Any:
    """Make a Stable Diffusion, or with 9 channels one that was taught to fill."""
    from diffusers import DDIMScheduler, StableDiffusionInpaintPipeline, StableDiffusionPipeline

    kind = StableDiffusionPipeline if channels == 4 else StableDiffusionInpaintPipeline
    return kind(
        vae=autoencoder(), text_encoder=text_encoder(), tokenizer=tokenizer(folder), unet=unet(channels),
        scheduler=DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
                                set_alpha_to_one=False, steps_offset=1),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip


def instruct(folder: Path) -> Any:
    """Make an InstructPix2Pix: its network sees the image beside the latents."""
    from diffusers import StableDiffusionInstructPix2PixPipeline

    parts = stable_diffusion(folder).components
    return StableDiffusionInstructPix2PixPipeline(**parts | {"unet": unet(8)}, requires_safety_checker=False)


def with_controlnet(folder: Path) -> Any:
    """Make a Stable Diffusion with a control network of its own."""
    from diffusers import StableDiffusionControlNetPipeline

    parts = stable_diffusion(folder).components
    return StableDiffusionControlNetPipeline(
        **parts, controlnet=controlnet(parts["unet"]), requires_safety_checker=False
    )


def controlnet(network: Any) -> Any:
    """Make a control network beside a denoiser; it begins without any say, as all do, and is given some here."""
    from diffusers import ControlNetModel

    found = ControlNetModel.from_unet(network, conditioning_channels=3, conditioning_embedding_out_channels=(8, 16))
    for block in (*found.controlnet_down_blocks, found.controlnet_mid_block):
        torch.nn.init.normal_(block.weight, std=0.2)
    torch.nn.init.normal_(found.controlnet_cond_embedding.conv_out.weight, std=0.2)
    return found


def unet(channels: int = 4, levels: int = 2, **options: Any) -> Any:
    """Make the network that is asked at each step; its latents are half as wide as the image."""
    from diffusers import UNet2DConditionModel

    widths = (WIDTH, *(2 * WIDTH for _ in range(levels - 1)))
    return UNet2DConditionModel(**{
        "block_out_channels": widths, "layers_per_block": 1, "sample_size": SIDE // 2, "in_channels": channels,
        "out_channels": 4, "cross_attention_dim": WIDTH, "attention_head_dim": 8, "norm_num_groups": 8,
        "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D" for _ in widths[1:])),
        "up_block_types": (*("CrossAttnUpBlock2D" for _ in widths[1:]), "UpBlock2D"), **options,
    })  # fmt: skip


def autoencoder() -> Any:
    """Make an autoencoder whose latents are half as wide as the image."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(16, 32), in_channels=3, out_channels=3, latent_channels=4, norm_num_groups=8,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2, sample_size=SIDE,
    )  # fmt: skip


def text_encoder() -> Any:
    """Make what turns words into numbers."""
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(CLIPTextConfig(
        hidden_size=WIDTH, intermediate_size=37, num_attention_heads=4, num_hidden_layers=2, vocab_size=LETTERS,
        bos_token_id=LETTERS - 2, eos_token_id=LETTERS - 1, pad_token_id=LETTERS - 1, projection_dim=WIDTH,
    ))  # fmt: skip


def tokenizer(folder: Path) -> Any:
    """Make a tokenizer of single bytes."""
    from transformers import CLIPTokenizer

    place = folder.with_name(f"{folder.name}-words")
    place.mkdir(parents=True, exist_ok=True)
    write_vocabulary(place)
    return CLIPTokenizer(str(place / "vocab.json"), str(place / "merges.txt"), model_max_length=77)


def makers() -> Mapping[str, Callable[..., Any]]:
    """Give the makers of all kinds, those of other files among them."""
    from tests.generators.pretrained import tiny_inversion, tiny_unclip

    return {**MAKERS, **tiny_unclip.MAKERS, **tiny_inversion.MAKERS}


MAKERS: Mapping[str, Callable[..., Any]] = {
    "stable-diffusion": stable_diffusion,
    "instruct-pix2pix": instruct,
    "controlnet": with_controlnet,
}
