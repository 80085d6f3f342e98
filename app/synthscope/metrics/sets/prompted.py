"""CLIPScore of a set: the mean over its images of how well they fit one prompt."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Self

import numpy as np

from synthscope.errors import InputError
from synthscope.metrics.encoders.captions import model_name, text_features
from synthscope.metrics.encoders.devices import OnDevice
from synthscope.metrics.sets.clip_score import Scale, clip_scores
from synthscope.records.metric import Layout

SCALE: Scale = "max(100 cos, 0)"


class PromptScore(OnDevice):
    """CLIPScore by the installed CLIP (Hessel et al. 2021), 100 times the cosine and never below zero."""

    def __init__(self) -> None:
        self._text: np.ndarray | None = None
        self._prompt = ""
        self._model = ""
        self._place = "cpu"

    def on(self, device: str) -> Self:
        """Give the metric that reads words on a device that `device` named."""
        placed = copy(self)
        placed._place = device
        return placed

    def of_prompt(self, prompt: str) -> PromptScore:
        """Read the words, once for all sets."""
        told = PromptScore()
        told._text, told._prompt, told._model = text_features(prompt, self._place), prompt, model_name()
        return told

    def settings(self) -> Mapping[str, str]:
        """Say what a value means nothing without."""
        return {"prompt": self._prompt, "model": self._model, "scale": SCALE}

    def remark(self, value: float) -> str:
        """Tell the scale from the two others that papers use."""
        return (
            f"On the scale {SCALE}; Hessel et al. 2021 (2.5 max(cos, 0)) print {value / 40:.4f} for it, and bare "
            f"cosines are a hundredth. Of {self._model}, prompt “{self._prompt}”: other models and prompts give other "
            "numbers."
        )

    def measure(self, _real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the mean over generated features (M, D); for the real set it is its floor."""
        return {"": float(self._values(generated).mean())}

    def spread(self, generated: np.ndarray) -> float:
        """Give the standard deviation over generated features (M, D), of which `measure` gives the mean."""
        values = self._values(generated)
        return float(values.std(ddof=1)) if len(values) > 1 else float("nan")

    def each(self, _real: np.ndarray, generated: np.ndarray, _layout: Layout) -> np.ndarray:
        """Give how far each row (M,) is from the prompt: the negative score."""
        return -self._values(generated)

    def _values(self, generated: np.ndarray) -> np.ndarray:
        if self._text is None:
            raise InputError("CLIPScore needs a prompt; give the words that the images were made from.")
        return clip_scores(generated, self._text, model=self._model, prompt=self._prompt, scale=SCALE).values
