"""The diffusion prior as a generator: fills, makes, varies and restores images and stacks; and learns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.asked import class_index, source_of, unknown_of
from synthscope.generators.devices import choose_device
from synthscope.generators.diffusion.denoiser import condition_guided
from synthscope.generators.diffusion.depth import through_planes
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.leading import led, parameters_for
from synthscope.generators.diffusion.loading import Prior, load_prior
from synthscope.generators.diffusion.making import HIGHEST_NEW, highest_of, levels_of, make_field
from synthscope.generators.diffusion.parameters import PriorParameters, PriorTraining
from synthscope.generators.diffusion.restoring import restore_job
from synthscope.generators.diffusion.rim import Rim, rim_of
from synthscope.generators.diffusion.samplers import Step
from synthscope.generators.diffusion.steering import steered
from synthscope.generators.diffusion.told import ToldDescriptors, check_labels, told_labels
from synthscope.generators.diffusion.trainer import train_prior
from synthscope.generators.diffusion.travel import travel_of
from synthscope.generators.diffusion.volumes import make_volume
from synthscope.generators.training import Budget, Training, TrainingData
from synthscope.generators.units import Units, evened, with_known
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs, Setting


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
        if inputs.task == "restore":
            return (yield from restore_job(prior, inputs, parameters, seed))
        parameters = parameters_for(inputs.task, parameters)
        unknown = unknown_of(inputs)
        through = through_planes(_setting(inputs, prior, unknown), parameters)
        rim = rim_of(unknown, closed=parameters.periodic and inputs.task == "synthesize", through=through)
        check_labels(inputs, prior.denoiser.configuration, unknown.shape)
        job = _Work(prior, rim.widened(inputs), parameters, seed)
        last: Step | None = None
        for step in job.steps(prior, parameters, seed, rim, through=through):
            yield Progress(step.index + 1, step.total, f"Step {step.index + 1} of {step.total}")
            yield Preview(rim.cut(job.units.outwards(step.denoised)), "Estimate")
            last = step
        assert last is not None, "a schedule has at least one step"
        made = with_known(rim.cut(job.units.outwards(last.x)), unknown, inputs.source)
        if job.told.asked:
            yield job.told.noted(made)
        return (yield from evened(inputs, job.units, made, parameters.border))

    def train(
        self, data: TrainingData, parameters: PriorTraining, budget: Budget, seed: int, state: Path, device: str = "cpu"
    ) -> Training:
        """Train a model: see `synthscope.generators.training.Trainable`."""
        return (yield from train_prior(data, parameters, budget, seed, state, device))


class _Work:
    """What is known, what is to be made, and the denoiser that knows both."""

    def __init__(self, prior: Prior, inputs: Inputs, parameters: PriorParameters, seed: int) -> None:
        configuration = prior.denoiser.configuration
        self.units = Units(prior.card, configuration, inputs)
        unknown = unknown_of(inputs)
        self._shape = (1, configuration.channels, *unknown.shape)
        self._start: Tensor | None = None
        self._varied = inputs.task == "vary"
        known, told = torch.zeros(self._shape[1:]), parameters.lead == "condition"
        label = class_index(inputs.label, prior.card.labels)
        label_map = told_labels(inputs, configuration)
        self.told = ToldDescriptors(inputs, parameters, prior.card, configuration)
        if inputs.task != "synthesize":
            values = self.units.inwards(source_of(inputs, prior.card))
            known = torch.where(torch.from_numpy(unknown), torch.zeros(()), values)
            begun = values if inputs.task == "vary" else known  # a network that is told needs no such beginning
            self._start = None if inputs.task == "inpaint" and told else begun[None].to(prior.device)
        self._scene = Scene(
            known.to(prior.device),
            torch.from_numpy(unknown).to(prior.device),
            self.told.of(unknown.shape, seed).to(prior.device),
            label=label,
            label_map=None if label_map is None else label_map.to(prior.device),
            periodic=parameters.periodic and inputs.task == "synthesize",
            told=told,
        )
        denoiser = condition_guided(prior.denoiser, parameters.condition_scale)
        self._field = FieldDenoiser(denoiser, self._scene, parameters.window)

    def steps(
        self, prior: Prior, parameters: PriorParameters, seed: int, rim: Rim, *, through: bool
    ) -> Iterator[Step]:
        """Take noise away step by step, slice by slice or through all planes."""
        highest = highest_of(parameters) if self._field.knows else HIGHEST_NEW
        levels = levels_of(parameters, highest, varied=self._varied)
        asked, within = self.told.asked, rim.field(self._shape[2:])
        if through:
            return make_volume(prior.denoiser, self._scene, parameters, seed, levels, self._start, asked, within)
        known = led(parameters.lead, self._field, self._scene)
        denoiser = steered(known, asked, prior.denoiser.configuration.threshold, within)
        travel = travel_of(parameters)
        return make_field(denoiser, self._shape, parameters, seed, prior.device, levels, self._start, travel)


def _setting(inputs: Inputs, prior: Prior, unknown: np.ndarray) -> Setting:
    z, y, x, *_ = inputs.space.voxel_size
    slices = int(unknown.any(axis=(1, 2)).sum())
    return Setting(inputs.task, slices, (z, y, x), inputs.space.unit, inputs.is_series, prior.card.architecture)
