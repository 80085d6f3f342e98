"""The VQ-VAE as a generator: rebuilding, drawing anew, filling, fields without seams, classes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.generators.autoencoding.quantised.untaught import blobs, untaught
from tests.generators.conftest import finish
from tests.generators.grains import run
from tests.generators.trained import card_of

from synthscope.errors import InputError, MaskError, Unavailable
from synthscope.generators.autoencoding.quantised.fields import cells_of, encoded
from synthscope.generators.autoencoding.quantised.parameters import QuantisedParameters, QuantisedTraining
from synthscope.generators.autoencoding.quantised.trainer import train_vqvae
from synthscope.generators.autoencoding.quantised.vqvae import QuantisedGenerator
from synthscope.generators.training import Budget, TrainingData
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.io.models import write_model
from synthscope.records.events import Preview
from synthscope.records.generator import Inputs
from synthscope.records.space import Space

PATCH = 32
SPACE = Space("zyxc", (1.0, 1.0, 1.0, 1.0))
REBUILD = QuantisedParameters(strength=0.0)
QUICK = QuantisedParameters(rounds=8)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model of two classes, bright and dark, taught a little."""
    folder: Path = tmp_path_factory.mktemp("vqvae")
    bright, dark = blobs((1, 96, 128, 1), 0), blobs((1, 96, 128, 1), 1) // 4
    normalisation = fit_normalisation(np.concatenate([bright, dark]))
    data = TrainingData((bright, dark), (), normalisation, (1.0, 1.0, 1.0), labels=(0, 1), classes=("bright", "dark"))
    parameters = QuantisedTraining(size="XS", patch=PATCH, batch=12, learning_rate=1e-2)
    _, last = run(train_vqvae(data, parameters, Budget(steps=350), 0, folder, "cpu"))
    card = card_of("vqvae", parameters, np.concatenate([bright, dark]), last, normalisation)
    write_model(folder, last.weights, replace(card, labels=("bright", "dark")))
    return str(folder)


def source(seed: int = 5, shape: tuple[int, ...] = (1, 46, 61, 1)) -> np.ndarray:
    return blobs(shape, seed)


def vary(model: str, parameters: QuantisedParameters, pixels: np.ndarray, seed: int = 0, **more: object) -> np.ndarray:
    inputs = Inputs("vary", SPACE, pixels, model=model, **more)
    return finish(QuantisedGenerator().generate(inputs, parameters, seed)).astype(float)


def new(
    model: str, size: tuple[int, int, int], seed: int = 0, label: str = "",
    parameters: QuantisedParameters = QUICK,
) -> np.ndarray:  # fmt: skip
    inputs = Inputs("synthesize", SPACE, size=size, model=model, label=label, limits=((0.0, 65535.0),))
    return finish(QuantisedGenerator().generate(inputs, parameters, seed)).astype(float)


def neighbours_agree(image: np.ndarray) -> float:
    """Correlation of each pixel with the one a cell farther: across the edges of cells."""
    values = image.squeeze()
    return float(np.corrcoef(values[:, :-4].ravel(), values[:, 4:].ravel())[0, 1])


def test_without_strength_the_image_is_rebuilt_whatever_the_seed(model):
    pixels = source()
    rebuilt = vary(model, REBUILD, pixels)
    assert np.array_equal(rebuilt, vary(model, REBUILD, pixels, seed=9))
    assert np.corrcoef(rebuilt.ravel(), pixels.ravel())[0, 1] > 0.8
    further = [
        np.abs(vary(model, replace(QUICK, strength=strength, border=0), pixels) - rebuilt).mean()
        for strength in (0.05, 0.4, 1.0)
    ]
    assert further == sorted(further)
    assert further[0] > 0


def test_codes_that_are_drawn_in_turn_fit_each_other_and_those_of_one_round_do_not(model):
    together, in_turn = (
        np.mean([neighbours_agree(new(model, (1, 64, 64), s, "bright", replace(QUICK, rounds=n))) for s in range(4)])
        for n in (1, 64)
    )
    assert in_turn > together + 0.05


def test_a_field_larger_than_the_patch_shows_no_seam_where_windows_would_end(model):
    """Steps across multiples of half a patch are as those across the edges of other cells."""
    three = replace(QUICK, rounds=3)
    made = np.stack([new(model, (1, 256, 64), seed, parameters=three)[0, :, :, 0] for seed in (0, 1)])
    steps = np.abs(np.diff(made, axis=1)).mean(axis=(0, 2))
    cells = np.arange(3, len(steps), 4)
    at_windows = cells % (PATCH // 2) == PATCH // 2 - 1
    across, elsewhere = steps[cells][at_windows], steps[cells][~at_windows]
    assert abs(across.mean() - elsewhere.mean()) < 4 * elsewhere.std() / np.sqrt(len(across))


@pytest.mark.parametrize("size", [(1, 5, 7), (2, 30, 33), (1, 32, 70)])
def test_an_image_of_any_size_is_made(model, size):
    made = new(model, size)
    assert made.shape == (*size, 1)
    assert made.std() > 0


def test_a_class_changes_what_is_made_and_none_is_possible_too(model):
    bright, dark = (np.mean([new(model, (1, 64, 64), seed, label) for seed in (0, 1)]) for label in ("bright", "dark"))
    assert bright > 1.3 * dark
    assert np.isfinite(new(model, (1, 32, 32))).all()
    with pytest.raises(InputError, match="no class 'grey'; it knows bright, dark"):
        new(model, (1, 32, 32), 0, "grey")


def test_a_lower_temperature_makes_more_typical_images(model):
    freely, typical = (new(model, (1, 64, 64), 0, "bright", replace(QUICK, temperature=t)) for t in (1.0, 0.0))
    assert typical.std() < freely.std()


def fill(model: str, pixels: np.ndarray, mask: np.ndarray, seed: int, parameters: QuantisedParameters) -> list:
    """Give the events of a fill, and the fill."""
    known = np.where(mask[..., None], 0, pixels).astype(pixels.dtype)
    job = QuantisedGenerator().generate(Inputs("inpaint", SPACE, known, mask, model=model), parameters, seed)
    events = []
    try:
        while True:
            events.append(next(job))
    except StopIteration as end:
        return [*events, end.value]


def test_a_fill_meets_its_surroundings_and_leaves_them_and_is_shown_as_it_grows(model):
    pixels = source(shape=(2, 64, 70, 1))
    mask = np.zeros((2, 64, 70), dtype=bool)
    mask[0, 24:44, 21:42] = True
    *events, made = fill(model, pixels, mask, 3, QUICK)
    previews = [event for event in events if isinstance(event, Preview)]
    assert len(previews) == 3
    assert np.array_equal(made[~mask], pixels[~mask])
    filled = made[mask].astype(float)
    assert filled.std() > 0.3 * pixels[mask].std()
    assert np.abs(filled.mean() - pixels.mean()) < pixels.std()
    assert not np.array_equal(fill(model, pixels, mask, 4, QUICK)[-1], made)


def test_fills_are_bright_where_their_surroundings_say_so_and_dark_where_they_say_that(model):
    mask = np.zeros((1, 48, 48), dtype=bool)
    mask[0, 18:28, 18:28] = True
    real, made = [], []
    for seed in range(10):
        pixels = blobs((1, 48, 48, 1), seed)
        known = np.where(mask[..., None], 0, pixels).astype(np.uint16)
        inputs = Inputs("inpaint", SPACE, known, mask, model=model)
        fills = [finish(QuantisedGenerator().generate(inputs, replace(QUICK, border=0), s))[mask] for s in range(3)]
        real.append(pixels[mask].mean())
        made.append(np.mean(fills))
    assert np.corrcoef(real, made)[0, 1] > 0.5


def test_a_known_cell_has_the_code_that_it_would_have_without_the_hole():
    network = untaught()
    pixels = torch.randn(1, 30, 41, generator=torch.Generator().manual_seed(0))
    unknown = torch.zeros(30, 41, dtype=torch.bool)
    unknown[9:23, 10:31] = True
    wanted = cells_of(unknown)
    whole, holed = encoded(network, pixels), encoded(network, pixels * ~unknown)
    assert wanted.shape == whole.shape == (8, 11)
    assert int(wanted.sum()) == 4 * 6
    assert torch.equal(whole[~wanted], holed[~wanted])


def test_what_cannot_be_is_refused_in_a_sentence(model):
    with pytest.raises(InputError, match="3 channels, the model learned from 1"):
        vary(model, REBUILD, source(shape=(1, 32, 32, 3)))
    with pytest.raises(Unavailable, match="needs a model"):
        vary("", REBUILD, source())
    with pytest.raises(MaskError, match="paint what is to be filled"):
        fill(model, source(), np.zeros((1, 46, 61), dtype=bool), 0, QUICK)
