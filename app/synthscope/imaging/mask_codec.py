"""A mask as text: packed bits, compressed, so that a record carries its own mask."""

from __future__ import annotations

import base64
import binascii
import math
import zlib

import numpy as np

from synthscope.errors import DocumentError


def encode_mask(mask: np.ndarray) -> str:
    """Write a boolean array as text (zlib of packed bits, base64)."""
    return base64.b64encode(zlib.compress(np.packbits(mask.astype(bool)).tobytes(), 9)).decode("ascii")


def decode_mask(text: str, shape: tuple[int, ...]) -> np.ndarray:
    """Read what `encode_mask` wrote.

    Raises
    ------
    DocumentError
        If the text is damaged or does not hold a mask of `shape`.
    """
    count = math.prod(shape)
    expected = (count + 7) // 8
    try:
        unpacker = zlib.decompressobj()
        packed = unpacker.decompress(base64.b64decode(text, validate=True), expected + 1)
    except (binascii.Error, OverflowError, ValueError, zlib.error) as error:
        raise DocumentError(f"The mask in the record is damaged ({error}); the record was changed.") from error
    if len(packed) != expected:
        raise DocumentError(f"The mask in the record does not have the shape {shape}; the record was changed.")
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), count=count)
    return bits.reshape(shape).astype(bool)
