"""The recipe of the bundled priors: public images in, model folders with cards out.

Run it as ``python resources/recipes/bundled_priors.py --data DIR --out DIR [--only NAME ...] [--minutes M]``.
`--data` is the folder of public images of docs/data.md. The same images, steps and seed give the same weights
on the same machine; the number of steps of the models that are shipped stands on their cards.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when OpenMP loads

import numpy as np
from skimage.io import imread
from skimage.transform import downscale_local_mean

from synthscope.generators.diffusion.loading import load_prior
from synthscope.generators.diffusion.making import new_patches
from synthscope.generators.diffusion.refilling import refill
from synthscope.generators.training import TrainingData
from synthscope.imaging.normalisation import Normalisation, fit_normalisation
from synthscope.imaging.regions import to_block
from synthscope.io.models import read_card, write_card
from synthscope.jobs.drain import drain
from synthscope.phantoms.samples import find_sample
from synthscope.records.events import Event, Measured
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.training import begin_training, can_resume, train_job
from synthscope.services.training_figures import Yardstick
from synthscope.worker import resolve

SAMPLES, STEPS, PLACES = 64, 24, 48
BRIGHT, DENSE = 110, 0.02
"""Red of a root at least, in a scan of 8 bits; share of such pixels that lies outside the box on each side."""

LICENCE = "BSD-3-Clause"
"""Of the weights, as of the program."""


@dataclass(frozen=True)
class Source:
    """Where an image comes from, for the card."""

    image: Image
    source: str
    licence: str


@dataclass(frozen=True)
class Bundled:
    """One model of the set."""

    load: Callable[[Path], list[Source]]
    intended_use: str
    parameters: dict[str, Any] = field(default_factory=dict)
    minutes: float = 12.0


def rock_soil(data: Path) -> list[Source]:
    """Soil core (40 slices) and the simulated rock sample, both 8-bit."""
    files = sorted((data / "rock_soil_microct/soil_core_stack").glob("*.tif"))
    soil = np.stack([imread(path) for path in files])
    return [
        Source(
            Image(soil, Space("zyx"), "soil-core"),
            "EMSL-Computing/Pore2Chip@2ffaccea8d, examples/bean_bucket_100, images 0030 to 0069",
            "MIT",
        ),
        Source(
            Image(_as_bytes(_sample("rock")), Space("zyx"), "simulated-rock"),
            "simulated by this program",
            LICENCE,
        ),
    ]


def fibre(data: Path) -> list[Source]:
    """Three slices of a carbon-fibre composite, each without the rim of its round field of view."""
    found = []
    for name in ("carbon0103", "carbon0918", "carbon0969"):
        slice_ = imread(data / f"fibre_composites/{name}.png")[170:820, 160:810]
        source = f"vedranaa/InSegt@c7177c48e6, data/{name}.png, rows 170 to 820, columns 160 to 810"
        found.append(Source(Image(np.ascontiguousarray(slice_), Space("yx"), name), source, "MIT"))
    return found


def roots(data: Path) -> list[Source]:
    """Oilseed-rape roots on blue paper, in colour: the box that the roots take, at half the scan's resolution."""
    found = []
    for name in ("B_osr_0091", "B_osr_0095", "B_osr_0101", "A_osr_0049", "A_osr_0057"):
        image = imread(data / f"plant_roots/osr/{name}.jpg")
        box = _box_of_roots(image)
        halved = downscale_local_mean(image[box].astype(np.float32), (2, 2, 1))
        pixels = np.ascontiguousarray(np.clip(np.rint(halved), 0, 255).astype(np.uint8))
        rows, columns = (f"{part.start} to {part.stop}" for part in box)
        source = (
            f"robail-yasrab/RootNav-2.0@fc65b26805, OSR_Root_dataset, {name}.jpg, "
            f"rows {rows}, columns {columns}, means of 2 x 2 pixels"
        )
        found.append(Source(Image(pixels, Space("yxs"), name), source, "BSD-3-Clause"))
    return found


def _box_of_roots(image: np.ndarray) -> tuple[slice, slice]:
    """Find where roots are dense: bright in red, which the paper is not, away from the rim of the scan."""
    rim = tuple(n // 12 for n in image.shape[:2])
    inner = image[rim[0] : -rim[0], rim[1] : -rim[1], 0] > BRIGHT
    box = []
    for axis in (0, 1):
        seen = np.cumsum(inner.sum(axis=1 - axis))
        first, last = (int(np.searchsorted(seen, part * seen[-1])) for part in (DENSE, 1 - DENSE))
        box.append(slice(rim[axis] + first, rim[axis] + last + 1))
    return box[0], box[1]


def cells(data: Path) -> list[Source]:
    """Neurons in phase contrast, seven focal planes."""
    planes = np.stack([imread(data / f"cells/isl_neurons/phase_z{z:02d}.png") for z in range(0, 13, 2)])
    source = "google/in-silico-labeling@5db882bfab, condition_blue_sample, phase contrast, z 0 to 12"
    return [Source(Image(planes, Space("zyx"), "neurons-phase-contrast"), source, "Apache-2.0")]


MODELS = {
    "rock-soil": Bundled(rock_soil, "X-ray tomographs of soils and granular rock, grey.", minutes=16),
    "fibre": Bundled(fibre, "Cross-sections of unidirectional fibre composites, grey."),
    "roots": Bundled(roots, "Scans of root systems on blue paper, in colour.", {"free_orientation": False}),
    "unstained-cells": Bundled(cells, "Neurons in phase contrast, grey."),
}


def train(name: str, data: Path, out: Path, minutes: float, steps: int) -> None:
    """Train one model, or go on with it, and complete its card."""
    recipe, folder = MODELS[name], out / name
    sources = recipe.load(data)
    if not can_resume(folder):
        wanted = TrainingRecipe(
            "prior", recipe.parameters, (), name, minutes or recipe.minutes, steps, licence=LICENCE, device="cpu"
        )
        begin_training(folder, wanted, [source.image for source in sources])
    drain(train_job(folder, resolve), on_event=_tell)
    card = read_card(folder)
    images = tuple(
        replace(image, source=source.source, licence=source.licence)
        for image, source in zip(card.images, sources, strict=True)
    )
    use = f"{recipe.intended_use} {card.intended_use}"
    write_card(folder, replace(card, images=images, intended_use=use))


def measure(name: str, data: Path, out: Path) -> None:
    """Measure a trained model again on what was held out, on more samples than a training has time for."""
    folder, card = out / name, read_card(out / name)
    train_blocks, held_out = [], []
    for described, source in zip(card.images, MODELS[name].load(data), strict=True):
        block = to_block(np.asarray(source.image.pixels), source.image.space)
        train_blocks += [block[region.slices] for region in described.train]
        held_out += [block[region.slices] for region in described.held_out]
    normalisation = Normalisation(*card.normalisation)
    yardstick = Yardstick(TrainingData(tuple(train_blocks), tuple(held_out), normalisation, card.voxel_size), card.seed)
    denoiser = load_prior(str(folder), "cpu").denoiser
    pixels = new_patches(denoiser, normalisation, SAMPLES, STEPS)
    refilled = drain(refill(denoiser, held_out, normalisation, PLACES, card.seed))
    found = yardstick.figures(pixels) | yardstick.floor(pixels) | yardstick.calibration(refilled)
    write_card(folder, replace(card, figures={**card.figures, **found}))
    sys.stdout.write(f"{name}: {found}\n")


def _sample(key: str) -> np.ndarray:
    return np.asarray(drain(find_sample(key).make()).image.pixels[...])


def _as_bytes(stack: np.ndarray) -> np.ndarray:
    """Bring a 16-bit stack to 8 bits between its own 0.1 and 99.9 percentiles."""
    unit = (fit_normalisation(stack).forward(stack) + 1) / 2
    return np.asarray(np.clip(np.rint(unit * 250 + 2), 0, 255).astype(np.uint8))


def _tell(event: Event) -> None:
    if isinstance(event, Measured):
        words = ", ".join(f"{name} {value:.4g}" for name, value in event.values.items())
        sys.stdout.write(f"step {event.step}: {words}\n")
        sys.stdout.flush()


def main() -> int:
    """Train the models that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--out", type=Path, required=True, help="folder for the models")
    parser.add_argument("--only", choices=MODELS, nargs="*", default=list(MODELS))
    parser.add_argument("--minutes", type=float, default=0.0, help="time budget of each, instead of the recipe's")
    parser.add_argument("--steps", type=int, default=0, help="number of steps of each, instead of a time budget")
    parser.add_argument("--measure", action="store_true", help="only measure what is trained already")
    chosen = parser.parse_args()
    for name in chosen.only:
        if not chosen.measure:
            train(name, chosen.data, chosen.out, chosen.minutes, chosen.steps)
        measure(name, chosen.data, chosen.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
