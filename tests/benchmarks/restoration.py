"""Restorations of held-out soil beside their best known peers: a Markdown table, means with intervals over fields.

``python tests/benchmarks/restoration.py STACK MODEL TABLE.md``: STACK is the soil core stack, MODEL a prior of which
the last quarter of columns was held out, as ``synthscope train prior STACK`` does. Peers are tuned on columns 100 to
196, all are judged on columns 400 to 496.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from scipy import ndimage
from skimage.registration import optical_flow_tvl1
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle
from skimage.transform import warp

from synthscope.generators.registry import find_spec, resolve
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.generator import Inputs
from synthscope.records.request import Restoration
from synthscope.records.space import Space

LEARNED, HELD_OUT = slice(0, 311), slice(400, 496)
ROWS, SLICES, FIELDS = 64, 5, 12
NOISE = 0.1
AVERAGED = 8
"""Fills whose mean stands beside one of them."""
DRAWS = 2000
Field = np.ndarray
Method = Callable[[Field], Field]


def fields(stack: np.ndarray, columns: slice) -> Iterator[Field]:
    """Cut FIELDS places of SLICES slices, evenly spread, (Z, Y, X) as float64."""
    spread = np.linspace(0.0, 1.0, FIELDS)
    for number, part in enumerate(spread):
        z = round(part * (stack.shape[0] - SLICES))
        y = 90 + (number * 53) % (stack.shape[1] - 180 - ROWS)  # all of it is soil: a square out of the core
        yield stack[z : z + SLICES, y : y + ROWS, columns].astype(np.float64)


class Prior:
    """The model as a function of pixels."""

    def __init__(self, model: str, limits: tuple[float, float]) -> None:
        self._model, self._limits = model, limits
        self._generator, self._parameters = resolve("prior"), find_spec("prior").parameters()

    def restore(self, source: Field, wanted: Restoration) -> Field:
        """Restore (Z, Y, X)."""
        inputs = self._inputs("restore", source)
        return self._run(Inputs(**{**inputs, "restoration": wanted}))

    def fill(self, source: Field, mask: np.ndarray, count: int = 1) -> Field:
        """Fill (Z, Y, X); give the mean of several fills."""
        inputs = Inputs(**{**self._inputs("inpaint", np.where(mask, 0, source)), "mask": mask})
        return np.mean([self._run(inputs, seed) for seed in range(count)], axis=0)

    def _inputs(self, task: str, source: Field) -> dict:
        pixels = source.astype(np.float32)[..., None]
        space = Space("zyxc", (1.0,) * 4)
        return {"task": task, "space": space, "source": pixels, "limits": (self._limits,), "model": self._model}

    def _run(self, inputs: Inputs, seed: int = 0) -> Field:
        made = drain(self._generator.generate(inputs, self._parameters, seed))
        return np.asarray(made[..., 0], np.float64)


def psnr(real: Field, made: Field, extent: float) -> float:
    """Peak signal-to-noise ratio in dB; the peak is the range of what was learned from."""
    return float(10 * np.log10(extent**2 / np.mean((real - made) ** 2)))


def texture(real: Field, made: Field) -> float:
    """Ratio of Laplacian variances in the plane: 1 is as sharp as the real one."""
    sharp = [np.var([ndimage.laplace(plane) for plane in field]) for field in (made, real)]
    return float(sharp[0] / sharp[1])


def best(candidates: Sequence[Method], pairs: Sequence[tuple[Field, Field]]) -> Method:
    """Choose the method with the least squared error on pairs of (given, real)."""
    return min(candidates, key=lambda method: sum(float(np.mean((method(a) - b) ** 2)) for a, b in pairs))


def non_local(h: float) -> Method:
    """Non-local means with patches of 5 pixels, slice by slice."""
    return lambda field: np.stack(
        [denoise_nl_means(plane, patch_size=5, patch_distance=7, h=h, fast_mode=True) for plane in field]
    )


def total_variation(weight: float) -> Method:
    """Total variation through the stack, which serves it better than slice by slice."""
    return lambda field: denoise_tv_chambolle(field, weight=weight, max_num_iter=300)


def bicubic(times: int) -> Method:
    """Cubic splines, so many times as fine in the plane."""
    return lambda field: ndimage.zoom(field, (1, times, times), order=3, mode="nearest", grid_mode=True)


def linear(field: Field) -> Field:
    """Each odd slice the mean of its neighbours."""
    made = field.copy()
    made[1::2] = (field[:-1:2] + field[2::2]) / 2
    return made


def flow(field: Field) -> Field:
    """Each odd slice the mean of its neighbours, each moved half the way to the other."""
    made = field.copy()
    seen = (field - field.min()) / np.ptp(field)  # the method's weights are for values from 0 to 1
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in field.shape[1:]), indexing="ij")).astype(float)
    for z in range(1, len(field), 2):
        before, after = field[z - 1], field[z + 1]
        there, back = optical_flow_tvl1(seen[z - 1], seen[z + 1]), optical_flow_tvl1(seen[z + 1], seen[z - 1])
        halves = [warp(a, grid + f / 2, mode="edge") for a, f in ((before, back), (after, there))]
        made[z] = np.mean(halves, axis=0)
    return made


def coarse(field: Field, times: int) -> Field:
    """Average blocks of so many pixels in the plane."""
    z, y, x = field.shape
    return field.reshape(z, y // times, times, x // times, times).mean(axis=(2, 4))


def told(values: Sequence[float]) -> str:
    """Write the mean over fields, with its 95 % interval by bootstrap."""
    rng, one = np.random.default_rng(1), np.asarray(values)
    means = one[rng.integers(0, len(one), (DRAWS, len(one)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return f"{one.mean():.2f} ({low:.2f} to {high:.2f})"


def rows(
    title: str, methods: dict[str, Method], pairs: Sequence[tuple[Field, Field]], extent: float, odd: bool
) -> Iterator[str]:
    """Judge each method on pairs of (given, real) and give the rows of the table."""
    for name, method in methods.items():
        started = time.perf_counter()
        part = slice(1, None, 2) if odd else slice(None)
        made = [(method(given)[part], real[part]) for given, real in pairs]
        each = (time.perf_counter() - started) / len(pairs)
        error = [psnr(real, one, extent) for one, real in made]
        sharp = [texture(real, one) for one, real in made]
        yield f"| {title} | {name} | {told(error)} | {told(sharp)} | {each:.2f} |"


def main(stack: Path, model: str, out: Path) -> None:
    """Measure, and write the table."""
    pixels = np.asarray(open_image(stack).pixels[...])
    learned = pixels[:, :, LEARNED].astype(np.float64)
    low, high = float(learned.min()), float(learned.max())
    extent = float(np.ptp(np.percentile(learned, [0.1, 99.9])))
    sd = NOISE * extent
    rng = np.random.default_rng(0)
    real, training = (list(fields(pixels, columns)) for columns in (HELD_OUT, slice(100, 196)))
    noisy, noisy_training = ([(f + rng.normal(0, sd, f.shape), f) for f in some] for some in (real, training[:4]))
    prior = Prior(model, (low - 3 * sd, high + 3 * sd))
    tuned_nlm = best([non_local(k * sd) for k in (0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.3)], noisy_training)
    tuned_tv = best([total_variation(k * sd) for k in (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)], noisy_training)
    table = ["| task | method | PSNR in dB | sharpness, 1 is real | s per field |", "|---|---|---|---|---|"]
    denoise = Restoration("denoise", noise=sd)
    table += rows("noise 10 %", {
        "none": lambda field: field, "non-local means": tuned_nlm, "total variation": tuned_tv,
        "prior, mean": lambda f: prior.restore(f, denoise),
        "prior, sample": lambda f: prior.restore(f, replace(denoise, sample=True)),
    }, noisy, extent, odd=False)  # fmt: skip
    for times in (2, 4):
        finer = Restoration("upscale", times)
        table += rows(f"pixels x{times}", {
            "bicubic": bicubic(times),
            "prior, mean": partial(prior.restore, wanted=finer),
            "prior, sample": partial(prior.restore, wanted=replace(finer, sample=True)),
        }, [(coarse(f[:1], times), f[:1]) for f in real], extent, odd=False)  # fmt: skip
    table += rows("every second slice", {
        "linear": linear, "optical flow": flow,
        f"prior, mean of {AVERAGED}": lambda f: prior.fill(f, between(f), AVERAGED),
        "prior, sample": lambda f: prior.fill(f, between(f)),
    }, [(f, f) for f in real], extent, odd=True)  # fmt: skip
    out.write_text("\n".join(table) + "\n", encoding="utf-8")


def between(field: Field) -> np.ndarray:
    """Mark each odd slice."""
    mask = np.zeros(field.shape, bool)
    mask[1::2] = True
    return mask


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
