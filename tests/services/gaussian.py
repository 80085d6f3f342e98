"""A generator that honestly learns, with numpy alone: the mean and the spectrum of a Gaussian field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest

from synthscope.errors import DocumentError, Unavailable
from synthscope.generators import registry
from synthscope.generators.training import Budget, Checkpoint, Sampled, Training, TrainingData
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.patches import Drawing, draw_patch
from synthscope.imaging.rounding import restore
from synthscope.io.atomic import replacing
from synthscope.io.models import read_card, read_weights
from synthscope.records import listing
from synthscope.records.documents import digest
from synthscope.records.events import Job, Measured, Progress
from synthscope.records.generator import Cost, GeneratorSpec, Inputs, Workload
from synthscope.records.limits import Ge, Le

ID = "gaussian"


@dataclass(frozen=True)
class GaussianParameters:
    contrast: Annotated[float, Ge(0.0), Le(10.0)] = 1.0


@dataclass(frozen=True)
class GaussianTraining:
    patch: Annotated[int, Ge(4), Le(256)] = 16
    every: Annotated[int, Ge(1)] = 5
    collapses: bool = False
    """Its samples are then all the same, as those of a collapsed generator."""


class Gaussian:
    """Adds up the power spectra of patches; makes noise of the mean one."""

    def device(self, wanted: str) -> str:
        if wanted not in ("auto", "cpu"):
            raise Unavailable(f"Device {wanted!r} is not here; choose one of cpu.")
        return "cpu"

    def generate(self, inputs: Inputs, parameters: GaussianParameters, seed: int) -> Job[np.ndarray]:
        yield Progress(0, 1, "Making")
        card = read_card(Path(inputs.model))
        weights = read_weights(Path(inputs.model), card)
        normalisation = Normalisation(*(inputs.normalisation or card.normalisation))
        shape = (*inputs.size, card.channels) if inputs.size else inputs.source.shape
        dtype = np.dtype(card.dtype) if inputs.source is None else inputs.source.dtype
        field = coloured(weights, shape, np.random.default_rng(seed)) * parameters.contrast
        return restore(normalisation.inverse(field), dtype, inputs.limits or card.limits)

    def train(
        self, data: TrainingData, parameters: GaussianTraining, budget: Budget, seed: int, state: Path, device: str
    ) -> Training:
        identity = digest((*map(pixel_hash, data.train), data.normalisation, parameters, budget, seed))
        sums, step = resumed(state, identity, data, parameters)
        planned = budget.steps or int(60 * budget.minutes)
        while step < planned:
            patch = drawn(data.train, data, parameters.patch, np.random.default_rng([seed, step]))
            sums, step = sums + measured(patch), step + 1
            yield Progress(step, planned, f"Step {step} of {planned}")
            if step % parameters.every == 0 or step == planned:
                yield from self._look(data, parameters, sums / step, step, planned)
            keep(state, identity, sums, step)  # only now: what was not said yet is said again after a kill
        return checkpoint(sums / step, step, planned)

    def _look(
        self, data: TrainingData, parameters: GaussianTraining, mean: np.ndarray, step: int, planned: int
    ) -> Iterator[Any]:
        power = mean[..., 1:]
        yield Measured(step, {"loss": float(power.sum()), "held_out_loss": float("nan") if step == 1 else 1 / step})
        weights = as_weights(mean)
        rngs = [np.random.default_rng([step, 0 if parameters.collapses else i]) for i in range(4)]
        shape = (1, parameters.patch, parameters.patch, data.train[0].shape[-1])
        fields = np.stack([coloured(weights, shape, rng)[0] for rng in rngs])
        yield Sampled(step, data.normalisation.inverse(fields))
        yield checkpoint(mean, step, planned)


def drawn(blocks: tuple[np.ndarray, ...], data: TrainingData, side: int, rng: np.random.Generator) -> np.ndarray:
    return data.normalisation.forward(draw_patch(blocks, Drawing(side, 1, free_orientation=False), rng).pixels[0])


def measured(patch: np.ndarray) -> np.ndarray:
    """Give mean and power of each channel: (Y, X, 1 + C), the means in the first place."""
    taper = np.outer(*(np.hanning(n + 2)[1:-1] for n in patch.shape[:2]))[..., None]
    power = np.abs(np.fft.fft2((patch - patch.mean(axis=(0, 1))) * taper, axes=(0, 1))) ** 2 / (taper**2).sum()
    means = np.zeros((*patch.shape[:2], 1))
    means[0, : patch.shape[-1], 0] = patch.mean(axis=(0, 1))
    return np.concatenate([means, power], axis=-1)


def as_weights(mean: np.ndarray) -> dict[str, np.ndarray]:
    channels = mean.shape[-1] - 1
    return {"mean": mean[0, :channels, 0].copy(), "power": np.ascontiguousarray(mean[..., 1:]).astype(np.float32)}


def coloured(weights: Mapping[str, np.ndarray], shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Filter white noise (Z, Y, X, C) by the learned spectrum, read off for other sizes at the nearest frequency."""
    power = weights["power"]
    sizes = zip(shape[1:3], power.shape[:2], strict=True)
    rows, columns = (np.rint(np.abs(np.fft.fftfreq(n)) * m).astype(int) % m for n, m in sizes)
    noise = np.fft.fft2(rng.standard_normal(shape), axes=(1, 2))
    return np.fft.ifft2(noise * np.sqrt(power[np.ix_(rows, columns)]), axes=(1, 2)).real + weights["mean"]


def checkpoint(mean: np.ndarray, step: int, planned: int) -> Checkpoint:
    return Checkpoint(step, planned, 0.1 * step, as_weights(mean), {"side": mean.shape[0]}, 1 / step)


def keep(state: Path, identity: str, sums: np.ndarray, step: int) -> None:
    with replacing(state / "state.npz") as partial:
        np.savez(partial, sums=sums, step=step, identity=identity)


def resumed(state: Path, identity: str, data: TrainingData, parameters: GaussianTraining) -> tuple[np.ndarray, int]:
    if not (state / "state.npz").exists():
        return np.zeros((parameters.patch, parameters.patch, 1 + data.train[0].shape[-1])), 0
    with np.load(state / "state.npz", allow_pickle=False) as kept:
        if str(kept["identity"]) != identity:
            raise DocumentError("The state belongs to another training; begin a new one.")
        return kept["sums"], int(kept["step"])


def cost(work: Workload, _: GaussianParameters) -> Cost:
    return Cost(0.1, 1000 * work.box[3])


GAUSSIAN = GeneratorSpec(
    id=ID,
    title="Gaussian field",
    family="diffusion",
    tasks=("inpaint", "synthesize", "vary"),
    parameters=GaussianParameters,
    implementation="tests.services.gaussian:Gaussian",
    cost=cost,
    needs_source=False,
    needs_model=True,
    is_network=True,
    training=GaussianTraining,
)


def register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the registry know it, beside all that are there."""
    real = listing.points_of
    point = EntryPoint(ID, "tests.services.gaussian:GAUSSIAN", registry.GROUP)
    monkeypatch.setattr(listing, "points_of", lambda group: (*real(group), point))


def field(shape: tuple[int, ...], seed: int = 0, dtype: str = "uint16") -> np.ndarray:
    """Blurred noise about 100, as a noisy detector would see it."""
    from scipy import ndimage

    rng = np.random.default_rng(seed)
    blurred = ndimage.gaussian_filter(rng.normal(size=shape), [0 if n <= 4 else 1.5 for n in shape])
    return (100 + 20 * blurred / blurred.std() + rng.normal(0, 5, shape)).clip(0, 250).astype(dtype)
