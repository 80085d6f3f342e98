"""Trainings that are made to diverge and to collapse: each is named, and the last good model and state stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.services.gaussian import field

from synthscope.errors import WorkError
from synthscope.generators.diffusion import refilling
from synthscope.generators.registry import resolve
from synthscope.generators.schooling import school
from synthscope.io.models import read_card, read_weights
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.curves import read_curves
from synthscope.services.training import begin_training, can_resume, train_job

SETTINGS = {"size": "XS", "patch": 32, "batch": 2, "learning_rate": 1e-3}
RIGHT = school.pace


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a training of 16 steps that looks every fourth, and fills but one held-out place at its end."""
    monkeypatch.setattr(refilling, "LEAST_PLACES", 1)
    image = Image(field((3, 64, 144)), Space("zyx"), "soil")
    recipe = TrainingRecipe("prior", SETTINGS, (), minutes=2.0, steps=16, device="cpu")
    begin_training(tmp_path / "soil", recipe, [image])
    return tmp_path / "soil"


def huge_from(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the learning rate be huge from a step on: the weights explode, and the next loss is no number."""

    def pace(at: int, *arguments: float, **words: bool) -> float:
        return 1e30 if at >= step else RIGHT(at, *arguments, **words)

    monkeypatch.setattr(school, "pace", pace)


@pytest.mark.parametrize(("huge", "said"), [(9, 11), (11, 12)])  # at a step, and at the look before the next one
def test_divergence_is_named_the_last_good_model_is_whole_and_the_training_goes_on_from_its_state(
    folder: Path, monkeypatch: pytest.MonkeyPatch, huge: int, said: int
) -> None:
    huge_from(huge, monkeypatch)
    with pytest.raises(WorkError, match=rf"diverged at step {said}: .* smaller learning rate") as caught:
        drain(train_job(folder, resolve))
    card = read_card(folder)
    assert card.state == "stopped"
    assert caught.value.sentence in card.remarks
    assert card.steps in (1, 4, 8)
    assert all(np.isfinite(values).all() for values in read_weights(folder, card).values())
    assert [point.step for point in read_curves(folder)] == [1, 4, 8]
    assert can_resume(folder)

    monkeypatch.setattr(school, "pace", RIGHT)
    result = drain(train_job(folder, resolve))
    assert result["card"]["state"] == "finished"
    assert caught.value.sentence not in result["card"]["remarks"]
    assert [point.step for point in read_curves(folder)] == [1, 4, 8, 12, 16]


def test_a_gan_that_is_made_to_collapse_is_named(tmp_path: Path) -> None:
    settings = {"width": 16, "batch": 2, "learning_rate": 0.1}
    recipe = TrainingRecipe("dcgan", settings, (), minutes=2.0, steps=32, device="cpu")
    begin_training(tmp_path / "soil", recipe, [Image(field((128, 320)), Space("yx"), "soil")])
    result = drain(train_job(tmp_path / "soil", resolve))
    alarm = next(one for one in result["alarms"] if one["kind"] == "mode collapse")
    assert (alarm["step"], alarm["passed"]) == (16, 0)
    assert alarm["sentence"] in read_card(tmp_path / "soil").remarks


def test_a_vae_whose_posterior_is_made_to_collapse_is_named(tmp_path: Path) -> None:
    settings = {"patch": 16, "batch": 4, "beta": 1000.0, "warm_up": 0.0, "learning_rate": 0.01}
    recipe = TrainingRecipe("vae", settings, (), minutes=2.0, steps=24, device="cpu")
    begin_training(tmp_path / "soil", recipe, [Image(field((48, 96)), Space("yx"), "soil")])
    result = drain(train_job(tmp_path / "soil", resolve))
    assert "posterior collapse" in [one["kind"] for one in result["alarms"] if not one["passed"]]
