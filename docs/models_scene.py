"""Scene of the catalogue of pretrained models: found by words, and a licence that is accepted on its own.

Nothing is fetched: the question is shown and answered with *Cancel*. A tiny pipeline of random weights in one file is
taken in by the configuration of another.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from synthscope.desktop.main_job import SETTLE
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait
from synthscope.desktop.weights_window import WeightsWindow
from synthscope.jobs.drain import drain
from synthscope.qt.dialogs.base import ask_base
from synthscope.qt.dialogs.frame import AskDialog
from synthscope.services.models import user_models
from synthscope.services.pretrained import import_pretrained

ROOT = Path(__file__).resolve().parents[1]
BUILD = """
from pathlib import Path
from tests.generators.pretrained.original_layout import write_single
from tests.generators.pretrained.tiny import save, stable_diffusion
folder = Path({!r})
save("stable-diffusion", folder / "tiny-random-pipeline")
write_single(stable_diffusion(folder / "words"), folder / "tiny-random-v1.safetensors")
"""


def models(stage: Any) -> Iterator[Step]:
    """Search for what fills holes."""
    shown = opened(stage, "inpainting")
    yield SETTLE
    yield Shot("catalogue", "Models & weights: what fills holes, what it takes, under which licence.")
    shown.close()


def licence(stage: Any) -> Iterator[Step]:
    """Ask what fetching a model means that is not for commercial use."""
    shown = opened(stage, "non-commercial")
    tile = shown.checkpoints.list.tiles["dit-xl-2-256"]
    yield SETTLE
    click(tile.fetch)
    yield SETTLE
    yield Shot("gate", "A licence that forbids commercial use is accepted on its own, or nothing is fetched.")
    click(tile.refuse)
    shown.close()


def single(stage: Any) -> Iterator[Step]:
    """Take a whole pipeline in one file in, by the configuration of one that is here."""
    subprocess.run([sys.executable, "-c", BUILD.format(str(stage.out))], cwd=ROOT, check=True)
    drain(import_pretrained(stage.out / "tiny-random-pipeline"))
    page = opened(stage, "stable diffusion").checkpoints
    ask_base(page, stage.out / "tiny-random-v1.safetensors", None, page.take_in, page.said.setText)
    dialog = page.findChild(AskDialog)
    yield SETTLE
    yield Shot("base", "A pipeline in one file has weights alone: the rest comes from a model of its kind.")
    dialog.accept()
    yield Wait("the model", (user_models() / "tiny-random-v1").is_dir)
    yield Wait("what is said", lambda: "is here" in page.said.text())
    page.window().close()


def opened(stage: Any, words: str) -> WeightsWindow:
    """Open the window at its page of pretrained models, with words in its search."""
    stage.window.run(stage.window.actions_by_id["file.weights"])
    (shown,) = stage.window.findChildren(WeightsWindow)
    shown.pages.setCurrentWidget(shown.checkpoints)
    shown.checkpoints.words.setText(words)
    return shown
