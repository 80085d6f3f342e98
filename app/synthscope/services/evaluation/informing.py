"""Whether a figure is worth reading on these data: what it makes of the controls."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.metrics.resampling import Range
from synthscope.metrics.trust.ranking import DAMAGES, copies_are_caught, ranks_sensibly
from synthscope.records.metric import Better, MetricSpec
from synthscope.records.trust import ControlKind, ControlScore
from synthscope.services.evaluation.controls import BLURRED, HELD_OUT, MEMORISED, NOISED, QUILTED, SURROGATE

_KINDS: Mapping[str, tuple[ControlKind, float]] = {
    HELD_OUT: ("held-out", 0.0),
    QUILTED: ("quilted", 0.0),
    SURROGATE: ("phase-surrogate", 0.0),
    **{name: ("blurred", strength) for name, strength in BLURRED.items()},
    **{name: ("noised", strength) for name, strength in NOISED.items()},
}

DAMAGES_OF_PIXELS: tuple[ControlKind, ...] = ("blurred", "noised")


def verdict(spec: MetricSpec, controls: Mapping[str, Range], floor: Range) -> tuple[bool | None, str]:
    """Say whether a figure ranks the controls sensibly, and why; None where no controls were tried.

    Parameters
    ----------
    controls : mapping
        What the metric gives for each control, by name.
    floor : Range
        Real against real over many divisions: what held-out real gives.
    """
    if spec.against == "training":
        return verdict_on_copying(spec.better, controls.get(MEMORISED), floor)
    if spec.better == "none":
        return None, ""
    scores = _control_scores(controls, floor)
    sees = DAMAGES if spec.sees_structure else DAMAGES_OF_PIXELS
    return ranks_sensibly(scores, spec.better, sees=sees) if scores else (None, "")


def verdict_on_learning(controls: Mapping[str, Range], learned: Range) -> tuple[bool | None, str]:
    """Say the same of what a segmenter learns from a set, whose controls are learned from too.

    Parameters
    ----------
    learned : Range
        What it learns from as many real pixels.
    """
    scores = _control_scores(controls, learned)
    return ranks_sensibly(scores, "high") if scores else (None, "")


def verdict_beside_partners(controls: Mapping[str, Range], ceiling: Range) -> tuple[bool | None, str]:
    """Say the same of a correlation with partners, whose controls are partners that were damaged.

    Parameters
    ----------
    ceiling : Range
        What a second real image of the same specimen reaches: what has lost its structure must stay below it, and
        damage must not do better the stronger it is.
    """
    scores = _control_scores(controls, ceiling)
    if not scores:
        return None, ""
    return ranks_sensibly(scores, "high", sees=("phase-surrogate",), kept=DAMAGES_OF_PIXELS)


def verdict_on_copying(better: Better, memorised: Range | None, floor: Range) -> tuple[bool | None, str]:
    """Say whether a figure that is held against the training images tells a memoriser of them from held-out real.

    Damage leads away from the training images as well, so that the other controls say nothing of such a figure.

    Parameters
    ----------
    better : {"low", "high"}
        Which values lie further from the training images, and so are no copies.
    memorised : Range, optional
        Of training images, all but clean; without them there is no verdict.
    """
    if memorised is None or not np.isfinite(floor.value + floor.low + floor.high + memorised.low + memorised.high):
        return None, ""
    sign = -1 if better == "high" else 1
    ends = [sorted((sign * one.low, sign * one.high)) for one in (floor, memorised)]
    return copies_are_caught(
        ControlScore("held-out", sign * floor.value, *ends[0]),
        ControlScore("quilted", sign * memorised.value, *ends[1]),
    )


def nearness(name: str, found: Range, floor: Range, expected: float) -> str:
    """Say in a sentence what a figure means that is the lower the nearer generated fields lie to training ones.

    Parameters
    ----------
    floor : Range
        The same for held-out real fields.
    expected : float
        What it is where generated fields lie as near as held-out real ones.
    """
    beside = f"{name} is {found.value:.1f}, of held-out real fields {floor.low:.1f} to {floor.high:.1f}"
    if not np.isfinite([found.low, found.high, floor.low, floor.high]).all():
        return (
            f"{name} is {found.value:.1f}: too few specimens to say whether that is chance; look at the closest pairs."
        )
    if found.high < min(floor.low, expected):
        return f"Generated fields lie nearer to training fields than held-out real ones do ({beside}): look for copies."
    if found.low > max(floor.high, expected):
        return f"Generated fields lie further from training fields than held-out real ones do ({beside}): no copying."
    return (
        f"No surplus of nearness to training fields was found ({beside}); a few copies among many fields do not move "
        "this number, so look at the closest pairs."
    )


def _control_scores(controls: Mapping[str, Range], floor: Range) -> list[ControlScore]:
    """Give what was found of controls beside what real gives; nothing where controls or that are not known."""
    known = {name: found for name, found in controls.items() if name in _KINDS and name != HELD_OUT}
    if not known or not np.isfinite(floor.value + floor.low + floor.high):
        return []
    scores = [ControlScore("held-out", floor.value, floor.low, floor.high)]
    for name, found in known.items():
        kind, strength = _KINDS[name]
        scores.append(ControlScore(kind, found.value, found.low, found.high, strength))
    return scores
