"""What a source tells by its data type, its size and its file."""

from __future__ import annotations

import numpy as np

from synthscope.records.leaks import SourceFacts
from synthscope.studies.leaks.features import Features


def source_features(source: SourceFacts) -> Features:
    """Give what is known of a source as numbers; a kind of file is one of its own."""
    dtype = np.dtype(source.dtype)
    found: Features = {
        "source grey": {"bits": 8.0 * dtype.itemsize, "floating point": float(dtype.kind == "f"),
                        "signed": float(dtype.kind == "i")},
        "source size": dict(zip(("depth", "height", "width", "channels"), map(float, source.shape), strict=True)),
        "source file": {"bytes": float(source.bytes), f"kind {source.suffix or 'none'}": 1.0},
    }  # fmt: skip
    if min(source.voxel_size[1:]) > 0:
        found["voxel size"] = dict(zip(("z", "y", "x"), map(float, source.voxel_size), strict=True))
    return found
