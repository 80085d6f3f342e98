"""Training an autoencoder: true figures, resumable, refusing what it cannot learn, and it learns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.generators.grains import grain_data, grains, run, same

from synthscope.errors import InputError
from synthscope.generators.autoencoding import trainer
from synthscope.generators.autoencoding.bound import divergence, log_likelihood
from synthscope.generators.autoencoding.configuration import VaeConfiguration
from synthscope.generators.autoencoding.course import SHOWN
from synthscope.generators.autoencoding.lessons import draw_lesson
from synthscope.generators.autoencoding.network import Autoencoder
from synthscope.generators.autoencoding.parameters import VaeTraining
from synthscope.generators.autoencoding.trainer import train_vae
from synthscope.generators.schooling.patches import PatchSource
from synthscope.generators.training import Budget, Sampled, TrainingData
from synthscope.generators.weights import fill
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.imaging.patches import Drawing
from synthscope.records.documents import from_json
from synthscope.records.events import Measured, Preview
from synthscope.records.training import FIGURES

SMALL = VaeTraining(size="XS", patch=32, batch=4, latents=8)
STEPS = Budget(minutes=2.0, steps=8)


@pytest.fixture(scope="module")
def data() -> TrainingData:
    return grain_data()


def folder(tmp_path, name):
    found = tmp_path / name
    found.mkdir()
    return found


def test_a_training_that_was_killed_goes_on_and_ends_bit_for_bit_like_one_that_was_not(data, tmp_path):
    chosen = replace(SMALL, beta=2.0, warm_up=0.8)
    whole, cut = folder(tmp_path, "whole"), folder(tmp_path, "cut")
    _, uninterrupted = run(train_vae(data, chosen, STEPS, 3, whole, "cpu"))
    run(train_vae(data, chosen, STEPS, 3, cut, "cpu"), stop_after=5)
    _, resumed = run(train_vae(data, chosen, STEPS, 3, cut, "cpu"))
    assert resumed.step == uninterrupted.step
    assert same(uninterrupted, resumed)
    assert resumed.architecture == uninterrupted.architecture


def test_another_seed_gives_other_weights(data, tmp_path):
    _, first = run(train_vae(data, SMALL, Budget(steps=2), 0, folder(tmp_path, "a"), "cpu"))
    _, other = run(train_vae(data, SMALL, Budget(steps=2), 1, folder(tmp_path, "b"), "cpu"))
    assert not same(first, other)


def test_figures_are_those_of_the_weights_that_are_kept_and_the_loss_is_the_bound_itself(data, tmp_path):
    chosen = replace(SMALL, beta=3.0, free_bits=0.2)
    events, last = run(train_vae(data, chosen, STEPS, 0, tmp_path, "cpu"))
    configuration = from_json(VaeConfiguration, dict(last.architecture))
    network = fill(Autoencoder(configuration), last.weights)
    drawing = Drawing(32, 1, free_orientation=True)
    source = PatchSource(data.held_out, drawing, data.normalisation, configuration)
    real = draw_lesson(source, configuration, trainer.LOOKED_AT, np.random.default_rng(0), untold=0.0)
    with torch.no_grad():
        rebuilt, mean, log_variance, variance = network(real.pixels, real.label, real.noise)
    costs = divergence(mean, log_variance).flatten(1).sum(dim=1).mean() / 32**2
    loss = costs - log_likelihood(real.pixels, rebuilt, variance).mean() / 32**2
    assert last.held_out_loss == pytest.approx(float(loss), abs=1e-5)
    assert last.figures["divergence"] == pytest.approx(float(costs), rel=1e-4)
    assert last.figures["weighted_loss"] == pytest.approx(float(loss + 2 * costs), abs=1e-5)
    measured = [event for event in events if isinstance(event, Measured)]
    assert measured[-1].values.keys() <= FIGURES.keys()
    assert {"active_latents", "reconstruction_psnr", "beta", "divergence"} <= measured[-1].values.keys()
    best = min(measured, key=lambda event: event.values["weighted_loss"])
    assert last.step == best.step  # by the full weight, whatever the warm-up had reached


def test_the_weight_of_the_divergence_is_told_as_it_rises(data, tmp_path):
    events, _ = run(train_vae(data, replace(SMALL, beta=4.0, warm_up=0.5), STEPS, 0, tmp_path, "cpu"))
    told = {event.step: event.values["beta"] for event in events if isinstance(event, Measured)}
    assert told[2] == pytest.approx(2.0)
    assert told[8] == pytest.approx(4.0)


def test_new_images_alone_are_shown_in_original_units(data, tmp_path):
    events, _ = run(train_vae(data, SMALL, Budget(steps=2), 0, tmp_path, "cpu"))
    sampled = [event for event in events if isinstance(event, Sampled)][-1]
    assert sampled.pixels.shape == (SHOWN, 32, 32, 1)
    assert 0 < sampled.pixels.mean() < 65535
    assert len({one.tobytes() for one in sampled.pixels}) == SHOWN
    assert not any(isinstance(event, Preview) for event in events)  # rebuilt patches would pass for new ones


def test_a_checkpoint_knows_how_its_latents_are_used(data, tmp_path):
    _, last = run(train_vae(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    usage = last.architecture["usage"]
    assert sorted(last.architecture["order"]) == list(range(8))
    assert [usage[channel] for channel in last.architecture["order"]] == sorted(usage, reverse=True)
    assert all(spread > 0 for spread in last.architecture["latent_spread"])


def test_latents_that_are_hardly_used_are_told_at_the_end(data, tmp_path):
    collapsing = replace(SMALL, beta=1000.0, warm_up=0.0, learning_rate=0.02)
    _, last = run(train_vae(data, collapsing, Budget(steps=25), 0, folder(tmp_path, "a"), "cpu"))
    assert last.figures["active_latents"] < trainer.FEW
    assert any("posterior collapse" in remark and "of 8 latent channels" in remark for remark in last.remarks)
    _, sound = run(train_vae(data, replace(SMALL, free_bits=3.0), Budget(steps=4), 0, folder(tmp_path, "b"), "cpu"))
    assert not any("collapse" in remark for remark in sound.remarks)


def test_a_patch_that_cells_do_not_divide_is_refused_with_those_that_they_do(data, tmp_path):
    with pytest.raises(InputError, match="multiples of 16 there, such as 32 or 48"):
        run(train_vae(data, replace(SMALL, patch=40), STEPS, 0, tmp_path, "cpu"))


def test_colours_are_learned_without_anything_held_out(tmp_path):
    block = grains((1, 48, 48, 3), 0)
    data = TrainingData((block,), (), fit_normalisation(block), (1.0, 1.0, 1.0))
    _, last = run(train_vae(data, SMALL, Budget(steps=2), 0, tmp_path, "cpu"))
    assert last.step == 2
    assert last.architecture["channels"] == 3
    assert not last.figures


def test_classes_are_told_to_most_of_a_batch():
    block = grains((1, 48, 48, 1), 0)
    configuration = VaeConfiguration(patch=32, classes=2)
    source = PatchSource((block, block), Drawing(32), fit_normalisation(block), configuration, (0, 1))
    lesson = draw_lesson(source, configuration, 200, np.random.default_rng(0))
    counts = np.bincount(lesson.label.numpy(), minlength=3) / 200
    assert counts == pytest.approx([0.2, 0.4, 0.4], abs=0.1)
    assert bool((draw_lesson(source, configuration, 20, np.random.default_rng(0), untold=0.0).label > 0).all())


def test_it_learns_what_it_rebuilds_is_nearer_than_the_mean_image(data, tmp_path):
    chosen = replace(SMALL, learning_rate=8e-3, free_orientation=False)
    _, last = run(train_vae(data, chosen, Budget(steps=80), 0, tmp_path, "cpu"))
    configuration = from_json(VaeConfiguration, dict(last.architecture))
    network = fill(Autoencoder(configuration), last.weights)
    source = PatchSource(data.held_out, Drawing(32, 1, False), data.normalisation, configuration)
    real = draw_lesson(source, configuration, 32, np.random.default_rng(1))
    with torch.no_grad():
        rebuilt, *_ = network(real.pixels, real.label, torch.zeros_like(real.noise))
    error = (rebuilt - real.pixels).square().mean()
    assert error < 0.8 * real.pixels.var(dim=0).mean()
