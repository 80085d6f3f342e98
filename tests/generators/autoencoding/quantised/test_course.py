"""Training a VQ-VAE: true figures, resumable, refusing what it cannot learn, and it learns."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.generators.autoencoding.quantised.untaught import blobs
from tests.generators.grains import grain_data, grains, run, same

from synthscope.errors import DocumentError, InputError
from synthscope.generators.autoencoding.quantised import course, trainer
from synthscope.generators.autoencoding.quantised.codes import UNKNOWN
from synthscope.generators.autoencoding.quantised.configuration import QuantisedConfiguration
from synthscope.generators.autoencoding.quantised.lessons import draw_lesson
from synthscope.generators.autoencoding.quantised.network import QuantisedAutoencoder, waves
from synthscope.generators.autoencoding.quantised.parameters import QuantisedTraining
from synthscope.generators.autoencoding.quantised.trainer import train_vqvae
from synthscope.generators.schooling.patches import PatchSource
from synthscope.generators.training import Budget, Checkpoint, Sampled, TrainingData
from synthscope.generators.weights import fill
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.imaging.patches import Drawing
from synthscope.records.documents import from_json
from synthscope.records.events import Measured, Preview
from synthscope.records.training import FIGURES

SMALL = QuantisedTraining(size="XS", patch=16, batch=4)
STEPS = Budget(minutes=2.0, steps=8)


@pytest.fixture(scope="module")
def data() -> TrainingData:
    return grain_data()


def folder(tmp_path, name):
    found = tmp_path / name
    found.mkdir()
    return found


def network_of(last: Checkpoint) -> QuantisedAutoencoder:
    configuration = from_json(QuantisedConfiguration, dict(last.architecture))
    return fill(QuantisedAutoencoder(configuration), last.weights).eval()


def test_a_training_that_was_killed_goes_on_and_ends_bit_for_bit_like_one_that_was_not(data, tmp_path):
    whole, cut = folder(tmp_path, "whole"), folder(tmp_path, "cut")
    _, uninterrupted = run(train_vqvae(data, SMALL, STEPS, 3, whole, "cpu"))
    run(train_vqvae(data, SMALL, STEPS, 3, cut, "cpu"), stop_after=5)
    _, resumed = run(train_vqvae(data, SMALL, STEPS, 3, cut, "cpu"))
    assert resumed.step == uninterrupted.step
    assert same(uninterrupted, resumed)
    assert resumed.architecture == uninterrupted.architecture


def test_another_seed_gives_other_weights(data, tmp_path):
    _, first = run(train_vqvae(data, SMALL, Budget(steps=2), 0, folder(tmp_path, "a"), "cpu"))
    _, other = run(train_vqvae(data, SMALL, Budget(steps=2), 1, folder(tmp_path, "b"), "cpu"))
    assert not same(first, other)


def test_figures_are_those_of_the_weights_that_are_kept_and_the_loss_is_the_bound_itself(data, tmp_path):
    events, last = run(train_vqvae(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    network = network_of(last)
    source = PatchSource(data.held_out, Drawing(16, 1, True), data.normalisation, network.configuration)
    real = draw_lesson(source, trainer.LOOKED_AT, np.random.default_rng(0), untold=0.0, boxed=0.0)
    with torch.no_grad():
        rebuilt, codes, logits = network(real.pixels, real.label, real.hidden)
    spread = float((rebuilt - real.pixels).square().mean())
    density = torch.distributions.Normal(rebuilt, math.sqrt(spread)).log_prob(real.pixels).mean()
    given = course.surprise(logits, codes, real.hidden).mean() / 16  # a code stands for 16 pixels
    assert last.held_out_loss == pytest.approx(float(given - density), abs=1e-5)
    assert last.figures["code_surprise"] == pytest.approx(16 * float(given), rel=1e-4)
    measured = [event for event in events if isinstance(event, Measured)]
    assert measured[-1].values.keys() <= FIGURES.keys()
    assert {"codes_in_use", "reconstruction_psnr", "reconstruction_power"} <= measured[-1].values.keys()


def test_new_images_alone_are_shown_in_original_units(data, tmp_path):
    events, _ = run(train_vqvae(data, SMALL, Budget(steps=2), 0, tmp_path, "cpu"))
    sampled = [event for event in events if isinstance(event, Sampled)][-1]
    assert sampled.pixels.shape == (course.SHOWN, 16, 16, 1)
    assert 0 < sampled.pixels.mean() < 65535
    assert len({one.tobytes() for one in sampled.pixels}) == course.SHOWN
    assert not any(isinstance(event, Preview) for event in events)  # rebuilt patches would pass for new ones


def test_a_patch_that_the_prior_cannot_halve_is_refused_with_those_that_it_can(data, tmp_path):
    with pytest.raises(InputError, match="multiples of 8 there, such as 40 or 48"):
        run(train_vqvae(data, replace(SMALL, patch=44), STEPS, 0, tmp_path, "cpu"))


def test_colours_are_learned_without_anything_held_out(tmp_path):
    block = grains((1, 48, 48, 3), 0)
    data = TrainingData((block,), (), fit_normalisation(block), (1.0, 1.0, 1.0))
    _, last = run(train_vqvae(data, SMALL, Budget(steps=2), 0, tmp_path, "cpu"))
    assert last.step == 2
    assert last.architecture["coder"]["channels"] == 3
    assert not last.figures


def test_the_prior_changes_nothing_of_the_codes():
    """The gradient of how codes are foreseen reaches the prior alone."""
    block = grains((1, 48, 48, 1), 0)
    configuration = trainer.survey(TrainingData((block,), (), fit_normalisation(block), (1.0,) * 3), SMALL)
    network = QuantisedAutoencoder(configuration)
    lesson = draw_lesson(
        PatchSource((block,), Drawing(16), fit_normalisation(block), configuration), 4, np.random.default_rng(0)
    )
    _, codes, logits = network(lesson.pixels, lesson.label, lesson.hidden)
    course.surprise(logits, codes, lesson.hidden).mean().backward()
    assert all(one.grad is None for part in (network.encoder, network.decoder) for one in part.parameters())
    assert network.prior.head.weight.grad.abs().max() > 0


def test_the_prior_sees_no_hidden_code():
    configuration = QuantisedConfiguration(patch=16)
    torch.manual_seed(0)
    network = QuantisedAutoencoder(configuration).eval()
    codes = torch.randint(0, configuration.codes, (2, 4, 4))
    torch.nn.init.normal_(network.prior.head.weight)
    label = torch.zeros(2, dtype=torch.int64)
    hidden = torch.zeros(2, 4, 4, dtype=torch.bool)
    hidden[:, 1, 2] = True
    other = torch.where(hidden, (codes + 7) % configuration.codes, codes)
    seen = [network.prior(one.masked_fill(hidden, UNKNOWN), label) for one in (codes, other)]
    assert torch.equal(*seen)
    assert not torch.equal(network.prior(codes, label), network.prior(other, label))


def test_it_learns_to_rebuild_and_which_codes_go_together(tmp_path):
    block = blobs((4, 96, 96, 1), 0)
    data = TrainingData((block,), (blobs((4, 64, 64, 1), 1),), fit_normalisation(block), (1.0, 1.0, 1.0))
    chosen = replace(SMALL, patch=32, batch=8, learning_rate=1e-2)
    events, last = run(train_vqvae(data, chosen, Budget(steps=400), 0, tmp_path, "cpu"))
    network = network_of(last)
    source = PatchSource(data.held_out, Drawing(32, 1, False), data.normalisation, network.configuration)
    real = draw_lesson(source, 32, np.random.default_rng(1), untold=0.0, boxed=0.0)
    with torch.no_grad():
        rebuilt, codes, logits = network(real.pixels, real.label, real.hidden)
    assert (rebuilt - real.pixels).square().mean() < 0.3 * real.pixels.var()
    share = torch.bincount(codes.flatten(), minlength=240) / codes.numel()
    alone = float(torch.special.entr(share).sum())  # who knows only how often each code occurs
    assert float(course.surprise(logits, codes, real.hidden).mean()) < alone
    first = next(event for event in events if isinstance(event, Measured))
    assert last.held_out_loss < first.values["held_out_loss"]


def test_the_first_codes_tell_the_mean_of_a_cell_and_its_slopes():
    basis = waves(5)
    assert torch.allclose(basis @ basis.T, torch.eye(5), atol=1e-6)
    assert torch.allclose(basis[0], torch.full((16,), 0.25))
    rows = torch.arange(4.0)[:, None].expand(4, 4).flatten()
    assert abs(float(basis[1] @ rows)) + abs(float(basis[2] @ rows)) > 4  # one of both is the slope along rows
    configuration = QuantisedConfiguration(patch=16)
    network = QuantisedAutoencoder(configuration)
    levels = torch.linspace(-1.5, 1.5, 16).reshape(1, 1, 1, 16).repeat_interleave(4, 2).repeat_interleave(4, 3)
    values = network.values(levels)[0, :, 0]
    assert torch.equal(values[0], values[0].sort().values)
    assert len(values[0].unique()) == configuration.levels[0]


def test_a_state_of_another_training_is_not_taken_up(data, tmp_path):
    run(train_vqvae(data, SMALL, Budget(steps=2), 0, tmp_path, "cpu"))
    with pytest.raises(DocumentError, match="with other images or settings"):
        run(train_vqvae(data, replace(SMALL, codes="1000"), Budget(steps=2), 0, tmp_path, "cpu"))


def test_a_card_that_fits_no_network_is_refused():
    with pytest.raises(InputError, match=r"levels \(8, 6\)"):
        QuantisedConfiguration(levels=(8, 6))
    with pytest.raises(InputError, match=r"levels \(8, 5, 6\).*give an unchanged copy"):
        QuantisedConfiguration(levels=(8, 5, 6))
    for patch in (20, 4096):
        with pytest.raises(InputError, match=f"patches of {patch} px"):
            QuantisedConfiguration(patch=patch)
    with pytest.raises(InputError, match="mean \\(nan,\\)"):
        QuantisedConfiguration(mean=(float("nan"),))


def test_processes_that_share_a_batch_go_down_the_same_loss_together():
    """The mean over all items is that of the parts; one patch in four is rebuilt, whoever has it."""
    block = grains((1, 48, 48, 1), 0)
    configuration = trainer.survey(TrainingData((block,), (), fit_normalisation(block), (1.0,) * 3), SMALL)
    source = PatchSource((block,), Drawing(16), fit_normalisation(block), configuration)
    taught = course.QuantisedCourse(configuration, SMALL, source, None)
    network, whole = QuantisedAutoencoder(configuration), draw_lesson(source, 16, np.random.default_rng(0))
    assert int((whole.share > 0).sum()) == 4
    parts = [whole.part(slice(first, None, 8)) for first in range(8)]
    together, *apart = (next(taught.turns(network, one, 0)).loss.mean().detach() for one in (whole, *parts))
    assert float(torch.stack(apart).mean()) == pytest.approx(float(together), rel=1e-5)
