"""The check of the display on the screen: a card to hold against it, a ramp of greys, patches to be found."""

from __future__ import annotations

import random

from qtpy.QtCore import QPointF, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QScreen
from qtpy.QtWidgets import QWidget

from synthscope.qt.rating.canvas import SURROUND
from synthscope.services.rating.display import CARD_MM, DARK, LIGHT, RAMP, DisplayCheck, ScreenFacts, Side

_SIDES: dict[int, Side] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_0: "",
}
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 10, Qt.Key.Key_Down: -10}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TOWARDS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_WORDS = {
    "seat": "Sit as you will sit in the study. Turn off night light.\n\nEnter: check the display",
    "card": (
        "Hold a bank card against the screen, its left edge on that of the frame.\n"
        "Arrow keys or the mouse: make the frame as wide as the card\nEnter: it is as wide   0: no card"
    ),
    "distance": "Are your eyes {distance} cm from the screen?\nArrow keys: nearer or farther   Enter: yes",
    "ramp": "Does each of these 18 greys differ from the next?\nY: yes   N: no",
    "dark": "Where in the dark field is a square that is less dark?\nArrow keys: where   0: I see none",
    "light": "Where in the light field is a square that is less light?\nArrow keys: where   0: I see none",
}
STAGES = tuple(_WORDS.values())
"""Everything that is asked."""


class DisplayChecker(QWidget):
    """Paints the stage of a check and takes its keys."""

    changed = Signal()
    """When the mouse changed something."""

    def __init__(self, check: DisplayCheck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = check
        self.setMinimumSize(64, 64)

    @property
    def is_over(self) -> bool:
        """Whether everything was told."""
        return self.check.stage == "told"

    def words(self) -> str:
        """Say what is asked; in the end, what may spoil what is seen."""
        if not self.is_over:
            return _WORDS[self.check.stage].format(distance=self.check.distance)
        warnings = self.check.warnings()
        said = "\n".join(warnings) or "The display is as it should be."
        return f"{said}\n\nEnter: begin{'   B: check again' if warnings else ''}"

    def take(self, key: int) -> None:
        """Do what a key means at this stage."""
        check, stage = self.check, self.check.stage
        if stage == "seat" and key in _ENTER:
            check.sit(facts_of(self.screen()))
        elif stage == "card":
            self._take_card(key)
        elif stage == "distance":
            self._take_distance(key)
        elif stage == "ramp" and key in (Qt.Key.Key_Y, Qt.Key.Key_N):
            check.tell_steps(all_of_them=key == Qt.Key.Key_Y)
        elif stage in ("dark", "light") and key in _SIDES:
            check.tell_patch(_SIDES[key])
        elif stage == "told" and key == Qt.Key.Key_B and check.warnings():
            check.again()
        self.update()

    def _take_card(self, key: int) -> None:
        if key in _STEPS:
            self.check.widen(_STEPS[key])
        elif key in (*_ENTER, Qt.Key.Key_0):
            self.check.take_card(held=key != Qt.Key.Key_0)

    def _take_distance(self, key: int) -> None:
        if key in _STEPS:
            self.check.move_back(_STEPS[key])
        elif key in _ENTER:
            self.check.go_on()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Put the right edge of the card under the mouse."""
        if self.check.stage == "card":
            self.check.widen(event.position().x() - self.card().right())
            self.update()
            self.changed.emit()

    mouseMoveEvent = mousePressEvent  # noqa: N815 - Qt's name; it comes only while a button is held

    def card(self) -> QRectF:
        """Give the frame that is to be as large as a card; its left edge stays where it is."""
        high = self.check.card * CARD_MM[1] / CARD_MM[0]
        return QRectF(self.width() / 4, (self.height() - high) / 2, self.check.card, high)

    def field(self) -> QRectF:
        """Give the field in which a patch lies."""
        side = min(self.width(), self.height()) / 2
        return QRectF((self.width() - side) / 2, self.height() * 0.4, side, side)

    def patch(self) -> QRectF:
        """Give where the patch of the stage lies."""
        across, down = _TOWARDS[self.check.patches[self.check.stage == "light"]]
        field = self.field()
        side = field.width() / 8
        middle = field.center() + QPointF(across, down) * field.width() / 4
        return QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the card, or the greys."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), SURROUND)
        stage = self.check.stage
        if stage == "card":
            painter.setPen(QPen(Qt.GlobalColor.black, 2))
            painter.drawRoundedRect(self.card(), 12, 12)
        if stage in ("ramp", "dark", "light"):
            self._paint_ramp(painter)
        if stage in ("dark", "light"):
            around, inside = DARK if stage == "dark" else LIGHT
            painter.fillRect(self.field(), QColor(around, around, around))
            painter.fillRect(self.patch(), QColor(inside, inside, inside))
        painter.end()

    def _paint_ramp(self, painter: QPainter) -> None:
        wide = self.width() / len(RAMP)
        for step, grey in enumerate(RAMP):
            painter.fillRect(QRectF(step * wide, 0, wide, self.height() * 0.3), QColor(grey, grey, grey))


def facts_of(screen: QScreen) -> ScreenFacts:
    """Give what the system says of a screen."""
    size, said = screen.size(), screen.physicalSize()
    return ScreenFacts(
        (size.width(), size.height()), float(screen.devicePixelRatio()), max(0.0, float(screen.refreshRate())),
        (max(0.0, said.width()), max(0.0, said.height())),
    )  # fmt: skip


def anywhere() -> tuple[Side, Side]:
    """Draw where the patches lie; nobody needs to make it again, for it is kept."""
    sides: list[Side] = ["left", "right", "up", "down"]
    return random.choice(sides), random.choice(sides)  # noqa: S311 - no secret
