"""How long the window ever keeps a person waiting while a job runs, against the same window at rest."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QTimer

from synthscope.desktop.application import make_application, make_window, prepare
from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.settings import SettingsStore

BEAT_MS = 5
REST_SECONDS = 4.0
GENERATE = "synthscope.panel.generate"


class Heartbeat:
    """Counts the milliseconds between two turns of the event loop, and those that the thread itself worked.

    The difference is what other programs took: a busy machine makes gaps that are not ours.
    """

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self.work: list[float] = []
        self._last = time.perf_counter()
        self._worked = time.thread_time()
        self._timer = QTimer()
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> Self:
        self.gaps.clear()
        self.work.clear()
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.gaps.append(1000 * (now - self._last))
        self.work.append(1000 * (worked - self._worked))
        self._last, self._worked = now, worked

    def summary(self) -> dict[str, float]:
        """Give the longest gap, the longest work in one, the 99th percentile and the number of turns."""
        gaps, work = np.asarray(self.gaps), np.asarray(self.work)
        return {
            "longest_ms": float(gaps.max()),
            "longest_work_ms": float(work.max()),
            "over_100_ms": int(np.count_nonzero(work > 100)),
            "p99_ms": float(np.percentile(gaps, 99)),
            "turns": len(gaps),
        }


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    make_application()
    made = make_window(SettingsStore(tmp_path / "settings"))
    made.show()
    qtbot.waitExposed(made)
    prepare(made)
    yield made
    made.close()


@pytest.mark.benchmark
def test_the_longest_gap_while_a_job_runs(benchmark: Any, qtbot: QtBot, window: MainWindow) -> None:
    """Report the gaps of the event loop at rest and while the candidates of a run are made and shown."""
    workspace = window.enter_workspace()
    panel: Any = workspace.show_panel(GENERATE)
    rng = np.random.default_rng(0)
    workspace.viewer.add_image(rng.integers(0, 40000, (24, 512, 512)).astype(np.uint16), name="noise")
    session = window.session
    mask = session.new_mask()
    mask.data[10:14, 200:260, 200:260] = 1
    mask.events.data()
    qtbot.waitUntil(panel.bar.run.isEnabled, timeout=20_000)
    heart = Heartbeat()
    with heart:
        qtbot.wait(int(1000 * REST_SECONDS))
    rest = heart.summary()

    begun: list[str] = []
    session.runs.began.connect(begun.append)

    def run() -> None:
        panel.settings.seeds.use(0)
        with heart:
            panel.run()
            qtbot.waitUntil(lambda: bool(begun), timeout=60_000)
        benchmark.extra_info["from_the_press_until_it_was_queued"] = heart.summary()
        with heart:
            wanted = panel.settings.value().count
            qtbot.waitUntil(lambda: _made(session) == wanted, timeout=300_000)

    benchmark.pedantic(run, rounds=1)
    benchmark.extra_info["at_rest"] = rest
    benchmark.extra_info["while_a_job_ran"] = heart.summary()
    benchmark.extra_info |= _afterwards(qtbot, session, heart)


def _afterwards(qtbot: QtBot, session: Any, heart: Heartbeat) -> dict[str, dict[str, float]]:
    """Accept a candidate, take it back, and accept it again."""
    accepted: list[Any] = []
    session.stage.accepted.connect(accepted.append)
    acts = {
        "accepting": lambda: session.stage.accept(session.runs.current.candidates()[0].id),
        "undo_of_accepting": session.undo,
        "redo_of_accepting": session.redo,
    }
    gaps = {}
    for name, act in acts.items():
        with heart:
            act()
            qtbot.waitUntil(lambda: bool(accepted) and not session.stage.busy, timeout=60_000)
            qtbot.wait(300)
        gaps[name] = heart.summary()
    return gaps


def _made(session: Any) -> int:
    run = session.runs.current
    return 0 if run is None else len(run.candidates())
