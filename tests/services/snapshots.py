"""One training at two of its steps, and images by either, for the tests of what is no sample of its own."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from tests.services.gaussian import ID, field

from synthscope.generators.registry import resolve
from synthscope.io.models import read_card
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.choosing import Choice
from synthscope.services.training import begin_training, train_job
from synthscope.services.verbs import Outcome, make_job

SIZE = (48, 64)


def two_steps(folder: Path) -> tuple[Path, Path]:
    """Give the model of a training after 10 and after 20 of its steps, under other names."""
    begin_training(folder / "soil", TrainingRecipe(ID, {}, (), steps=20), [Image(field((4, 40, 90)), Space("zyx"))])
    job = train_job(folder / "soil", resolve)
    while not (folder / "soil" / "model.json").exists() or read_card(folder / "soil").steps < 10:
        next(job)
    shutil.copytree(folder / "soil", folder / "early")
    drain(job)
    return folder / "early", folder / "soil"


def make(model: Path, out: Path, **changes: object) -> Outcome:
    """Make a new image of seed 3."""
    choice = replace(Choice("synthesize", ID, size=SIZE, seed=3, model=str(model)), **changes)
    return drain(make_job(None, None, choice, out, resolve))
