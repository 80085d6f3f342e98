"""The recipe of the bundled encoder: public images of materials in, a small network with its card out.

Run it as ``python resources/recipes/materials_encoder.py --data DIR --out DIR [--steps N] [--measure]``.
`--data` is the folder of public images of docs/data.md. Only images whose licence permits everything (MIT, BSD,
Apache) are learned from. The same images, steps and seed give the same weights on the same machine.

The network learns without labels, by VICReg (Bardes, Ponce & LeCun 2022): two places near each other in one image
shall have like features (invariance, Eq. 5), each feature shall vary over the batch (variance, Eq. 1), and no two
shall say the same (covariance, Eq. 3 and 4). Both places are turned, mirrored and changed a little in brightness,
each by itself; what happens to *both* alike - a blur, noise, random phases, a checkerboard - is part of what the
network shall see, so it is not taught to overlook the faults of generated images.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when OpenMP loads
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from torch import nn

from recipes.materials_figures import measured
from recipes.materials_images import GAP, Picture, pictures_of
from recipes.materials_views import faulty, patch, seen
from synthscope.imaging.hashing import pixel_hash
from synthscope.io.models import read_card, read_weights, write_card, write_model
from synthscope.metrics.encoders.texture_network import TextureArchitecture, TextureNetwork, network_from
from synthscope.records.documents import from_json
from synthscope.records.model import ModelCard, TrainingImage
from synthscope.records.request import Region
from synthscope.services.environment import describe_environment

SIDE, PAIRS, NEAR = 64, 48, 48
"""Pixels of a view; pairs in a batch; how far the second view of a pair lies from the first, at most."""
STEPS, SEED, RATE, WARM = 1800, 20261126, 2e-3, 100
EXPANDED = 256
INVARIANCE, VARIANCE, COVARIANCE = 25.0, 25.0, 1.0
"""The weights of the three terms: section 4.2 of the paper."""
SETTLING = 2000
"""Pictures that mean and spread of the features are taken over."""
REMARKS = (
    (
        "Blur, noise, random phases and a checkerboard were also shown in training, alike in both views of a pair, so "
        "that they are not overlooked; the images that the figures are of were held out, those called unseen wholly."
    ),
    (
        "A figure 'sees' is the part of images on which 20 clean and 20 faulty views differ by KID, p at most 0.05 of "
        "200 relabellings; 'nothing' is the part of false alarms. Beside each stands the same for random convolutions."
    ),
    "The four scans of roots have one kind of paper and one plant; neurons are one field of view in five stains.",
)
_EPSILON = 1e-4


@dataclass(frozen=True)
class Recipe:
    """What stands on the card under *training*."""

    method: str = "VICReg (Bardes, Ponce & LeCun 2022)"
    side: int = SIDE
    pairs: int = PAIRS
    near: int = NEAR
    expanded: int = EXPANDED
    rate: float = RATE
    terms: tuple[float, float, float] = (INVARIANCE, VARIANCE, COVARIANCE)


class Expander(nn.Sequential):
    """The head that only training needs: three layers with batch normalisation between (section 4.2)."""

    def __init__(self, dimensions: int) -> None:
        super().__init__(
            nn.BatchNorm1d(dimensions),
            nn.Linear(dimensions, EXPANDED), nn.BatchNorm1d(EXPANDED), nn.ReLU(),
            nn.Linear(EXPANDED, EXPANDED), nn.BatchNorm1d(EXPANDED), nn.ReLU(),
            nn.Linear(EXPANDED, EXPANDED),
        )  # fmt: skip


def vicreg(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Give the loss of two batches of embeddings (N, D): Eq. 6 of the paper."""
    invariance = nn.functional.mse_loss(first, second)
    variance, covariance = torch.zeros(()), torch.zeros(())
    for batch in (first, second):
        centred = batch - batch.mean(dim=0)
        spread = torch.sqrt(centred.var(dim=0) + _EPSILON)
        variance = variance + torch.relu(1 - spread).mean() / 2
        matrix = centred.T @ centred / (len(batch) - 1)
        apart = matrix - torch.diag(torch.diagonal(matrix))
        covariance = covariance + apart.square().sum() / batch.shape[1]
    return INVARIANCE * invariance + VARIANCE * variance + COVARIANCE * covariance


def batch(pictures: list[Picture], rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw pairs of views; every second pair carries a fault, the same one in both views."""
    firsts, seconds = [], []
    for index in range(PAIRS):
        picture = pictures[rng.integers(len(pictures))]
        plane = picture.train[rng.integers(len(picture.train))]
        one, other = _places(plane.shape, rng)
        views = [patch(plane, place, SIDE) for place in (one, other)]
        if index % 2:
            views = faulty(views, rng)
        firsts.append(seen(views[0], rng))
        seconds.append(seen(views[1], rng))
    return _tensor(firsts), _tensor(seconds)


def _places(shape: tuple[int, ...], rng: np.random.Generator) -> tuple[tuple[int, int], tuple[int, int]]:
    most = np.asarray(shape) - SIDE
    one = rng.integers(0, most + 1)
    other = np.clip(one + rng.integers(-NEAR, NEAR + 1, 2), 0, most)
    return (int(one[0]), int(one[1])), (int(other[0]), int(other[1]))


def _tensor(views: list[np.ndarray]) -> torch.Tensor:
    return torch.from_numpy(np.stack(views).astype(np.float32))[:, None].to(memory_format=torch.channels_last)


def train(pictures: list[Picture], steps: int) -> TextureNetwork:
    """Train a network, and settle its mean and spread on clean pictures."""
    torch.manual_seed(SEED)  # the initial weights; everything else is drawn from the generator below
    rng = np.random.default_rng(SEED)
    architecture = TextureArchitecture()
    network = TextureNetwork(architecture).to(memory_format=torch.channels_last)
    head = Expander(architecture.dimensions)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):  # no layer normalises: the responses must keep their size by themselves
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    parameters = [*network.parameters(), *head.parameters()]
    optimiser = torch.optim.AdamW(parameters, RATE, weight_decay=1e-4)
    began = time.monotonic()
    for step in range(steps):
        warm = min(1.0, (step + 1) / WARM)
        for group in optimiser.param_groups:
            group["lr"] = RATE * warm * 0.5 * (1 + np.cos(np.pi * step / steps))
        first, second = batch(pictures, rng)
        loss = vicreg(head(network.raw(first)), head(network.raw(second)))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 5.0)
        optimiser.step()
        if step % 100 == 0 or step == steps - 1:
            sys.stdout.write(f"step {step}: loss {loss.item():.3f}, {time.monotonic() - began:.0f} s\n")
            sys.stdout.flush()
    return _settled(network, pictures, rng)


def _settled(network: TextureNetwork, pictures: list[Picture], rng: np.random.Generator) -> TextureNetwork:
    """Measure mean and spread of the features of clean training pictures, each image weighing alike."""
    found = []
    with torch.no_grad():
        for index in range(0, SETTLING, PAIRS):
            views = []
            for offset in range(PAIRS):
                planes = pictures[(index + offset) % len(pictures)].train
                plane = planes[rng.integers(len(planes))]
                views.append(patch(plane, _places(plane.shape, rng)[0], SIDE))
            found.append(network.raw(_tensor(views)))
    features = torch.cat(found)
    network.mean.copy_(features.mean(dim=0))
    network.spread.copy_(features.std(dim=0).clamp_min(1e-3))
    network.eval()
    return network


def card_of(pictures: list[Picture], steps: int, seconds: float, parameters: int) -> ModelCard:
    """Say what the encoder is and what it learned from."""
    images = tuple(
        TrainingImage(
            picture.name, pixel_hash(picture.pixels), picture.pixels.shape, str(picture.pixels.dtype),
            "zyx", (1.0, 1.0, 1.0), "pixel", (_region(picture, 0, picture.cut),),
            (_region(picture, picture.cut + GAP, picture.pixels.shape[picture.axis]),),
            source=picture.source, licence=picture.licence,
        )
        for picture in pictures
    )  # fmt: skip
    return ModelCard(
        name="materials", generator="materials", generator_version="1",
        architecture=asdict(TextureArchitecture()), training=asdict(Recipe()), images=images,
        normalisation=(0.0, 1.0), limits=((0.0, 1.0),), channels=1, dtype="float32", voxel_size=(1.0, 1.0, 1.0),
        unit="pixel", weights_sha256="", parameters=parameters, steps=steps, planned_steps=steps, seed=SEED,
        seconds=seconds, environment=describe_environment("cpu"), licence="BSD-3-Clause",
        remarks=REMARKS,
        intended_use=(
            "Features that sets of images of materials, roots and cells are compared by, each slice and each channel "
            "by itself, at the images' own resolution. No judge of faces, photographs or colours."
        ),
        made=datetime.now(UTC).strftime("%Y-%m-%d"),
    )  # fmt: skip


def _region(picture: Picture, first: int, stop: int) -> Region:
    start, end = [0, 0, 0], list(picture.pixels.shape)
    start[picture.axis], end[picture.axis] = first, stop
    return Region(tuple(start), tuple(end))


def main() -> int:
    """Train and measure, or measure again what is trained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--out", type=Path, required=True, help="folder of the encoder")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--measure", action="store_true", help="only measure what is trained already")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    pictures = pictures_of(chosen.data)
    if not chosen.measure:
        began = time.monotonic()
        network = train(pictures, chosen.steps)
        weights = {name: values.contiguous().numpy() for name, values in network.state_dict().items()}
        count = sum(values.size for values in weights.values())
        chosen.out.mkdir(parents=True, exist_ok=True)
        write_model(chosen.out, weights, card_of(pictures, chosen.steps, time.monotonic() - began, count))
    card = read_card(chosen.out)
    architecture: TextureArchitecture = from_json(TextureArchitecture, dict(card.architecture))
    figures = measured(network_from(architecture, read_weights(chosen.out, card)), pictures, chosen.data)
    write_card(chosen.out, replace(card, figures=figures))
    for name, value in figures.items():
        sys.stdout.write(f"{name}: {value:.4g}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
