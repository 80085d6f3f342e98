"""Which metrics are taken, by which extractors; what is left out says why."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synthscope.errors import InputError
from synthscope.metrics.registry import find_extractor, find_metric, list_metrics
from synthscope.records.evaluation import EvaluationRecipe, Score
from synthscope.records.metric import ExtractorSpec, Frame, MetricSpec
from synthscope.services.evaluation.features import has_package, unfit
from synthscope.services.evaluation.prompting import one_prompt

ENCODER = "encoder"


@dataclass(frozen=True)
class Choice:
    """What is measured: every extractor with the metrics that compare its features.

    Parameters
    ----------
    by_extractor : tuple of (ExtractorSpec, tuple of MetricSpec)
    paired : tuple of MetricSpec
    left_out : tuple of str
        A sentence for each metric that was not asked for by name and cannot be taken.
    """

    by_extractor: tuple[tuple[ExtractorSpec, tuple[MetricSpec, ...]], ...]
    paired: tuple[MetricSpec, ...]
    left_out: tuple[str, ...]


def choose(recipe: EvaluationRecipe, frame: Frame, has_weights: Callable[[str], bool]) -> Choice:
    """Choose metrics: those that are named, or all that fit the domain, the fields and what is installed.

    Raises
    ------
    Unavailable
        If one that is named is not registered.
    InputError
        If one that is named cannot be taken.
    """
    specs = tuple(find_metric(name) for name in recipe.metrics) or _fitting(recipe)
    grouped: dict[str, list[MetricSpec]] = {}
    extractors: dict[str, ExtractorSpec] = {}
    left_out = []
    for spec in specs:
        if spec.group == "paired":
            left_out += _without_weights(spec, recipe, has_weights)
            continue
        for extractor in _extractors(spec, recipe):
            reason = _unsaid(spec, recipe) or _reason(spec, extractor, frame, has_weights)
            if reason and recipe.metrics:
                raise InputError(f"{spec.title} cannot be taken: {reason}.")
            if reason:
                left_out.append(f"{spec.title} was left out: {reason}.")
                continue
            extractors[extractor.id] = extractor
            grouped.setdefault(extractor.id, []).append(spec)
    pairs = tuple(spec for spec in specs if spec.group == "paired")
    if recipe.metrics and pairs and not recipe.partners:
        raise InputError(
            f"{pairs[0].title} compares an image with its partner, and no partners are declared; declare them, or "
            "leave it out."
        )
    taken = tuple((extractors[name], tuple(group)) for name, group in grouped.items())
    paired = tuple(spec for spec in pairs if recipe.partners and not (spec.weights and not has_weights(spec.weights)))
    return Choice(taken, paired, tuple(dict.fromkeys(left_out)))


def _without_weights(spec: MetricSpec, recipe: EvaluationRecipe, has_weights: Callable[[str], bool]) -> list[str]:
    """Say, or refuse where it was named, that a paired metric has no weights here."""
    if not (recipe.partners and spec.weights) or has_weights(spec.weights):
        return []
    reason = f"the weights {spec.weights!r} are not installed (synthscope models)"
    if recipe.metrics:
        raise InputError(f"{spec.title} cannot be taken: {reason}.")
    return [f"{spec.title} was left out: {reason}."]


def _fitting(recipe: EvaluationRecipe) -> tuple[MetricSpec, ...]:
    found = [row.spec for row in list_metrics() if row.spec is not None]
    told = any(one.prompt for one in recipe.generated)
    return tuple(
        spec for spec in found if (not spec.domains or recipe.domain in spec.domains) and (told or not spec.prompted)
    )


def _extractors(spec: MetricSpec, recipe: EvaluationRecipe) -> tuple[ExtractorSpec, ...]:
    if spec.extractor != ENCODER:
        return (find_extractor(spec.extractor),)
    return tuple(find_extractor(name) for name in recipe.encoders)


def _unsaid(spec: MetricSpec, recipe: EvaluationRecipe) -> str:
    """Say what a metric needs to be told and was not: a prompt, or, where it was named, the training images."""
    if spec.against == "training" and recipe.metrics and recipe.training is None:
        return "it is held against the training images, and none are given (--training)"
    return one_prompt(recipe)[1] if spec.prompted else ""


def _reason(spec: MetricSpec, extractor: ExtractorSpec, frame: Frame, has_weights: Callable[[str], bool]) -> str:
    for needed in (spec.weights, extractor.weights):
        if needed and not has_weights(needed):
            return f"the weights {needed!r} are not installed (synthscope models)"
    if not has_package(extractor):
        return f"the package {extractor.package} is not installed (pip install {extractor.package})"
    return unfit(extractor, frame)


def check_told(scores: Sequence[Score], left_out: Sequence[str]) -> None:
    """Refuse a card without a single number of what was judged.

    Raises
    ------
    InputError
        With the first reason why a number was left out.
    """
    if any(score.role == "generated" and math.isfinite(score.value) for score in scores):
        return
    why = left_out[0] if left_out else "No field tells any of the numbers that were asked for."
    more = f" (and {len(left_out) - 1} more)" if len(left_out) > 1 else ""
    raise InputError(f"Nothing could be measured: {why}{more}", details="\n".join(left_out))
