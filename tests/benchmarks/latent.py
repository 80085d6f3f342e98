"""The prior over latents beside the prior over pixels: same images, same minutes; figures and time at 512 and 1024 px.

Run it as ``python tests/benchmarks/latent.py --data DIR --models DIR --json OUT [--minutes M] [--pictures DIR]``.
Both learn columns 0 to 244 of the soil core; columns 372 to 500 are held out. A model that is in `--models` already
is not trained again; with ``--only`` two processes can train both side by side, so that a busy machine is busy for
both. New images of 512 px are cut into patches of 128 px and measured as a training measures its samples, beside as
many real patches of the training part. Seconds are of the processor, for one thread; those of 1024 px are scaled
from the first steps of their 18.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when OpenMP loads

import numpy as np
from prior_fills import AROUND, Hole, generated, measure
from skimage.io import imread, imsave

from synthscope.generators.registry import find_spec, resolve
from synthscope.generators.training import Budget, Checkpoint, TrainingData
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.io.models import read_card, write_model
from synthscope.records.documents import to_json
from synthscope.records.events import Measured, Progress
from synthscope.records.generator import Inputs
from synthscope.records.model import ModelCard
from synthscope.records.run import Environment
from synthscope.records.space import Space
from synthscope.services.training_figures import Yardstick

GENERATORS = ("prior", "latent-prior")
LEARNED, HELD_OUT = slice(0, 244), slice(372, 500)
SIDE, PATCH, HOLES, HOLE, FIRST_STEPS = 512, 128, 16, 48, 3
MEASURES = ("new", "large", "fills")


def load(data: Path) -> TrainingData:
    """Read the soil core in its two parts."""
    files = sorted((data / "rock_soil_microct/soil_core_stack").glob("*.tif"))
    stack = np.stack([imread(path) for path in files])[..., None]
    train = stack[:, :, LEARNED]
    return TrainingData((train,), (stack[:, :, HELD_OUT],), fit_normalisation(train), (1.0, 1.0, 1.0))


def train(name: str, data: TrainingData, minutes: float, folder: Path) -> None:
    """Train a model into a folder, or go on with it."""
    state = folder / "state"
    state.mkdir(parents=True, exist_ok=True)
    training = find_spec(name).training
    assert training is not None, "both learn"
    parameters = training()
    learner: Any = resolve(name)
    job = learner.train(data, parameters, Budget(minutes), 0, state, "cpu")
    for event in _events(job):
        if isinstance(event, Measured):
            sys.stdout.write(f"{name} {event.step} {dict(event.values)}\n")
            sys.stdout.flush()
        elif isinstance(event, Checkpoint):
            write_model(folder, event.weights, _card(name, parameters, data, event))


def _events(job: Iterator[Any]) -> Iterator[Any]:
    """Give the events of a training, its result last."""
    try:
        while True:
            yield next(job)
    except StopIteration as end:
        yield end.value


def _card(name: str, parameters: Any, data: TrainingData, last: Checkpoint) -> ModelCard:
    return ModelCard(
        name=name, generator=name, generator_version="1", architecture=last.architecture, training=to_json(parameters),
        images=(), normalisation=(data.normalisation.low, data.normalisation.high),
        limits=((float(data.train[0].min()), float(data.train[0].max())),), channels=1, dtype="uint8",
        voxel_size=data.voxel_size, unit="", weights_sha256="",
        parameters=sum(int(value.size) for value in last.weights.values()), steps=last.step,
        planned_steps=last.planned_steps, seed=0, seconds=last.seconds, environment=Environment("", "", "", "cpu"),
        depth=True, figures=dict(last.figures) | {"held_out_loss": last.held_out_loss},
    )  # fmt: skip


def request(model: Path, side: int) -> Inputs:
    """Ask for a new image."""
    return Inputs("synthesize", Space("zyxc", (1.0,) * 4), size=(1, side, side), model=str(model), device="cpu")


def new_image(name: str, model: Path, side: int, seed: int) -> tuple[np.ndarray, float]:
    """Make a new image and give it with its processor seconds."""
    began = time.process_time()
    *_, made = _events(resolve(name).generate(request(model, side), find_spec(name).parameters(), seed))
    return made[0], time.process_time() - began


def seconds_of_large(name: str, model: Path) -> float:
    """Scale the processor seconds of the first steps of a large image to all of them."""
    job = resolve(name).generate(request(model, 2 * SIDE), find_spec(name).parameters(), 0)
    next(job)  # the model is loaded by the first step
    began, total = time.process_time(), 1.0
    for event in job:
        if isinstance(event, Progress):
            total = event.total
            if event.done == FIRST_STEPS:
                break
    job.close()
    return (time.process_time() - began) * total / FIRST_STEPS


def patches(image: np.ndarray) -> list[np.ndarray]:
    """Cut an image into patches that share no pixel."""
    starts = range(0, image.shape[0] - PATCH + 1, PATCH)
    return [image[y : y + PATCH, x : x + PATCH] for y in starts for x in starts]


def holes(data: TrainingData) -> list[Hole]:
    """Draw holes in the held-out part."""
    rng, side = np.random.default_rng(7), HOLE + 2 * AROUND
    (block,) = data.held_out
    mask = np.zeros((side, side), bool)
    mask[AROUND:-AROUND, AROUND:-AROUND] = True
    found = []
    for _ in range(HOLES):
        z, y, x = (int(rng.integers(n - m + 1)) for n, m in zip(block.shape, (1, side, side), strict=False))
        found.append(Hole(block[z, y : y + side, x : x + side, 0], mask))
    return found


def fills(name: str, model: Path, data: TrainingData) -> dict[str, float]:
    """Fill holes and give means: texture over real, seam over real, PSNR."""
    rows = [measure(hole, generated(name, hole, seed, str(model))) for seed, hole in enumerate(holes(data))]
    texture = np.array([row["texture"] / row["texture_real"] for row in rows])
    seam = np.array([row["seam"] / row["seam_real"] for row in rows])
    error = 1 / np.sqrt(len(rows))
    return {
        "texture": float(texture.mean()), "texture_error": float(texture.std() * error),
        "seam": float(seam.mean()), "seam_error": float(seam.std() * error),
        "psnr": float(np.mean([row["psnr"] for row in rows])),
    }  # fmt: skip


def new_images(name: str, model: Path, data: TrainingData, pictures: Path | None, count: int) -> dict[str, Any]:
    """Measure new images as a training does its samples."""
    made = [new_image(name, model, SIDE, seed) for seed in range(count)]
    samples = np.stack([patch for image, _ in made for patch in patches(image)])
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        imsave(pictures / f"{name}.png", made[0][0][..., 0], check_contrast=False)
    yardstick = Yardstick(data, 0)
    seconds = float(np.mean([seconds for _, seconds in made]))
    return {"figures": yardstick.figures(samples), "real": yardstick.floor(samples), "seconds": seconds}


def evaluate(name: str, model: Path, data: TrainingData, chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure one model."""
    card = read_card(model)
    found: dict[str, Any] = {
        "steps": card.planned_steps, "training_seconds": card.seconds, "parameters": card.parameters,
        "card": dict(card.figures),
    }  # fmt: skip
    if "new" in chosen.measure:
        found["new"] = new_images(name, model, data, chosen.pictures, chosen.images)
    if "large" in chosen.measure:
        found["seconds_of_large"] = seconds_of_large(name, model)
    if "fills" in chosen.measure:
        found["fills"] = fills(name, model, data)
    return found


def main() -> int:
    """Train what is not there, and measure what is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--models", type=Path, required=True, help="folder for the models")
    parser.add_argument("--json", type=Path, required=True, help="file for the numbers")
    parser.add_argument("--minutes", type=float, default=10.0, help="time budget of each training")
    parser.add_argument("--only", choices=GENERATORS, nargs="*", default=list(GENERATORS))
    parser.add_argument("--measure", choices=MEASURES, nargs="*", default=list(MEASURES))
    parser.add_argument("--images", type=int, default=2, help="how many new images are measured")
    parser.add_argument("--pictures", type=Path, help="folder for the new images")
    chosen = parser.parse_args()
    data, found = load(chosen.data), {"format": "synthscope/benchmark-latent", "version": 1}
    for name in chosen.only:
        folder = chosen.models / name
        if (folder / "state").exists() or not folder.exists():
            train(name, data, chosen.minutes, folder)
            (folder / "state").rename(folder / "ended")
        found[name] = evaluate(name, folder, data, chosen)
        chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
        sys.stdout.write(f"{name}: {json.dumps(found[name], indent=1)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
