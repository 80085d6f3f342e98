"""Scenes of learned latents: along a dimension of an autoencoder, and styles of two images in one, both live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from qtpy.QtCore import QPoint

from synthscope.desktop.actions import GENERATE, TRAIN
from synthscope.desktop.main_job import SETTLE, open_sample
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait
from synthscope.qt.record_form import RecordForm
from synthscope.records.image import Origin
from synthscope.services.models import ModelRow

STAGES = 8
SIDE = 96
ONE, OTHER = (8, 60, 60), (12, 130, 90)
"""First slice, row and column of the parts of the rock that are varied."""


def vae(stage: Any) -> Iterator[Step]:
    """Train an autoencoder on the simulated rock, and shift its most used latent dimension by the slider."""
    yield from trained(stage, "vae", 3, "Training an autoencoder: new images above real ones, and the curves.")
    panel = yield from varied(stage, "vae")
    form = panel.settings.generator.findChild(RecordForm)
    form.editor("strength").set_value(0.0)
    form.editor("dimension").set_value(1)
    yield from slid(stage, form.editor("shift").slider, 0.9)
    yield Shot("traversal", "Live: one latent dimension, shifted by the slider, as the canvas shows it at once.")


def stylegan(stage: Any) -> Iterator[Step]:
    """Train a style-based generator on the simulated rock, and take the fine style of a second image."""
    yield from trained(stage, "stylegan", 6, "Training a style-based generator: how the game stands, and its samples.")
    panel = yield from varied(stage, "stylegan")
    form = panel.settings.generator.findChild(RecordForm)
    form.editor("fitting").set_value(20)
    form.editor("strength").set_value(0.0)
    panel.settings.conditions.set_second(stage.window.session.viewer.layers["another part"])
    yield from slid(stage, form.editor("fine_from").slider, 0.25)
    yield Shot("mixing", "Live: the coarse levels of one image, the fine ones of another.")


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
    yield SETTLE
    yield Shot("training", caption)
    yield Wait("the model", panel.foot.sentence.isVisible)


def varied(stage: Any, generator: str) -> Iterator[Step]:
    """Open Generate to vary a part of the rock with the model that was just trained, live; give the panel."""
    from napari_synthscope.session.model_lines import model_id

    window = stage.window
    rock = window.session.source_image()
    add_part(window, rock, OTHER, "another part")
    window.session.set_source(add_part(window, rock, ONE, "a part of the rock"))
    window.session.viewer.reset_view()
    panel: Any = window.enter_workspace().show_panel(GENERATE)
    model = next(row for row in window.session.models.rows if of(row, generator))
    click(panel.settings.generator.task_button("vary"))
    window.session.models.want(generator, model_id(model))
    yield Wait("the switch", lambda: panel.live.isVisible() and panel.bar.run.isEnabled())
    click(panel.live.switch, QPoint(8, panel.live.switch.height() // 2))
    return panel


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


def of(row: ModelRow, generator: str) -> bool:
    """Whether a model is one of a generator, and of this project."""
    return row.card is not None and row.card.generator == generator and row.place == "project"


def done_of(panel: Any) -> float:
    """Give the part of a training that is done; all of it once it has ended."""
    row = panel.session.trainings.row()
    return 1.0 if row is None else row.fraction or 0.0
