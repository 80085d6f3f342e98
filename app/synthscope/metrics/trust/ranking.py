"""Is a metric informative on these data: does it rank the controls as anybody would."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from synthscope.errors import InputError
from synthscope.records.metric import Better
from synthscope.records.trust import ControlKind, ControlScore

WORDS: dict[ControlKind, str] = {
    "held-out": "held-out real",
    "quilted": "quilted real",
    "phase-surrogate": "the phase surrogate",
    "blurred": "blurred real",
    "noised": "noised real",
}

DAMAGES: tuple[ControlKind, ...] = ("blurred", "noised", "phase-surrogate")


def ranks_sensibly(
    controls: Sequence[ControlScore], better: Better, *, structural: bool = True, sees: Sequence[ControlKind] = DAMAGES,
    floor: tuple[float, float, float] | None = None, quilt_caught: float | None = None,
    kept: Sequence[ControlKind] = (),
) -> tuple[bool, str]:  # fmt: skip
    """Say whether a metric ranks the controls sensibly, and why.

    Sensible is: nothing that was damaged (blurred, noised, the phase surrogate) ranks surely above held-out real, nor
    surely higher the stronger the damage; the quilt, made of real pieces, is not surely worse than all of that; the
    phase surrogate is surely worse than held-out real, and so is blur or noise. What of these two is not seen is
    said. "Surely" means that the 95 % interval of the difference, put together from the two intervals (Zou and Donner
    2008), leaves out 0: noise is no ranking.

    Parameters
    ----------
    controls : sequence of ControlScore
        With held-out real and at least one that was damaged; kinds that are missing are not asked for.
    better : {"low", "high", "one", "none"}
        Of the metric.
    structural : bool
        Whether it is meant to see the phase surrogate, whose spectrum and grey values are those of real images.
    sees : sequence of kind
        Damage that the metric is meant to see: one that looks at noise only need not see blur.
    floor : tuple of float, optional
        Value, low and high of real against real at the same number of fields: the spread that chance has there, taken
        for controls without an interval of their own.
    quilt_caught : float, optional
        Share of quilted fields that the search for copies called copies: what this metric cannot see.
    kept : sequence of kind
        Damage of which only the order is asked: beside its partner, a blurred image may well be nearer than another
        real one.

    Returns
    -------
    bool
    str
        One sentence, or two where the quilt is spoken of.

    Raises
    ------
    InputError
        Without held-out real, or without anything that was damaged.
    """
    if better == "none":
        return False, "No value of this figure is better than another, so that it ranks nothing."
    known = [_with_spread(control, floor) for control in controls]
    bad = sorted((_badness(control, better) for control in known), key=lambda c: (c.kind, c.strength))
    honest = [c for c in bad if c.kind == "held-out"]
    asked = [kind for kind in sees if structural or kind != "phase-surrogate"]
    damaged = {kind: levels for kind in asked if (levels := [c for c in bad if c.kind == kind])}
    if len(honest) != 1 or not damaged:
        found = ", ".join(sorted({c.kind for c in controls})) or "none"
        raise InputError(f"Controls ({found}) cannot be ranked; give held-out real once and blurred or noised real.")
    if any(not math.isfinite(c.low + c.value + c.high) for c in bad):
        return False, "A control has no value or no interval here, so that a ranking could be noise."
    complaints = {kind: said for kind, levels in damaged.items() if (said := _complaint(honest[0], kind, levels))}
    reasons = list(complaints.values())
    for kind in kept:
        levels = [c for c in bad if c.kind == kind]
        reasons += [f"{WORDS[kind]} ranks higher the stronger it is"] if _out_of_order(levels) else []
    quilts = [c for c in bad if c.kind == "quilted"]
    worst = max((levels[-1] for levels in damaged.values()), key=lambda c: c.value)
    if quilts and _surely_worse(quilts[0], worst):
        reasons.append(f"{WORDS['quilted']} ranks below all that was damaged")
    seen = [kind for kind, levels in damaged.items() if _surely_worse(levels[-1], honest[0])]
    blind = [kind for kind in damaged if kind not in seen]
    if "phase-surrogate" in blind or not set(seen) - {"phase-surrogate"}:
        unseen = [kind for kind in blind if kind not in complaints]
        reasons += [f"{WORDS[kind]} cannot be told from {WORDS['held-out']}" for kind in unseen]
    if reasons:
        return False, f"Not informative here: {'; '.join(reasons)}."
    words = f"Held-out real ranks surely above {_listed(seen)}."
    words += f" It does not see that real was {_listed(blind, '')}." if blind else ""
    return True, words + _quilt_sentence(honest[0], quilts, quilt_caught)


def copies_are_caught(held_out: ControlScore, copied: ControlScore) -> tuple[bool, str]:
    """Say whether a measure of copying (higher is more) surely finds more in copied training images than in real.

    Parameters
    ----------
    held_out, copied : ControlScore
        Such as the share of fields that were called copies, or the mean best correlation.
    """
    if _surely_worse(copied, held_out):
        return True, "Copied training images, a memoriser, are surely told from held-out real."
    return False, "Not informative here: copied training images, a memoriser, cannot be told from held-out real."


def _complaint(honest: ControlScore, kind: ControlKind, levels: list[ControlScore]) -> str:
    """Say what is wrong with the ranking of one kind of damage; empty if nothing is."""
    name = WORDS[kind]
    if any(_surely_worse(honest, level) for level in levels):
        return f"{name} ranks above {WORDS['held-out']}"
    return f"{name} ranks higher the stronger it is" if _out_of_order(levels) else ""


def _out_of_order(levels: list[ControlScore]) -> bool:
    return any(_surely_worse(weak, strong) for weak, strong in pairwise(levels))


def _listed(kinds: Sequence[ControlKind], real: str = " real") -> str:
    pixels = ("blurred", "noised")
    return ", ".join(WORDS[kind].removesuffix(" real") + real if kind in pixels else WORDS[kind] for kind in kinds)


def _quilt_sentence(honest: ControlScore, quilts: list[ControlScore], caught: float | None) -> str:
    if not quilts or _surely_worse(quilts[0], honest):
        return ""
    if caught is None:
        return " It cannot tell the quilt, a memoriser, from held-out real: look at the search for copies."
    return (
        f" It cannot tell the quilt, a memoriser, from held-out real; the search for copies finds {caught:.0%} of it."
    )


def _surely_worse(a: ControlScore, b: ControlScore) -> bool:
    """Whether the interval of a - b lies above 0 (method of variance estimates recovery)."""
    return a.value - b.value > math.hypot(a.value - a.low, b.high - b.value)


def _with_spread(control: ControlScore, floor: tuple[float, float, float] | None) -> ControlScore:
    """Give a control without an interval the spread of real against real."""
    if floor is None or math.isfinite(control.low + control.high):
        return control
    value, low, high = floor
    return replace(control, low=control.value - (value - low), high=control.value + (high - value))


def _badness(control: ControlScore, better: Better) -> ControlScore:
    """Turn a score so that higher is worse."""
    value, low, high = control.value, control.low, control.high
    if better == "high":
        value, low, high = -value, -high, -low
    elif better == "one":
        ends = sorted((abs(low - 1), abs(high - 1)))
        value, low, high = abs(value - 1), 0.0 if low <= 1 <= high else ends[0], ends[1]
    return replace(control, value=value, low=low, high=high)
