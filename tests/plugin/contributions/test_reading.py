"""napari's reader."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from napari.components import ViewerModel
from napari.layers import Layer

from napari_synthscope.canvas.layers import image_of
from napari_synthscope.contributions.reading import get_reader
from synthscope.errors import AmbiguousAxes
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space


def test_a_file_of_ours_becomes_one_layer_with_space_and_record(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 60000, (4, 20, 30)).astype(np.uint16)
    image = Image(pixels, Space("zyx", (3.0, 0.5, 0.5), "µm"), synthetic=pixels > 50000, provenance={"seed": 3})
    path = write_image(tmp_path / "a.ome.tif", image)
    reader = get_reader(str(path))
    assert reader is not None
    (data,) = reader(str(path))
    again = image_of(ViewerModel().add_layer(Layer.create(*data)))
    np.testing.assert_array_equal(again.pixels, pixels)
    assert again.space == image.space
    assert again.provenance == {"seed": 3}
    np.testing.assert_array_equal(np.asarray(again.synthetic), image.synthetic)


def test_the_levels_of_a_large_plane_are_shown_lazily(tmp_path: Path) -> None:
    pixels = np.broadcast_to(np.uint16(7), (9000, 4000))
    path = write_image(tmp_path / "a.ome.zarr", Image(pixels, Space("yx", (0.5, 0.5), "µm")))
    reader = get_reader(str(path))
    assert reader is not None
    (data,) = reader(str(path))
    layer = ViewerModel().add_layer(Layer.create(*data))
    assert layer.multiscale
    assert [level.shape for level in layer.data] == [(9000, 4000), (4500, 2000), (2250, 1000), (1125, 500), (563, 250)]
    assert not any(isinstance(level, np.ndarray) for level in layer.data)


def test_what_is_no_image_is_left_to_others(tmp_path: Path) -> None:
    (tmp_path / "notes.tif").write_text("no image at all", encoding="utf-8")
    assert get_reader(str(tmp_path / "notes.tif")) is None
    assert get_reader(str(tmp_path / "missing.tif")) is None
    assert get_reader([str(tmp_path / "a.tif"), str(tmp_path / "b.tif")]) is None


def test_axes_that_cannot_be_known_point_to_the_panel_that_asks(tmp_path: Path) -> None:
    path = tmp_path / "three.tif"
    tifffile.imwrite(path, np.zeros((3, 20, 30), np.uint16), photometric="minisblack")
    reader = get_reader(str(path))
    assert reader is not None
    with pytest.raises(AmbiguousAxes, match="Open"):
        reader(str(path))
