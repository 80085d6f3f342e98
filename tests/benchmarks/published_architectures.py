"""Networks of the published pretrained pipelines, built without weights and without memory.

The numbers are those of the publishers' configurations; `PUBLISHED` holds the counts of weights that they or their
papers give, to which each network built here is held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

WORDS = 77
"""Tokens of a prompt of CLIP."""
LONG_WORDS = 120
"""Tokens of a prompt of PixArt-alpha."""
PUBLISHED = {
    "sd-1.5 denoiser": 859_520_964,
    "sd inpainting denoiser": 859_535_364,
    "instruct-pix2pix denoiser": 859_532_484,
    "sd autoencoder": 83_653_863,
    "CLIP L text": 123_060_480,
    "ControlNet": 361_279_120,
    "CLIP H text": 340_387_840,
    "CLIP H vision": 632_076_800,
    "xl denoiser": 2_567_463_684 + 5 * 9 * 320,
    "CLIP bigG text": 694_659_840,
    "PixArt": 610_856_096 + 2 * (256 * 384 + 384 + 384 * 384 + 384),
    "T5 XXL": 4_762_310_656,
}
"""Where the count is known to the last one: that of XL is of four channels, and five more come in; that of PixArt is of
512 px, and that of 1024 px is told its size and aspect besides."""


@dataclass(frozen=True)
class Network:
    """One network of a pipeline.

    Parameters
    ----------
    name : str
        As in `PUBLISHED`, where its count is known.
    build : callable
        Makes it on the device that torch is told.
    ask : callable
        Calls it for a batch of images of a side in pixels; None where it runs once, before the steps.
    """

    name: str
    build: Callable[[], Any]
    ask: Callable[[Any, int, int], Any] | None = None


@dataclass(frozen=True)
class Pipeline:
    """What a checkpoint holds, and how it is asked by default.

    Parameters
    ----------
    side : int
        Pixels of the images that it was trained for.
    each_step : tuple of Network
        Called at each step.
    once : tuple of Network
        Called once for an image.
    batch : int
        Images in one call: 2 with guidance, 3 with guidance by words and image.
    """

    checkpoint: str
    side: int
    steps: int
    each_step: tuple[Network, ...]
    once: tuple[Network, ...]
    batch: int = 2


def _torch() -> Any:
    import torch

    return torch


def _unet(**settings: Any) -> Callable[[], Any]:
    def build() -> Any:
        from diffusers import UNet2DConditionModel

        return UNet2DConditionModel(**settings)

    return build


def _asked(channels: int, width: int, *, words: int = WORDS, more: Callable[[int], Mapping[str, Any]] | None = None,
           labels: int = 0) -> Callable[[Any, int, int], Any]:  # fmt: skip
    """Call a denoiser for latents 8 times narrower than the image."""

    def ask(net: Any, batch: int, side: int) -> Any:
        torch = _torch()
        latents = torch.empty(batch, channels, side // 8, side // 8)
        times = torch.empty((batch,), dtype=torch.long)
        told: dict[str, Any] = {"added_cond_kwargs": dict(more(batch))} if more else {}
        if labels:
            told["class_labels"] = torch.empty(batch, labels)
        return net(latents, times, torch.empty(batch, words, width), **told)

    return ask


_SD = {"sample_size": 64, "cross_attention_dim": 768, "attention_head_dim": 8}
_UNCLIP = {
    "sample_size": 96, "cross_attention_dim": 1024, "attention_head_dim": (5, 10, 20, 20),
    "use_linear_projection": True, "class_embed_type": "projection",
    "projection_class_embeddings_input_dim": 2048,
}  # fmt: skip
_XL = {
    "sample_size": 128, "in_channels": 9, "cross_attention_dim": 2048, "attention_head_dim": (5, 10, 20),
    "block_out_channels": (320, 640, 1280), "transformer_layers_per_block": (1, 2, 10), "use_linear_projection": True,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "addition_embed_type": "text_time", "addition_time_embed_dim": 256, "projection_class_embeddings_input_dim": 2816,
}  # fmt: skip
_KANDINSKY = {
    "sample_size": 64, "out_channels": 8, "layers_per_block": 3, "block_out_channels": (384, 768, 1152, 1536),
    "down_block_types": ("ResnetDownsampleBlock2D", *("SimpleCrossAttnDownBlock2D",) * 3),
    "up_block_types": (*("SimpleCrossAttnUpBlock2D",) * 3, "ResnetUpsampleBlock2D"),
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn", "attention_head_dim": 64, "cross_attention_dim": 768,
    "encoder_hid_dim": 1280, "encoder_hid_dim_type": "image_proj", "addition_embed_type": "image",
    "resnet_time_scale_shift": "scale_shift",
}  # fmt: skip


def _autoencoder(**settings: Any) -> Callable[[], Any]:
    def build() -> Any:
        from diffusers import AutoencoderKL

        return AutoencoderKL(
            block_out_channels=(128, 256, 512, 512), layers_per_block=2, down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4, **settings,
        )  # fmt: skip

    return build


def _movq() -> Any:
    from diffusers import VQModel

    return VQModel(
        block_out_channels=(128, 256, 256, 512), layers_per_block=2, latent_channels=4, num_vq_embeddings=16384,
        vq_embed_dim=4, norm_type="spatial",
        down_block_types=(*("DownEncoderBlock2D",) * 3, "AttnDownEncoderBlock2D"),
        up_block_types=("AttnUpDecoderBlock2D", *("UpDecoderBlock2D",) * 3),
    )  # fmt: skip


def _text(width: int, layers: int, heads: int, inner: int, projection: bool = False) -> Callable[[], Any]:
    def build() -> Any:
        from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

        made = CLIPTextConfig(
            vocab_size=49408, hidden_size=width, intermediate_size=inner, num_hidden_layers=layers,
            num_attention_heads=heads, max_position_embeddings=WORDS, projection_dim=width,
        )  # fmt: skip
        return (CLIPTextModelWithProjection if projection else CLIPTextModel)(made)

    return build


def _vision(width: int, layers: int, heads: int, inner: int, projection: int) -> Callable[[], Any]:
    def build() -> Any:
        from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

        return CLIPVisionModelWithProjection(CLIPVisionConfig(
            hidden_size=width, intermediate_size=inner, num_hidden_layers=layers, num_attention_heads=heads,
            image_size=224, patch_size=14, projection_dim=projection,
        ))  # fmt: skip

    return build


def _t5() -> Any:
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(T5Config(
        vocab_size=32128, d_model=4096, d_kv=64, d_ff=10240, num_layers=24, num_heads=64,
        feed_forward_proj="gated-gelu",
    ))  # fmt: skip


def _prior() -> Any:
    from diffusers import PriorTransformer

    return PriorTransformer(num_attention_heads=32, attention_head_dim=64, num_layers=20, embedding_dim=1280)


def _pixart() -> Any:
    from diffusers import PixArtTransformer2DModel

    return PixArtTransformer2DModel(
        sample_size=128, num_attention_heads=16, attention_head_dim=72, in_channels=4, out_channels=8, num_layers=28,
        cross_attention_dim=1152, caption_channels=4096, norm_elementwise_affine=False, norm_eps=1e-6,
    )  # fmt: skip


def _asked_pixart(net: Any, batch: int, side: int) -> Any:
    torch = _torch()
    latents = torch.empty(batch, 4, side // 8, side // 8)
    sizes = {"resolution": torch.empty(batch, 2), "aspect_ratio": torch.empty(batch, 1)}
    times = torch.empty((batch,), dtype=torch.long)
    return net(latents, torch.empty(batch, LONG_WORDS, 4096), times, added_cond_kwargs=sizes)


def _dit() -> Any:
    from diffusers import DiTTransformer2DModel

    return DiTTransformer2DModel(
        sample_size=32, num_attention_heads=16, attention_head_dim=72, in_channels=4, out_channels=8, num_layers=28,
    )  # fmt: skip


def _asked_dit(net: Any, batch: int, side: int) -> Any:
    torch = _torch()
    indices = torch.empty((batch,), dtype=torch.long)
    return net(torch.empty(batch, 4, side // 8, side // 8), indices, class_labels=indices)


def _control() -> Any:
    from diffusers import ControlNetModel

    return ControlNetModel(cross_attention_dim=768, attention_head_dim=8)


def _asked_control(net: Any, batch: int, side: int) -> Any:
    torch = _torch()
    latents, times = torch.empty(batch, 4, side // 8, side // 8), torch.empty((batch,), dtype=torch.long)
    return net(latents, times, torch.empty(batch, WORDS, 768), torch.empty(batch, 3, side, side))


def _decoded(net: Any, batch: int, side: int) -> Any:
    return net.decode(_torch().empty(batch, 4, side // 8, side // 8))


_SD_DENOISER = Network("sd-1.5 denoiser", _unet(**_SD), _asked(4, 768))
_AUTOENCODER = Network("sd autoencoder", _autoencoder(sample_size=512), _decoded)
_CLIP_L = Network("CLIP L text", _text(768, 12, 12, 3072))
_OF_SD = (_AUTOENCODER, _CLIP_L)
_BIG_G = Network("CLIP bigG text", _text(1280, 32, 20, 5120, projection=True))


def _xl_sizes(batch: int) -> Mapping[str, Any]:
    torch = _torch()
    return {"text_embeds": torch.empty(batch, 1280), "time_ids": torch.empty(batch, 6)}


def _seen(batch: int) -> Mapping[str, Any]:
    return {"image_embeds": _torch().empty(batch, 1280)}


PIPELINES = {
    "stable-diffusion": Pipeline("sd-1.5", 512, 30, (_SD_DENOISER,), _OF_SD),
    "sd-inpaint": Pipeline(
        "sd-inpainting", 512, 30,
        (Network("sd inpainting denoiser", _unet(**_SD, in_channels=9), _asked(9, 768)),), _OF_SD,
    ),
    "controlnet-canny": Pipeline(
        "sd-controlnet-canny", 512, 30, (_SD_DENOISER, Network("ControlNet", _control, _asked_control)), _OF_SD,
    ),
    "instruct-pix2pix": Pipeline(
        "instruct-pix2pix", 512, 30,
        (Network("instruct-pix2pix denoiser", _unet(**_SD, in_channels=8), _asked(8, 768)),), _OF_SD, batch=3,
    ),
    "stable-unclip": Pipeline(
        "stable-unclip", 768, 25,
        (Network("unCLIP denoiser", _unet(**_UNCLIP), _asked(4, 1024, labels=2048)),),
        (_AUTOENCODER, Network("CLIP H text", _text(1024, 23, 16, 4096)),
         Network("CLIP H vision", _vision(1280, 32, 16, 5120, 1024))),
    ),
    "kandinsky-2.2": Pipeline(
        "kandinsky-2.2", 512, 50, (Network("Kandinsky decoder", _unet(**_KANDINSKY), _asked(4, 1280, more=_seen)),),
        (Network("MoVQ", _movq, _decoded), Network("Kandinsky prior", _prior), _BIG_G,
         Network("CLIP bigG vision", _vision(1664, 48, 16, 8192, 1280))),
    ),
    "sdxl-inpaint": Pipeline(
        "sdxl-inpainting", 1024, 25, (Network("xl denoiser", _unet(**_XL), _asked(9, 2048, more=_xl_sizes)),),
        (_AUTOENCODER, _CLIP_L, _BIG_G),
    ),
    "pixart": Pipeline(
        "pixart-alpha", 1024, 20, (Network("PixArt", _pixart, _asked_pixart),),
        (_AUTOENCODER, Network("T5 XXL", _t5)),
    ),
    "dit": Pipeline("dit-xl-2-256", 256, 50, (Network("DiT", _dit, _asked_dit),), (_AUTOENCODER,)),
}  # fmt: skip
"""By the generator that asks them; `diffedit` and `ledits-pp` work with Stable Diffusion 1.5."""
