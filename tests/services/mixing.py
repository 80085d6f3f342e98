"""A live generator with numpy alone: it leads from one image to another as far as its slider says."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Annotated

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.generators import registry
from synthscope.imaging.rounding import restore
from synthscope.records import listing
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Cost, GeneratorSpec, Inputs, Setting, Workload
from synthscope.records.limits import Ge, Help, Le, Slide

ID = "mixing"


@dataclass(frozen=True)
class MixingParameters:
    position: Annotated[float, Help("0 is the source, 1 the second image."), Ge(0.0), Le(1.0), Slide()] = 0.5
    steps: Annotated[int, Ge(1), Le(1000)] = 2


class Mixing:
    """A straight line between two images, with a little noise; without a second one, to the source's mean."""

    def generate(self, inputs: Inputs, parameters: MixingParameters, seed: int) -> Job[np.ndarray]:
        source = inputs.source
        if source is None:
            source = np.zeros((*inputs.size, 1), np.uint8)
        there = float(source.mean()) if inputs.reference is None else inputs.reference.astype(float)
        for step in range(parameters.steps):
            yield Progress(step, parameters.steps, "Mixing")
            yield Preview(source)
        made = (1 - parameters.position) * source + parameters.position * there
        noise = np.random.default_rng(seed).normal(0, 0.4, made.shape)
        return restore(made + noise, source.dtype, inputs.limits)


def cost(work: Workload, parameters: MixingParameters) -> Cost:
    """Large regions are slow, by its own word: so that a refusal can be seen."""
    return Cost(1e-6 * work.unknown + 1e-6 * parameters.steps, 100 * work.unknown)


def assumes(setting: Setting, parameters: MixingParameters) -> tuple[str, ...]:
    if parameters.steps == 7 and not setting.has_reference:
        raise InputError("Seven steps lead to a second image; choose one.")
    return ("It was led to a second image.",) if setting.has_reference else ()


MIXING = GeneratorSpec(
    id=ID,
    title="Mixing",
    family="classical",
    tasks=("inpaint", "vary", "synthesize"),
    parameters=MixingParameters,
    implementation="tests.services.mixing:Mixing",
    cost=cost,
    needs_source=False,
    takes_reference=("inpaint", "vary"),
    live=True,
    assumes=assumes,
)


def register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the registry know it, beside all that are there."""
    real = listing.points_of
    point = EntryPoint(ID, "tests.services.mixing:MIXING", registry.GROUP)
    monkeypatch.setattr(listing, "points_of", lambda group: (*real(group), point))
