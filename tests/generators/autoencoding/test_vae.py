"""The autoencoder as a generator: rebuilding, moving among latents, filling, fields without seams, classes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.generators.conftest import finish
from tests.generators.grains import grains, run
from tests.generators.trained import card_of

from synthscope.errors import InputError, Unavailable
from synthscope.generators.autoencoding.parameters import VaeParameters, VaeTraining
from synthscope.generators.autoencoding.trainer import train_vae
from synthscope.generators.autoencoding.vae import VariationalAutoencoder
from synthscope.generators.slices import slice_by_slice
from synthscope.generators.training import Budget, TrainingData
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.io.models import write_model
from synthscope.records.events import Preview
from synthscope.records.generator import Inputs, Setting
from synthscope.records.space import Space

PATCH = 32
SPACE = Space("zyxc", (1.0, 1.0, 1.0, 1.0))
REBUILD = VaeParameters(strength=0.0)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model of two classes, bright and dark, taught a little."""
    folder: Path = tmp_path_factory.mktemp("vae")
    bright, dark = grains((1, 64, 96, 1), 0), grains((1, 64, 96, 1), 1) // 4
    normalisation = fit_normalisation(np.concatenate([bright, dark]))
    data = TrainingData((bright, dark), (), normalisation, (1.0, 1.0, 1.0), labels=(0, 1), classes=("bright", "dark"))
    parameters = VaeTraining(size="XS", patch=PATCH, batch=6, latents=6, learning_rate=1e-2)
    _, last = run(train_vae(data, parameters, Budget(steps=50), 0, folder, "cpu"))
    card = card_of("vae", parameters, np.concatenate([bright, dark]), last, normalisation)
    write_model(folder, last.weights, replace(card, labels=("bright", "dark")))
    return str(folder)


def source(seed: int = 5, shape: tuple[int, ...] = (1, 48, 64, 1)) -> np.ndarray:
    return grains(shape, seed)


def vary(model: str, parameters: VaeParameters, pixels: np.ndarray, seed: int = 0, **more: object) -> np.ndarray:
    inputs = Inputs("vary", SPACE, pixels, model=model, **more)
    return finish(VariationalAutoencoder().generate(inputs, parameters, seed)).astype(float)


def new(model: str, size: tuple[int, int, int], seed: int = 0, label: str = "", **parameters: float) -> np.ndarray:
    inputs = Inputs("synthesize", SPACE, size=size, model=model, label=label, limits=((0.0, 65535.0),))
    return finish(VariationalAutoencoder().generate(inputs, VaeParameters(**parameters), seed)).astype(float)


def test_without_strength_the_image_is_rebuilt_whatever_the_seed(model):
    pixels = source()
    rebuilt = vary(model, REBUILD, pixels)
    assert np.array_equal(rebuilt, vary(model, REBUILD, pixels, seed=9))
    assert np.corrcoef(rebuilt.ravel(), pixels.ravel())[0, 1] > 0.5
    further = [np.abs(vary(model, VaeParameters(strength=s), pixels) - rebuilt).mean() for s in (0.1, 0.4, 1.0)]
    assert further == sorted(further)
    assert further[0] > 0


def test_the_way_to_a_second_image_begins_and_ends_at_what_is_rebuilt(model):
    first, second = source(5), source(6)
    led = [vary(model, replace(REBUILD, towards=t), first, reference=second) for t in (0.0, 0.5, 1.0)]
    assert np.array_equal(led[0], vary(model, REBUILD, first))
    alone = Inputs("vary", SPACE, second, model=model, limits=((float(first.min()), float(first.max())),))
    ended = finish(VariationalAutoencoder().generate(alone, REBUILD, 0)).astype(float)
    same_range = vary(model, replace(REBUILD, towards=1.0), first, reference=second, limits=alone.limits)
    assert np.array_equal(same_range, ended)
    assert not np.array_equal(led[1], led[0])
    assert np.abs(led[1] - led[2]).mean() < np.abs(led[0] - led[2]).mean()


def test_a_dimension_that_is_shifted_changes_the_image_and_more_changes_it_more(model):
    pixels = source()
    still = vary(model, REBUILD, pixels)
    moved = [np.abs(vary(model, replace(REBUILD, dimension=1, shift=s), pixels) - still).mean() for s in (0.5, 2.0)]
    assert 0 < moved[0] < moved[1]
    least = np.abs(vary(model, replace(REBUILD, dimension=6, shift=2.0), pixels) - still).mean()
    assert least < moved[1]  # dimensions come by how much they are used


def test_a_field_larger_than_the_patch_shows_no_seam_where_patches_or_cells_would_end(model):
    """Steps across multiples of the patch are as those elsewhere; so are those across the edges of the pieces."""
    made = new(model, (1, 32 * PATCH, 3 * PATCH))[0, :, :, 0]
    steps = np.abs(np.diff(made, axis=0)).mean(axis=1)
    across = np.arange(PATCH - 1, len(steps), PATCH)
    elsewhere = np.delete(steps, across)
    assert made.shape == (32 * PATCH, 3 * PATCH)
    spread = elsewhere.std() / np.sqrt(len(across))
    assert abs(steps[across].mean() - elsewhere.mean()) < 4 * spread + 0.1 * elsewhere.mean()


def test_the_edge_of_a_field_is_like_its_inside(model):
    made = np.stack([new(model, (1, 64, 64), seed)[0, :, :, 0] for seed in range(24)])
    values = made.reshape(len(made), -1)
    edge = np.concatenate([made[:, 0], made[:, -1], made[:, :, 0], made[:, :, -1]], axis=1)
    inside = made[:, 16:-16, 16:-16]
    assert edge.std() == pytest.approx(inside.std(), rel=0.25)
    assert abs(edge.mean() - inside.mean()) < 0.3 * values.std()


def test_temperature_0_is_the_mean_of_all_and_more_varies_more(model):
    size = (1, 48, 48)
    assert np.array_equal(new(model, size, 0, temperature=0.0), new(model, size, 1, temperature=0.0))
    spreads = [new(model, size, 0, temperature=t).std() for t in (0.3, 1.0)]
    assert spreads[0] < spreads[1]
    assert not np.array_equal(new(model, size, 0), new(model, size, 0, prior="standard"))


def test_a_class_changes_what_is_made_and_none_is_possible_too(model):
    bright, dark = (new(model, (1, 64, 64), 0, label).mean() for label in ("bright", "dark"))
    assert bright > 1.3 * dark
    assert np.isfinite(new(model, (1, 32, 32))).all()
    with pytest.raises(InputError, match="no class 'grey'; it knows bright, dark"):
        new(model, (1, 32, 32), 0, "grey")


def test_a_fill_meets_its_surroundings_and_leaves_them_and_shows_each_round(model):
    pixels = source(shape=(2, 64, 64, 1))
    mask = np.zeros((2, 64, 64), dtype=bool)
    mask[0, 24:44, 20:40] = True
    known = np.where(mask[..., None], 0, pixels).astype(pixels.dtype)
    inputs = Inputs("inpaint", SPACE, known, mask, model=model)
    job = VariationalAutoencoder().generate(inputs, VaeParameters(rounds=5), 3)
    events = []
    try:
        while True:
            events.append(next(job))
    except StopIteration as end:
        made = end.value
    assert sum(isinstance(event, Preview) for event in events) == 5
    assert np.array_equal(made[~mask], pixels[~mask])
    filled = made[mask].astype(float)
    assert filled.std() > 0
    assert np.abs(filled.mean() - pixels.mean()) < pixels.std()


def test_more_rounds_bring_a_fill_nearer_to_what_its_surroundings_say(model):
    """A dark field with a hole: from a draw of all images to one that is dark as well."""
    pixels = (grains((1, 48, 48, 1), 7) // 4).astype(np.uint16)
    mask = np.zeros((1, 48, 48), dtype=bool)
    mask[0, 18:30, 18:30] = True
    inputs = Inputs("inpaint", SPACE, np.where(mask[..., None], 0, pixels).astype(np.uint16), mask, model=model,
                    limits=((0.0, 65535.0),))  # fmt: skip
    generator = VariationalAutoencoder()

    def error(rounds: int) -> float:
        made = [finish(generator.generate(inputs, VaeParameters(rounds=rounds, border=0), s))[mask] for s in range(6)]
        return float(np.mean([abs(one.astype(float).mean() - pixels[mask].mean()) for one in made]))

    assert error(12) < error(1)


@pytest.mark.parametrize(
    ("parameters", "more", "words"),
    [
        (VaeParameters(towards=0.5), {}, "no second image"),
        (VaeParameters(towards=0.5), {"reference": source(shape=(1, 32, 32, 1))}, "choose one of the source's shape"),
        (VaeParameters(dimension=7), {}, "from 1 to 6"),
        (VaeParameters(shift=1.0), {}, "needs a latent dimension"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(model, parameters, more, words):
    with pytest.raises(InputError, match=words):
        vary(model, parameters, source(), **more)


def test_an_image_of_other_channels_and_no_model_are_refused(model):
    with pytest.raises(InputError, match="3 channels, the model learned from 1"):
        vary(model, REBUILD, source(shape=(1, 32, 32, 3)))
    with pytest.raises(Unavailable, match="needs a model"):
        vary("", REBUILD, source())


def test_slices_of_a_stack_are_said_to_be_made_one_by_one():
    stack = Setting("synthesize", 8, (1.0, 1.0, 1.0), "µm")
    assert "one by one" in slice_by_slice(stack, VaeParameters())[0]
    assert not slice_by_slice(replace(stack, slices=1), VaeParameters())
    assert not slice_by_slice(replace(stack, is_series=True), VaeParameters())
