"""Small drawings as inline SVG: a number beside its floor, and curves with their bands; colours are the page's own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from synthscope.records.evaluation import Band, Score
from synthscope.services.reporting.ticks import Axis, axis_of

BAR = (156, 22)
_MARGIN = 6
PLOT = (260, 200)
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 8, 42
_LOG_SPAN, _LOG_X = 300.0, 20.0
"""Curves whose largest value, and largest x, are as many times the smallest are drawn on logarithmic axes."""


def bar(score: Score, ends: tuple[float, float], *, grey: bool = False, words: str = "") -> str:
    """Draw a number with its interval (line and dot) over its floor with its range (tick and box).

    Parameters
    ----------
    ends : pair of float
        Values at the left and the right end.
    words : str
        What it shows, for those who cannot see it.

    Returns
    -------
    str
        An ``<svg>``; empty where there is no number.
    """
    if not (math.isfinite(score.value) and math.isfinite(ends[0]) and math.isfinite(ends[1])):
        return ""
    width, height = BAR
    parts = [f'<line class="rule" x1="{_MARGIN}" x2="{width - _MARGIN}" y1="{height - 2}" y2="{height - 2}"/>']
    parts += [*_floor(score, ends), *_value(score, ends)]
    return svg("bar grey" if grey else "bar", BAR, words, parts)


def svg(kind: str, size: tuple[int, int], words: str, parts: Iterable[str]) -> str:
    """Put shapes into an ``<svg>`` of that class and size (width, height), with words for those who cannot see it."""
    width, height = size
    return (
        f'<svg class="{kind}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(words)}">{"".join(parts)}</svg>'
    )


def _floor(score: Score, ends: tuple[float, float]) -> Iterator[str]:
    height = BAR[1]
    if math.isfinite(score.floor_low + score.floor_high):
        left, right = _along(score.floor_low, ends), _along(score.floor_high, ends)
        yield f'<rect class="floor" x="{left}" y="3" width="{max(right - left, 2):.4g}" height="{height - 6}"/>'
    if math.isfinite(score.floor):
        x = _along(score.floor, ends)
        yield f'<line class="floor-mark" x1="{x}" x2="{x}" y1="2" y2="{height - 3}"/>'


def _value(score: Score, ends: tuple[float, float]) -> Iterator[str]:
    """Draw the value with its interval; an arrow to where it lies, if it lies beyond the ends."""
    middle = BAR[1] // 2
    if math.isfinite(score.low + score.high):
        left, right = _along(score.low, ends), _along(score.high, ends)
        if right > left:
            yield f'<line class="interval" x1="{left}" x2="{right}" y1="{middle}" y2="{middle}"/>'
    x = _along(score.value, ends)
    slack = 1e-9 * (ends[1] - ends[0])
    if ends[0] - slack <= score.value <= ends[1] + slack:
        yield f'<circle class="value" cx="{x}" cy="{middle}" r="4"/>'
    else:
        way = 5 if score.value > ends[1] else -5
        yield f'<path class="value" d="M{x - way} {middle - 5}L{x + way} {middle}L{x - way} {middle + 5}Z"/>'


def _along(value: float, ends: tuple[float, float]) -> float:
    part = (value - ends[0]) / (ends[1] - ends[0]) if ends[1] > ends[0] else 0.5
    return round(_MARGIN + (BAR[0] - 2 * _MARGIN) * min(max(part, 0.0), 1.0), 1)


@dataclass(frozen=True)
class Panel:
    """Axes that all panels of one curve share, and where they put a point."""

    x: Axis
    y: Axis

    def across(self, value: float) -> float:
        """Give the horizontal place of a value, in pixels."""
        return round(_LEFT + (PLOT[0] - _LEFT - _RIGHT) * self.x.part(value), 1)

    def up(self, value: float) -> float:
        """Give the vertical place of a value, in pixels."""
        return round(PLOT[1] - _BOTTOM - (PLOT[1] - _TOP - _BOTTOM) * self.y.part(value), 1)


def panel_of(bands: Sequence[Band]) -> Panel:
    """Fix the axes that hold all these curves with their bands."""
    xs = [value for band in bands for value in band.x if math.isfinite(value)]
    means = [value for band in bands for value in band.mean if math.isfinite(value)]
    steep = _spans(means, _LOG_SPAN) and _spans(xs, _LOG_X)
    edges = [edge for band in bands for low, high in _edges(band) for edge in (low, high) if math.isfinite(edge)]
    if steep:
        edges = [edge for edge in edges if edge >= min(means) / 10]
    if means and min(means) >= 0:
        edges = [max(edge, 0.0) for edge in edges]  # a spread below nothing is no part of what never is negative
    return Panel(axis_of(xs, logarithmic=steep, tight=True), axis_of(edges, logarithmic=steep))


def curves(real: Band | None, judged: Band, panel: Panel, words: str) -> str:
    """Draw one set's curve over that of the real set, each with its band of one standard deviation."""
    parts = [*axes(panel, judged.x_title)]
    for band, name in ((real, "real"), (judged, "judged")):
        if band is not None:
            parts += [_ribbon(band, panel, name), _line(band, panel, name)]
    return svg("plot", PLOT, words, parts)


def _spans(values: Sequence[float], times: float) -> bool:
    return bool(values) and min(values) > 0 and max(values) >= times * min(values)


def _edges(band: Band) -> list[tuple[float, float]]:
    spreads = band.spread or (0.0,) * len(band.mean)
    known = (0.0 if math.isnan(spread) else spread for spread in spreads)
    return [(mean - spread, mean + spread) for mean, spread in zip(band.mean, known, strict=True)]


def _ribbon(band: Band, panel: Panel, name: str) -> str:
    upper, lower = [], []
    for x, (low, high) in zip(band.x, _edges(band), strict=True):
        if math.isfinite(x + low + high) and panel.x.holds(x):
            lower.append(f"{panel.across(x)},{panel.up(max(low, panel.y.low))}")
            upper.append(f"{panel.across(x)},{panel.up(high)}")
    return f'<polygon class="{name} ribbon" points="{" ".join(upper + lower[::-1])}"/>' if len(upper) > 1 else ""


def _line(band: Band, panel: Panel, name: str) -> str:
    """Draw a curve, with gaps where there is no number."""
    drawn, pen = [], "M"
    for x, y in zip(band.x, band.mean, strict=True):
        if not (math.isfinite(x + y) and panel.x.holds(x) and panel.y.holds(y)):
            pen = "M"
            continue
        drawn.append(f"{pen}{panel.across(x)} {panel.up(y)}")
        pen = "L"
    return f'<path class="{name} curve" d="{"".join(drawn)}"/>' if drawn else ""


def axes(panel: Panel, x_title: str) -> list[str]:
    """Draw the axes of a panel with their numbers, and the title of the horizontal one."""
    width, height = PLOT
    bottom, right = height - _BOTTOM, width - _RIGHT
    parts = [f'<path class="frame" d="M{_LEFT} {_TOP}V{bottom}H{right}"/>']
    for value, label in panel.x.ticks:
        at = panel.across(value)
        parts.append(f'<line class="frame" x1="{at}" x2="{at}" y1="{bottom}" y2="{bottom + 4}"/>')
        parts.append(f'<text x="{at}" y="{bottom + 17}" text-anchor="middle">{label}</text>')
    for value, label in panel.y.ticks:
        at = panel.up(value)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{at}" y2="{at}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{at + 4:g}" text-anchor="end">{label}</text>')
    middle = (_LEFT + right) / 2
    parts.append(
        f'<text class="title" x="{middle:g}" y="{height - 6}" text-anchor="middle">{escape(x_title)}</text>'
    )
    return parts
