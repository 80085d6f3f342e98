"""The rater's own process: what it loads, what it keeps, and how it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from synthscope import rating
from synthscope.records.study import Question, Showing
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.studies.pack.writing import write_pack

MANIFEST = PackManifest(
    "s", "x", "rating", (Question("q", "scale", "How good?"),), Showing(), (1, 8, 8, 1), ("0a11",),
    (Slot("a", False, (Trial("t", 1, ("0a11",)),)),),
)  # fmt: skip
PROGRAM = """
import atexit, json, runpy, sys
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication
atexit.register(lambda: print(json.dumps(sorted(sys.modules))))
application = QApplication([])
QTimer.singleShot(0, application.closeAllWindows)
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
SECRET = ("synthscope.studies.sealing", "synthscope.records.study_key", "synthscope.services.provenance")
HEAVY = ("napari", "torch", "synthscope.cli", "synthscope.desktop", "synthscope.generators", "synthscope.metrics")


@pytest.fixture
def pack(tmp_path):
    return write_pack(tmp_path / "s.ratepack", MANIFEST, lambda _: np.zeros((1, 8, 8, 1), np.uint8))


@pytest.mark.parametrize("entry", [["synthscope.rating"], ["synthscope", "study", "rate"]])
def test_the_process_of_a_rater_loads_neither_keys_nor_viewer_nor_networks(pack, entry):
    words = [sys.executable, "-c", PROGRAM, *entry, str(pack)]
    ran = subprocess.run(
        words, check=False, capture_output=True, text=True, timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    )
    assert ran.returncode == 0, ran.stderr
    loaded = json.loads(ran.stdout.splitlines()[-1])
    assert "synthscope.qt.rating.window" in loaded
    assert not [name for name in loaded if name.startswith((*SECRET, *HEAVY))]
    assert (pack.parent / "responses_a.db").exists()


def test_what_is_no_pack_is_refused_in_a_sentence(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("x")
    assert rating.main([str(tmp_path / "a.txt")]) == 2
    assert "a.txt is no rater pack" in capsys.readouterr().err
