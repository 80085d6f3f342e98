"""How well images fit the words they were made from, by features of images and texts from one model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthscope.errors import InputError

Scale = Literal["max(100 cos, 0)", "cosine"]
"""CLIPScore times 40 (Hessel et al. 2021 have 2.5 max(cos, 0)), or the cosine itself, below zero where it is."""


@dataclass(frozen=True, eq=False)
class ClipScores:
    """One value for each image (N,), and the model and scale without which it means nothing."""

    values: np.ndarray
    model: str
    scale: Scale
    prompt: str

    @property
    def mean(self) -> float:
        """The score of the set."""
        return float(self.values.mean())


def clip_scores(
    images: np.ndarray, text: np.ndarray, *, model: str, prompt: str, scale: Scale = "max(100 cos, 0)"
) -> ClipScores:
    """Score images by the features of their prompt.

    Parameters
    ----------
    images : ndarray of float (N, D)
        Features of images.
    text : ndarray of float (D,)
        Features of the prompt, from the same model.
    model : str
        Which model, such as ``openai/clip-vit-base-patch32``: values of different models cannot be compared.

    Raises
    ------
    InputError
        If features do not fit each other, have no length, or no model is named.
    """
    if not model:
        raise InputError("A CLIPScore was asked for without the name of its model; name it.")
    if images.ndim != 2 or text.shape != images.shape[1:]:
        raise InputError(
            f"Features of images {images.shape} and of the prompt {text.shape} do not fit; take both from one model."
        )
    lengths = np.linalg.norm(images, axis=1) * np.linalg.norm(text)
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise InputError("Features without a length, or not finite, have no direction; measure the images again.")
    cosine = images @ text / lengths
    values = cosine if scale == "cosine" else np.maximum(100 * cosine, 0)
    return ClipScores(values, model, scale, prompt)


def check_one_table(scores: Mapping[str, ClipScores]) -> None:
    """Refuse to lay scores beside each other that do not share prompt, model and scale.

    Parameters
    ----------
    scores : mapping
        By the name of the set.

    Raises
    ------
    InputError
        Naming two sets that differ, and in what.
    """
    rows = list(scores.items())
    for name, one in rows[1:]:
        first_name, first = rows[0]
        for what in ("prompt", "model", "scale"):
            a, b = getattr(first, what), getattr(one, what)
            if a != b:
                raise InputError(
                    f"CLIPScores of one table need one {what}, but {first_name!r} has {a!r} and {name!r} has {b!r}; "
                    f"score both with the same {what}."
                )
