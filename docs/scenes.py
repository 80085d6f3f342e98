"""The scenes that the pictures of the docs are taken from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from diffedit_scene import diffedit
from evaluate_scene import evaluate
from example_scene import example
from families_scene import families
from latent_scene import stylegan, vae, vqvae
from lineup_scene import compare as compare_generators
from lineup_scene import lineup
from models_scene import licence, models, single
from pretrained_scene import edge, fine, pretrained
from qtpy.QtCore import QPoint
from qtpy.QtWidgets import QScrollArea
from real_images import REAL
from scipy.ndimage import gaussian_filter
from study_scene import study

from synthscope.cli.demo_work import Proven, prove
from synthscope.desktop.actions import GENERATE, JOBS, MASK, OPEN, TRAIN
from synthscope.desktop.main_job import (
    SETTLE,
    Story,
    accept,
    begin,
    compare,
    generate,
    look,
    open_sample,
    paint,
)
from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.palette import Palette
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait
from synthscope.io.layout import RawLayout
from synthscope.qt.dialogs.frame import AskDialog
from synthscope.qt.dialogs.raw import RawEditor
from synthscope.qt.job_card import JobRow
from synthscope.qt.record_form import RecordForm
from synthscope.records.image import Origin

TRAINED_MINUTES = 4


@dataclass
class Stage:
    """What a scene plays on, and what it leaves."""

    window: MainWindow
    out: Path
    data: Path | None
    runs: tuple[Any, ...] = ()
    proven: Proven | None = None
    made_voxels: int = 0

    def new_project(self, name: str) -> None:
        """Begin a project of this scene alone."""
        self.window.enter_workspace().show_panel(GENERATE)
        self.window.session.new_project(self.out / name, name)
        self.window.enter_start_page()


Scene = Callable[[Stage], Iterator[Step]]


def main_job(stage: Stage, story: Story, name: str) -> Iterator[Step]:
    """Play the main job from the start page to the file that was made again."""
    window = stage.window
    stage.new_project(name)
    yield from begin(window, story)
    yield from paint(window, story)
    stage.made_voxels = int(window.session.painted.voxels)
    for generator, count in story.generators:
        yield from generate(window, generator, count)
    stage.runs = tuple(window.session.project.runs())
    yield from look(window)
    yield from compare(window)
    yield from accept(window)
    yield from reproduce(stage)
    yield from save(stage)


def reproduce(stage: Stage) -> Iterator[Step]:
    """Press *Reproduce* and wait for what it says."""
    panel: Any = stage.window.enter_workspace().show_panel(GENERATE)
    yield Wait("the button", panel.results.card.reproduce.isEnabled)
    click(panel.results.card.reproduce)
    yield Wait("the reproduction", lambda: "difference" in panel.results.card.replayed.text())
    show_replayed(panel)
    yield SETTLE
    yield Shot("reproduced", "Reproduced: made again from its own record, and compared voxel by voxel.")


def show_replayed(panel: Any) -> None:
    """Scroll the panel down to what the reproduction found."""
    inside = panel.results.card.replayed
    while inside is not None and not isinstance(inside, QScrollArea):
        inside = inside.parentWidget()
    if inside is not None:
        inside.verticalScrollBar().setValue(inside.verticalScrollBar().maximum())


def save(stage: Stage) -> Iterator[Step]:
    """Save the accepted candidate as a whole file, read it back and make it again from that file."""
    session = stage.window.session
    run, project = session.runs.current, session.project.folder

    def work() -> None:
        stage.proven = prove(run, run.candidates()[0], stage.out, project)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield Wait("the file that is saved and made again", lambda: not thread.is_alive())
    stage.window.enter_workspace().show_panel(JOBS)
    yield SETTLE
    yield Shot("jobs", "The job list: what ran, what waits, what failed and why.")


def rock(stage: Stage) -> Iterator[Step]:
    """Play the guide: the simulated rock."""
    yield from main_job(stage, Story(), "Guide")


def real(name: str) -> Scene:
    """Make the scene of a real image."""
    place, story = REAL[name]

    def play(stage: Stage) -> Iterator[Step]:
        assert stage.data is not None
        yield from main_job(stage, replace(story, path=stage.data / place), name)

    return play


def artefacts(stage: Stage) -> Iterator[Step]:
    """Let the program look for the rings of the simulated rock."""
    window = stage.window
    yield from open_sample(window, "rock")
    panel: Any = window.enter_workspace().show_panel(MASK)
    yield SETTLE
    panel.shell_actions()["artefacts"]()
    tool = panel.tools.options["artefacts"]
    yield SETTLE
    click(tool.find)
    yield Wait("the proposal", lambda: tool.found is not None)
    yield SETTLE
    yield Shot("proposed", "Find artefacts: rings are proposed; nothing is in the mask yet.")
    click(tool.take)
    yield Wait("the mask", lambda: window.session.painted is not None)
    yield SETTLE
    yield Shot("taken", "The proposal was taken as the mask; grow it a little to cover the edges.")


def asked(stage: Stage) -> Iterator[Step]:
    """Open what cannot be known: a TIFF of three pages, and a RAW file."""
    window, rng = stage.window, np.random.default_rng(0)
    pages, raw = stage.out / "three-pages.tif", stage.out / "scan.raw"
    rough = gaussian_filter(rng.normal(size=(3, 256, 256)), (0, 3, 3))
    grey = np.interp(rough, (rough.min(), rough.max()), (0, 60000)).astype(np.uint16)
    tifffile.imwrite(pages, grey, photometric="minisblack", metadata=None)
    raw.write_bytes(np.repeat(grey, 4, axis=0).tobytes())
    window.open_paths([raw])
    panel: Any = window.enter_workspace().panel(OPEN)
    yield Wait("the dialog", lambda: bool(panel.findChildren(RawEditor)))
    yield SETTLE
    panel.findChildren(RawEditor)[0].set_value(RawLayout((12, 256, 256), "uint16"))
    yield SETTLE
    yield Shot("raw", "A RAW file holds voxels and nothing else: tell how they lie, and see whether it fits.")
    panel.findChildren(AskDialog)[0].reject()
    yield SETTLE
    window.open_paths([pages])
    yield Wait("the question", lambda: panel.card.isVisible() and panel.sentence.isVisible())
    yield SETTLE
    yield Shot("axes", "Three pages may be slices, channels or times: the program asks.")


def shell(stage: Stage) -> Iterator[Step]:
    """Show the sheet of shortcuts, the palette, and the light theme."""
    window = stage.window
    yield from open_sample(window, "composite")
    for name, caption in (
        ("help.cheat_sheet", "Every shortcut on one sheet: press the question mark."),
        ("edit.palette", "Find an action: type a few letters of what you want to do."),
    ):
        window.run(window.actions_by_id[name])
        yield SETTLE
        yield Shot(name.rpartition(".")[2].replace("_", "-"), caption)
        if name == "help.cheat_sheet":
            window.run(window.actions_by_id[name])
    for palette in window.findChildren(Palette):
        palette.close()
    window.run(window.actions_by_id["view.theme_light"])
    yield SETTLE
    yield Shot("light", "The light theme: View, Theme, Light.")


def done_of(row: JobRow | None) -> float:
    """Give the part of a training that is done; all of it once it has ended."""
    return 1.0 if row is None else row.fraction or 0.0


def train(stage: Stage) -> Iterator[Step]:
    """Let the prior learn from the simulated rock for a few minutes, and choose its model."""
    window = stage.window
    stage.new_project("Training")
    yield from open_sample(window, "rock")
    panel: Any = window.enter_workspace().show_panel(TRAIN)
    panel.settings.budget.set_value(TRAINED_MINUTES)
    yield Wait("the button", panel.foot.train.isEnabled)
    yield SETTLE
    yield Shot("ready", "Train: what it learns from, how long, and what is kept out.")
    click(panel.foot.train)
    samples = panel.watch.view.samples
    yield Wait("the first samples", samples.isVisible)
    yield Wait("most of the curves", lambda: done_of(panel.session.trainings.row()) > 0.9)
    yield SETTLE
    yield Shot("learning", "New images from the same seeds above real ones; the curves below them.")
    yield Wait("the model", panel.foot.sentence.isVisible)
    panel.door.open(GENERATE)
    yield SETTLE
    yield Shot("chosen", "The model that was just trained is the one that Generate uses.")


def grow(stage: Stage) -> Iterator[Step]:
    """Extend a part of the simulated rock with the bundled prior, and make slices between its slices."""
    window = stage.window
    stage.new_project("Growing")
    yield from open_sample(window, "rock")
    mask: Any = window.enter_workspace().show_panel(MASK)
    for name, n in (("right", 40), ("bottom", 40)):
        mask.room.sides[name].set_value(n)
    part = add_part(window)
    yield SETTLE
    yield Shot("room", "Mask, Make room: how much is added on each side.")
    yield from filled(window, mask.room.extend, "The part was extended to the right and below by the bundled prior.")
    window.session.set_source(part)
    mask = window.enter_workspace().show_panel(MASK)
    yield SETTLE
    yield from filled(window, mask.room.interpolate, "Slices between those of the part.", "between")
    window.session.set_source(part)
    panel: Any = window.enter_workspace().show_panel(GENERATE)
    click(panel.settings.generator.task_button("restore"))
    yield SETTLE
    yield Shot("restore", "Generate, Restore: noise, finer pixels, or slices as fine as pixels.")


def add_part(window: MainWindow) -> Any:
    """Add a small part of the image that is open as a layer of its own, alone on the canvas."""
    from napari_synthscope.canvas.layers import add_image

    image, session = window.session.source_image(), window.session
    part = image.with_(pixels=np.asarray(image.pixels[8:15, 60:220, 60:220]), name="part of the rock", origin=Origin())
    for layer in session.viewer.layers:
        layer.visible = False
    layer = add_image(session.viewer, part)
    session.set_source(layer)
    session.viewer.reset_view()
    return layer


def filled(window: MainWindow, button: Any, caption: str, name: str = "extended") -> Iterator[Step]:
    """Make room by a button of the Mask panel, and fill it with the bundled prior."""
    click(button)
    yield Wait("the room", lambda: window.session.source.name.endswith(("extended", "interpolated")))
    window.session.viewer.reset_view()
    yield SETTLE
    yield from generate(window, "prior", 1, "rock-soil")
    yield Wait("the candidate on the canvas", lambda: bool(window.session.stage.on_canvas))
    window.session.viewer.dims.set_current_step(0, 5)
    yield SETTLE
    yield Shot(name, caption)
    window.session.stage.clear()


def live(stage: Stage) -> Iterator[Step]:
    """Move a slider while the fill of a small hole in the simulated rock is shown live."""
    window, story = stage.window, Story(strokes=(((100, 92), (104, 98), (110, 106)),), around=(104, 98, 120))
    stage.new_project("Live")
    yield from open_sample(window, "rock")
    yield from paint(window, story)
    panel: Any = window.enter_workspace().show_panel(GENERATE)
    yield Wait("the switch", panel.live.isVisible)
    yield Wait("the plan", panel.bar.run.isEnabled)
    click(panel.live.switch, QPoint(8, panel.live.switch.height() // 2))
    shown = window.session.live
    yield Wait("the first preview", lambda: shown.layer is not None and not shown.busy)
    first = shown.layer.data.copy()
    form = panel.settings.generator.findChild(RecordForm)
    form.editor("variety").slider.setValue(120)
    yield Wait("the next preview", lambda: not shown.busy and not np.array_equal(shown.layer.data, first))
    yield SETTLE
    yield Shot("fill", "Live: what the first candidate would be, as the slider stands.")


SCENES: dict[str, Scene] = {
    "rock": rock,
    "live": live,
    "artefacts": artefacts,
    "asked": asked,
    "shell": shell,
    "train": train,
    "families": families,
    "compare": compare_generators,
    "lineup": lineup,
    "models": models,
    "licence": licence,
    "single": single,
    "prompt": pretrained,
    "diffedit": diffedit,
    "edge": edge,
    "fine": fine,
    "vae": vae,
    "vqvae": vqvae,
    "stylegan": stylegan,
    "evaluate": evaluate,
    "study": study,
    "example": example,
    "grow": grow,
    **{name: real(name) for name in REAL},
}
