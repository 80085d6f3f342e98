"""The diffusion prior as a generator: fills, makes and varies images and stacks; and learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from synthscope.errors import InputError, MaskError
from synthscope.generators.devices import choose_device
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.lessons import from_units, to_units
from synthscope.generators.diffusion.loading import Prior, load_prior
from synthscope.generators.diffusion.making import drawn_descriptors, make_field
from synthscope.generators.diffusion.parameters import PriorParameters, PriorTraining
from synthscope.generators.diffusion.samplers import Step
from synthscope.generators.diffusion.trainer import train_prior
from synthscope.generators.training import Budget, Training, TrainingData
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.rounding import restore
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs


class DiffusionPrior:
    """One trained denoiser for every task."""

    def device(self, wanted: str) -> str:
        """Name the device that work asked of `wanted` is done on."""
        return str(choose_device(wanted))

    def generate(self, inputs: Inputs, parameters: PriorParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate.

        Raises
        ------
        InputError
            If a size or a source is missing, or the source has other channels than the model.
        MaskError
            If the mask is empty, leaves nothing known, or does not fit.
        """
        yield Progress(0, 1, "Loading the model")
        prior = load_prior(inputs.model, inputs.device)
        job = _Work(prior, inputs, parameters, seed)
        steps = make_field(job.field, job.shape, parameters, seed, job.start)
        last: Step | None = None
        for step in steps:
            yield Progress(step.index + 1, step.total, f"Step {step.index + 1} of {step.total}")
            yield Preview(job.restored(step.denoised), "Estimate")
            last = step
        assert last is not None, "a schedule has at least one step"
        return job.restored(last.x)

    def train(
        self, data: TrainingData, parameters: PriorTraining, budget: Budget, seed: int, state: Path, device: str = "cpu"
    ) -> Training:
        """Train a model: see `synthscope.generators.training.Trainable`."""
        return (yield from train_prior(data, parameters, budget, seed, state, device))


class _Work:
    """Inputs in the network's units, and the way back."""

    def __init__(self, prior: Prior, inputs: Inputs, parameters: PriorParameters, seed: int) -> None:
        card, self._configuration = prior.card, prior.denoiser.configuration
        low, high = inputs.normalisation or card.normalisation
        self._normalisation = Normalisation(low, high)
        unknown = _unknown(inputs)
        self.shape = (1, self._configuration.channels, *unknown.shape)
        self.start: Tensor | None = None
        known = torch.zeros(self.shape[1:])
        if inputs.task != "synthesize":
            values = self._in_units(_source(inputs, card.channels))
            known = torch.where(torch.from_numpy(unknown), torch.zeros(()), values)
            self.start = values[None].to(prior.device) if inputs.task == "vary" else None
        self._dtype = np.dtype(card.dtype) if inputs.source is None else inputs.source.dtype
        self._limits = inputs.limits or (card.limits,)
        descriptors = torch.zeros(4)
        if inputs.task == "synthesize":
            area = unknown.shape[1] * unknown.shape[2]
            descriptors = drawn_descriptors(self._configuration, area, np.random.default_rng([seed, 1]))
        scene = Scene(
            known.to(prior.device),
            torch.from_numpy(unknown).to(prior.device),
            descriptors.to(prior.device),
            label=_label(inputs.label, card.labels),
        )
        self.field = FieldDenoiser(prior.denoiser, scene, parameters.window)

    def restored(self, x: Tensor) -> np.ndarray:
        """Turn (1, C, Z, Y, X) in the network's units into (Z, Y, X, C) of the source's dtype and range."""
        values = from_units(x[0].movedim(0, -1).cpu().numpy(), self._normalisation, self._configuration)
        return restore(values, self._dtype, self._limits)

    def _in_units(self, source: np.ndarray) -> Tensor:
        """Give (C, Z, Y, X); a value that is not finite becomes the mean."""
        values = to_units(source, self._normalisation, self._configuration)
        return torch.from_numpy(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)).movedim(-1, 0).contiguous()


def _source(inputs: Inputs, channels: int) -> np.ndarray:
    source = inputs.source
    if source is None:
        raise InputError(f"The task {inputs.task!r} needs a source image; name one.")
    if source.shape[-1] != channels:
        raise InputError(
            f"The image has {source.shape[-1]} channels, the model learned from {channels}; "
            "choose a model that was trained on such images."
        )
    return source


def _unknown(inputs: Inputs) -> np.ndarray:
    """Say which voxels (Z, Y, X) are to be made."""
    if inputs.task == "synthesize":
        if inputs.size is None or min(inputs.size) < 1:
            raise InputError(f"A new image needs a size of at least one voxel, not {inputs.size}; name one.")
        return np.ones(inputs.size, dtype=bool)
    if inputs.source is None:
        raise InputError(f"The task {inputs.task!r} needs a source image; name one.")
    shape = inputs.source.shape[:3]
    mask = np.ones(shape, bool) if inputs.mask is None and inputs.task == "vary" else inputs.mask
    if mask is None:
        raise MaskError("There is no mask; paint what is to be filled.")
    if mask.shape != shape:
        raise MaskError(f"The mask has shape {mask.shape} and the source {shape}; give one of the source's shape.")
    if not mask.any():
        raise MaskError("The mask marks no voxel in the region of context; paint what is to be filled.")
    if mask.all() and inputs.task == "inpaint":
        raise MaskError(
            "The mask leaves no known voxel in the region of context; make the mask smaller or the region larger."
        )
    return np.asarray(mask | ~np.isfinite(inputs.source).all(axis=-1))


def _label(label: str, known: tuple[str, ...]) -> int:
    """Give one more than the index of a class; 0 for none."""
    if not label:
        return 0
    if label not in known:
        raise InputError(f"The model knows no class {label!r}; it knows {', '.join(known) or 'none'}.")
    return 1 + known.index(label)
