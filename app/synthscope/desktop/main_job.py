"""The main job in the window, played by a hand that knows the way: for the demo and the guide's pictures."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.desktop.actions import COMPARE, EVALUATE, GENERATE, MASK, OPEN
from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.strokes import click, move_away, stroke
from synthscope.desktop.tour import Pause, Shot, Step, Wait
from synthscope.generators.registry import find_spec
from synthscope.qt.picture_card import PictureCard

SETTLE = Pause(600)


@dataclass(frozen=True)
class Story:
    """What is repaired, and how.

    Parameters
    ----------
    sample : str
        Key of the sample.
    path : Path, optional
        A file or folder to open instead of a sample.
    slices : tuple of int
        The slices that are painted, in a stack; the last one is shown.
    around : tuple (row, column, height), optional
        The middle and the height in voxels of what is looked at closely; None for the whole image.
    strokes : tuple of strokes
        Each a tuple of (row, column) in voxels.
    brush : int
        Diameter in voxels.
    generators : tuple of (id, candidates)
        Run one after the other; the last one's first candidate is accepted.
    model : str
        For those that need one.
    """

    sample: str = "rock"
    path: Path | None = None
    slices: tuple[int, ...] = (8,)
    around: tuple[float, float, float] | None = None
    strokes: tuple[tuple[tuple[float, float], ...], ...] = (
        ((92, 84), (100, 92), (108, 104), (112, 118)),
        ((150, 150), (158, 156), (162, 166)),
    )
    brush: int = 16
    generators: tuple[tuple[str, int], ...] = (("biharmonic", 1), ("exemplar", 4), ("prior", 4))
    model: str = "rock-soil"


def play(window: MainWindow, story: Story) -> Iterator[Step]:
    """Give the steps: open, mask, generate, look, compare, accept."""
    yield from begin(window, story)
    yield from paint(window, story)
    for generator, count in story.generators:
        yield from generate(window, generator, count, story.model if find_spec(generator).needs_model else "")
    yield from look(window)
    yield from compare(window)
    yield from accept(window)


def begin(window: MainWindow, story: Story) -> Iterator[Step]:
    """Show the start page, and open what the story is about."""
    yield SETTLE
    yield Shot("start", "The start page: open a stack, or try a simulated sample.")
    yield from open_sample(window, story.sample) if story.path is None else open_path(window, story.path)


def open_sample(window: MainWindow, key: str) -> Iterator[Step]:
    """Click the card of a sample."""
    card = next(card for card in window.findChildren(PictureCard) if card.value().id == key)
    click(card)
    yield Wait("the sample", lambda: window.workspace is not None and has_source(window))
    yield SETTLE
    yield Shot("open", "What was opened: shape, axes, voxel size and values, as they were understood.")


def open_path(window: MainWindow, path: Path) -> Iterator[Step]:
    """Open a file or folder, as if it had been dropped on the window."""
    window.open_paths([path])
    yield Wait(path.name, lambda: has_source(window))
    yield SETTLE
    yield Shot("open", "What was opened: shape, axes, voxel size and values, as they were understood.")


def has_source(window: MainWindow) -> bool:
    """Tell whether an image is on the canvas."""
    return window.workspace is not None and any(
        layer._type_string == "image" for layer in window.workspace.viewer.layers
    )


def paint(window: MainWindow, story: Story) -> Iterator[Step]:
    """Open the Mask panel, take the brush, and paint with the mouse, slice by slice."""
    workspace = window.enter_workspace()
    if MASK in workspace.panels:
        workspace.show_panel(MASK)
    session, viewer = window.session, workspace.viewer
    source = session.source
    mask = session.mask or session.new_mask()
    viewer.layers.selection.active = mask
    mask.mode, mask.brush_size, mask.selected_label = "paint", story.brush, 1
    look_at(viewer, source, story)
    for slice_ in story.slices if "z" in session.source_image().space.axes else (0,):
        viewer.dims.set_current_step(0, slice_)
        yield SETTLE
        yield from _draw(viewer, source, story.strokes)
    mask.mode = "pan_zoom"
    move_away(viewer.window._qt_viewer.canvas.native)
    yield Wait("the painted mask", lambda: session.painted is not None)
    yield SETTLE
    yield Shot("mask", "What is to be made again, painted with the mouse; everything else will stay as it is.")


def look_at(viewer: Any, layer: Any, story: Story) -> None:
    """Show the whole image, or the part that the story is about."""
    viewer.reset_view()
    if story.around is not None:
        row, column, height = story.around
        scale, corner = _plane(layer)
        middle = np.asarray((row, column)) * scale + corner
        viewer.camera.center = (0.0, *middle)
        viewer.camera.zoom = viewer.window._qt_viewer.canvas.native.height() / (height * scale[0])


def _draw(viewer: Any, layer: Any, lines: tuple[tuple[tuple[float, float], ...], ...]) -> Iterator[Step]:
    scale, corner = _plane(layer)
    for line in lines:
        world = [tuple(np.asarray(point) * scale + corner) for point in _dense(line)]
        for milliseconds in stroke(viewer, viewer.window._qt_viewer.canvas, world):
            yield Pause(milliseconds)


def _plane(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    """Give size and position of a pixel of the slice that is shown, in world coordinates (row, column)."""
    return np.asarray(layer.scale[-2:]), np.asarray(layer.translate[-2:])


def generate(window: MainWindow, generator: str, count: int, model: str = "") -> Iterator[Step]:
    """Choose a generator, press Run, and wait for all candidates."""
    panel: Any = window.enter_workspace().show_panel(GENERATE)
    yield SETTLE
    choice = panel.settings.value()
    panel.settings.set_value(replace(choice, generator=generator, parameters=None, count=count, model=model))
    yield Wait("the plan", panel.bar.run.isEnabled)
    yield SETTLE
    yield Shot(f"generate-{generator}", f"Ready to run {generator}: what it works on, and what it will cost.")
    click(panel.bar.run)
    yield Wait("the candidates", lambda: len(finished(window, generator)) == count)
    yield SETTLE


def finished(window: MainWindow, generator: str) -> tuple[Any, ...]:
    """Give the candidates of the newest run, if it is one of this generator."""
    run = window.session.runs.current
    if run is None or run.recipe().generator != generator:
        return ()
    return tuple(run.candidates())


def look(window: MainWindow) -> Iterator[Step]:
    """Step through the candidates in place, as the keys do, and back to the first."""
    panel: Any = window.enter_workspace().panel(GENERATE)
    strip, stage = panel.tray.strip, window.session.stage
    for step in (1, -1):
        strip.step(step)
        yield Wait("the candidate on the canvas", lambda: stage.on_canvas == strip.current())
        yield SETTLE
    yield Shot("candidates", "Candidates as they were finished, each with its seed; one is in place on the canvas.")


def compare(window: MainWindow) -> Iterator[Step]:
    """Show real and synthetic as a curtain, then as a difference."""
    panel: Any = window.enter_workspace().show_panel(COMPARE)
    yield SETTLE
    for word, caption in (
        ("side_by_side", "Real and synthetic side by side, at one contrast, with linked views."),
        ("curtain", "The curtain: drag the handle across."),
        ("difference", "The difference: grey wherever nothing changed."),
    ):
        offered: dict[str, Callable[[], Any]] = panel.shell_actions()
        if word in offered:
            offered[word]()
            yield Pause(900)
            yield Shot(f"compare-{word.replace('_', '-')}", caption)


def accept(window: MainWindow) -> Iterator[Step]:
    """Accept the first candidate as a new layer."""
    workspace = window.enter_workspace()
    workspace.show_panel(OPEN)
    session = window.session
    candidate = session.runs.current.candidates()[0]
    known = set(map(id, workspace.viewer.layers))
    session.stage.accept(candidate.id)
    yield Wait("the verdict", lambda: session.runs.verdict(candidate).state == "accepted")
    yield Wait("the accepted layer", lambda: bool({id(layer) for layer in workspace.viewer.layers} - known))
    yield SETTLE
    yield Shot("accepted", "Accepted: a new layer, its synthetic voxels outlined; the source is untouched.")


def judge(
    window: MainWindow, real: Path, generated: Sequence[Path], *, side: int, resamples: int
) -> Generator[Step, None, Path]:
    """Tick folders in the Evaluate panel, press Evaluate, and wait for the card; give the folder of its report."""
    panel: Any = window.enter_workspace().show_panel(EVALUATE)
    choice, more = panel.choice, panel.choice.settings.more
    yield Wait("what can be judged", lambda: bool(choice.real.keys()))
    for pick, paths in ((choice.real, (real,)), (choice.generated, generated)):
        pick.set_value(())
        pick.add_paths(paths)
    more.side.set_value(side)
    more.resamples.set_value(resamples)
    more.controls.setChecked(False)
    yield SETTLE
    yield Wait("the plan of the evaluation", panel.foot.evaluate.isEnabled)
    yield SETTLE
    yield Shot("evaluate", "What will be judged: new images of two generators against a sample that neither has seen.")
    click(panel.foot.evaluate)
    yield Wait("the report card", lambda: panel.report.report is not None)
    yield SETTLE
    yield Shot("report", "The report card: every number beside the same number for real against real.")
    folder: Path = panel.report.folder
    return folder


def _dense(line: tuple[tuple[float, float], ...]) -> list[np.ndarray]:
    """Put a point every few voxels between those given, as a hand would."""
    points: list[np.ndarray] = []
    for first, last in pairwise(line):
        points += list(np.linspace(first, last, 4, endpoint=False))
    return [*points, np.asarray(line[-1], float)]
