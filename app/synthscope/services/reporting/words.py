"""Words of a report card: numbers with as many digits as their interval allows, and sentences for what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from synthscope.records.evaluation import Report, Score
from synthscope.records.metric import Better

NONE = "–"
MINUS = "−"
"""What stands in place of a number that is not there; a note says why."""

BETTER: Mapping[Better, str] = {
    "low": "lower is nearer to real",
    "high": "higher is nearer to real",
    "one": "1 is real",
    "none": "no value is better by itself",
}
ARROWS: Mapping[Better, str] = {"low": "↓", "high": "↑", "one": "→1", "none": ""}

NOT_INFORMATIVE = "not informative here"
_DIGITS = 3
_MOST_DECIMALS = 6
_HUGE, _TINY = 1e6, 1e-4


def number(value: float, *around: float) -> str:
    """Write a number so that its last digit means something.

    Parameters
    ----------
    value : float
    around : float
        Numbers whose spread tells how well it is known, such as the ends of its interval: half their spread is
        shown to two digits. Without them three digits are shown.

    Returns
    -------
    str
        With a true minus sign; `NONE` for what is no number.
    """
    if not math.isfinite(value):
        return NONE if math.isnan(value) else f"{MINUS if value < 0 else ''}∞"
    known = [one for one in around if math.isfinite(one)]
    half = (max(known) - min(known)) / 2 if len(known) > 1 else 0.0
    largest = max(map(abs, (value, *known)))
    if half > 0:
        decimals = 1 - math.floor(math.log10(half))
    else:
        decimals = _DIGITS - 1 - (math.floor(math.log10(largest)) if largest else 0)
    if largest >= _HUGE or (largest and (largest < _TINY or decimals > _MOST_DECIMALS)):
        return _scientific(value)
    decimals = min(max(decimals, 0), _MOST_DECIMALS)
    return _signed(f"{value:.{decimals}f}")


def interval(low: float, high: float) -> str:
    """Write an interval in words, both ends to the same decimals."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    return f"{number(low, low, high)} to {number(high, low, high)}"


def decimals_for(values: Iterable[float], most: int = 4) -> int:
    """Give the decimals of a column: three digits of its middle value."""
    known = sorted(abs(value) for value in values if math.isfinite(value) and value)
    if not known:
        return 0
    return min(max(_DIGITS - 1 - math.floor(math.log10(known[len(known) // 2])), 0), most)


def fixed(value: float, decimals: int) -> str:
    """Write a number of a column."""
    if not math.isfinite(value) or abs(value) >= _HUGE:
        return number(value)
    return _signed(f"{value:.{decimals}f}")


def exact(value: float) -> str:
    """Write a number that was set, not measured."""
    return _signed(f"{value:.6g}")


def probability(value: float) -> str:
    """Write a p-value: never as 0."""
    if not math.isfinite(value):
        return NONE
    return "< 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def ratio_to_floor(score: Score) -> float:
    """Divide a value by its floor, where that says something.

    Returns
    -------
    float
        Not a number where either is missing, where the floor is not above zero, or where its range holds zero: a
        number over nearly nothing says nothing.
    """
    ends = [end for end in (score.floor, score.floor_low) if math.isfinite(end)]
    if not math.isfinite(score.value) or not math.isfinite(score.floor) or min(ends) <= 0:
        return math.nan
    return score.value / score.floor


def ratio(value: float) -> str:
    """Write a ratio to about two digits."""
    if not math.isfinite(value):
        return NONE
    text = f"{value:.{0 if abs(value) >= 10 else 1 if abs(value) >= 1 else 2}f}"
    return f"× {_signed(text)}"


def place(score: Score) -> str:
    """Say where a number lies beside what two real sets give: by its interval, where it has one.

    Returns
    -------
    str
        ``within``, ``beyond`` (further from real), ``on the other side`` (nearer than two real sets are to each
        other), ``outside`` where no value is better than another; empty where that cannot be told.
    """
    low, high = (score.low, score.high) if math.isfinite(score.low + score.high) else (score.value, score.value)
    if not math.isfinite(low + high + score.floor_low + score.floor_high):
        return ""
    if low <= score.floor_high and score.floor_low <= high:
        return "within"
    if score.better == "none":
        return "outside"
    above = low > score.floor_high
    if score.better == "one":
        return "beyond" if abs(score.value - 1) >= abs(score.floor - 1) else "on the other side"
    return "beyond" if above == (score.better == "low") else "on the other side"


def missing(score: Score, specimens: Mapping[str, int]) -> tuple[str, ...]:
    """Give a sentence for each part of a score that is not there.

    Parameters
    ----------
    specimens : mapping
        How many each set is of, by its name.
    """
    said = []
    if math.isnan(score.value):
        return ("This number cannot be told from these fields.",)
    if math.isnan(score.low) or math.isnan(score.high):
        few = specimens.get(score.subject, 0) == 1
        said.append(
            "No interval: the set is of one specimen, and intervals are over specimens."
            if few
            else "No interval was computed for this number."
        )
    if math.isnan(score.floor):
        said.append(
            "No floor: pairs of real images of one place were not given, so it is not known how far real is from real."
            if score.group == "paired"
            else "No floor: real against real was not or cannot be measured by this number."
        )
    return tuple(said)


def reason(score: Score) -> str:
    """Give what a number makes of the controls, without the words that stand beside it anyway."""
    mark = f"{NOT_INFORMATIVE.capitalize()}: "
    words = score.why.removeprefix(mark)
    return words[:1].upper() + words[1:] if words != score.why else words


def specimens_of(report: Report) -> dict[str, int]:
    """Give how many specimens each set is of, by its name."""
    return {one.name: one.specimens for one in report.sets}


def shape_words(shape: tuple[int, int, int]) -> str:
    """Write the shape of a field: one of single slices without its depth."""
    return " × ".join(str(side) for side in (shape[1:] if shape[0] == 1 else shape))


def count(many: int, one: str, more: str = "") -> str:
    """Write how many of a thing there are, such as ``1 image`` or ``3 images``."""
    return f"{many} {one if many == 1 else more or one + 's'}"


def listed(words: tuple[str, ...] | list[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _scientific(value: float) -> str:
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{_signed(mantissa)} × 10^{_signed(str(int(exponent)))}"


def _signed(text: str) -> str:
    if text.strip("-0.") == "":
        text = text.lstrip("-")
    return text.replace("-", MINUS)
