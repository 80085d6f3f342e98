"""LoRA and embeddings of random weights, as diffusers saves them: what people share beside whole pipelines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tests.generators.pretrained import tiny

TARGETS = {"unet": ["to_q", "to_v"], "text_encoder": ["q_proj", "v_proj"], "text_encoder_2": ["q_proj", "v_proj"]}


def write_lora(path: Path, seed: int, **networks: Any) -> Path:
    """Write a LoRA of rank 2 for the networks of a pipeline, by their names there."""
    tiny.mend_torchvision()
    from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
    from peft import LoraConfig, inject_adapter_in_model
    from peft.utils import get_peft_model_state_dict

    layers = {}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for name, network in networks.items():
            told = LoraConfig(r=2, init_lora_weights=False, target_modules=TARGETS[name])
            inject_adapter_in_model(told, network)
            layers[f"{name}_lora_layers"] = get_peft_model_state_dict(network)
    kind = StableDiffusionXLPipeline if "text_encoder_2" in networks else StableDiffusionPipeline
    kind.save_lora_weights(path.parent, **layers, weight_name=path.name)
    return path


def write_embedding(path: Path, seed: int, *widths: int, vectors: int = 1) -> Path:
    """Write the meaning of one word: of one text encoder, or of two, under the names of those of XL."""
    draw = torch.Generator().manual_seed(seed)
    names = ("emb_params",) if len(widths) == 1 else ("clip_l", "clip_g")
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: torch.randn(vectors, width, generator=draw) for name, width in zip(names, widths, strict=True)}
    save_file(tensors, path)
    return path
