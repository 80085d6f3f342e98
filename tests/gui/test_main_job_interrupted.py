"""A program that is killed in the middle of a run, and what the next one offers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from synthscope.services.run_folder import RunFolder

pytestmark = pytest.mark.gui

PROGRAM = """
import sys
import numpy as np
from pathlib import Path
from qtpy.QtWidgets import QApplication
application = QApplication([])
from napari.components import ViewerModel
from napari_synthscope.session.session import Session
from synthscope.records.request import Region
from synthscope.services.choosing import Choice
from synthscope.services.planning import plan
viewer = ViewerModel()
session = Session.of(viewer)
rng = np.random.default_rng(3)
viewer.add_image(rng.integers(2000, 50000, (12, 64, 64)).astype(np.uint16), name="grains")
mask = session.new_mask()
mask.data[3:9, 20:40, 20:40] = 1
session.mask_written(Region((3, 20, 20), (9, 40, 40)))
def begin():
    session.file.saved.disconnect(begin)
    fitted = session.mask_pixels()
    choice = Choice("inpaint", "exemplar", count=200, context=16)
    session.runs.begin(plan(session.source_image(), fitted.box, fitted.pixels, choice))
session.file.saved.connect(begin)
session.file.save()
def made(message):
    print("made", message.path, session.work.worker_pid, flush=True)
session.runs.began.connect(lambda run: session.work.made.connect(made))
application.exec()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    monkeypatch.setenv("NAPARI_CONFIG", "")
    return tmp_path


@pytest.fixture
def killed(home: Path) -> Path:
    """Kill a program after its first candidate; give the run's folder."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "ignore"}
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True, cwd=home
    )
    assert program.stdout is not None
    words = program.stdout.readline().split()
    assert words[0] == "made", words
    worker = psutil.Process(int(words[2]))
    program.send_signal(signal.SIGKILL)
    program.wait()
    program.stdout.close()
    worker.wait(30)  # a worker whose window is gone ends by itself
    return Path(words[1]).parents[1]


@pytest.fixture
def panels(qtbot: QtBot, killed: Path) -> Iterator[tuple[Any, Any]]:
    """The jobs and Generate panels of the next program."""
    from napari_synthscope.generating.panel import GeneratePanel
    from napari_synthscope.jobs.panel import JobsPanel

    viewer = ViewerModel()
    jobs, generate = JobsPanel(napari_viewer=viewer), GeneratePanel(napari_viewer=viewer)
    for panel in (jobs, generate, generate.tray):
        qtbot.addWidget(panel)
    yield jobs, generate
    generate.close()
    generate.session.close()


def test_the_next_program_offers_to_resume_and_to_open_what_was_open(
    panels: tuple[Any, Any], killed: Path, qtbot: QtBot
) -> None:
    jobs, generate = panels
    session, run = generate.session, RunFolder(killed)
    wait = waiter(qtbot)
    row = jobs.list.value()[0]
    assert row.state == "interrupted"
    assert not session.work.running  # nothing is begun again unasked
    made = len(run.candidates())
    assert made >= 1
    generate.sentence.acted.emit()
    wait(lambda: session.runs.current is not None and session.painted is not None)
    assert session.runs.current.path == killed
    assert session.painted.voxels == 6 * 20 * 20
    assert np.asarray(session.source.data).shape == (12, 64, 64)
    jobs.list.resumed.emit((row.id,))
    wait(lambda: len(run.candidates()) > made)
    session.work.cancel(row.id)
    wait(lambda: session.work.job(row.id).state == "cancelled")


def test_discarding_keeps_what_was_finished_and_begins_nothing(
    panels: tuple[Any, Any], killed: Path, qtbot: QtBot
) -> None:
    jobs, generate = panels
    row = jobs.list.value()[0]
    made = len(RunFolder(killed).candidates())
    jobs.list.discarded.emit((row.id,))
    waiter(qtbot)(lambda: jobs.list.value()[0].state == "cancelled")
    assert not generate.session.work.running
    assert len(RunFolder(killed).candidates()) == made


def waiter(qtbot: QtBot) -> Callable[[Callable[[], Any]], None]:
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=60000)
