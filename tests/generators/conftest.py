"""Small textures of every kind, and how a generator is run on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from synthscope.generators.registry import find_spec, resolve
from synthscope.records.events import Job
from synthscope.records.generator import Inputs
from synthscope.records.request import Prompts, Restoration, Task
from synthscope.records.space import Space

from .trained import QUICK, TAUGHT, model_of

SHAPES = {"plane": (1, 40, 36, 1), "stack": (5, 26, 24, 1), "colour": (1, 32, 34, 3)}
KINDS = {(False, 1): "plane", (True, 1): "stack", (False, 3): "colour"}
SIZES = {"plane": (1, 30, 50), "stack": (6, 20, 30), "colour": (1, 36, 28)}


def texture(kind: str, dtype: str, seed: int = 0) -> np.ndarray:
    """Blurred noise, spread over most of the type's range."""
    noise = np.random.default_rng(seed).normal(size=SHAPES[kind])
    smooth = ndimage.gaussian_filter(noise, (0.5, 1.2, 1.2, 0.5))
    unit = (smooth - smooth.min()) / np.ptp(smooth)
    top = 1.0 if dtype.startswith("f") else 0.9 * np.iinfo(dtype).max
    return (unit * top).astype(dtype)


def hole(kind: str) -> np.ndarray:
    """Two parts: a blob, and a corner that touches the border of the image."""
    z, y, x, _ = SHAPES[kind]
    mask = np.zeros((z, y, x), dtype=bool)
    mask[z // 3 : z // 3 + 2, y // 2 : y // 2 + 7, x // 3 : x // 3 + 6] = True
    mask[0, : y // 8, : x // 8] = True
    return mask


def _inputs(task: Task, kind: str, dtype: str) -> Inputs:
    """Give inputs as a service hands them over: zeros under the mask."""
    source = texture(kind, dtype)
    mask = hole(kind) if task == "inpaint" else None
    if mask is not None:
        source = np.where(mask[..., None], 0, source).astype(dtype)
    space = Space("zyxc", (2.0, 1.0, 1.0, 1.0))
    size = SIZES[kind] if task == "synthesize" else None
    limits = ((float(source.min()), float(source.max())),)
    restoration = Restoration("denoise", noise=0.2 * np.ptp(source), sample=True) if task == "restore" else None
    return Inputs(task, space, source, mask, size=size, limits=limits, restoration=restoration)


def finish(job: Job[np.ndarray]) -> np.ndarray:
    """Run a job to its end."""
    try:
        while True:
            next(job)
    except StopIteration as stop:
        return np.asarray(stop.value)


@pytest.fixture
def make_inputs() -> Callable[[Task, str, str], Inputs]:
    """Inputs of a task for a kind of image (plane, stack, colour) and a dtype."""
    return _inputs


@pytest.fixture(scope="session")
def equip(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Inputs], Inputs]:
    """Name a tiny model, trained now if need be, to a generator that needs one."""
    folders: dict[tuple[str, str, str], str] = {}

    def equipped(generator: str, inputs: Inputs) -> Inputs:
        if not find_spec(generator).needs_model or inputs.model:
            return inputs
        kind = "plane" if inputs.source is None else KINDS[inputs.source.shape[0] > 1, inputs.source.shape[3]]
        taught = TAUGHT.get((generator, inputs.task), "")
        if (generator, kind, taught) not in folders:
            block, parent = texture(kind, "uint16", seed=1), tmp_path_factory.mktemp("models")
            folders[generator, kind, taught] = str(model_of(generator, block, parent, inputs.task))
        normalisation = () if inputs.limits is None else (min(inputs.limits)[0], max(b for _, b in inputs.limits))
        words = Prompts(**{name: f"grains, {name}" for name in find_spec(generator).prompts})
        return replace(inputs, model=folders[generator, kind, taught], normalisation=normalisation, prompts=words)

    return equipped


@pytest.fixture
def make(equip: Callable[[str, Inputs], Inputs]) -> Callable[..., np.ndarray]:
    """Run a generator by its id."""

    def run(generator: str, inputs: Inputs, seed: int = 0, **parameters: Any) -> np.ndarray:
        record = replace(find_spec(generator).parameters(), **QUICK.get(generator, {}) | parameters)
        return finish(resolve(generator).generate(equip(generator, inputs), record, seed))

    return run
