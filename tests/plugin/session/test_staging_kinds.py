"""The same for every kind of image and every task: pictures, colours, channels, time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.candidate_rows import read_rows
from napari_synthscope.session.session import Session
from synthscope.generators.registry import resolve
from synthscope.imaging.regions import spread_mask
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.planning import plan
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job

Settled = Callable[[Callable[[], Any]], None]
SIZES = {"t": 2, "z": 5, "c": 2, "y": 40, "x": 44, "s": 3}
KINDS = ("yx", "yxs", "zyx", "cyx", "zcyx", "yxz", "tyx", "tzyx")


def image_of_kind(axes: str, rng: np.random.Generator) -> Image:
    shape = tuple(SIZES[a] for a in axes)
    dtype = np.uint8 if axes.endswith("s") else np.uint16
    steps = tuple({"z": 3.0, "y": 1.5, "x": 1.2}.get(a, 1.0) for a in axes)
    return Image(rng.integers(10, 250, shape).astype(dtype), Space(axes, steps, "µm"), "kind")


def made(session: Session, choice: Choice, *, masked: bool = True) -> RunFolder:
    image, project = session.source_image(), session.project
    fitted = session.mask_pixels() if masked else None
    planned = plan(image, fitted and fitted.box, fitted and fitted.pixels, choice)
    run = project.new_run(planned, project.add_source(image))
    drain(run_job(run.path, resolve, project=project.folder))
    session.runs.set_current(run)
    return run


def paint(session: Session) -> np.ndarray:
    mask = session.new_mask()
    labels = "".join(mask.axis_labels)
    index = tuple({"t": slice(0, 1), "z": slice(2, 4), "y": slice(12, 18), "x": slice(20, 29)}[a] for a in labels)
    mask.data[index] = 1
    session.mask_written(Region(tuple(s.start for s in index), tuple(s.stop for s in index)))
    return np.asarray(session.mask_pixels().pixels) != 0


@pytest.mark.parametrize("axes", KINDS)
def test_a_filled_image_of_any_kind_is_accepted_with_nothing_else_changed(
    axes: str, viewer: ViewerModel, session: Session, rng: np.random.Generator, settled: Settled
) -> None:
    image = image_of_kind(axes, rng)
    add_image(viewer, image)
    mask = paint(session)
    run = made(session, Choice("inpaint", "harmonic", context=6))
    rows = read_rows(run, None, {})
    assert rows[0].thumbnail.shape[:2] == rows[0].synthetic.shape
    session.stage.show(rows[0].id)
    settled(lambda: session.stage.on_canvas)
    accepted: list[Any] = []
    session.stage.accepted.connect(accepted.append)
    session.stage.accept(rows[0].id)
    settled(lambda: accepted)
    from napari_synthscope.canvas.layers import image_of

    result = image_of(accepted[0])
    assert result.space == image.space
    kept = ~np.broadcast_to(spread_mask(mask, image.space), image.shape)
    assert np.array_equal(np.asarray(result.pixels)[kept], np.asarray(image.pixels)[kept])
    assert np.array_equal(np.asarray(result.synthetic), mask)


PAIRS = [("synthesize", "quilt"), ("vary", "quilt"), ("vary", "phase-surrogate")]


@pytest.mark.parametrize(("task", "generator"), PAIRS)
@pytest.mark.parametrize("axes", ["yx", "zyx", "yxs"])
def test_new_and_varied_images_become_layers_that_are_wholly_synthetic(
    axes: str,
    task: Any,
    generator: str,
    viewer: ViewerModel,
    session: Session,
    rng: np.random.Generator,
    settled: Settled,
) -> None:
    layer = add_image(viewer, image_of_kind(axes, rng))
    size = {"yx": (30, 34), "zyx": (4, 30, 34), "yxs": (30, 34)}[axes] if task == "synthesize" else ()
    from synthscope.generators.classical.parameters import QuiltParameters

    parameters = QuiltParameters(block=12, depth=3) if generator == "quilt" else None
    run = made(session, Choice(task, generator, parameters, size=size), masked=False)
    session.stage.show(f"{run.id}/1")
    settled(lambda: session.stage.on_canvas)
    shown = session.stage.layer
    assert shown.rgb == layer.rgb
    if not layer.rgb:
        assert tuple(shown.contrast_limits) == tuple(layer.contrast_limits)
    accepted: list[Any] = []
    session.stage.accepted.connect(accepted.append)
    session.stage.accept(f"{run.id}/1")
    settled(lambda: accepted)
    expected = (*size, *((3,) if axes == "yxs" else ())) if size else layer.data.shape
    assert accepted[0].data.shape == expected
    assert accepted[0].name.endswith("· synthetic")
