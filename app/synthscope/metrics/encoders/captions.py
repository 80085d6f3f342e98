"""The text side of CLIP: words become a direction among those of pictures."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.weights import verified_weights
from synthscope.metrics.encoders.transformer import load_transformer

WEIGHTS = "clip"
VOCABULARY = ("vocab.json", "merges.txt")
"""Files of the byte-pair tokenizer, beside the model."""


def text_features(prompt: str, device: str = "cpu") -> np.ndarray:
    """Give the text embedding of CLIP, of length one.

    Parameters
    ----------
    device : str
        ``cpu``, ``cuda`` or ``mps``: where the model is, or is put.

    Returns
    -------
    ndarray of float64 (D,)
        In the space of `synthscope.metrics.encoders.transformer.Clip`.

    Raises
    ------
    InputError
        If there are no words, or more than the model reads.
    Unavailable, FileError, DocumentError
        If the weights or the vocabulary are not here, or damaged.
    """
    if not prompt.strip():
        raise InputError("The prompt is empty; give the words that the images were made from.")
    model = load_transformer(WEIGHTS).to(device)
    tokens = _tokens(prompt, model.config.text_config)
    with torch.inference_mode():
        read = model.text_model(input_ids=torch.tensor([tokens], device=device))
        embedded = model.text_projection(read.pooler_output)[0].cpu().numpy().astype(np.float64)
    unit: np.ndarray = embedded / np.linalg.norm(embedded)
    return unit


def model_name() -> str:
    """Name the model that is installed by where it came from and its hash: other weights give other scores."""
    _, stored = verified_weights(WEIGHTS)
    hashes = {file.name: file.sha256 for file in stored.files}
    return f"CLIP from {stored.source}, SHA-256 {hashes.get('model.safetensors', '')[:16]}"


def _tokens(prompt: str, config: Any) -> list[int]:
    folder, stored = verified_weights(WEIGHTS)
    missing = set(VOCABULARY) - {file.name for file in stored.files}
    if missing:
        raise FileError(
            f"The weights {WEIGHTS!r} here have no {min(missing)}, by which words are read; fetch or import them again."
        )
    found: list[int] = _tokenizer(folder, tuple(file.sha256 for file in stored.files))(prompt)["input_ids"]
    most = int(config.max_position_embeddings)
    if len(found) > most:
        raise InputError(
            f"The prompt has {len(found) - 2} tokens, and this model reads {most - 2}; give a shorter one, as the rest "
            "would count for nothing."
        )
    if max(found) >= int(config.vocab_size):
        raise DocumentError(
            f"The vocabulary of weights {WEIGHTS!r} is not that of their model ({config.vocab_size} entries); import "
            "both from one folder."
        )
    return found


@lru_cache(maxsize=2)
def _tokenizer(folder: Path, _sha256: tuple[str, ...]) -> Any:
    from transformers import CLIPTokenizer

    try:
        return CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # the tokenizer's own library raises nothing narrower
        raise DocumentError(
            f"The vocabulary of weights {WEIGHTS!r} cannot be read; import them again.", details=repr(error)
        ) from error
