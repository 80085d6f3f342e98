"""The scenes that the pictures of the docs are taken from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qtpy.QtWidgets import QScrollArea
from real_images import REAL

from synthscope.cli.demo_work import Proven, prove
from synthscope.desktop.actions import GENERATE, JOBS
from synthscope.desktop.main_job import SETTLE, Story, accept, begin, compare, generate, look, paint
from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait


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


SCENES: dict[str, Scene] = {"rock": rock, **{name: real(name) for name in REAL}}
