"""Same spectrum, structure destroyed: Fourier phases at random, grey values matched in turn."""

from __future__ import annotations

import numpy as np
from scipy.fft import fftn, ifftn
from scipy.signal.windows import tukey

from synthscope.generators.classical.exemplar import wanted_size
from synthscope.generators.classical.parameters import PhaseSurrogateParameters
from synthscope.generators.classical.pixels import Block, read_block
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs

AXES = (0, 1, 2)
TAPER = 0.25
"""Part of an example that fades to nothing at both ends together."""
PREVIEW_EVERY = 10


class PhaseSurrogate:
    """Iterative amplitude-adjusted surrogates of images and stacks (Schreiber & Schmitz 1996).

    All channels get the same random phases, which keeps what they have in common (Prichard &
    Theiler 1994). For another size than the source's the spectrum is that of random phase noise
    (Galerne et al. 2011).
    """

    def generate(self, inputs: Inputs, parameters: PhaseSurrogateParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate.

        Raises
        ------
        InputError
            If there is no source, or no size to synthesize.
        """
        block = read_block(inputs)
        rng = np.random.default_rng(seed)
        size = wanted_size(inputs, block)
        yield Progress(0, 1, "Reading the spectrum")
        mean = block.values[block.known].mean(axis=0)
        amplitude, phase = _spectrum(block, mean, size)
        turned = phase + _random_phases(amplitude.shape[:3], rng)[..., None]
        values = ifftn(amplitude * np.exp(1j * turned), axes=AXES).real + mean
        if parameters.match_values:
            values = yield from _alternate(block, values, amplitude, mean, parameters.iterations)
        cut = tuple(slice(n) for n in size)
        return block.restored(values[cut])


def _spectrum(block: Block, mean: np.ndarray, size: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Give amplitude and phase on a grid that holds both the source and the new image.

    A source smaller than that grid is set into zeros, tapered along the lengthened axes, and its
    power raised to keep the variance. Where it fills the grid, its periodic part is taken, so that
    opposite edges, which do not meet, leave no cross in the spectrum.
    """
    source = np.where(block.known[..., None], block.values - mean, 0)
    shape = source.shape[:3]
    grid = (max(size[0], shape[0]), max(size[1], shape[1]), max(size[2], shape[2]))
    variance = float((source**2).sum()) / np.count_nonzero(block.known)
    tapered = source.copy()
    for axis, (n, wanted) in enumerate(zip(shape, grid, strict=True)):
        if wanted > n:
            tapered *= tukey(n, TAPER).reshape([-1 if a == axis else 1 for a in range(4)])
    transform = fftn(tapered, grid, axes=AXES)
    if grid == shape:
        transform -= _smooth_part(tapered)
    power = float((np.abs(transform) ** 2).sum()) / np.prod(grid)
    transform *= (variance * np.prod(grid) / power) ** 0.5 if power > 0 else 0
    return np.abs(transform), np.angle(transform)


def _smooth_part(values: np.ndarray) -> np.ndarray:
    """Give the transform of the smooth part of Moisan's decomposition (2011, J. Math. Imaging Vis. 39:161).

    It solves Laplace's equation on the torus with the steps across the wrapped edges as sources.
    """
    steps = np.zeros(values.shape)
    symbol = np.zeros(values.shape[:3])
    for axis in AXES:
        n = values.shape[axis]
        first, last = (tuple(i if a == axis else slice(None) for a in range(3)) for i in (0, n - 1))
        jump = values[first] - values[last]
        steps[last] += jump
        steps[first] -= jump
        eigen = 2 * np.cos(2 * np.pi * np.arange(n) / n) - 2
        symbol = symbol + eigen.reshape([-1 if a == axis else 1 for a in range(3)])
    symbol[0, 0, 0] = 1
    smooth: np.ndarray = fftn(steps, axes=AXES) / symbol[..., None]
    smooth[0, 0, 0] = 0
    return smooth


def _random_phases(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Give phases of real white noise: antisymmetric, so that the image is real."""
    return np.asarray(np.angle(fftn(rng.standard_normal(shape))))


def _alternate(
    block: Block, values: np.ndarray, amplitude: np.ndarray, mean: np.ndarray, iterations: int
) -> Job[np.ndarray]:
    """Impose the grey values and the spectrum in turn; ends with the grey values."""
    wanted = [_quantiles(block.values[..., c][block.known], values[..., c].size) for c in range(values.shape[-1])]
    for done in range(iterations):
        yield Progress(done, iterations, "Matching grey values and spectrum")
        if done % PREVIEW_EVERY == PREVIEW_EVERY - 1:
            yield Preview(block.restored(values), f"Iteration {done}")
        values = _with_values(values, wanted)
        transform = fftn(values - mean, axes=AXES)
        size = np.abs(transform)
        transform *= np.divide(amplitude, size, out=np.zeros_like(size), where=size > 0)
        values = ifftn(transform, axes=AXES).real + mean
    return _with_values(values, wanted)


def _quantiles(known: np.ndarray, count: int) -> np.ndarray:
    """Give `count` sorted values distributed like `known`; the values themselves where they are as many."""
    ordered = np.sort(known)
    if len(ordered) == count:
        return ordered
    return ordered[np.minimum((np.arange(count) * len(ordered)) // count, len(ordered) - 1)]


def _with_values(values: np.ndarray, wanted: list[np.ndarray]) -> np.ndarray:
    """Give every channel the wanted values in the order of its own."""
    out = np.empty_like(values)
    for c, ordered in enumerate(wanted):
        flat = np.empty(ordered.size)
        flat[np.argsort(values[..., c], axis=None, kind="stable")] = ordered
        out[..., c] = flat.reshape(values.shape[:-1])
    return out
