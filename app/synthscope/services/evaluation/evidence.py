"""The images behind the numbers: which fields lie furthest from real, what is nearest to them, and their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import imagecodecs
import numpy as np
from scipy.spatial.distance import cdist

from synthscope.imaging.fields import Field
from synthscope.io.atomic import write_bytes
from synthscope.metrics.protocol import ScoresEach, SetMetric
from synthscope.metrics.resampling import Sample
from synthscope.metrics.structure.quantities import turned
from synthscope.records.evaluation import Band, Evidence, Spot
from synthscope.records.image import Image
from synthscope.records.metric import Frame, Layout
from synthscope.services.evaluation.fields import Fields, read_field
from synthscope.services.evaluation.scoring import Measured

SHOWN = 12
"""Fields that are shown behind a number, and of each set."""
PICTURES = "pictures"
ROWS = 1024
"""Rows of distances that are held at a time."""
LONGEST = 512
"""Pixels of the longer side of a picture, at most."""


@dataclass
class Album:
    """Collects the fields that a report shows, and writes each one's picture once.

    Parameters
    ----------
    folder : Path
        Of the report.
    frame : Frame
        Its limits are the contrast of all pictures.
    """

    folder: Path
    frame: Frame
    spots: list[Spot] = field(default_factory=list)
    _known: dict[tuple[str, int], int] = field(default_factory=dict)

    def add(self, arm: Fields, index: int) -> int:
        """Give the number of the spot of a field."""
        key = (arm.name, index)
        if key not in self._known:
            one = arm.fields[index]
            image = one.image if arm.made is None else -1
            self._known[key] = self._keep(arm.name, replace(one, image=image), arm.read(index))
        return self._known[key]

    def add_place(self, name: str, image: Image, place: Field) -> int:
        """Give the number of the spot of a place in an image of a set."""
        return self._keep(name, place, read_field(image, place))

    def _keep(self, name: str, place: Field, pixels: np.ndarray) -> int:
        picture = f"{PICTURES}/{len(self.spots):04d}.png"
        write_bytes(self.folder / picture, bytes(imagecodecs.png_encode(_picture(pixels, self.frame))))
        start, stop = ((b[0], b[1], b[2]) for b in (place.region.start, place.region.stop))
        self.spots.append(Spot(name, place.image, start, stop, picture, place.moment))
        return len(self.spots) - 1

    def add_some(self, arm: Fields, count: int = SHOWN) -> tuple[int, ...]:
        """Show fields of a set, evenly spread, and give the numbers of their spots."""
        spread = np.unique(np.linspace(0, len(arm) - 1, min(count, len(arm))).round().astype(int))
        return tuple(self.add(arm, int(index)) for index in spread)


def evidence_of(
    metric_id: str, quantities: Sequence[str], metric: SetMetric, measured: Measured, arms: Sequence[Fields],
    album: Album, reference: Fields, guide: Measured | None = None,
) -> list[Evidence]:  # fmt: skip
    """Find the fields behind every figure of a metric, the furthest from real first, each beside a real one.

    A single quantity tells little of which real field is alike: the nearest one is then that by all features of an
    encoder, or, without one, by all that was measured along with the quantity.

    Parameters
    ----------
    quantities : sequence of str
        Names of the figures of that metric.
    arms : sequence of Fields
        The generated sets, in the order of `measured.judged`.
    guide : Measured, optional
        The same arms by the encoder.
    """
    found, real = [], measured.reference.features
    for number, (arm, (_, _, sample)) in enumerate(zip(arms, measured.judged, strict=False)):
        by = {True: guide or measured, False: measured}
        nearest = {single: _nearest_of(one, number) for single, one in by.items()}
        for quantity in quantities:
            single = _columns(quantity, measured.layout) is not None
            values = far_from_real(quantity, metric, real, sample.features, measured.layout)
            order = [int(i) for i in np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:SHOWN]]
            found.append(
                Evidence(
                    metric=f"{metric_id}:{quantity}" if quantity else metric_id,
                    subject=arm.name,
                    values=tuple(float(values[i]) for i in order),
                    spots=tuple(album.add(arm, i) for i in order),
                    nearest=tuple(album.add(reference, int(nearest[single][i])) for i in order),
                    encoder=measured.encoder,
                    beside=f"the nearest real field, by {_words(by[single])}",
                )
            )
    return found


def _nearest_of(measured: Measured, arm: int) -> np.ndarray:
    """Give the nearest reference row of each row of an arm, by all features."""
    real, here = _told(measured.reference.features, measured.judged[arm][2].features)
    return _nearest(real, here, measured.layout)[0]


def _words(measured: Measured) -> str:
    return f"features of {measured.encoder}" if measured.encoder else f"all numbers of “{measured.spec.title}”"


def bands_of(measured: Measured, sets: Sequence[tuple[str, Sample]]) -> list[Band]:
    """Give every curve of a layout for every set: mean and spread over its fields."""
    return [
        Band(
            extractor=measured.spec.id, name=curve.name, title=curve.title, subject=name, x=curve.x,
            mean=_plain(np.nanmean(rows, axis=0)), spread=_plain(np.nanstd(rows, axis=0)),
            x_title=curve.x_title, y_title=curve.y_title,
        )
        for curve in measured.layout.curves
        for name, sample in sets
        if np.isfinite(rows := sample.features[:, curve.start : curve.stop]).any(axis=0).all()
    ]  # fmt: skip


def far_from_real(
    quantity: str, metric: object, real: np.ndarray, here: np.ndarray, layout: Layout
) -> np.ndarray:
    """Tell how far each field is from real (M,): larger is further.

    Parameters
    ----------
    quantity : str
        A name or a curve of the layout; empty for all features.
    metric : object
        Of features; one that `ScoresEach` tells by itself how far a field is.
    real, here : ndarray of float64 (N, D), (M, D)
    """
    real, here = _told(real, here)
    columns = _columns(quantity, layout)
    if columns is not None:
        real, here = turned(real, real, layout), turned(here, real, layout)
        middle, spread = np.nanmean(real[:, columns], axis=0), np.nanstd(real[:, columns], axis=0)
        apart = (here[:, columns] - middle) / np.where(spread > 0, spread, 1)
        away: np.ndarray = np.sqrt(np.mean(np.nan_to_num(apart) ** 2, axis=1))
        return away
    if isinstance(metric, ScoresEach):
        return np.asarray(metric.each(real, here, layout), dtype=float)
    return _nearest(real, here, layout)[1]


def _told(real: np.ndarray, here: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put 0 for what no real field tells: it tells sets none apart."""
    told = np.isfinite(real).any(axis=0)
    return np.where(told, real, 0.0), np.where(told, here, 0.0)


def _columns(quantity: str, layout: Layout) -> slice | None:
    if quantity in layout.names:
        index = layout.names.index(quantity)
        return slice(index, index + 1)
    return next((slice(c.start, c.stop) for c in layout.curves if c.name == quantity), None)


def _nearest(real: np.ndarray, here: np.ndarray, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest real row of each row, in real deviations, and how far it is; some rows at a time."""
    real, here = turned(real, real, layout), turned(here, real, layout)
    spread = _scales(np.nanstd(real, axis=0), layout)
    middle = np.nanmean(real, axis=0)
    a, b = (np.nan_to_num((x - middle) / spread) for x in (here, real))
    nearest, distances = np.empty(len(a), int), np.empty(len(a))
    for i in range(0, len(a), ROWS):
        apart = cdist(a[i : i + ROWS], b)
        nearest[i : i + ROWS], distances[i : i + ROWS] = apart.argmin(axis=1), apart.min(axis=1)
    return nearest, distances


def _scales(spread: np.ndarray, layout: Layout) -> np.ndarray:
    """Give what each column is divided by: its deviation, and where columns share a unit a tenth of their mean.

    Without the tenth, columns that hardly vary would outweigh the rest. Named quantities have units of their own, so
    nothing of one is added to another; one that does not vary at all is left out.
    """
    scales = np.where(spread > 0, spread, np.inf)
    alike = [slice(curve.start, curve.stop) for curve in layout.curves]
    for columns in alike if layout.names or alike else [slice(None)]:
        scales[columns] = spread[columns] + np.nanmean(spread[columns]) / 10 + np.finfo(float).tiny
    return scales


def _picture(pixels: np.ndarray, frame: Frame) -> np.ndarray:
    """Draw the middle slice in 8 bits: (Y, X) or (Y, X, 3)."""
    middle = pixels[len(pixels) // 2]
    step = -(-max(middle.shape[:2]) // LONGEST)
    scaled = np.clip(frame.scaled(middle[::step, ::step]) * 255, 0, 255).round().astype(np.uint8)
    return np.ascontiguousarray(scaled if scaled.shape[-1] == 3 else scaled[..., 0])


def _plain(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
