"""Pictures that lead a ControlNet: edges, grey levels, colours of labels; and how they are enlarged."""

from __future__ import annotations

import numpy as np
from skimage.morphology import thin
from skimage.transform import resize

from synthscope.errors import InputError
from synthscope.imaging.edges import edge_map
from synthscope.imaging.label_codec import check_label_type
from synthscope.imaging.normalisation import Normalisation
from synthscope.records.control import AS_IT_IS, AS_LABELS, AS_LEVELS, EDGES, Lead

COLOURS = 3
Scale = tuple[float, float]
"""What is black and what is white, in a picture's own values."""
HUES, SHADES = 0.6180339887498949, 0.7548776662466927
"""Steps of hue and of brightness from one label to the next: neither comes back, so neighbours differ much."""
SATURATION, DARKEST = 0.75, 0.5


def as_greys(pixels: np.ndarray, scale: Scale) -> np.ndarray:
    """Give pixels of any shape and type as numbers from 0 (black) to 1 (white), float32.

    What is outside the scale is clipped; what is no number becomes mid-grey.
    """
    values = (Normalisation(*scale).forward(pixels) + 1) / 2
    return np.clip(np.nan_to_num(values, nan=0.5, posinf=1.0, neginf=0.0), 0, 1).astype(np.float32)


def edges_of(plane: np.ndarray, scale: Scale, lead: Lead) -> np.ndarray:
    """Find the edges of a slice, as a network is led by them and as they are shown before a run.

    Parameters
    ----------
    plane : ndarray (Y, X, C)
        In its own values; of several channels the mean is taken.
    scale : (float, float)
        Its values that are shown to the network as black and white.

    Returns
    -------
    ndarray of bool (Y, X)
    """
    grey = as_greys(plane, scale).mean(axis=-1, dtype=np.float64)
    return edge_map(grey, lead.sigma, lead.low, lead.high)


def leading_picture(
    plane: np.ndarray, second: np.ndarray | None, scale: Scale, span: Scale | None, lead: Lead
) -> np.ndarray:
    """Make the picture that leads the making of a slice.

    Parameters
    ----------
    plane : ndarray (Y, X, C)
        The slice in its own values.
    second : ndarray (Y, X, 1 or 3), optional
        The control image there.
    scale : (float, float)
        Values of the image that are black and white to the network.
    span : (float, float), optional
        The same of the control image, from `span_of`.

    Returns
    -------
    ndarray of float32 (Y, X, 3)
        From 0 to 1.

    Raises
    ------
    InputError
        If there is no control image where one shall lead, or its values cannot be labels.
    """
    if lead.control == EDGES:
        return _coloured(edges_of(plane, scale, lead))
    if second is None:
        raise InputError(lead.none_words)
    if lead.by_edges:
        return _coloured(edges_of(second, span or (0.0, 1.0), lead))
    if leads_as_labels(lead, second.dtype, second.shape[-1]):
        return label_colours(second)
    return _coloured(as_greys(second, span or (0.0, 1.0)))


def leads_as_labels(lead: Lead, dtype: np.dtype, channels: int) -> bool:
    """Say whether a control image of a type leads as labels: where that is asked for, and whole numbers by themselves.

    8-bit ones are taken for pictures, as are those of several channels.
    """
    kind = np.dtype(dtype)
    by_itself = channels == 1 and kind.kind in "ui" and kind.itemsize > 1
    return lead.control == AS_LABELS or (lead.control == AS_IT_IS and by_itself)


def span_of(second: np.ndarray, lead: Lead, like: np.dtype, scale: Scale) -> Scale:
    """Give what is black and white in a control image, as `fixed_span` says; all others are seen over their own range.

    Parameters
    ----------
    second : ndarray
        All of it that a run sees of one time point.
    """
    fixed = fixed_span(second.dtype, lead, like, scale)
    if fixed is not None:
        return fixed
    known = second[np.isfinite(second)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    return (low, high) if low < high else (low, low + 1.0)


def fixed_span(dtype: np.dtype, lead: Lead, like: np.dtype, scale: Scale) -> Scale | None:
    """Give what is black and white in a control image, where that does not depend on its values.

    Truth values and 8-bit images are taken as they are: 0 to 1, and 0 to 255; unless all shall be levels. For edges,
    one of the source's own type is seen on the source's scale, so that thresholds mean the same.

    Parameters
    ----------
    like : dtype
        Of the source, and `scale` its scale.
    """
    if lead.by_edges and dtype == like and like != np.bool_:
        return scale
    if dtype == np.bool_:
        return 0.0, 1.0
    return (0.0, 255.0) if dtype == np.uint8 and lead.control != AS_LEVELS else None


def label_colours(labels: np.ndarray) -> np.ndarray:
    """Give each label a colour of its own, always the same; 0 is black.

    Hue and brightness of label k are the fractional parts of k times 0.618… and of k times 0.755…, the latter from 1
    down to 0.5, at a saturation of 0.75: an even sequence that does not return (Roberts 2018, "The unreasonable
    effectiveness of quasirandom sequences", for two steps of other numbers).

    Parameters
    ----------
    labels : ndarray of whole numbers (Y, X, 1)

    Returns
    -------
    ndarray of float32 (Y, X, 3)
        From 0 to 1.

    Raises
    ------
    InputError
        If they are no whole numbers, or of several channels.
    """
    check_label_type(labels.dtype, labels.shape[-1])
    known, index = np.unique(labels[..., 0], return_inverse=True)
    numbers = known.astype(np.float64)
    hue, shade = (np.mod(numbers * step, 1.0) for step in (HUES, SHADES))
    value = 1 - (1 - DARKEST) * shade
    # HSV to RGB (Smith 1978): each channel is the value less a ramp of the hue.
    ramps = [np.mod(turn + hue * 6, 6) for turn in (5, 3, 1)]
    colours = np.stack([value * (1 - SATURATION * np.clip(np.minimum(r, 4 - r), 0, 1)) for r in ramps], axis=-1)
    colours[known == 0] = 0
    return colours[index.reshape(labels.shape[:2])].astype(np.float32)


def enlarged(picture: np.ndarray, rows: int, columns: int, *, smooth: bool) -> np.ndarray:
    """Bring a picture that leads to the sides at which the model is shown a tile.

    Black and white stay black and white, and lines of a pixel or two become lines of one pixel there, which is what
    networks for edges learned from (thinned by Guo & Hall 1989, by scikit-image). Others are enlarged smoothly, or
    by repeating pixels.

    Parameters
    ----------
    picture : ndarray of float32 (Y, X, 3)
    smooth : bool
        Whether values between neighbours mean something: no for labels.
    """
    if picture.shape[:2] == (rows, columns):
        return picture
    black_and_white = bool(np.isin(picture, (0, 1)).all() and (picture == picture[..., :1]).all())
    order = 1 if smooth and not black_and_white else 0
    found = resize(picture, (rows, columns), order=order, mode="edge", anti_aliasing=False, preserve_range=True)
    if black_and_white and are_lines(picture[..., 0] > 0):
        return _coloured(thin(found[..., 0] > 0))
    return np.asarray(found, dtype=np.float32)


def are_lines(white: np.ndarray) -> bool:
    """Say whether a map (Y, X) of truth holds nothing but lines: nowhere a square of three pixels is white."""
    if min(white.shape) < COLOURS:
        return True
    squares = np.lib.stride_tricks.sliding_window_view(white, (3, 3))
    return not bool(squares.all(axis=(-1, -2)).any())


def _coloured(grey: np.ndarray) -> np.ndarray:
    """Give greys (Y, X) or (Y, X, 1) as three equal channels; colours stay."""
    values = np.asarray(grey, dtype=np.float32)
    values = values[..., None] if values.ndim == 2 else values
    return np.repeat(values, COLOURS, axis=-1) if values.shape[-1] == 1 else values
