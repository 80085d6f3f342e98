"""A second image whose layer was changed is kept as it is seen, on whatever axes it lies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_synthscope.session.run_desk import beside_as_seen
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space

STACK = Image(np.zeros((4, 20, 24), np.uint16), Space("zyx"), "stack")
BOX = Region((1, 2, 3), (3, 12, 13))


@pytest.mark.parametrize(("axes", "shape"), [("yx", (20, 24)), ("yxs", (20, 24, 3)), ("zyx", (4, 20, 24))])
def test_what_was_painted_into_a_control_image_counts_and_not_its_file(
    axes: str, shape: tuple[int, ...], tmp_path: Path
) -> None:
    path = write_image(tmp_path / "drawn.ome.tif", Image(np.zeros(shape, np.uint8), Space(axes), "drawn"))
    opened = open_image(path)
    same = beside_as_seen(opened, STACK, BOX)
    assert same is not None
    assert same.origin.path == opened.origin.path
    pixels = np.asarray(opened.pixels[...]).copy()
    pixels[..., 5:8, 6:9] = 255
    pixels[5:8] = 255
    painted = beside_as_seen(opened.with_(pixels=pixels), STACK, BOX)
    assert painted is not None
    assert not painted.origin.path
