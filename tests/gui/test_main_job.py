"""The main job with real mouse events, real worker processes and a real window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import tifffile
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt, QTimer
from qtpy.QtWidgets import QApplication

from synthscope.desktop.main_window import MainWindow
from synthscope.generators.registry import resolve
from synthscope.imaging.hashing import pixel_hash
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.run import Verdict
from synthscope.services.choosing import Choice
from synthscope.services.verbs import make_job

pytestmark = pytest.mark.gui

GENERATE, JOBS = "synthscope.panel.generate", "synthscope.panel.jobs"
SHAPE = (10, 96, 104)
LONG = 60000


@pytest.fixture
def stack(tmp_path: Path, rng: np.random.Generator) -> Path:
    """A 16-bit stack of grains, as an OME-TIFF of 3 × 1.2 × 1.2 µm."""
    from scipy.ndimage import gaussian_filter

    grains = gaussian_filter(rng.normal(size=SHAPE), (1, 2, 2))
    pixels = np.interp(grains, (grains.min(), grains.max()), (4000, 42000)).astype(np.uint16)
    path = tmp_path / "grains.ome.tif"
    metadata = {"axes": "ZYX", **{f"PhysicalSize{a}": s for a, s in zip("XYZ", (1.2, 1.2, 3.0), strict=True)}}
    tifffile.imwrite(path, pixels, ome=True, metadata=metadata, photometric="minisblack")
    return path


class Person:
    """Does with mouse and eyes what a person does."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.panel: Any = None

    @property
    def viewer(self) -> Any:
        assert self.window.workspace is not None
        return self.window.workspace.viewer

    @property
    def session(self) -> Any:
        return self.panel.session

    def open(self, path: Path) -> Any:
        self.window.open_paths([path])
        self.wait(lambda: self.window.workspace is not None and len(self.viewer.layers) > 0)
        assert self.window.workspace is not None
        self.panel = self.window.workspace.show_panel(GENERATE)
        self.wait(lambda: self.session.source is not None)
        return self.session.source

    def begin_mask(self) -> Any:
        self.wait(lambda: self.panel.card._draw.isVisible())
        self.click(self.panel.card._draw)
        return self.session.mask

    def paint(self, *points: tuple[float, float]) -> None:
        """Draw a stroke through points (row, column) of the shown slice."""
        canvas = self.viewer.window._qt_viewer.canvas.native
        where = [self._pixel(point) for point in points]
        self.qtbot.mouseMove(canvas, where[0])
        self.qtbot.wait(60)  # napari and the canvas drop moves that follow too fast on each other
        self.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=where[0])
        for point in where:
            self.qtbot.wait(60)
            self.qtbot.mouseMove(canvas, point)
        self.qtbot.wait(60)
        self.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=where[-1])

    def choose(self, generator: str, count: int = 3) -> None:
        combo = self.panel.settings.generator.combo
        combo.setCurrentIndex(combo.findData(generator))
        self.panel.settings.seeds.count.set_value(count)
        self.panel.settings.context.set_value(24)
        self.wait(lambda: self.panel.bar.run.isEnabled())

    def run(self, made: int) -> None:
        self.click(self.panel.bar.run)
        self.wait(lambda: len(self.rows()) == made)

    def rows(self) -> tuple[Any, ...]:
        rows: tuple[Any, ...] = self.panel.tray.strip.value()
        return rows

    def accept(self) -> Any:
        accepted: list[Any] = []
        self.session.stage.accepted.connect(accepted.append)
        self.panel.shell_actions()["accept"]()
        self.wait(lambda: accepted)
        return accepted[0]

    def click(self, widget: Any) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def wait(self, condition: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def _pixel(self, point: tuple[float, float]) -> QPoint:
        canvas = self.viewer.window._qt_viewer.canvas
        y, x = self.session.source.data_to_world((0, *point))[-2:]
        p = canvas.view.scene.transform.map([x, y, 0, 1])
        across, down = p[:2] / p[3] + np.asarray(canvas.view.pos)
        return QPoint(round(across), round(down))


@pytest.fixture
def person(window: MainWindow, qtbot: QtBot) -> Person:
    return Person(window, qtbot)


@pytest.fixture
def ready(person: Person, stack: Path) -> Person:
    """An open stack, a mask painted on slice 5 by the mouse."""
    person.open(stack)
    mask = person.begin_mask()
    mask.brush_size = 10
    person.viewer.dims.set_current_step(0, 5)
    person.qtbot.wait(100)
    person.paint((44, 46), (50, 52), (54, 60))
    person.wait(lambda: person.session.painted is not None)
    return person


@pytest.mark.usefixtures("without_torch")
def test_the_main_job_from_a_file_to_a_file_and_the_same_by_the_command_line(
    ready: Person, stack: Path, tmp_path: Path
) -> None:
    from napari_synthscope.files.result_saving import save_layer

    source, mask = ready.session.source, ready.session.mask.data.copy()
    original = np.asarray(source.data).copy()
    assert set(np.flatnonzero(mask.any(axis=(1, 2)))) == {5}
    ready.choose("exemplar", 3)
    choice = ready.panel.settings.value()
    ready.run(3)
    assert [row.seed for row in ready.rows()] == [0, 1, 2]
    ready.wait(lambda: ready.session.stage.on_canvas == ready.rows()[0].id)
    ready.panel.shell_actions()["next"]()
    ready.wait(lambda: ready.session.stage.on_canvas == ready.rows()[1].id)
    layer = ready.accept()
    assert np.array_equal(np.asarray(source.data), original)
    outside = mask == 0
    assert np.array_equal(layer.data[outside], original[outside])
    assert not np.array_equal(layer.data, original)
    ready.wait(lambda: "identical" in ready.panel.results.card.proof.text())

    saved = tmp_path / "repaired.ome.tif"
    job = save_layer(ready.session, layer, saved)
    ready.wait(lambda: ready.session.work.job(job).ended_already)
    assert ready.session.work.job(job).state == "done", ready.session.work.job(job).error
    back = open_image(saved)
    assert np.array_equal(np.asarray(back.pixels[...]), layer.data)
    assert np.array_equal(np.asarray(back.synthetic[...]), mask != 0)
    assert back.space.voxel_size == pytest.approx((3.0, 1.2, 1.2))
    assert back.provenance is not None

    ready.panel.results.reproduce()
    ready.wait(lambda: "largest difference 0" in ready.panel.results.card.replayed.text())

    assert isinstance(choice, Choice)
    outcome = drain(make_job(open_image(stack), mask, choice, tmp_path / "out", resolve))
    assert [written.sha256 for written in outcome.candidates][1] == pixel_hash(layer.data)
    assert "torch" not in sys.modules


def test_the_window_answers_while_another_process_works(ready: Person) -> None:
    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1

    timer = QTimer()
    timer.timeout.connect(beat)
    ready.choose("exemplar", 3)
    timer.start(10)
    ready.run(1)
    pid = ready.session.work.worker_pid
    assert pid is not None
    assert pid != os.getpid()
    assert psutil.Process(pid).ppid() == os.getpid()
    assert beats > 3  # the window took its turns while the worker worked, however slow the machine
    timer.stop()
    ready.wait(lambda: len(ready.rows()) == 3)


def test_a_deterministic_generator_says_so_and_makes_one(ready: Person) -> None:
    ready.choose("harmonic", 3)
    ready.wait(lambda: "one candidate, no uncertainty" in ready.panel.bar.remarks.text())
    ready.run(1)
    ready.wait(lambda: ready.panel.results.card.uncertainty.toolTip().startswith("This generator gives one result"))
    assert not ready.panel.results.card.uncertainty.isEnabled()


def test_an_accepted_result_goes_and_comes_back_with_the_keys(ready: Person) -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    ready.choose("biharmonic", 1)
    ready.run(1)
    layer = ready.accept()
    (row,) = ready.rows()
    ready.window.activateWindow()  # keys go to the active window
    ready.wait(ready.window.isActiveWindow)
    ready.qtbot.keyClick(ready.window, Qt.Key.Key_Z, control)
    ready.wait(lambda: layer not in ready.viewer.layers)
    assert ready.session.runs.current.verdicts().get(row.id, Verdict()).state != "accepted"
    ready.qtbot.keyClick(ready.window, Qt.Key.Key_Z, control | shift)
    ready.wait(lambda: layer in ready.viewer.layers)
    assert ready.session.runs.current.verdicts()[row.id].state == "accepted"


def test_a_source_that_is_renamed_and_deleted_while_a_run_works_does_no_harm(ready: Person) -> None:
    ready.choose("exemplar", 3)
    ready.click(ready.panel.bar.run)
    ready.wait(lambda: ready.session.work.running)
    source = ready.session.source
    source.name = "renamed"
    ready.viewer.layers.remove(source)
    ready.wait(lambda: len(ready.rows()) == 3)
    assert ready.accept().data.shape == SHAPE


def test_a_killed_worker_is_a_sentence_and_retry_makes_only_what_is_missing(ready: Person) -> None:
    ready.choose("exemplar", 4)
    ready.run(1)
    pid = ready.session.work.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    ready.wait(lambda: ready.panel.sentence.value() is not None)
    assert ready.panel.sentence.value().action == "Retry"
    run = ready.session.runs.current
    kept = {c.id: run.image_path(i + 1).stat().st_mtime_ns for i, c in enumerate(run.candidates())}
    assert 1 <= len(kept) < 4
    ready.click(ready.panel.sentence._action)
    ready.wait(lambda: len(ready.rows()) == 4)
    assert all(run.image_path(i + 1).stat().st_mtime_ns == stamp for i, stamp in enumerate(kept.values()))
    assert [c.seed for c in run.candidates()] == [0, 1, 2, 3]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_disk_that_fills_in_the_middle_of_a_run_is_a_sentence_and_retry_makes_only_what_is_missing(
    ready: Person, small_disk: Path
) -> None:
    ready.session.new_project(small_disk / "project", "Small")
    ready.choose("exemplar", 40)
    ready.click(ready.panel.bar.run)
    ready.wait(ready.rows)
    ballast = small_disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    ready.wait(lambda: ready.panel.sentence.value() is not None and ready.panel.sentence.value().action)
    assert "is full" in ready.panel.sentence.value().text
    run = ready.session.runs.current
    kept = {c.id: run.image_path(i + 1).stat().st_mtime_ns for i, c in enumerate(run.candidates())}
    assert 1 <= len(kept) < 40
    ready.wait(lambda: len(ready.rows()) == len(kept))
    assert not any(run.path.rglob(".partial-*"))
    ballast.unlink()
    ready.click(ready.panel.sentence._action)
    ready.wait(lambda: len(ready.rows()) == 40)
    assert all(run.image_path(i + 1).stat().st_mtime_ns == stamp for i, stamp in enumerate(kept.values()))
    assert [c.seed for c in run.candidates()] == list(range(40))


def test_cancelling_keeps_what_was_finished(ready: Person) -> None:
    ready.choose("exemplar", 30)
    ready.run(1)
    ready.wait(lambda: "cancel" in ready.panel.shell_actions())
    ready.panel.shell_actions()["cancel"]()
    ready.wait(lambda: not ready.session.work.running)
    job = ready.session.runs.job_of(ready.session.runs.current)
    assert job is not None
    assert job.state == "cancelled"
    ready.wait(lambda: len(ready.rows()) == len(ready.session.runs.current.candidates()))
    assert 1 <= len(ready.rows()) < 30


def test_the_command_on_the_clipboard_names_what_would_run(ready: Person, stack: Path) -> None:
    ready.choose("exemplar", 2)
    ready.panel.copy_command()
    text = QApplication.clipboard().text()
    assert text.startswith(f"synthscope inpaint {stack} --mask MASK ")
    assert " --axes zyx --voxel-size 3.0,1.2,1.2 " in text
    assert " --generator exemplar " in text
    assert "--count 2 --seed 0" in text
