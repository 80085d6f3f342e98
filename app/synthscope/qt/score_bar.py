"""A score as a small bar: its value, its interval, and the same number for real against real."""

from __future__ import annotations

import math
from collections.abc import Iterable

from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from qtpy.QtWidgets import QSizePolicy, QWidget

from synthscope.qt.theme import Tokens, tokens_of
from synthscope.records.evaluation import Score

Span = tuple[float, float]
NO_SPAN: Span = (0.0, 0.0)
LEGEND = "dot: the value; band: its 95 % interval; line: real against real, shaded where it may lie"
SILENT = "Not informative here"
_TIP = 5.0
_PATH = 2.0


def span_of(scores: Iterable[Score]) -> Span:
    """Give the ends of the bars of scores that are compared; equal where nothing can be drawn.

    Controls do not widen it: one of them may lie a thousand times as far as what is judged.
    """
    judged = tuple(scores)
    judged = tuple(score for score in judged if score.role == "generated") or judged
    known = [number for score in judged for number in _numbers(score) if math.isfinite(number)]
    if len(set(known)) < 2:
        return NO_SPAN
    low, high = min(known), max(known)
    room = 0.1 * (high - low)
    return low - room, high + room


def draw_bar(painter: QPainter, box: QRectF, score: Score, span: Span, tokens: Tokens) -> None:
    """Draw a score into a box; what lies beyond the span is an arrow at its end."""
    low, high = span
    if high <= low or not math.isfinite(score.value):
        return
    grey = score.informative is False
    colour = QColor(tokens.disabled if grey else tokens.muted if score.role == "control" else tokens.accent)
    middle = box.center().y()

    def at(value: float) -> float:
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return float(box.left() + _TIP + share * (box.width() - 2 * _TIP))

    def band(first: float, last: float, height: float, fill: QColor) -> None:
        if math.isfinite(first) and math.isfinite(last):
            painter.setBrush(fill)
            place = QRectF(at(first), middle - height / 2, max(_PATH, at(last) - at(first)), height)
            painter.drawRoundedRect(place, 2, 2)

    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.raised))
    painter.drawRoundedRect(QRectF(box.left(), middle - _PATH / 2, box.width(), _PATH), 1, 1)
    band(score.floor_low, score.floor_high, box.height(), _faint(tokens.text, 0.18))
    band(score.low, score.high, 8, _faint(colour.name(), 0.4))
    if math.isfinite(score.floor):
        painter.setBrush(QColor(tokens.disabled if grey else tokens.text))
        painter.drawRect(QRectF(at(score.floor) - 1, box.top(), 2, box.height()))
    painter.setBrush(colour)
    _draw_value(painter, QPointF(at(score.value), middle), (score.value > high) - (score.value < low))
    painter.restore()


class ScoreBar(QWidget):
    """Shows one score as a bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score: Score | None = None
        self._span = NO_SPAN
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(LEGEND)

    def value(self) -> Score | None:
        """Give the score that is shown."""
        return self._score

    def set_value(self, score: Score | None, span: Span = NO_SPAN) -> None:
        """Show a score, or nothing; without a span it is drawn over its own."""
        self._score = score
        self._span = span if span != NO_SPAN or score is None else span_of((score,))
        self.setAccessibleName("" if score is None else f"{score.title}: {score_words(score)}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the size asked for."""
        return QSize(120, 20)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the bar."""
        del event
        if self._score is not None:
            painter = QPainter(self)
            draw_bar(painter, QRectF(self.rect()).adjusted(0, 3, 0, -3), self._score, self._span, tokens_of(self))
            painter.end()


def score_words(score: Score) -> str:
    """Write value and interval with digits that mean something: ``1.02 [0.97, 1.08] µm``."""
    if not math.isfinite(score.value):
        return "cannot be told"
    unit = f" {score.unit}" if score.unit else ""
    known = math.isfinite(score.low) and math.isfinite(score.high)
    interval = f" [{_number(score.low)}, {_number(score.high)}]" if known else ""
    return f"{_number(score.value)}{interval}{unit}"


def why_words(score: Score) -> str:
    """Say whether a number is informative on these data, and why; empty where that was not tried."""
    if score.informative is False and not score.why.startswith(SILENT):
        return f"{SILENT}: {score.why}" if score.why else f"{SILENT}."
    return "" if score.informative is None else score.why


def floor_words(score: Score) -> str:
    """Say what real against real gets: ``real against real 0.4 [0.1, 0.9]``; empty where it is not known."""
    if not math.isfinite(score.floor):
        return ""
    known = math.isfinite(score.floor_low) and math.isfinite(score.floor_high)
    interval = f" [{_number(score.floor_low)}, {_number(score.floor_high)}]" if known else ""
    return f"real against real {_number(score.floor)}{interval}"


def _numbers(score: Score) -> tuple[float, ...]:
    return (score.value, score.low, score.high, score.floor, score.floor_low, score.floor_high)


def _number(value: float) -> str:
    """Write three digits; a minus that stands before nothing is left out."""
    return f"{value:.3g}".replace("-0", "0") if value == 0 else f"{value:.3g}"


def _faint(colour: str, alpha: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made


def _draw_value(painter: QPainter, place: QPointF, beyond: int) -> None:
    """Draw a dot, or an arrow towards what lies beyond the end."""
    if not beyond:
        painter.drawEllipse(place, _TIP - 0.5, _TIP - 0.5)
        return
    x, y = place.x(), place.y()
    painter.drawPolygon(
        QPolygonF([QPointF(x + beyond * _TIP, y), QPointF(x - beyond * 3, y - 6), QPointF(x - beyond * 3, y + 6)])
    )
