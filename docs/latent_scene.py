"""Scenes of learned latents: along a dimension of an autoencoder, live; and the styles of two images in one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from qtpy.QtCore import QPoint

from synthscope.desktop.actions import GENERATE, TRAIN
from synthscope.desktop.main_job import SETTLE, Story, generate, look, open_sample, paint
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait
from synthscope.qt.record_form import RecordForm
from synthscope.records.image import Origin
from synthscope.services.models import ModelRow

STAGES = 8
SIDE, GAP = 96, 6
MIXED_FROM = 4
ONE, OTHER = (8, 60, 60), (12, 130, 90)
"""First slice, row and column of the parts of the rock that are varied."""


def vae(stage: Any) -> Iterator[Step]:
    """Train an autoencoder on the simulated rock, and shift its most used latent dimension by the slider."""
    yield from trained(stage, "vae", 3, "Training an autoencoder: new images above real ones, and the curves.")
    panel = yield from varied(stage, "vae")
    form = form_of(panel)
    form.editor("strength").set_value(0.0)
    form.editor("dimension").set_value(1)
    yield Wait("the switch", lambda: panel.live.isVisible() and panel.bar.run.isEnabled())
    click(panel.live.switch, QPoint(8, panel.live.switch.height() // 2))
    yield from slid(stage, form.editor("shift").slider, 0.9)
    yield Shot("traversal", "Live: one latent dimension, shifted by the slider, as the canvas shows it at once.")


def stylegan(stage: Any) -> Iterator[Step]:
    """Train a style-based generator on the simulated rock, and take the fine style of a second image."""
    yield from trained(stage, "stylegan", 6, "Training a style-based generator: its samples and how the game stands.")
    panel = yield from varied(stage, "stylegan")
    form = form_of(panel)
    form.editor("strength").set_value(0.0)
    form.editor("fine_from").set_value(MIXED_FROM)
    panel.settings.conditions.set_second(stage.window.session.viewer.layers["another part"])
    panel.settings.seeds.count.set_value(1)
    yield Wait("the plan", panel.bar.run.isEnabled)
    click(panel.bar.run)
    yield Wait("the candidate on the canvas", lambda: bool(stage.window.session.stage.on_canvas))
    yield SETTLE
    yield Shot("mixing", "The coarse levels of one image, the fine ones of another.")


def vqvae(stage: Any) -> Iterator[Step]:
    """Train a VQ-VAE on the simulated rock, and fill a painted hole with it."""
    yield from trained(stage, "vqvae", 3, "Training a VQ-VAE: new images above real ones, and the curves.")
    yield from paint(stage.window, Story())
    yield from generate(stage.window, "vqvae", 3)
    yield from look(stage.window)


def trained(stage: Any, generator: str, minutes: float, caption: str) -> Iterator[Step]:
    """Train a generator on the rock in its panel."""
    window = stage.window
    stage.new_project(f"Latents of {generator}")
    yield from open_sample(window, "rock")
    panel: Any = window.enter_workspace().show_panel(TRAIN)
    panel.settings.generator.set_value(generator)
    panel.settings.budget.set_value(minutes)
    yield Wait("the button", panel.foot.train.isEnabled)
    click(panel.foot.train)
    yield Wait("the first samples", panel.watch.view.samples.isVisible)
    for part in range(1, STAGES):
        yield Wait("a part of the training", lambda part=part: done_of(panel) >= part / STAGES)
    panel._area.verticalScrollBar().setValue(panel.watch.view.y())
    yield SETTLE
    yield Shot("training", caption)
    yield Wait("the model", panel.foot.sentence.isVisible)


def varied(stage: Any, generator: str) -> Iterator[Step]:
    """Open Generate to vary a part of the rock with the model that was just trained; give the panel."""
    from napari_synthscope.session.model_lines import model_id

    window = stage.window
    rock, viewer = window.session.source_image(), window.session.viewer
    others = list(viewer.layers)
    parts = [add_part(window, rock, *told) for told in ((OTHER, "another part"), (ONE, "a part of the rock"))]
    window.session.set_source(parts[1])
    for layer in others:
        viewer.layers.remove(layer)
    for place, part in enumerate(reversed(parts), 1):
        show_beside(window, part, place)
    viewer.dims.set_current_step(0, 0)
    viewer.reset_view()
    panel: Any = window.enter_workspace().show_panel(GENERATE)
    model = next(row for row in window.session.models.rows if of(row, generator))
    click(panel.settings.generator.task_button("vary"))
    window.session.models.want(generator, model_id(model))
    yield Wait("the generator", lambda: panel.settings.generator.spec.id == generator)
    yield SETTLE
    return panel


def form_of(panel: Any) -> RecordForm:
    """Give the form that is shown."""
    return next(form for form in panel.settings.generator.findChildren(RecordForm) if form.isVisible())


def slid(stage: Any, slider: Any, share: float) -> Iterator[Step]:
    """Move a slider to a share of its way, and wait for what is shown then."""
    shown = stage.window.session.live
    yield Wait("the first preview", lambda: shown.layer is not None and not shown.busy)
    first = shown.layer.data.copy()
    slider.setValue(round(share * slider.maximum()))
    yield Wait("the next preview", lambda: not shown.busy and not np.array_equal(shown.layer.data, first))
    yield SETTLE


def add_part(window: Any, rock: Any, first: tuple[int, int, int], name: str) -> Any:
    """Add one slice of a part of an image as a layer of its own, alone on the canvas."""
    from napari_synthscope.canvas.layers import add_image

    z, y, x = first
    pixels = np.asarray(rock.pixels[z : z + 1, y : y + SIDE, x : x + SIDE])
    for layer in window.session.viewer.layers:
        layer.visible = False
    return add_image(window.session.viewer, rock.with_(pixels=pixels, name=name, origin=Origin()))


def show_beside(window: Any, layer: Any, place: int) -> None:
    """Show a part again as it is, to the right of what is varied."""
    across = np.array([0, 0, place * (SIDE + GAP)]) * layer.scale
    again = window.session.viewer.add_image(
        layer.data, name=f"{layer.name}, as it is", scale=layer.scale, translate=across, units=layer.units
    )
    again.contrast_limits = layer.contrast_limits


def of(row: ModelRow, generator: str) -> bool:
    """Whether a model is one of a generator, and of this project."""
    return row.card is not None and row.card.generator == generator and row.place == "project"


def done_of(panel: Any) -> float:
    """Give the part of a training that is done; all of it once it has ended."""
    row = panel.session.trainings.row()
    return 1.0 if row is None else row.fraction or 0.0
