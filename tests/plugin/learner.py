"""Generators of tests/services as installed ones, for the window and for its worker process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from synthscope.generators.registry import resolve
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.training import TrainingRecipe
from synthscope.services.training import begin_training, train_job

ROOT = Path(__file__).parents[2]
GAUSSIAN, MIXING = ("gaussian = tests.services.gaussian:GAUSSIAN", "mixing = tests.services.mixing:MIXING")


def install_learner(folder: Path, monkeypatch: pytest.MonkeyPatch, *points: str) -> None:
    """Put a distribution where this process and the processes that it starts find it; the learner if none is named."""
    info = folder / "learner-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: learner\nVersion: 1\n", encoding="utf-8")
    lines = ("[synthscope.generators]", *(points or (GAUSSIAN,)))
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), str(ROOT), before])))


def learned(folder: Path, image: Image) -> Path:
    """Train a model in a folder, at once and in this process."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    begin_training(folder, TrainingRecipe("gaussian", {}, (), steps=10), [image])
    drain(train_job(folder, resolve))
    return folder
