"""A run works on the voxels that are seen, whatever file a layer names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.session.session import Session
from napari_synthscope.session.work_desk import WorkDesk
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.request import Input
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.planning import plan

Settled = Callable[[Callable[[], Any]], None]


@pytest.fixture
def begun(
    viewer: ViewerModel,
    session: Session,
    stack: np.ndarray,
    tmp_path: Path,
    settled: Settled,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Callable[[Any, Path], None]], Input]:
    """Give what begins a run after something was done to its layer or file, and gives the recipe's source."""
    monkeypatch.setattr(WorkDesk, "add", lambda *_: "nobody does it")

    def begin(change: Callable[[Any, Path], None]) -> Input:
        path = write_image(tmp_path / "ring.ome.tif", Image(stack, Space("zyx", (3.0, 1.2, 1.2), "µm"), "ring"))
        change(add_image(viewer, open_image(path)), path)
        mask = session.new_mask()
        mask.data[4:7, 20:26, 30:38] = 1
        session.mask_written()
        fitted, began = session.mask_pixels(), []
        session.runs.began.connect(began.append)
        session.runs.begin(plan(session.source_image(), fitted.box, fitted.pixels, Choice("inpaint", "harmonic")))
        settled(lambda: began)
        source = session.project.run(began[0]).recipe().request.source
        assert source is not None
        return source

    return begin


def test_an_untouched_layer_stands_for_its_file(begun: Callable[..., Input], tmp_path: Path) -> None:
    assert begun(lambda *_: None).path == str(tmp_path / "ring.ome.tif")


def write_in_place(layer: Any, path: Path) -> None:
    del path
    layer.data[0, 0, 0] ^= 1  # as from the console: napari tells nobody


def write_another(layer: Any, path: Path) -> None:
    write_image(path, Image(np.asarray(layer.data)[::-1].copy(), Space("zyx")))


def remove_file(layer: Any, path: Path) -> None:
    del layer
    path.unlink()


@pytest.mark.parametrize("change", [write_in_place, write_another, remove_file])
def test_what_is_seen_is_kept_where_the_file_holds_something_else(
    begun: Callable[..., Input], session: Session, change: Callable[[Any, Path], None]
) -> None:
    source = begun(change)
    assert source.path.startswith("sources/")
    assert np.array_equal(np.asarray(session.project.open_source(source).pixels[...]), session.source.data)
