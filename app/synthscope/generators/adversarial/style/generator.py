"""The style-based generator as a generator: makes fields, varies and fills images; and learns."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.adversarial.loading import Trained, load_style
from synthscope.generators.adversarial.parameters import StyleParameters, StyleTraining
from synthscope.generators.adversarial.rivals import Dice
from synthscope.generators.adversarial.style.fields import Field, draw_field, make_window, windows
from synthscope.generators.adversarial.style.fitting import LOOSE, Target, fit, mean_style
from synthscope.generators.adversarial.style.network import StyleGenerator
from synthscope.generators.adversarial.trainer import train_style
from synthscope.generators.asked import class_index, reference_of, source_of, unknown_of
from synthscope.generators.devices import choose_device
from synthscope.generators.training import Budget, Training, TrainingData
from synthscope.generators.units import Units, evened
from synthscope.imaging.hashing import pixel_hash
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs

MARGIN = 32
"""Known pixels round a hole, on each side, to which latents are fitted."""
REMEMBERED = 8
"""Fields found by fitting that are kept: another seed, or a slider that is moved, does not fit again."""
FIXED = [0, 5]
"""The seed of the noise that the fitting of a whole image starts from: each seed varies the same field."""
_FITTED: OrderedDict[tuple[object, ...], Field] = OrderedDict()


class StyleGan:
    """One trained generator for new fields, variations and fills."""

    def device(self, wanted: str) -> str:
        """Name the device that work asked of `wanted` is done on."""
        return str(choose_device(wanted))

    def generate(self, inputs: Inputs, parameters: StyleParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate.

        Raises
        ------
        InputError
            If a size or a source is missing, or the source or the second image do not fit the model.
        MaskError
            If the mask is empty, leaves nothing known, or does not fit.
        """
        unknown = unknown_of(inputs)
        yield Progress(0, 1, "Loading the model")
        trained = load_style(inputs.model, inputs.device)
        units = Units(trained.card, trained.network.configuration, inputs)
        label = torch.tensor([class_index(inputs.label, trained.card.labels)], device=trained.device)
        if inputs.task == "synthesize":
            return (yield from _new(trained, unknown.shape, parameters, seed, label, units))
        values = units.inwards(source_of(inputs, trained.card))
        made = values.clone()
        other = None if inputs.reference is None else units.inwards(reference_of(inputs))
        for z in np.flatnonzero(unknown.any(axis=(1, 2))):
            plane = values[:, z].to(trained.device)
            if inputs.task == "vary":
                second = None if other is None else other[:, z].to(trained.device)
                made[:, z] = (yield from _varied(trained, plane, second, parameters, [seed, int(z)], label)).cpu()
            else:
                hole = torch.from_numpy(unknown[z]).to(trained.device)
                made[:, z] = (yield from _filled(trained, plane, hole, parameters, [seed, int(z)], label)).cpu()
            yield Preview(units.outwards(made[None]), "Estimate")
        return (yield from evened(inputs, units, units.outwards(made[None]), parameters.border))

    def train(
        self, data: TrainingData, parameters: StyleTraining, budget: Budget, seed: int, state: Path, device: str = "cpu"
    ) -> Training:
        """Train a model: see `synthscope.generators.training.Trainable`."""
        return (yield from train_style(data, parameters, budget, seed, state, device))


def _varied(
    trained: Trained[StyleGenerator], plane: Tensor, second: Tensor | None, parameters: StyleParameters,
    seed: list[int], label: Tensor,
) -> Job[Tensor]:  # fmt: skip
    """Draw part of the noise of an image (C, H, W) anew, under its styles or, in part, those of a second one."""
    everywhere = torch.ones_like(plane[0], dtype=torch.bool)
    field = yield from _fitted(trained, Target(plane[None], everywhere), label, parameters.fitting)
    if second is not None:
        other = yield from _fitted(trained, Target(second[None], everywhere), label, parameters.fitting)
        field = crossed(field, other, parameters.fine_from - 1)
    dice = Dice([*seed, 1], trained.device)
    keep = (1 - parameters.strength**2) ** 0.5
    noise = tuple(keep * one + parameters.strength * dice.normal(*one.shape) for one in field.noise)
    return _painted(trained.network, Field(field.rows, field.columns, field.styles, noise))


def _filled(
    trained: Trained[StyleGenerator], plane: Tensor, hole: Tensor, parameters: StyleParameters,
    seed: list[int], label: Tensor,
) -> Job[Tensor]:  # fmt: skip
    """Fill the hole (H, W) of an image (C, H, W) by latents that make what lies round it."""
    rows, columns = (_around(hole.any(dim=1 - axis), MARGIN) for axis in range(2))
    target = Target(plane[None, :, rows, columns], ~hole[rows, columns], LOOSE)
    field = yield from fit(trained.network, target, label, parameters.fitting, Dice([*seed, 2], trained.device))
    filled = plane.clone()
    made = _painted(trained.network, field)
    filled[:, rows, columns] = torch.where(hole[rows, columns], made, plane[:, rows, columns])
    return filled


def _fitted(trained: Trained[StyleGenerator], target: Target, label: Tensor, steps: int) -> Job[Field]:
    """Fit a whole image, from noise that is always the same, or remember what was fitted by an earlier run."""
    seen = pixel_hash(target.pixels.cpu().numpy())
    key = (trained.card.weights_sha256, str(trained.device), seen, int(label[0]), steps)
    if key not in _FITTED:
        _FITTED[key] = yield from fit(trained.network, target, label, steps, Dice(FIXED, trained.device))
        while len(_FITTED) > REMEMBERED:
            _FITTED.popitem(last=False)
    return _FITTED[key]


def crossed(coarse: Field, fine: Field, level: int) -> Field:
    """Take styles and noise of the levels below `level` from one field, of the others from another."""
    layers = 2 * level
    styles = torch.cat([coarse.styles[:, :layers], fine.styles[:, layers:]], dim=1)
    noise = (*coarse.noise[: 1 + layers], *fine.noise[1 + layers :])
    return Field(coarse.rows, coarse.columns, styles, noise)


def _new(
    trained: Trained[StyleGenerator], shape: tuple[int, ...], parameters: StyleParameters, seed: int, label: Tensor,
    units: Units,
) -> Job[np.ndarray]:  # fmt: skip
    """Make new slices one by one, all of one style, window by window."""
    network, (depth, rows, columns) = trained.network, shape
    dice = Dice([seed, 0], trained.device)
    mean = mean_style(network, label)
    w = network.mapping(dice.normal(1, network.configuration.latent), label)
    styles = (mean + parameters.truncation * (w - mean))[:, None].expand(-1, network.configuration.styles, -1)
    pixels = torch.zeros(1, network.configuration.channels, *shape)
    parts = list(windows(rows, columns))
    for z in range(depth):
        field = draw_field(network.configuration, rows, columns, styles, dice, periodic=parameters.periodic)
        for number, (down, across) in enumerate(parts):
            yield Progress(z * len(parts) + number, depth * len(parts), f"Slice {z + 1} of {depth}")
            with torch.no_grad():
                pixels[:, :, z, slice(*down), slice(*across)] = make_window(network, field, down, across).cpu()
    return units.outwards(pixels)


def _painted(network: StyleGenerator, field: Field) -> Tensor:
    """Make all of a field: (C, H, W)."""
    out = field.noise[0].new_zeros(network.configuration.channels, field.rows, field.columns)
    with torch.no_grad():
        for down, across in windows(field.rows, field.columns):
            out[:, slice(*down), slice(*across)] = make_window(network, field, down, across)[0]
    return out


def _around(marked: Tensor, margin: int) -> slice:
    """Give the part of an axis that holds all that is marked on it, and a margin."""
    found = torch.nonzero(marked)[:, 0]
    return slice(max(int(found[0]) - margin, 0), min(int(found[-1]) + 1 + margin, len(marked)))
