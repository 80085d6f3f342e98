"""Encoders that are vision transformers, from a folder of the Hugging Face form: never from the network."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from synthscope.errors import DocumentError, InputError
from synthscope.io.weights import verified_weights
from synthscope.metrics.encoders.devices import NetworkEncoder, one_thread
from synthscope.metrics.encoders.resizing import check_range, pictures_of
from synthscope.records.metric import Frame, Layout

_PHOTOGRAPHS = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""Mean and deviation of ImageNet's colours, which DINOv2 learned with."""
_CAPTIONED = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
"""Those of CLIP's pictures (Radford et al. 2021, published code)."""
_SIDE = 224


class Dinov2(NetworkEncoder):
    """The class token of DINOv2, as FD-DINOv2 is taken with (Stein et al. 2023)."""

    weights = "dinov2"

    def layout(self, _frame: Frame) -> Layout:
        """Columns have no meaning by themselves."""
        return Layout()

    @one_thread()
    def extract_on(self, fields: np.ndarray, frame: Frame, device: str) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C), averaged over slices."""
        return _rows(fields, frame, self._side(), self.features, device)

    def features(self, pictures: torch.Tensor) -> np.ndarray:
        """Give features (N, D) of pictures (N, 3, Y, X) in [0, 1], sides multiples of the patch."""
        model = load_transformer(self.weights).to(pictures.device)
        answer = model(pixel_values=_standardised(pictures, _PHOTOGRAPHS, "DINOv2"))
        return _as_double(answer.last_hidden_state[:, 0])

    def _side(self) -> int:
        patch = int(load_transformer(self.weights).config.patch_size)
        return max(_SIDE // patch, 1) * patch


class Clip(NetworkEncoder):
    """The image embedding of CLIP, of length one."""

    weights = "clip"

    def layout(self, _frame: Frame) -> Layout:
        """Columns have no meaning by themselves."""
        return Layout()

    @one_thread()
    def extract_on(self, fields: np.ndarray, frame: Frame, device: str) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C), averaged over slices."""
        side = int(load_transformer(self.weights).config.vision_config.image_size)
        return _rows(fields, frame, side, self.features, device)

    def features(self, pictures: torch.Tensor) -> np.ndarray:
        """Give features (N, D) of pictures (N, 3, side, side) in [0, 1]."""
        model = load_transformer(self.weights).to(pictures.device)
        seen = model.vision_model(pixel_values=_standardised(pictures, _CAPTIONED, "CLIP"))
        embedded = _as_double(model.visual_projection(seen.pooler_output))
        unit: np.ndarray = embedded / np.linalg.norm(embedded, axis=1, keepdims=True)
        return unit


def load_transformer(weights_id: str) -> Any:
    """Load a model from its folder in the store, whose files were found to be as they were taken in.

    Raises
    ------
    Unavailable
        If the weights are not here.
    DocumentError, InputError
        If the folder is damaged, or holds another kind of model.
    """
    folder, stored = verified_weights(weights_id)
    return _loaded(weights_id, folder, tuple(file.sha256 for file in stored.files))


@lru_cache(maxsize=2)
def _loaded(kind: str, folder: Path, _sha256: tuple[str, ...]) -> Any:
    from transformers import CLIPModel, Dinov2Model

    try:
        found = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DocumentError(f"The config.json of weights {kind!r} cannot be understood; import them again.") from error
    if found != kind:
        raise InputError(
            f"The weights {kind!r} here are a model of kind {str(found)[:40]!r}; import those of {kind!r}."
        )
    model_class = {"dinov2": Dinov2Model, "clip": CLIPModel}[kind]
    try:
        model = model_class.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise DocumentError(f"The weights {kind!r} do not load; import them again.", details=repr(error)) from error
    return model.eval().requires_grad_(False)


def _rows(fields: np.ndarray, frame: Frame, side: int, features: Any, device: str) -> np.ndarray:
    """Look at one picture at a time, so that a batch changes nothing."""
    with torch.inference_mode():
        rows = [
            np.mean([features(picture[None])[0] for picture in pictures_of(field, frame, side).to(device)], axis=0)
            for field in fields
        ]
    return np.stack(rows).astype(np.float64)


def _standardised(
    pictures: torch.Tensor, colours: tuple[tuple[float, ...], tuple[float, ...]], name: str
) -> torch.Tensor:
    check_range(pictures, 0.0, 1.0, name)
    mean, spread = (torch.tensor(values, device=pictures.device)[None, :, None, None] for values in colours)
    return (pictures - mean) / spread


def _as_double(features: torch.Tensor) -> np.ndarray:
    found: np.ndarray = features.detach().cpu().numpy()
    return found.astype(np.float64)
