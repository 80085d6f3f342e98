"""Whether a figure is worth reading on these data: what it makes of the controls."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.metrics.resampling import Range
from synthscope.metrics.trust.ranking import DAMAGES, ranks_sensibly
from synthscope.records.metric import MetricSpec
from synthscope.records.trust import ControlKind, ControlScore
from synthscope.services.evaluation.controls import BLURRED, HELD_OUT, NOISED, QUILTED, SURROGATE

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
    if spec.against == "training":  # damage leads away from the training images too: controls say nothing of it
        return None, ""
    known = {name: found for name, found in controls.items() if name in _KINDS and name != HELD_OUT}
    if not known or not np.isfinite(floor.value + floor.low + floor.high) or spec.better == "none":
        return None, ""
    scores = [ControlScore("held-out", floor.value, floor.low, floor.high)]
    for name, found in known.items():
        kind, strength = _KINDS[name]
        scores.append(ControlScore(kind, found.value, found.low, found.high, strength))
    return ranks_sensibly(scores, spec.better, sees=DAMAGES if spec.sees_structure else DAMAGES_OF_PIXELS)
