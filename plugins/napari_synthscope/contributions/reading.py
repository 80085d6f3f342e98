"""napari's reader: every format of ours, with axes, voxel size, unit and record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from napari_synthscope.canvas.layers import LayerData, layer_data

Reader = Callable[[Any], list[LayerData]]


def get_reader(path: str | Sequence[str]) -> Reader | None:
    """Give the reader of a path, or None for what is no image of ours.

    Several paths at once are napari's *open as stack*; a folder is our way to do that.
    """
    from synthscope.errors import SynthscopeError
    from synthscope.io.opening import probe

    if not isinstance(path, str):
        return None
    try:
        found = probe(Path(path))
    except SynthscopeError:
        return None
    return None if found.needs == "raw" else read


def read(path: str) -> list[LayerData]:
    """Read one file or folder as one layer.

    Raises
    ------
    SynthscopeError
        In one sentence; where axes or a data set must be told, it says that the Open panel asks.
    """
    from synthscope.errors import AmbiguousAxes
    from synthscope.io.opening import open_image

    try:
        return [layer_data(open_image(Path(path)))]
    except AmbiguousAxes as error:
        sentence = f"{error.sentence} The panel Plugins > Synthscope > Open asks for them."
        raise AmbiguousAxes(sentence, shape=error.shape, choices=error.choices) from error
