"""How well windows fit the words that all contenders were given: CLIPScore, of each candidate by itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synthscope.errors import SynthscopeError
from synthscope.io.weights import missing_words
from synthscope.metrics.registry import find_extractor, find_metric
from synthscope.records.lineup import LineupRecipe
from synthscope.records.metric import Frame
from synthscope.services.evaluation.features import Implement, extract, placed, unfit
from synthscope.services.weights import is_installed

CLIP_SCORE = "clip-score"
NO_PROMPT = "No prompt was given, and CLIPScore is about words."
Fit = Callable[[np.ndarray], float]
"""Scores a window (1, Y, X, C): 100 times the cosine of picture and prompt, never below zero (Hessel et al. 2021)."""


def caption_fit(recipe: LineupRecipe, frame: Frame, implement: Implement) -> tuple[Fit | None, str]:
    """Give what scores windows by the prompt of a line-up, or a sentence that says why nothing can.

    Parameters
    ----------
    frame : Frame
        Of the windows.
    """
    prompt = recipe.prompts.prompt or recipe.prompts.target
    spec = find_metric(CLIP_SCORE)
    extractor = find_extractor(spec.extractor)
    if not prompt:
        return None, NO_PROMPT
    if not is_installed(extractor.weights):
        return None, missing_words(extractor.weights)
    reason = unfit(extractor, frame)
    if reason:
        return None, f"{extractor.title} {reason}."
    try:
        metric = placed(implement(spec), recipe.device)[0].of_prompt(prompt)
    except SynthscopeError as error:  # more words than the model reads, or a damaged vocabulary
        return None, error.sentence

    def fit(window: np.ndarray) -> float:
        features = extract(extractor, window[None], frame, implement, recipe.device)
        return float(metric.measure(features, features, implement(extractor).layout(frame))[""])

    return fit, ""
