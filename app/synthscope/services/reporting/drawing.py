"""Small drawings as inline SVG: a number beside its floor, and curves with their bands; colours are the page's own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from synthscope.records.evaluation import Band, Score
from synthscope.services.reporting.ticks import Axis, axis_of

BAR = (170, 22)
_MARGIN = 6
PLOT = (330, 230)
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 10, 8, 42
_LOG_SPAN = 300.0
"""Curves whose largest value is this many times the smallest are drawn on a logarithmic axis."""
_LOG_X = 20.0


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
    room = width - 2 * _MARGIN

    def along(value: float) -> float:
        part = (value - ends[0]) / (ends[1] - ends[0]) if ends[1] > ends[0] else 0.5
        return round(_MARGIN + room * part, 2)

    middle = height / 2
    parts = [f'<line class="rule" x1="{_MARGIN}" x2="{width - _MARGIN}" y1="{height - 2}" y2="{height - 2}"/>']
    if math.isfinite(score.floor_low + score.floor_high):
        left, right = along(score.floor_low), along(score.floor_high)
        parts.append(f'<rect class="floor" x="{left}" y="3" width="{max(right - left, 2):g}" height="{height - 6}"/>')
    if math.isfinite(score.floor):
        x = along(score.floor)
        parts.append(f'<line class="floor-mark" x1="{x}" x2="{x}" y1="2" y2="{height - 3}"/>')
    if math.isfinite(score.low + score.high):
        left, right = along(score.low), along(score.high)
        parts.append(f'<line class="interval" x1="{left}" x2="{right}" y1="{middle:g}" y2="{middle:g}"/>')
    parts.append(f'<circle class="value" cx="{along(score.value)}" cy="{middle:g}" r="4"/>')
    kind = "bar grey" if grey else "bar"
    return (
        f'<svg class="{kind}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(words)}">{"".join(parts)}</svg>'
    )


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
    steep = bool(means) and min(means) > 0 and max(means) / min(means) >= _LOG_SPAN
    wide = steep and bool(xs) and min(xs) > 0 and max(xs) / min(xs) >= _LOG_X
    edges = [edge for band in bands for low, high in _edges(band) for edge in (low, high) if math.isfinite(edge)]
    if steep:
        edges = [edge for edge in edges if edge >= min(means) / 10]
    return Panel(axis_of(xs, logarithmic=wide, tight=True), axis_of(edges, logarithmic=steep))


def curves(real: Band | None, judged: Band, panel: Panel, words: str) -> str:
    """Draw one set's curve over that of the real set, each with its band of one standard deviation."""
    parts = [*_axes(panel, judged)]
    for band, name in ((real, "real"), (judged, "judged")):
        if band is not None:
            parts += [_ribbon(band, panel, name), _line(band, panel, name)]
    width, height = PLOT
    return (
        f'<svg class="plot" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(words)}">{"".join(parts)}</svg>'
    )


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


def _axes(panel: Panel, band: Band) -> list[str]:
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
        f'<text class="title" x="{middle:g}" y="{height - 6}" text-anchor="middle">{escape(band.x_title)}</text>'
    )
    return parts
