"""A small picture of pixels at given contrast, with an outline round synthetic voxels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from synthscope.errors import InputError
from synthscope.qt.theme import tokens_of
from synthscope.records.colours import SYNTHETIC

LOW_HIGH = (0.1, 99.9)
"""Percentiles of the contrast where none is given."""

_MAGNIFIED = 2.0
"""From this magnification on pixels are drawn as squares: smoothing would invent detail."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A 2D picture to show.

    Parameters
    ----------
    pixels : ndarray (Y, X) or (Y, X, 3) or (Y, X, 4)
        Any numeric dtype, in original units.
    limits : tuple of float, optional
        Values drawn black and white; without them the 0.1 and 99.9 percentiles. Give the same
        limits to pictures that are to be compared.
    synthetic : ndarray of bool (Y, X), optional
        Outlined in the colour of synthetic voxels.
    """

    pixels: np.ndarray
    limits: tuple[float, float] | None = None
    synthetic: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Refuse what is no picture."""
        shape = self.pixels.shape
        if len(shape) != 2 and not (len(shape) == 3 and shape[2] in (3, 4)):
            raise InputError(f"A picture has shape {shape}; give (Y, X), (Y, X, 3) or (Y, X, 4).")
        if self.synthetic is not None and self.synthetic.shape != shape[:2]:
            raise InputError(f"The outline has shape {self.synthetic.shape}; give {shape[:2]}.")


def percentile_limits(pixels: np.ndarray) -> tuple[float, float]:
    """Give the 0.1 and 99.9 percentiles of the finite values; (0, 1) where there are none."""
    if pixels.dtype == np.uint8 and pixels.ndim == 3:
        return 0.0, 255.0  # colour photographs are shown as they are
    finite = pixels[np.isfinite(pixels)]
    if not finite.size:
        return 0.0, 1.0
    low, high = np.percentile(finite, LOW_HIGH)
    return float(low), float(high)


def to_bytes(pixels: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Map values to 0..255: `limits` to black and white, what is not finite to black.

    Parameters
    ----------
    pixels : ndarray
        Any shape and numeric dtype.
    limits : tuple of float
        Low and high; equal ones split the values into black (below) and white.

    Returns
    -------
    ndarray of uint8
        Of the same shape.
    """
    low, high = limits
    if pixels.dtype == np.uint8 and (low, high) == (0, 255):
        return pixels
    values = pixels.astype(np.float64)
    scaled = (values - low) / (high - low) if high > low else (values >= low).astype(np.float64)
    return np.rint(np.clip(np.nan_to_num(scaled, nan=0.0), 0.0, 1.0) * 255).astype(np.uint8)


def to_qimage(pixels: np.ndarray, limits: tuple[float, float] | None = None) -> QImage:
    """Make a Qt image of grey (Y, X) or colour (Y, X, 3 or 4) pixels; alpha is kept as it is."""
    drawn = to_bytes(pixels[..., :3] if pixels.ndim == 3 else pixels, limits or percentile_limits(pixels))
    if pixels.ndim == 2:
        return _qimage(drawn, QImage.Format.Format_Grayscale8)
    if pixels.shape[2] == 3:
        return _qimage(drawn, QImage.Format.Format_RGB888)
    whole = np.iinfo(pixels.dtype).max if np.issubdtype(pixels.dtype, np.integer) else 1.0
    alpha = to_bytes(pixels[..., 3:], (0.0, float(whole)))
    return _qimage(np.concatenate([drawn, alpha], axis=2), QImage.Format.Format_RGBA8888)


def outline(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    """Give the inner edge of a mask, drawn at another size: bool (height, width).

    Two pixels wide; the border of the picture is no edge.
    """
    rows = (np.arange(height) + 0.5) * mask.shape[0] / height
    columns = (np.arange(width) + 0.5) * mask.shape[1] / width
    scaled = mask.astype(bool)[np.ix_(rows.astype(int), columns.astype(int))]
    edge: np.ndarray = scaled & ~_shrunk(_shrunk(scaled))
    return edge


def _shrunk(mask: np.ndarray) -> np.ndarray:
    padded = np.pad(mask, 1, mode="edge")
    inner: np.ndarray = mask & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return inner


class ImageTile(QWidget):
    """Shows one `Picture`, as large as fits, never distorted."""

    def __init__(self, *, side: int = 128, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._image = QImage()
        self._side = side
        self._dimmed = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(32, 32)

    def value(self) -> Picture | None:
        """Give the picture that is shown."""
        return self._picture

    def set_value(self, picture: Picture | None) -> None:
        """Show a picture, or nothing."""
        self._picture = picture
        self._image = QImage() if picture is None else to_qimage(picture.pixels, picture.limits)
        self.update()

    def set_dimmed(self, dimmed: bool) -> None:
        """Show it faintly, as something that was put aside."""
        self._dimmed = dimmed
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the size asked for."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw picture and outline."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), QColor(tokens_of(self).raised))
        if self._picture is not None:
            painter.setOpacity(0.35 if self._dimmed else 1.0)
            self._draw(painter, self._picture)
        painter.end()

    def _draw(self, painter: QPainter, picture: Picture) -> None:
        height, width = picture.pixels.shape[:2]
        if not (height and width):
            return
        factor = min(self.width() / width, self.height() / height)
        drawn = QRectF(0, 0, width * factor, height * factor)
        drawn.moveCenter(QPointF(self.width() / 2, self.height() / 2))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, factor < _MAGNIFIED)
        painter.drawImage(drawn, self._image)
        if picture.synthetic is not None:
            ratio = self.devicePixelRatioF()
            size = (max(1, round(drawn.height() * ratio)), max(1, round(drawn.width() * ratio)))
            painter.drawImage(drawn, _outline_image(outline(picture.synthetic, *size)))


def _outline_image(edge: np.ndarray) -> QImage:
    colour = QColor(SYNTHETIC)
    drawn = np.zeros((*edge.shape, 4), np.uint8)
    drawn[edge] = (colour.red(), colour.green(), colour.blue(), 255)
    return _qimage(drawn, QImage.Format.Format_RGBA8888)


def _qimage(drawn: np.ndarray, kind: QImage.Format) -> QImage:
    drawn = np.ascontiguousarray(drawn)
    height, width = drawn.shape[:2]
    # copy(): the image must not outlive the array whose memory it looks at
    image: QImage = QImage(drawn.data, width, height, drawn.strides[0], kind).copy()
    return image


def cut_to_fill(image: QImage, size: QSize) -> QImage:
    """Scale an image so that it fills a size, and cut off what sticks out of the longer side."""
    scaled = image.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    left, top = (scaled.width() - size.width()) // 2, (scaled.height() - size.height()) // 2
    cut: QImage = scaled.copy(left, top, size.width(), size.height())
    return cut
