"""Rating a study from the start page: a pack is chosen or dropped, and its window is a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QFileDialog, QInputDialog

from synthscope.errors import SynthscopeError
from synthscope.qt.sentence import Said
from synthscope.studies.pack.reading import open_pack

if TYPE_CHECKING:
    from synthscope.desktop.main_window import MainWindow

SUFFIX = ".ratepack"
_FILTER = f"Rater packs (*{SUFFIX});;All files (*)"


def follow_start(window: MainWindow) -> None:
    """Rate what is chosen or dropped on the start page; what is dropped and is no pack is opened."""
    window.start.rate_wanted.connect(lambda: choose_pack(window))
    window.start.dropped.connect(lambda names: _take(window, [Path(name) for name in names]))


def choose_pack(window: MainWindow) -> None:
    """Ask for a pack and rate it."""
    name, _ = QFileDialog.getOpenFileName(window, "Rate a study", window.settings.last_folder, _FILTER)
    if name:
        rate_pack(window, Path(name))


def rate_pack(window: MainWindow, path: Path) -> None:
    """Ask for the slot where a pack holds several, and start the rater's process; what is no pack is told."""
    try:
        with open_pack(path) as pack:
            slots = [slot.id for slot in pack.manifest.slots]
    except SynthscopeError as error:
        window.notices.set_value(Said(error.sentence, "error"))
        return
    slot, chosen = (slots[0] if slots else ""), True
    if len(slots) > 1:
        slot, chosen = QInputDialog.getItem(window, "Rate a study", "Your place in the study", slots, 0, False)
    if chosen:
        start_process(path, slot)


def start_process(path: Path, slot: str) -> None:
    """Start the rater's process, which goes on when this window is closed."""
    words = [sys.executable, "-m", "synthscope.rating", str(path), "--slot", slot, "--in-window"]
    subprocess.Popen(words, start_new_session=True)


def _take(window: MainWindow, paths: Sequence[Path]) -> None:
    if len(paths) == 1 and paths[0].suffix == SUFFIX:
        rate_pack(window, paths[0])
    else:
        window.open_paths(paths)
