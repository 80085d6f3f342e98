"""Drawings of a study's report: the flow of raters, forests of intervals, curves of raters and arms."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeVar

from markupsafe import Markup

from synthscope.records.evaluation import Score
from synthscope.records.study_ratings import Curve
from synthscope.services.reporting.drawing import PLOT, Panel, axes, bar, svg
from synthscope.services.reporting.ticks import Axis, axis_of
from synthscope.services.reporting.words import count
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.tables import EstimateRow, Quantity

K = TypeVar("K", bound=Hashable)
_BOX, _GAP, _SIDE = (230, 46), 34, 300
_ROW, _NAMES, _FIELD = 26, 250, 430
_FEW = 6
SCATTERED = {
    "beside-image": "Ratings beside metrics: each image",
    "beside-pair": "Ratings beside metrics: each pair",
    "beside-arm": "Ratings beside metrics: each generator",
}
FEWEST_POINTS = 4
"""Points below which nothing is drawn beside a metric: a line through two generators says nothing."""
FEW_PANELS = 12
_UNIT_CURVES = frozenset({"roc"})
"""Curves whose axes are both from 0 to 1, with guessing on the diagonal."""


@dataclass(frozen=True)
class Figure:
    """Panels of one kind of curve."""

    title: str
    y_title: str
    panels: tuple[tuple[str, Markup], ...]

    @property
    def folded(self) -> bool:
        """Whether there are so many panels that they are shown on demand."""
        return len(self.panels) > FEW_PANELS


def flow_drawing(flow: Mapping[str, int]) -> Markup:
    """Draw how many raters were invited, left, and were analysed, in the manner of CONSORT."""
    steps, leaving = _flow_steps(flow)
    parts: list[str] = []
    width, height = _BOX
    for place, (title, many) in enumerate(steps):
        y = 8 + place * (height + _GAP)
        parts += _box(8, y, width, (title, str(many)))
        if place + 1 < len(steps):
            middle = 8 + width // 2
            parts.append(f'<path class="arrow" d="M{middle} {y + height}v{_GAP}m-4 -7l4 7l4 -7"/>')
            lost = leaving[place]
            if lost:
                at = y + height + _GAP // 2
                parts.append(f'<path class="arrow" d="M{middle} {at}H{8 + width + 40}m-7 -4l7 4l-7 4"/>')
                parts += _box(8 + width + 40, at - 13, _SIDE, ("; ".join(lost), ""))
    whole = (8 + width + 40 + _SIDE + 8, 16 + len(steps) * (height + _GAP) - _GAP)
    words = "Flow of raters: " + ", ".join(f"{title.lower()} {many}" for title, many in steps)
    return Markup(svg("flow", whole, words, parts))  # noqa: S704 - drawn and escaped by us


def _flow_steps(flow: Mapping[str, int]) -> tuple[list[tuple[str, int]], list[list[str]]]:
    """Give the boxes of the column, and who leaves below each."""
    wanted = (("invited", "Raters planned"), ("started", "Started"), ("analysed", "Analysed"))
    steps = [(title, flow[name]) for name, title in wanted if name in flow]
    unstarted = flow.get("invited", 0) - flow.get("started", 0)
    first = [f"{unstarted} did not start"] if unstarted > 0 and "started" in flow else []
    gone = (("withdrawn", f"withdrew{_erased(flow)}"), ("excluded", "left out on blinded answers"))
    second = [f"{flow[name]} {words}" for name, words in gone if flow.get(name)]
    leaving = [first, second] if "started" in flow and "invited" in flow else [second, []]
    return steps, leaving


def _erased(flow: Mapping[str, int]) -> str:
    count = flow.get("erased", 0)
    return f" ({count} erased)" if count else ""


def _box(x: int, y: int, width: int, lines: tuple[str, str]) -> Iterator[str]:
    height = _BOX[1] if lines[1] else 26
    yield f'<rect class="box" x="{x}" y="{y}" width="{width}" height="{height}" rx="4"/>'
    middle = x + width / 2
    yield f'<text x="{middle:g}" y="{y + 18}" text-anchor="middle">{escape(lines[0])}</text>'
    if lines[1]:
        yield f'<text class="many" x="{middle:g}" y="{y + 37}" text-anchor="middle">{escape(lines[1])}</text>'


def row_drawing(row: EstimateRow) -> Markup:
    """Draw an estimate with its interval, and a tick where guessing lies."""
    one = row.estimate
    if row.ends[0] == row.ends[1]:
        return Markup("")  # a single number with nothing to hold it against
    score = Score(one.name, one.title, row.subject, "sets", one.value, one.low, one.high, one.n, row.null)
    words = f"{one.title} of {row.subject or 'all'}: {row.value}, interval {row.interval}"
    return Markup(bar(score, row.ends, words=words))  # noqa: S704 - drawn and escaped by us


def forest(quantity: Quantity) -> Markup:
    """Draw all intervals of a quantity below each other, with a line where guessing lies."""
    rows = [row for row in quantity.rows if math.isfinite(row.estimate.value)]
    if not rows:
        return Markup("")
    known = [edge for row in rows for edge in (row.estimate.value, row.estimate.low, row.estimate.high, row.null)]
    axis = axis_of([value for value in known if math.isfinite(value)])

    def across(value: float) -> float:
        return round(_NAMES + _FIELD * min(max(axis.part(value), 0.0), 1.0), 1)

    bottom = 6 + _ROW * len(rows)
    parts = [f'<line class="frame" x1="{_NAMES}" x2="{_NAMES + _FIELD}" y1="{bottom}" y2="{bottom}"/>']
    for value, label in axis.ticks:
        parts.append(f'<line class="grid" x1="{across(value)}" x2="{across(value)}" y1="2" y2="{bottom}"/>')
        parts.append(f'<text x="{across(value)}" y="{bottom + 17}" text-anchor="middle">{label}</text>')
    if math.isfinite(rows[0].null):
        x = across(rows[0].null)
        parts.append(f'<line class="null" x1="{x}" x2="{x}" y1="2" y2="{bottom}"/>')
    for place, row in enumerate(rows):
        parts += _forest_row(row, 6 + _ROW * place + _ROW // 2, across)
    size = (_NAMES + _FIELD + 150, bottom + 24)
    return Markup(svg("plot forest", size, f"{quantity.title}, by arm with intervals", parts))  # noqa: S704 - ours


def _forest_row(row: EstimateRow, y: int, across: Callable[[float], float]) -> Iterator[str]:
    one, name = row.estimate, escape(_short(row.subject or "all"))
    yield f'<text class="name" x="{_NAMES - 10}" y="{y + 4}" text-anchor="end">{name}</text>'
    if math.isfinite(one.low + one.high):
        yield f'<line class="interval" x1="{across(one.low)}" x2="{across(one.high)}" y1="{y}" y2="{y}"/>'
    yield f'<circle class="value" cx="{across(one.value)}" cy="{y}" r="4.5"/>'
    yield f'<text class="name" x="{_NAMES + _FIELD + 10}" y="{y + 4}">{escape(row.value)}</text>'


def figures(report: StudyReport) -> tuple[Figure, ...]:
    """Draw all curves: a panel for each arm, in it one line for each rater, where curves are of both.

    Ratings beside metrics are points, a panel for each metric.
    """
    found = []
    lines = [one for one in report.curves if one.name not in SCATTERED]
    for (name, title, y_title), curves in _grouped(lines, lambda one: (one.name, one.title, one.y_title)):
        own = [one for one in curves if any(math.isfinite(x + y) for x, y in zip(one.x, one.y, strict=True))]
        if own:
            panel = _panel(name, own)
            panels = tuple(
                (report.named(arm) or "all", _lines(name, title, report.named(arm), panel, list(mine)))
                for arm, mine in _grouped(own, _arm_of)
            )
            found.append(Figure(title, y_title, panels))
    for name, title in SCATTERED.items():
        own = [one for one in report.curves if one.name == name and len(one.x) >= FEWEST_POINTS]
        panels = tuple((one.x_title or one.title, scatter(one)) for one in own)
        if panels:
            found.append(Figure(title, "mean rating upwards, the metric that is named to the right", panels))
    return tuple(found)


def scatter(curve: Curve) -> Markup:
    """Draw points; where its subject names as many things by commas, each has its name beside it."""
    points = [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(x + y)]
    panel = Panel(axis_of([x for x, _ in points]), axis_of([y for _, y in points]))
    names = curve.subject.split(", ")
    parts = axes(panel, "")
    for place, (x, y) in enumerate(points):
        parts.append(f'<circle class="point" cx="{panel.across(x)}" cy="{panel.up(y)}" r="3"/>')
        if len(names) == len(points) == len(curve.x):
            left = panel.x.part(x) > 0.6
            at, end = (panel.across(x) - 6, "end") if left else (panel.across(x) + 6, "start")
            name = escape(_short(names[place], 18))
            parts.append(f'<text x="{at:g}" y="{panel.up(y) - 5:g}" text-anchor="{end}">{name}</text>')
    return Markup(svg("plot", PLOT, f"{curve.title}, {count(len(points), 'point')}", parts))  # noqa: S704 - ours


def _arm_of(curve: Curve) -> str:
    """Give the arm of "arm, rater"; a subject of one word is itself."""
    arm, _, rater = curve.subject.rpartition(", ")
    return arm or rater


def _grouped(curves: Iterable[Curve], key: Callable[[Curve], K]) -> list[tuple[K, list[Curve]]]:
    found: dict[K, list[Curve]] = {}
    for one in curves:
        found.setdefault(key(one), []).append(one)
    return list(found.items())


def _panel(name: str, curves: Sequence[Curve]) -> Panel:
    if name in _UNIT_CURVES:
        return Panel(axis_of([0.0, 1.0]), axis_of([0.0, 1.0]))
    xs = [x for one in curves for x in one.x if math.isfinite(x)]
    ys = [y for one in curves for y in (*one.y, *one.low, *one.high) if math.isfinite(y)]
    return Panel(_few(sorted(set(xs))) or axis_of(xs, tight=True), axis_of(ys))


def _few(xs: Sequence[float]) -> Axis | None:
    """Give an axis for a few whole numbers, such as thirds or numbers of raters: each has its tick, and room."""
    if not 1 < len(xs) <= _FEW or any(x != round(x) for x in xs):
        return None
    room = (xs[-1] - xs[0]) * 0.08
    return Axis(xs[0] - room, xs[-1] + room, False, tuple((x, f"{x:g}") for x in xs))


def _lines(name: str, title: str, arm: str, panel: Panel, curves: Sequence[Curve]) -> Markup:
    parts = axes(panel, curves[0].x_title)
    if name in _UNIT_CURVES:
        ends = (panel.across(0), panel.up(0), panel.across(1), panel.up(1))
        parts.append('<line class="null" x1="{}" y1="{}" x2="{}" y2="{}"/>'.format(*ends))
    many = len(curves) > 1
    for curve in curves:
        parts += _curve(curve, panel, "reader" if many else "judged")
    words = f"{title} of {arm or 'all'}" + (f", {count(len(curves), 'line')}" if many else "")
    return Markup(svg("plot", PLOT, words, parts))  # noqa: S704 - drawn and escaped by us


def _curve(curve: Curve, panel: Panel, kind: str) -> Iterator[str]:
    points = [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(x + y)]
    if len(curve.low) == len(curve.high) == len(curve.x):
        for x, low, high in zip(curve.x, curve.low, curve.high, strict=True):
            if math.isfinite(x + low + high):
                at = panel.across(x)
                yield f'<line class="{kind} whisker" x1="{at}" x2="{at}" y1="{panel.up(low)}" y2="{panel.up(high)}"/>'
    drawn = "L".join(f"{panel.across(x)} {panel.up(y)}" for x, y in points)
    yield f'<path class="{kind} curve" d="M{drawn}"><title>{escape(curve.subject)}</title></path>'
    if kind == "judged" and len(points) <= 12:
        yield from (f'<circle class="value" cx="{panel.across(x)}" cy="{panel.up(y)}" r="3.5"/>' for x, y in points)


def _short(text: str, longest: int = 34) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
