"""A label map as text: which label each voxel has, compressed, so that a record carries its own map."""

from __future__ import annotations

import base64
import binascii
import math
import zlib

import numpy as np

from synthscope.errors import DocumentError, InputError
from synthscope.records.labels import PackedLabels

MOST_LABELS = 32
"""Labels stand for materials or kinds, not for single objects."""


def label_values(labels: np.ndarray, name: str) -> tuple[int, ...]:
    """Give the labels that occur in a map, rising.

    Raises
    ------
    InputError
        If they are not whole numbers, or more than `MOST_LABELS`.
    """
    found = np.unique(labels)
    if found.dtype.kind == "f" and not (np.isfinite(found).all() and (found == np.rint(found)).all()):
        raise InputError(f"The label map {name!r} holds values that are no whole numbers; give one label a voxel.")
    if len(found) > MOST_LABELS:
        raise InputError(
            f"The label map {name!r} holds {len(found)} labels; give at most {MOST_LABELS}: one for each material or "
            "kind, not for each object."
        )
    return tuple(int(value) for value in found)


def pack_labels(labels: np.ndarray) -> PackedLabels:
    """Write a label map as text (zlib of bytes, base64).

    Raises
    ------
    InputError
        As `label_values` says.
    """
    values = label_values(labels, "labels")
    indices = np.searchsorted(np.asarray(values), labels).astype(np.uint8)
    bits = base64.b64encode(zlib.compress(indices.tobytes(), 9)).decode("ascii")
    return PackedLabels(tuple(labels.shape), values, bits)


def unpack_labels(packed: PackedLabels) -> np.ndarray:
    """Read what `pack_labels` wrote: int32.

    Raises
    ------
    DocumentError
        If the text is damaged or does not hold a map of its shape.
    """
    count = math.prod(packed.shape)
    try:
        found = zlib.decompressobj().decompress(base64.b64decode(packed.bits, validate=True), count + 1)
    except (binascii.Error, OverflowError, ValueError, zlib.error) as error:
        raise DocumentError(f"The label map in the record is damaged ({error}); the record was changed.") from error
    indices = np.frombuffer(found, np.uint8)
    if len(found) != count or (count and int(indices.max()) >= len(packed.values)):
        raise DocumentError(
            f"The label map in the record does not have the shape {packed.shape}; the record was changed."
        )
    return np.asarray(packed.values, np.int32)[indices].reshape(packed.shape)


def check_label_type(dtype: np.dtype, channels: int) -> None:
    """Refuse what cannot be a label map that leads: one channel of whole numbers.

    Raises
    ------
    InputError
        If it has more channels, or numbers that are not whole.
    """
    kind = np.dtype(dtype)
    if kind.kind not in "uib" or channels != 1:
        found = f"{channels} channels" if channels != 1 else f"values of type {kind}"
        raise InputError(f"A label map has one channel of whole numbers; this control image has {found}.")
