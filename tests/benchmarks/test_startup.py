"""How long until the first window, against a bare napari window, alternating on the same machine."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROUNDS = 5

# Each program prints the seconds from its own start until its window has been drawn, then ends.
NAPARI = """
import time; begun = time.perf_counter()
from napari import Viewer
from qtpy.QtWidgets import QApplication
viewer = Viewer()
QApplication.processEvents()
print(time.perf_counter() - begun, flush=True)
import os; os._exit(0)
"""
SYNTHSCOPE = """
import time; begun = time.perf_counter()
from pathlib import Path
from synthscope.desktop.application import make_application, make_window
from synthscope.desktop.settings import SettingsStore, config_folder
application = make_application()
window = make_window(SettingsStore(config_folder()))
window.show()
application.processEvents()
first = time.perf_counter() - begun
window.enter_workspace()
application.processEvents()
print(first, time.perf_counter() - begun, flush=True)
import os; os._exit(0)
"""


def seconds(program: str, home: Path) -> list[float]:
    """Run a program in a home of its own and give the numbers it prints."""
    places = {name: str(home) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=os.environ | places,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(word) for word in done.stdout.split()]


@pytest.mark.benchmark
def test_first_window_against_a_bare_napari(benchmark: Any, tmp_path: Path) -> None:
    """Report the ratios; the aim is at most 1.5 for the first window."""
    for program in (NAPARI, SYNTHSCOPE):  # warm the disk
        seconds(program, tmp_path)
    pairs = [(seconds(NAPARI, tmp_path), seconds(SYNTHSCOPE, tmp_path)) for _ in range(ROUNDS)]
    napari = statistics.median(bare[0] for bare, _ in pairs)
    first = statistics.median(ours[0] for _, ours in pairs)
    workspace = statistics.median(ours[1] for _, ours in pairs)
    benchmark.extra_info |= {
        "napari_seconds": round(napari, 2),
        "first_window_seconds": round(first, 2),
        "workspace_seconds": round(workspace, 2),
        "first_window_ratio": round(first / napari, 2),
        "workspace_ratio": round(workspace / napari, 2),
    }
    benchmark.pedantic(seconds, (SYNTHSCOPE, tmp_path), rounds=1)
    sys.stderr.write(f"\n{benchmark.extra_info}\n")
