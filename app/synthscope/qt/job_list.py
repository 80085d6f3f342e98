"""The jobs: one line when quiet, a list with progress, picture and cancel when open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qtpy.QtCore import QEvent, Qt, Signal
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget
from superqt import QElidingLabel

from synthscope.qt.buttons import IconButton, TextButton
from synthscope.qt.job_card import JobCard, JobRow, status_words
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.progress_bar import ProgressBar
from synthscope.qt.theme import icon, set_role, tokens_of

__all__ = ["JobList", "JobRow"]


class JobList(QWidget):
    """Shows a tuple of `JobRow`, in the order in which they will be done.

    The rows change only by `set_value`. Interrupted jobs bring up a strip that offers to resume or
    discard them all; it blocks nothing.

    Signals
    -------
    value_changed(tuple)
        Other rows are shown.
    opened_changed(bool)
        The list was opened or closed.
    cancelled(str), retried(str), shown(str), dismissed(str)
        A button of a job was pressed.
    moved(str, int)
        A waiting job is to go up (-1) or down (+1).
    resumed(tuple), discarded(tuple)
        The ids of interrupted jobs to take up again or to give up.
    """

    value_changed = Signal(object)
    opened_changed = Signal(bool)
    cancelled = Signal(str)
    retried = Signal(str)
    shown = Signal(str)
    dismissed = Signal(str)
    moved = Signal(str, int)
    resumed = Signal(object)
    discarded = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: dict[str, JobCard] = {}
        # create
        self._line = _JobLine()
        self._strip = _InterruptedStrip()
        self._scroll = QScrollArea()
        self._body = QVBoxLayout()
        self._empty = WrappingLabel("Work that runs shows here, with its picture and the time left.", role="muted")
        # lay out
        self._lay_out()
        # connect
        self._line.pressed.connect(lambda: self.set_open(not self.is_open()))
        self._line.cancel.clicked.connect(self._cancel_running)
        self._strip.resume.clicked.connect(lambda: self.resumed.emit(self._interrupted()))
        self._strip.discard.clicked.connect(lambda: self.discarded.emit(self._interrupted()))
        self.set_value(())
        self.set_open(False)

    def value(self) -> tuple[JobRow, ...]:
        """Give the rows that are shown."""
        return tuple(card.value() for card in self._cards.values())

    def set_value(self, rows: Iterable[JobRow]) -> None:
        """Show rows; a job that stays keeps its open *Details*."""
        shown = tuple(rows)
        for gone in set(self._cards) - {row.id for row in shown}:
            card = self._cards.pop(gone)
            self._body.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        self._cards = {row.id: self._card_of(row) for row in shown}
        for place, card in enumerate(self._cards.values()):
            if self._body.indexOf(card) != place:
                self._body.insertWidget(place, card)
        waiting = [row.id for row in shown if row.state == "waiting"]
        for name in waiting:
            self._cards[name].set_place(first=name == waiting[0], last=name == waiting[-1])
        self._empty.setVisible(not shown)
        self._line.set_value(shown)
        self._strip.set_count(len(self._interrupted()))
        self.value_changed.emit(shown)

    def update_row(self, row: JobRow) -> None:
        """Show one job anew (or at the end, if it was not there)."""
        rows = {**{old.id: old for old in self.value()}, row.id: row}
        self.set_value(rows.values())

    def is_open(self) -> bool:
        """Whether the list shows."""
        hidden: bool = self._scroll.isHidden()
        return not hidden

    def set_open(self, opened: bool) -> None:
        """Show the list, or only the line."""
        changed = opened != self.is_open()
        self._scroll.setVisible(opened)
        self._line.set_open(opened)
        if changed:
            self.opened_changed.emit(opened)

    def _interrupted(self) -> tuple[str, ...]:
        return tuple(row.id for row in self.value() if row.state == "interrupted")

    def _cancel_running(self) -> None:
        for row in self.value():
            if row.state == "running":
                self.cancelled.emit(row.id)

    def _card_of(self, row: JobRow) -> JobCard:
        if row.id in self._cards:
            if self._cards[row.id].value() is not row:
                self._cards[row.id].set_value(row)
            return self._cards[row.id]
        card = JobCard(row)
        card.acted.connect(self._act)
        return card

    def _act(self, act: str, job: str) -> None:
        signals = {
            "cancel": self.cancelled,
            "retry": self.retried,
            "open": self.shown,
            "dismiss": self.dismissed,
        }
        if act in signals:
            signals[act].emit(job)
        elif act in ("up", "down"):
            self.moved.emit(job, -1 if act == "up" else 1)
        else:
            (self.resumed if act == "resume" else self.discarded).emit((job,))

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(0)
        self._body.setSpacing(8)
        column.addWidget(self._empty)
        column.addLayout(self._body)
        column.addStretch()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setMinimumHeight(96)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._line)
        layout.addWidget(self._strip)
        layout.addWidget(self._scroll, 1)


class _JobLine(QWidget):
    """The one line: what runs, how far it is, how many wait."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        # create
        self._icon = QLabel()
        self._text = QElidingLabel()
        self._bar = ProgressBar()
        self.cancel = IconButton("close", "Cancel what runs; what was finished is kept")
        self._fold = IconButton("chevron-up", "Show the jobs", keys="Ctrl+J")
        self._running = False
        # lay out
        self._bar.setFixedWidth(120)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.setFixedHeight(36)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self.cancel)
        layout.addWidget(self._fold)
        # connect
        self._fold.clicked.connect(self.pressed)

    def set_value(self, rows: tuple[JobRow, ...]) -> None:
        running = next((row for row in rows if row.state == "running"), None)
        self._running = running is not None
        self._bar.setVisible(self._running)
        self.cancel.setVisible(self._running)
        summary = _summary(rows, running)
        self._text.setText(summary)
        self._text.setToolTip(summary)
        set_role(self._text, "" if self._running else "muted")
        if running is not None:
            self._bar.set_fraction(running.fraction)
        self._draw_icon()

    def set_open(self, opened: bool) -> None:
        self._fold.set_icon("chevron-down" if opened else "chevron-up")
        self._fold.set_words("Hide the jobs" if opened else "Show the jobs", "Ctrl+J")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._draw_icon()

    def _draw_icon(self) -> None:
        tokens = tokens_of(self)
        name, colour = ("cog", tokens.accent) if self._running else ("check", tokens.muted)
        self._icon.setPixmap(icon(name, colour).pixmap(18, 18))


class _InterruptedStrip(QFrame):
    """What to do with the work that an earlier end of the program cut short."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "sentence")
        self.setProperty("level", "warning")
        # create
        self._text = WrappingLabel()
        self.resume = TextButton("Resume", name="play", tip="Take the work up where it stopped")
        self.discard = TextButton("Discard", role="quiet", tip="Give it up; what was finished is kept")
        # lay out
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.discard)
        layout.addWidget(self.resume)

    def set_count(self, count: int) -> None:
        self.setVisible(count > 0)
        what = "A job was" if count == 1 else f"{count} jobs were"
        self._text.setText(f"{what} interrupted when the program ended; what was finished is kept.")


def _summary(rows: tuple[JobRow, ...], running: JobRow | None) -> str:
    counts: Counter[str] = Counter(row.state for row in rows)
    parts = []
    if running is not None:
        parts.append(f"{running.title}: {status_words(running)}")
    parts += [
        f"{counts[state]} {words}"
        for state, words in (("waiting", "waiting"), ("failed", "failed"), ("interrupted", "interrupted"))
        if counts[state]
    ]
    if not parts:
        return f"No jobs running · {counts['done']} done" if counts["done"] else "No jobs running"
    return " · ".join(parts)
