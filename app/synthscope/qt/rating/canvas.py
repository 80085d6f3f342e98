"""The pictures of a trial side by side on neutral grey, all at one zoom and one slice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from qtpy.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from qtpy.QtGui import QColor, QImage, QPainter, QPaintEvent, QWheelEvent
from qtpy.QtWidgets import QWidget

from synthscope.errors import InputError
from synthscope.qt.image_tile import to_qimage
from synthscope.qt.rating.grid import GAP, grid_of
from synthscope.qt.rating.mask import mask_image
from synthscope.qt.rating.painting import paint_cross, paint_mark
from synthscope.records.study_events import Mark

SURROUND = QColor(119, 119, 119)
"""Neutral grey of L* 50 (sRGB 119), the same round every picture and in place of every picture between trials."""

_STEP = 2**0.5
_WHOLE = (0.0, 255.0)


class RatingCanvas(QWidget):
    """Shows the pictures of one trial; hidden ones leave nothing but the surround.

    Parameters
    ----------
    zoom : float
        Largest magnification, from 1 on; each trial begins at 1.
    """

    drawn = Signal()
    """Once for each trial, when its pictures have gone to the screen."""
    gone = Signal()
    """When what hides them for good has gone to the screen."""
    moved = Signal(int, float, int)
    """Slice (from 0), zoom, and the picture in front (from 0; -1 side by side), when a rater changed one of them."""

    def __init__(self, *, zoom: float = 1.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = zoom
        self._pictures: tuple[np.ndarray, ...] = ()
        self._images: tuple[QImage, ...] = ()
        self._zoom = 1.0
        self._slice = 0
        self._awaited: Literal["", "drawn", "gone"] = ""
        self._cover: Literal["", "grey", "mask"] = ""
        self._front: int | None = None
        self._reference = False
        self._marks: tuple[Mark, ...] = ()
        self._cross: tuple[int, tuple[float, float]] | None = None
        self._sent = QTimer(self)
        self._sent.setSingleShot(True)
        self._sent.timeout.connect(self._say)
        self.setMinimumSize(64, 64)

    @property
    def zoom(self) -> float:
        """Magnification, the same for all places."""
        return self._zoom

    @property
    def slice(self) -> int:
        """Slice that is shown, from 0, the same for all places."""
        return self._slice

    def show_pictures(
        self, pictures: Sequence[np.ndarray], *, reference: bool = False, flicker: bool = False
    ) -> None:
        """Show pictures from left to right, at zoom 1 and their middle slice.

        Parameters
        ----------
        pictures : sequence of ndarray of uint8 (Z, Y, X, C)
            All of one shape; C is 1 or 3.
        reference : bool
            Whether the first is named *Reference*.
        flicker : bool
            Whether all lie in one place, the first in sight, until `flick` brings the next.

        Raises
        ------
        InputError
            If their shapes or types differ from that.
        """
        shapes = {picture.shape for picture in pictures}
        right = all(len(shape) == 4 and shape[3] in (1, 3) for shape in shapes)
        if len(shapes) != 1 or not right or any(picture.dtype != np.uint8 for picture in pictures):
            raise InputError(f"The pictures have shapes {sorted(shapes)}; give uint8 (Z, Y, X, 1 or 3) of one shape.")
        self._pictures, self._zoom = tuple(pictures), 1.0
        self._slice, self._awaited = pictures[0].shape[0] // 2, "drawn"
        self._reference, self._front = reference, 0 if flicker else None
        self._cover, self._marks, self._cross = "", (), None
        self._take_slice()

    def hide_pictures(self) -> None:
        """Show the surround alone."""
        self._pictures, self._images, self._awaited = (), (), ""
        self.update()

    def cover(self, covered: bool) -> None:
        """Show the surround in place of the pictures, or show them again as they were."""
        self._cover = "grey" if covered else ""
        self.update()

    def end_sight(self, *, masked: bool) -> None:
        """Hide the pictures at once, behind a pattern or the surround, and say when that has gone to the screen."""
        self._cover, self._awaited = "mask" if masked else "grey", "gone"
        self.repaint()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Draw other marks on the pictures; their places count from the first that is no reference."""
        self._marks = tuple(marks)
        self.update()

    def set_cross(self, place: int, at: tuple[float, float]) -> None:
        """Draw the cross of the keyboard in a place, counted as for marks, at a voxel (y, x)."""
        self._cross = (place, at)
        self.update()

    @property
    def answerable(self) -> int:
        """How many places are no reference."""
        return max(0, len(self._images) - self._reference)

    @property
    def seen(self) -> QRectF:
        """Voxels that are in sight at this zoom, the same in all places; nothing without pictures."""
        return self._seen(self._images[0]) if self._images else QRectF()

    def flick(self) -> None:
        """Bring the next of pictures that lie in one place."""
        if self._front is not None and self._images:
            self._front = (self._front + 1) % len(self._images)
            self.update()
            self._tell()

    def zoom_by(self, steps: int) -> None:
        """Magnify by steps of the square root of 2, from 1 to the largest."""
        self._move(self._slice, min(max(self._zoom * _STEP**steps, 1.0), self._most))

    def step(self, slices: int) -> None:
        """Go some slices on, or back."""
        if self._pictures:
            last = self._pictures[0].shape[0] - 1
            self._move(min(max(self._slice + slices, 0), last), self._zoom)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Go one slice on or back."""
        self.step(-1 if event.angleDelta().y() > 0 else 1)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw surround and pictures, and say once that they were drawn."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), SURROUND)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, place in enumerate(self.places()):
            if not self._cover and self._front in (None, number):
                self._paint_place(painter, number, place)
            elif self._cover == "mask":
                painter.drawImage(place, mask_image())
        painter.end()
        if self._awaited == ("gone" if self._cover else "drawn") and self._images:
            self._sent.start(0)  # after what was painted has left for the screen

    def places(self) -> tuple[QRectF, ...]:
        """Give the square of each picture, from left to right and row by row."""
        if not self._images:
            return ()
        count = len(self._images) if self._front is None else 1
        found = grid_of(count, self._images[0].width() / self._images[0].height(), self.size())
        return found if self._front is None else found * len(self._images)

    def place_at(self, x: float, y: float) -> int | None:
        """Tell which picture lies at a point of the canvas; None for the surround."""
        found = next((n for n, place in enumerate(self.places()) if place.contains(x, y)), None)
        return None if found is None or self._cover else found if self._front is None else self._front

    def voxel_at(self, x: float, y: float) -> tuple[int, tuple[float, float]] | None:
        """Tell which place (from the first that is no reference) and voxel (y, x) lie there; None for neither."""
        number = self.place_at(x, y)
        if number is None or number < self._reference:
            return None
        place, seen = self.places()[number], self._seen(self._images[number])
        across = seen.left() + (x - place.left()) / place.width() * seen.width()
        down = seen.top() + (y - place.top()) / place.height() * seen.height()
        return number - self._reference, (down, across)

    def _say(self) -> None:
        said, self._awaited = self._awaited, ""
        if said:
            (self.drawn if said == "drawn" else self.gone).emit()

    def _paint_place(self, painter: QPainter, number: int, place: QRectF) -> None:
        image = self._images[number]
        seen = self._seen(image)
        painter.drawImage(place, image, seen)
        if self._reference and number == 0:
            painter.setPen(Qt.GlobalColor.black)
            painter.drawText(place.adjusted(0, -GAP, 0, -place.height()), Qt.AlignmentFlag.AlignCenter, "Reference")
        painter.save()
        painter.setClipRect(place)
        painter.translate(place.topLeft())
        scale = place.width() / seen.width()
        for mark in self._marks:
            if (mark.place, mark.slice) == (number - self._reference, self._slice):
                paint_mark(painter, mark, [QPointF(x - seen.left(), y - seen.top()) * scale for y, x in mark.points])
        if self._cross and self._cross[0] == number - self._reference:
            y, x = self._cross[1]
            paint_cross(painter, QPointF(x - seen.left(), y - seen.top()) * scale)
        painter.restore()

    def _seen(self, image: QImage) -> QRectF:
        wide, tall = image.width() / self._zoom, image.height() / self._zoom
        return QRectF((image.width() - wide) / 2, (image.height() - tall) / 2, wide, tall)

    def _move(self, slice_: int, zoom: float) -> None:
        if self._pictures and (slice_, zoom) != (self._slice, self._zoom):
            self._slice, self._zoom = slice_, zoom
            self._take_slice()
            self._tell()

    def _tell(self) -> None:
        self.moved.emit(self._slice, self._zoom, -1 if self._front is None else self._front)

    def _take_slice(self) -> None:
        planes = [picture[self._slice] for picture in self._pictures]
        self._images = tuple(to_qimage(plane[..., 0] if plane.shape[2] == 1 else plane, _WHOLE) for plane in planes)
        self.update()
