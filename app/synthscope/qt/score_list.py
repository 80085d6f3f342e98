"""The scores of a report card: in groups, one line for each set, with a bar; a line can be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qtpy.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from qtpy.QtGui import QColor, QFontMetrics, QPainter
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from synthscope.qt.score_bar import LEGEND, NO_SPAN, Span, draw_bar, floor_words, score_words, span_of, why_words
from synthscope.qt.theme import icon, tokens_of
from synthscope.records.evaluation import Score
from synthscope.records.metric import GROUPS

BETTER = {
    "low": "A larger value is worse: further from real.",
    "high": "A larger value is better.",
    "one": "Best near 1; larger or smaller is further from real.",
    "none": "No value is better than another; compare it with real against real.",
}
"""What a larger value means, for tooltips."""

REDRAWN = 100
"""Milliseconds between two drawings, however fast numbers come."""

_SCORE = Qt.ItemDataRole.UserRole
_SPAN = Qt.ItemDataRole.UserRole + 1
_ROW, _PAD = 26, 8
Key = tuple[str, str, str]


class ScoreList(QTreeWidget):
    """Shows a tuple of `Score`; scores of one metric share the ends of their bars.

    Signals
    -------
    chosen(Score or None)
        Another line is looked at, by mouse or keys.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scores: dict[Key, Score] = {}
        self._controls = False
        self._folded: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REDRAWN)
        self._soon.timeout.connect(self._fill)
        self.setColumnCount(1)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setItemDelegate(_Delegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName("Scores")
        self.currentItemChanged.connect(lambda item, _before: self.chosen.emit(_score_of(item)))
        self.itemClicked.connect(self._on_clicked)
        self.itemExpanded.connect(self._note_fold)
        self.itemCollapsed.connect(self._note_fold)

    def value(self) -> tuple[Score, ...]:
        """Give the scores, those of controls too."""
        return tuple(self._scores.values())

    def set_value(self, scores: Iterable[Score]) -> None:
        """Show scores in the order given."""
        self._scores = {_key(score): score for score in scores}
        self._fill()

    def add(self, score: Score) -> None:
        """Show one more score, or a newer one of its metric and set; those that come together are drawn together."""
        self._scores[_key(score)] = score
        self._soon.start()

    def show_controls(self, shown: bool) -> None:
        """Show or hide the lines of controls."""
        if shown != self._controls:
            self._controls = shown
            self._fill()

    def current(self) -> Score | None:
        """Give the score that is looked at."""
        return _score_of(self.currentItem())

    def look_at(self, metric: str, subject: str, encoder: str | None = None) -> bool:
        """Look at the line of a metric and a set (by any encoder, or that one); False where it is not shown."""
        for item in self._lines():
            score = _score_of(item)
            if score is None or encoder not in (None, score.encoder):
                continue
            if (score.metric, score.subject) == (metric, subject):
                self.setCurrentItem(item)
                self.scrollToItem(item, QAbstractItemView.ScrollHint.PositionAtCenter)
                return True
        return False

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the size asked for."""
        return QSize(320, 10 * _ROW)

    def _fill(self) -> None:
        """Make the lines anew; what was looked at and what was folded stay so."""
        self._soon.stop()
        before = self.current()
        self.blockSignals(True)
        self.clear()
        for group, title in GROUPS.items():
            scores = [score for score in self._scores.values() if score.group == group]
            shown = [score for score in scores if self._controls or score.role == "generated"]
            if shown:
                self._add_group(group, title, shown)
        self.blockSignals(False)
        if before is not None and not self.look_at(before.metric, before.subject, before.encoder):
            self.chosen.emit(None)

    def _add_group(self, group: str, title: str, scores: list[Score]) -> None:
        top = QTreeWidgetItem([title])
        top.setData(0, Qt.ItemDataRole.AccessibleTextRole, title)
        top.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        self.addTopLevelItem(top)
        several = len({score.encoder for score in scores if score.encoder}) > 1
        for metric, encoder in dict.fromkeys((score.metric, score.encoder) for score in scores):
            of_one = [score for score in scores if (score.metric, score.encoder) == (metric, encoder)]
            top.addChild(_head(of_one[0], encoder if several else ""))
            span = span_of(of_one)
            top.addChildren([_line(score, span) for score in of_one])
        top.setExpanded(group not in self._folded)
        top.setData(0, _SPAN, group)

    def _lines(self) -> list[QTreeWidgetItem]:
        tops = [self.topLevelItem(i) for i in range(self.topLevelItemCount())]
        return [top.child(i) for top in tops for i in range(top.childCount())]

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        if item.parent() is None:
            item.setExpanded(not item.isExpanded())

    def _note_fold(self, item: QTreeWidgetItem) -> None:
        group = item.data(0, _SPAN)
        (self._folded.discard if item.isExpanded() else self._folded.add)(group)


class _Delegate(QStyledItemDelegate):
    """Draws a group, the title of a metric, or the line of a score."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:  # noqa: N802 - Qt's name
        del index
        return QSize(option.rect.width(), _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view: Any = self.parent()
        tokens, score = tokens_of(view), index.data(_SCORE)
        box = QRectF(option.rect)
        painter.save()
        if not index.parent().isValid():
            self._draw_group(painter, box, index.data(), view.isExpanded(index))
        elif score is None:
            self._draw_head(painter, box.adjusted(_PAD, 0, -_PAD, 0), index.data(), index.data(_SPAN))
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(box, QColor(tokens.accent_soft))
            elif option.state & QStyle.StateFlag.State_MouseOver:
                painter.fillRect(box, QColor(tokens.raised))
            self._draw_line(painter, box, score, index.data(_SPAN) or NO_SPAN)
        painter.restore()

    def _draw_group(self, painter: QPainter, box: QRectF, words: str, opened: bool) -> None:
        tokens = tokens_of(self.parent())
        painter.fillRect(box.adjusted(0, 1, 0, -1), QColor(tokens.background))
        arrow = icon("chevron-down" if opened else "chevron-right", tokens.muted)
        arrow.paint(painter, QRectF(box.left() + 2, box.center().y() - 9, 18, 18).toRect())
        _draw_text(painter, box.adjusted(22, 0, -_PAD, 0), words, tokens.muted)

    def _draw_head(self, painter: QPainter, box: QRectF, words: str, count: str) -> None:
        tokens = tokens_of(self.parent())
        room = QFontMetrics(painter.font()).horizontalAdvance(count) + 8.0
        _draw_text(painter, QRectF(box.right() - room + 8, box.top(), room, box.height()), count, tokens.muted)
        font = painter.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        _draw_text(painter, box.adjusted(0, 0, -room - 8, 0), words, tokens.text)

    def _draw_line(self, painter: QPainter, box: QRectF, score: Score, span: Span) -> None:
        tokens = tokens_of(self.parent())
        said = tokens.disabled if score.informative is False else tokens.text
        name, rest = 0.28 * box.width(), box.width() - 2 * _PAD
        words = 0.45 * box.width()
        left = box.left() + _PAD
        _draw_text(
            painter, QRectF(left, box.top(), name - 6, box.height()), score.subject, _subject(score, said, tokens.muted)
        )
        _draw_text(painter, QRectF(left + name, box.top(), words - 6, box.height()), score_words(score), said)
        bar = QRectF(left + name + words, box.top() + 5, rest - name - words, box.height() - 10)
        draw_bar(painter, bar, score, span, tokens)


def score_tip(score: Score) -> str:
    """Say everything that is known of a score."""
    lines = [f"{score.title}, {score.subject}: {score_words(score)}", floor_words(score)]
    lines.append(f"{score.n} fields of each set" if score.n else "")
    lines.append(f"p = {score.p_value:.3g} for both sets being of one kind" if score.p_value == score.p_value else "")
    lines += [BETTER[score.better], why_words(score)]
    return "\n".join([*filter(None, lines), *score.caveats, "", LEGEND])


def _subject(score: Score, said: str, muted: str) -> str:
    return muted if score.role == "control" and score.informative is not False else said


def _head(score: Score, encoder: str) -> QTreeWidgetItem:
    words = f"{score.title} · {encoder}" if encoder else score.title
    item = QTreeWidgetItem([words])
    item.setData(0, _SPAN, f"N {score.n}" if score.n else "")
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)  # the keys go from score to score
    item.setToolTip(0, f"{words}\n{BETTER[score.better]}")
    return item


def _line(score: Score, span: Span) -> QTreeWidgetItem:
    item = QTreeWidgetItem([score.subject])
    item.setData(0, _SCORE, score)
    item.setData(0, _SPAN, span)
    item.setToolTip(0, score_tip(score))
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{score.title}, {score.subject}: {score_words(score)}")
    return item


def _draw_text(painter: QPainter, box: QRectF, words: str, colour: str) -> None:
    painter.setPen(QColor(colour))
    shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _score_of(item: QTreeWidgetItem | None) -> Score | None:
    found: Score | None = None if item is None else item.data(0, _SCORE)
    return found


def _key(score: Score) -> Key:
    return score.metric, score.encoder, score.subject
