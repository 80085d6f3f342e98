"""Axes of small drawings: round numbers, linear or logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from synthscope.services.reporting.words import MINUS

_POWERS = dict(zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
_MOST_DECADES = 5


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, with numbers at some values."""

    low: float
    high: float
    logarithmic: bool
    ticks: tuple[tuple[float, str], ...]

    def part(self, value: float) -> float:
        """Give where a value lies: 0 at the low end, 1 at the high one."""
        if self.logarithmic:
            ends = math.log(self.low), math.log(self.high)
            return (math.log(max(value, self.low)) - ends[0]) / (ends[1] - ends[0])
        return (value - self.low) / (self.high - self.low)

    def holds(self, value: float) -> bool:
        """Whether a value can be drawn."""
        slack = 1e-9 * abs(self.high - self.low)
        return self.low - slack <= value <= self.high + slack


def axis_of(values: Sequence[float], *, logarithmic: bool = False, tight: bool = False, about: int = 4) -> Axis:
    """Choose an axis that holds all values.

    Parameters
    ----------
    tight : bool
        Whether it ends at the values; else at round numbers.
    about : int
        How many numbers are wanted.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if logarithmic and low > 0:
        return _decades(low, high, tight=tight)
    if low == high:
        low, high = low - (abs(low) / 2 or 0.5), high + (abs(high) / 2 or 0.5)
    step = _round_step((high - low) / about)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if not tight:
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        low, high = first * step, last * step
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple((i * step, _plain(i * step, decimals)) for i in range(first, last + 1))
    return Axis(low, high, False, ticks)


def _decades(low: float, high: float, *, tight: bool) -> Axis:
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    if first == last:
        last += 1
    ends = (low, high) if tight and low < high else (10.0**first, 10.0**last)
    every = -(-(last - first) // _MOST_DECADES)
    shown = [e for e in range(first, last + 1, every) if ends[0] * (1 - 1e-9) <= 10.0**e <= ends[1] * (1 + 1e-9)]
    ticks = [(10.0**e, _power(e)) for e in shown]
    if len(ticks) < 3 and last - first <= _MOST_DECADES:
        ticks = [(m * 10.0**e, f"{m * 10.0**e:g}") for e in range(first, last + 1) for m in (1, 2, 5)]
    return Axis(*ends, True, tuple(one for one in ticks if ends[0] <= one[0] * (1 + 1e-9) and one[0] <= ends[1]))


def _round_step(rough: float) -> float:
    scale = 10.0 ** math.floor(math.log10(rough))
    return scale * next(nice for nice in (1, 2, 2.5, 5, 10) if nice * scale >= rough * (1 - 1e-9))


def _plain(value: float, decimals: int) -> str:
    if abs(value) >= 1e5:
        return f"{value:.2g}".replace("e+0", "e").replace("-", MINUS)
    more = decimals + (0 if math.isclose(round(value, decimals), value, rel_tol=1e-6, abs_tol=1e-12) else 1)
    text = f"{value:.{more}f}"
    return text.lstrip("-") if not text.strip("-0.") else text.replace("-", MINUS)


def _power(exponent: int) -> str:
    plain = {-1: "0.1", 0: "1", 1: "10"}
    return plain.get(exponent, "10" + "".join(_POWERS[letter] for letter in str(exponent)))
