"""A training in two stages: one job, repeatable, resumable in either, its split told by its number of steps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.generators.grains import grain_data, grains, run, same

from synthscope.errors import DocumentError, Unavailable
from synthscope.generators.coding.autoencoder import Autoencoder
from synthscope.generators.diffusion.latent import trainer
from synthscope.generators.diffusion.latent.coder import Coder
from synthscope.generators.diffusion.latent.configuration import LatentConfiguration
from synthscope.generators.diffusion.latent.lessons import Cutter
from synthscope.generators.diffusion.latent.loading import load_latents
from synthscope.generators.diffusion.latent.parameters import LatentTraining
from synthscope.generators.diffusion.latent.trainer import train_latent_prior
from synthscope.generators.schooling import school
from synthscope.generators.training import Budget, Checkpoint, Sampled, TrainingData
from synthscope.generators.weights import fill
from synthscope.imaging.patches import Drawing
from synthscope.io.models import read_card
from synthscope.jobs.drain import drain
from synthscope.records.documents import from_json, to_json
from synthscope.records.events import Measured, Preview, Progress
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.training import begin_training, train_job
from synthscope.worker import resolve

SMALL = LatentTraining(size="XS", patch=32, batch=2)
STEPS = Budget(minutes=2.0, steps=10)
FIRST = 4
"""Steps of the autoencoder in it."""


@pytest.fixture
def data() -> TrainingData:
    return grain_data()


@pytest.mark.parametrize("stop_after", [2, FIRST, FIRST + 1, FIRST + 4])
def test_a_training_that_was_killed_in_either_stage_goes_on_and_ends_like_one_that_was_not(data, tmp_path, stop_after):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    whole.mkdir()
    cut.mkdir()
    _, uninterrupted = run(train_latent_prior(data, SMALL, STEPS, 3, whole, "cpu"))
    run(train_latent_prior(data, SMALL, STEPS, 3, cut, "cpu"), stop_after)
    _, resumed = run(train_latent_prior(data, SMALL, STEPS, 3, cut, "cpu"))
    assert resumed.step == uninterrupted.step
    assert same(uninterrupted, resumed)


def test_a_training_by_minutes_is_made_again_by_the_number_of_its_steps(data, tmp_path, monkeypatch):
    monkeypatch.setattr(school, "TIMED", 3)
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    _, first = run(train_latent_prior(data, SMALL, Budget(minutes=0.05), 0, folders[0], "cpu"))
    _, again = run(train_latent_prior(data, SMALL, Budget(0.05, first.planned_steps), 0, folders[1], "cpu"))
    assert (again.step, again.planned_steps) == (first.step, first.planned_steps)
    assert same(first, again)


@pytest.mark.parametrize("share", [0.05, 0.4, 0.9])
@pytest.mark.parametrize("first", [10, 50, 3333])
def test_the_steps_of_both_stages_together_tell_those_of_the_first_again(share, first):
    parameters = replace(SMALL, autoencoder_share=share)
    by_minutes = trainer.Plan(None, parameters, Budget(10.0), 0, Path(), None, None)
    total = first + by_minutes.second_steps(first)
    by_steps = replace(by_minutes, budget=Budget(10.0, total))
    assert by_steps.first_budget().steps == first
    assert by_steps.second_steps(first) == total - first


def test_both_stages_are_one_course_of_steps_and_only_the_second_gives_models(data, tmp_path):
    events, last = run(train_latent_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    done = [(e.done, e.total) for e in events if isinstance(e, Progress) and e.total == STEPS.steps]
    assert done == [(n + 1, STEPS.steps) for n in range(STEPS.steps)]
    steps = [e.step for e in events if isinstance(e, Measured)]
    assert steps == sorted(steps)
    assert min(e.step for e in events if isinstance(e, Checkpoint | Sampled)) == FIRST + 1
    assert any(isinstance(e, Preview) and e.pixels.dtype == np.uint16 for e in events)
    assert (last.planned_steps, last.step > FIRST) == (STEPS.steps, True)


def test_losses_of_the_stages_are_different_curves(data, tmp_path):
    events, last = run(train_latent_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    first, second = (
        [e.values.keys() for e in events if isinstance(e, Measured) and (e.step > FIRST) == late]
        for late in (False, True)
    )
    assert all("reconstruction_psnr" in names and "held_out_loss" not in names for names in first)
    assert all("held_out_loss" in names and "reconstruction_loss" not in names for names in second)
    assert last.figures.keys() == {"reconstruction_psnr", "reconstruction_power"}


def test_latents_of_the_training_images_are_whitened(data, tmp_path):
    _, last = run(train_latent_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    configuration = from_json(LatentConfiguration, to_json(last.architecture))
    weights = {n.removeprefix("coder."): w for n, w in last.weights.items() if n.startswith("coder.")}
    coder = Coder(fill(Autoencoder(configuration.coder), weights), configuration)
    cutter = Cutter(data.train, Drawing(32), data.normalisation, configuration.pixels, configuration.coder.latents)
    latents = coder.encode(cutter.pieces(400, np.random.default_rng(8)).pixels).movedim(1, 0).flatten(1)
    assert torch.allclose(latents.mean(dim=1), torch.zeros(4), atol=0.05)
    assert torch.allclose(latents.std(dim=1), torch.full((4,), 0.5), atol=0.05)


@pytest.mark.slow
def test_the_autoencoder_learns_to_rebuild_what_it_never_saw(data, tmp_path):
    wanted = replace(SMALL, autoencoder_share=0.9, batch=8)
    events, _ = run(train_latent_prior(data, wanted, Budget(2.0, 200), 0, tmp_path, "cpu"))
    ratios = [e.values["reconstruction_psnr"] for e in events if "reconstruction_psnr" in getattr(e, "values", {})]
    assert ratios[-1] > ratios[0] + 6


def test_the_state_of_another_training_is_refused(data, tmp_path):
    run(train_latent_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"), stop_after=2)
    with pytest.raises(DocumentError, match="other images or settings"):
        run(train_latent_prior(data, replace(SMALL, latents=5), STEPS, 0, tmp_path, "cpu"))


def test_without_held_out_data_it_ends_too(data, tmp_path):
    _, last = run(train_latent_prior(replace(data, held_out=()), SMALL, STEPS, 0, tmp_path, "cpu"))
    assert last.step == STEPS.steps
    assert not last.figures


def test_a_training_as_a_job_writes_how_well_held_out_patches_are_rebuilt_on_the_card(tmp_path):
    image = Image(grains((3, 64, 160), 2), Space("zyx"), "grains")
    recipe = TrainingRecipe("latent-prior", to_json(SMALL), (), steps=10, device="cpu")
    begin_training(tmp_path / "soil", recipe, [image])
    result = drain(train_job(tmp_path / "soil", resolve))
    card = read_card(tmp_path / "soil")
    assert {"held_out_loss", "reconstruction_psnr", "reconstruction_power", "spectrum_distance"} <= card.figures.keys()
    assert result["held_out"] == dict(card.figures)
    assert load_latents(str(tmp_path / "soil"), "cpu").configuration.pixels.channels == 1


def test_a_model_of_another_generator_is_refused_in_a_sentence(tmp_path):
    image = Image(grains((64, 160), 2), Space("yx"), "grains")
    recipe = TrainingRecipe("prior", {"size": "XS", "patch": 32, "batch": 2}, (), steps=2, device="cpu")
    begin_training(tmp_path / "pixels", recipe, [image])
    drain(train_job(tmp_path / "pixels", resolve))
    with pytest.raises(Unavailable, match="not of 'latent-prior'"):
        load_latents(str(tmp_path / "pixels"), "cpu")
