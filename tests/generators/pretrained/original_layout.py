"""Pipelines as one file, in the layout of the first Stable Diffusion programs: what model-sharing sites give.

The names are those of the networks in CompVis/stable-diffusion, lllyasviel/ControlNet and
Stability-AI/generative-models: blocks of a denoiser are counted through (``input_blocks.N``), those of an autoencoder's
decoder from the widest image on, and OpenCLIP keeps query, key and value in one matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

RESNET = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
    "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
}  # fmt: skip
ENDS = {
    "conv_in": "input_blocks.0.0", "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2",
    "conv_norm_out": "out.0", "conv_out": "out.2", "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}  # fmt: skip


def write_single(pipeline: Any, path: Path, dtype: torch.dtype = torch.float32, **more: Tensor) -> Path:
    """Write a pipeline of Stable Diffusion, 1 or XL, as one file; `more` tensors lie beside its own."""
    second = getattr(pipeline, "text_encoder_2", None)
    first = "cond_stage_model.transformer." if second is None else "conditioner.embedders.0.transformer."
    found = {f"model.diffusion_model.{name}": one for name, one in denoiser(pipeline.unet)}
    found |= {f"first_stage_model.{name}": one for name, one in autoencoder(pipeline.vae)}
    found |= {f"{first}{name}": one for name, one in clip(pipeline.text_encoder)}
    if second is not None:
        found |= {f"conditioner.embedders.1.model.{name}": one for name, one in open_clip(second)}
    found["alphas_cumprod"] = torch.linspace(1, 0, 10)
    return save(found | more, path, dtype)


def save(found: dict[str, Tensor], path: Path, dtype: torch.dtype = torch.float32) -> Path:
    """Write tensors as safetensors."""
    save_file({name: one.to(dtype).contiguous() for name, one in found.items()}, path)
    return path


def denoiser(network: Any) -> Iterator[tuple[str, Tensor]]:
    """Name the tensors of a denoiser, or of the trunk of a ControlNet."""
    depth = network.config.layers_per_block
    for name, one in network.state_dict().items():
        part, _, rest = name.partition(".")
        if part in ("down_blocks", "up_blocks"):
            number, kind, place, rest = rest.split(".", 3)
            place = int(place) if kind in ("resnets", "attentions") else depth + (part == "up_blocks")
            if part == "down_blocks":
                block = f"input_blocks.{int(number) * (depth + 1) + place + 1}"
            else:
                block = f"output_blocks.{int(number) * (depth + 1) + place - (kind == 'upsamplers')}"
            yield f"{block}.{_in_block(network, part, int(number), kind, rest)}", one
        elif part == "mid_block":
            kind, place, rest = rest.split(".", 2)
            yield f"middle_block.{2 * int(place) + (kind == 'attentions')}.{_renamed(rest, kind)}", one
        elif name.rsplit(".", 1)[0] in ENDS:
            stem, end = name.rsplit(".", 1)
            yield f"{ENDS[stem]}.{end}", one


def _in_block(network: Any, part: str, number: int, kind: str, rest: str) -> str:
    """Name what lies in a block: first its residual layer, then its attention, then what makes it wider."""
    if kind == "downsamplers":
        return f"0.{rest.removeprefix('0.').replace('conv', 'op')}"
    if kind == "upsamplers":
        attends = bool(getattr(getattr(network, part)[number], "attentions", None))
        return f"{1 + attends}.{rest.removeprefix('0.')}"
    return f"{int(kind == 'attentions')}.{_renamed(rest, kind)}"


def _renamed(rest: str, kind: str) -> str:
    stem, _, end = rest.rpartition(".")
    return f"{RESNET[stem]}.{end}" if kind == "resnets" else rest


def controlnet(network: Any) -> dict[str, Tensor]:
    """Name the tensors of a ControlNet as a file of its own has them."""
    found = {f"control_model.{name}": one for name, one in denoiser(network)}
    blocks = len(network.controlnet_cond_embedding.blocks)
    hints = {"conv_in": 0, "conv_out": 14, **{f"blocks.{i}": 2 * (i + 1) for i in range(blocks)}}
    for name, one in network.state_dict().items():
        stem, _, end = name.rpartition(".")
        if stem.startswith("controlnet_down_blocks."):
            found[f"control_model.zero_convs.{stem.split('.')[1]}.0.{end}"] = one
        elif stem == "controlnet_mid_block":
            found[f"control_model.middle_block_out.0.{end}"] = one
        elif stem.startswith("controlnet_cond_embedding."):
            found[f"control_model.input_hint_block.{hints[stem.split('.', 1)[1]]}.{end}"] = one
    return found


def autoencoder(network: Any) -> Iterator[tuple[str, Tensor]]:
    """Name the tensors of an autoencoder; its attention is of convolutions of one pixel."""
    last = len(network.config.block_out_channels) - 1
    attention = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}
    for name, one in network.state_dict().items():
        half, _, rest = name.partition(".")
        part, _, inner = rest.partition(".")
        if part in ("down_blocks", "up_blocks"):
            number, kind, place, rest = inner.split(".", 3)
            way, level = ("down", int(number)) if part == "down_blocks" else ("up", last - int(number))
            block = f"block.{place}" if kind == "resnets" else f"{way}sample"
            yield f"{half}.{way}.{level}.{block}.{rest.replace('conv_shortcut', 'nin_shortcut')}", one
        elif part == "mid_block":
            kind, place, rest = inner.split(".", 2)
            if kind == "resnets":
                yield f"{half}.mid.block_{int(place) + 1}.{rest}", one
            else:
                stem, _, end = rest.rpartition(".")
                is_matrix = one.ndim == 2
                yield f"{half}.mid.attn_1.{attention[stem]}.{end}", one[:, :, None, None] if is_matrix else one
        else:
            yield name.replace("conv_norm_out", "norm_out"), one


def clip(network: Any) -> Iterator[tuple[str, Tensor]]:
    """Name the tensors of a text encoder of CLIP, as transformers had them then, with the places counted."""
    for name, one in network.state_dict().items():
        yield name if name.startswith("text_model.") else f"text_model.{name}", one
    yield "text_model.embeddings.position_ids", torch.arange(77)[None]


def open_clip(network: Any) -> Iterator[tuple[str, Tensor]]:
    """Name the tensors of a text encoder of OpenCLIP: query, key and value are one matrix."""
    weights = {name.removeprefix("text_model."): one for name, one in network.state_dict().items()}
    yield "positional_embedding", weights["embeddings.position_embedding.weight"]
    yield "token_embedding.weight", weights["embeddings.token_embedding.weight"]
    yield "text_projection", weights["text_projection.weight"].T
    for end in ("weight", "bias"):
        yield f"ln_final.{end}", weights[f"final_layer_norm.{end}"]
        for i in range(network.config.num_hidden_layers):
            there, here = f"transformer.resblocks.{i}", f"encoder.layers.{i}"
            three = [weights[f"{here}.self_attn.{one}_proj.{end}"] for one in "qkv"]
            yield f"{there}.attn.in_proj_{end}", torch.cat(three)
            for new, old in (("attn.out_proj", "self_attn.out_proj"), ("ln_1", "layer_norm1"), ("ln_2", "layer_norm2"),
                             ("mlp.c_fc", "mlp.fc1"), ("mlp.c_proj", "mlp.fc2")):  # fmt: skip
                yield f"{there}.{new}.{end}", weights[f"{here}.{old}.{end}"]
