"""Controls: sets whose quality is known, so that a metric can be judged before it judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import ndimage

from synthscope.generators.protocol import Resolver
from synthscope.generators.registry import find_spec
from synthscope.jobs.drain import drain
from synthscope.records.documents import digest
from synthscope.records.events import Job, Progress
from synthscope.records.generator import Inputs
from synthscope.records.metric import Frame
from synthscope.records.space import Space
from synthscope.services.evaluation.feature_store import MOST_BYTES, FeatureStore
from synthscope.services.evaluation.fields import Fields, field_hash, fields_of, kept

HELD_OUT = "held-out real"
QUILTED = "quilted"
SURROGATE = "phase surrogate"
BLURRED = {"blurred 1 px": 1.0, "blurred 2 px": 2.0}
"""Standard deviation of the Gaussian, in pixels."""
NOISED = {"noise 5 %": 0.05, "noise 15 %": 0.15}
"""Standard deviation of the noise, as a part of the range of the real set."""
MEMORISED = "copied training images"
TRACE = 0.02
"""Standard deviation of the noise on these, as a part of the range of the real set."""
KEPT = MOST_BYTES // 8
"""Bytes of a control up to which it is kept: larger ones would drive out too much else."""
CONTROLS = (HELD_OUT, QUILTED, SURROGATE, *BLURRED, *NOISED)


@dataclass(frozen=True)
class _Made:
    name: str
    make: Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Place:
    """Where controls are made, and by what.

    Parameters
    ----------
    folder : Path
        Empty; fields are written there one by one, and no arm is ever held.
    resolve : Resolver
        Gives the generators ``quilt`` and ``phase-surrogate``.
    store : FeatureStore, optional
        Where what these make of real fields is kept.
    """

    folder: Path
    frame: Frame
    resolve: Resolver
    seed: int
    store: FeatureStore | None = None

    def inside(self, name: str) -> Place:
        """Give a new folder in this one."""
        return replace(self, folder=_new(self.folder, name))


def controls_job(reference: Fields, held_out: Fields, place: Place) -> Job[tuple[Fields, ...]]:
    """Make the controls, each of as many fields as are held out.

    Held-out real is the ceiling; quilted is a memoriser of the reference half: real texture, nothing new; the phase
    surrogate has the right spectrum and grey values and no structure; blurred and noised are damaged by a known amount.

    Parameters
    ----------
    reference, held_out : Fields
        The two halves of the real set.
    """
    quilted = yield from _generated(QUILTED, "quilt", reference, place)
    damaged = yield from damaged_job(held_out, place)
    return (held_out.part(range(len(held_out)), HELD_OUT), quilted, *damaged)


def memorised(training: Fields, place: Place) -> Fields:
    """Make the control of what is held against the training images: a memoriser that hands them out, all but clean."""
    damage, rng = _Made(MEMORISED, _noise(TRACE, place.frame)), np.random.default_rng([place.seed, 9])
    copies = (_damaged(training.read(i), damage, rng) for i in range(len(training)))
    return kept(MEMORISED, _new(place.folder, "memorised"), copies, training.units)


def damaged_job(source: Fields, place: Place) -> Job[tuple[Fields, ...]]:
    """Damage every field of a set: its phase surrogate, blurred and noised ones, in the order of `CONTROLS`."""
    made = [(yield from _generated(SURROGATE, "phase-surrogate", source, place))]
    damages = [_Made(name, _blur(sigma)) for name, sigma in BLURRED.items()]
    damages += [_Made(name, _noise(part, place.frame)) for name, part in NOISED.items()]
    for number, damage in enumerate(damages):
        yield Progress(number, len(damages), f"Control: {damage.name}")
        rng = np.random.default_rng([place.seed, number])
        damaged = (_damaged(source.read(i), damage, rng) for i in range(len(source)))
        made.append(kept(damage.name, _new(place.folder, f"damaged-{number}"), damaged, source.units))
    return tuple(made)


def _new(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def _generated(name: str, generator: str, source: Fields, by: Place) -> Job[Fields]:
    working, spec, place = by.resolve(generator), find_spec(generator), _new(by.folder, generator)
    space = Space("zyxc", (*by.frame.voxel_size, 1.0), by.frame.unit)
    limits, parameters = _ends(source), spec.parameters()
    made_by = (spec.id, spec.version, spec.implementation, parameters, space, limits)
    for i in range(len(source)):
        yield Progress(i, len(source), f"Control: {name}")
        pixels, seed = source.read(i), by.seed + i
        store = by.store if pixels.nbytes * len(source) <= KEPT else None
        key = digest(("control", made_by, seed, field_hash(pixels)))
        made = store.get(key) if store else None
        if made is None or made.shape != pixels.shape:
            size = (pixels.shape[0], pixels.shape[1], pixels.shape[2])
            inputs = Inputs("synthesize", space, source=pixels, size=size, limits=limits)
            made = drain(working.generate(inputs, parameters, seed))
            if store:
                store.put(key, made)
        np.save(place / f"{i:06d}.npy", made, allow_pickle=False)
    return Fields(name, (), (), fields_of(by.frame.shape, source.units), place)


def _ends(source: Fields) -> tuple[tuple[float, float], ...]:
    """Give the lowest and highest value of each channel over all fields."""
    each = [(one.min(axis=(0, 1, 2)), one.max(axis=(0, 1, 2))) for one in map(source.read, range(len(source)))]
    low, high = np.min([a for a, _ in each], axis=0), np.max([b for _, b in each], axis=0)
    return tuple((float(a), float(b)) for a, b in zip(low, high, strict=True))


def _damaged(field: np.ndarray, damage: _Made, rng: np.random.Generator) -> np.ndarray:
    return _as_type(damage.make(field[None].astype(np.float64), rng)[0], field.dtype)


def _blur(sigma: float) -> Callable[[np.ndarray, np.random.Generator], np.ndarray]:
    def make(fields: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
        depth = sigma if fields.shape[1] > 1 else 0.0
        blurred: np.ndarray = ndimage.gaussian_filter(fields, (0, depth, sigma, sigma, 0), mode="reflect")
        return blurred

    return make


def _noise(part: float, frame: Frame) -> Callable[[np.ndarray, np.random.Generator], np.ndarray]:
    low, high = np.asarray(frame.limits).T

    def make(fields: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        noised: np.ndarray = fields + rng.standard_normal(fields.shape) * part * (high - low)
        return noised

    return make


def _as_type(pixels: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if dtype.kind not in "ui":
        return pixels.astype(dtype)
    limits = np.iinfo(dtype)
    rounded: np.ndarray = np.clip(np.rint(pixels), limits.min, limits.max).astype(dtype)
    return rounded
