"""What the start page shows: samples, recent projects, this machine."""

from __future__ import annotations

import os
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import numpy as np
import psutil
from qtpy.QtGui import QImage

from synthscope.desktop.recent import RecentProject, still_there
from synthscope.phantoms.samples import SAMPLES, Sample
from synthscope.qt.picture_card import CardRow
from synthscope.qt.start_page import StartRows

SHOWN_RECENT = 8


def start_rows(recent: tuple[RecentProject, ...], now: datetime) -> StartRows:
    """Collect what the start page shows."""
    return StartRows(
        samples=tuple(_sample_card(sample) for sample in SAMPLES),
        recent=tuple(_project_card(project, now) for project in still_there(recent)[:SHOWN_RECENT]),
        machine=machine_words(),
    )


def machine_words() -> str:
    """Say what this machine has: ``2 cores · 24 GB memory``."""
    memory = psutil.virtual_memory().total / 1e9
    return f"{os.cpu_count()} cores · {memory:.0f} GB memory"


def when_words(then: datetime, now: datetime) -> str:
    """Say when something was, as a person would: ``today``, ``yesterday``, ``5 days ago``, ``3 May 2026``."""
    days = (now.date() - then.date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 14 else f"{then.day} {then:%B %Y}"


def read_picture(path: Path) -> np.ndarray | None:
    """Read a small picture as (Y, X, 3); None where there is none that can be read."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888)
    if image.isNull():
        return None
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _sample_card(sample: Sample) -> CardRow:
    picture = Path(str(files("synthscope_resources"))) / "samples" / f"{sample.key}.png"
    words = f"Try: {sample.to_try[0]}" if sample.to_try else sample.summary
    return CardRow(sample.key, sample.title, sample.size, words, read_picture(picture))


def _project_card(project: RecentProject, now: datetime) -> CardRow:
    opened = f"open {when_words(datetime.fromisoformat(project.opened), now)}"
    return CardRow(project.path, project.name, "", opened, read_picture(project.thumbnail))
