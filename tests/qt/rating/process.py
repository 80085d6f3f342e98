"""Starting the rater of `rater.py` as a process of its own, in a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]


def environment(home: Path) -> dict[str, str]:
    """Give an environment whose settings lie in an empty home; without a display, none is needed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    display = {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    folders = {name: str(home / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME",
                                                           "XDG_STATE_HOME")}  # fmt: skip
    return {**kept, **display, **folders, "HOME": str(home), "PYTHONPATH": str(ROOT)}


def start_rater(
    folder: Path, pack: Path, slot: str, *, report: Path | None = None, plants: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start a rater whose answers lie in `folder`; read which trials were taken, one a line, from what it writes."""
    home, job = folder / "home", folder / "job.json"
    home.mkdir(parents=True, exist_ok=True)
    words = [str(pack), "--slot", slot, "--out", str(folder / "answers"), "--mirror", str(folder / "second")]
    job.write_text(json.dumps({"arguments": words, "report": str(report or ""), "plants": dict(plants or {})}))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.qt.rating.rater", str(job)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=home, env=environment(home),
    )  # fmt: skip
