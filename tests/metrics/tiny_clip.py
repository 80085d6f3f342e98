"""A CLIP of random weights with a vocabulary of single bytes, in the files of the published ones."""

from __future__ import annotations

import json
from pathlib import Path

import torch


def write_vocabulary(folder: Path) -> int:
    """Write ``vocab.json`` and ``merges.txt`` and give the number of entries."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(one) for one in plain] + [chr(256 + i) for i in range(256 - len(plain))]
    entries = [*letters, *(f"{one}</w>" for one in letters), "ro", "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({one: i for i, one in enumerate(entries)}), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\nr o\n", encoding="utf-8")
    return len(entries)


def write_clip(folder: Path, seed: int = 1) -> Path:
    """Write the model and its vocabulary."""
    from transformers import CLIPConfig, CLIPModel

    folder.mkdir()
    count = write_vocabulary(folder)
    torch.manual_seed(seed)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    seeing = {**sizes, "image_size": 32, "patch_size": 8}
    reading = {**sizes, "vocab_size": count, "bos_token_id": count - 2, "eos_token_id": count - 1}
    config = CLIPConfig(vision_config=seeing, text_config=reading, projection_dim=12)
    CLIPModel(config).save_pretrained(folder)
    return folder
