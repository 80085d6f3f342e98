"""What the bundled encoder is worth on images that were held out, beside fixed random convolutions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from recipes.materials_images import Picture, scaled, unseen
from recipes.materials_views import Fault, blurred, chequered, noised, patch, phases, shifted
from synthscope.imaging.random_features import RandomFeatures, kernel_distance
from synthscope.metrics.encoders.texture_network import TextureNetwork

SIDE, EACH, NEIGHBOURS = 64, 40, 5
SET, DRAWS, LEVEL = 20, 200, 0.05
"""Views in each of the two sets of a test; relabellings; the p-value from which on a fault counts as seen."""
SEED = 1
FAULTS: dict[str, Fault] = {
    "nothing": lambda view, _: view,
    "blur_0.4": blurred(0.4),
    "blur_0.7": blurred(0.7),
    "phases": phases,
    "noise_2%": noised(0.02),
    "checkerboard_1%": chequered(0.01),
    "brightness_2%": shifted(0.02),
}
Features = Callable[[np.ndarray], np.ndarray]


def measured(network: TextureNetwork, pictures: list[Picture], data: Path) -> dict[str, float]:
    """Give the figures of the card: each beside the same figure of random convolutions."""

    def learned(views: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            found: np.ndarray = network(torch.from_numpy(views.astype(np.float32))[:, None]).numpy()
        return found.astype(float)

    random = RandomFeatures(1)
    both: dict[str, Features] = {"": learned, "_random_pyramid": lambda views: random.of(2 * views[..., None] - 1)}
    held_out = {picture.name: picture.held_out for picture in pictures}
    others = {name: [scaled(image)] for name, image in unseen(data).items()}
    figures = {}
    for suffix, features in both.items():
        figures[f"materials_told_apart{suffix}"] = told_apart(features, pictures)
        for place, planes in (("held_out", held_out), ("unseen", others)):
            found = detections(features, planes)
            figures |= {f"{place}_sees_{fault}{suffix}": value for fault, value in found.items()}
    return dict(sorted(figures.items()))


def told_apart(features: Features, pictures: list[Picture]) -> float:
    """Give the part of held-out views whose nearest views of the learned part are mostly of the same material."""
    rng = np.random.default_rng(SEED)
    known = np.concatenate([features(_views(picture.train, EACH, rng)) for picture in pictures])
    asked = np.concatenate([features(_views(picture.held_out, EACH, rng)) for picture in pictures])
    materials = sorted({picture.material for picture in pictures})
    labels = np.repeat([materials.index(picture.material) for picture in pictures], EACH)
    known, asked = _standardised(known, known), _standardised(asked, known)
    distances = (asked**2).sum(1)[:, None] + (known**2).sum(1)[None] - 2 * asked @ known.T
    nearest = labels[np.argsort(distances, axis=1)[:, :NEIGHBOURS]]
    votes = np.stack([(nearest == index).sum(axis=1) for index in range(len(materials))], axis=1)
    # Each material weighs alike, however many images it has.
    right = votes.argmax(axis=1) == labels
    return float(np.mean([right[labels == index].mean() for index in range(len(materials))]))


def detections(features: Features, images: dict[str, list[np.ndarray]]) -> dict[str, float]:
    """Give the part of images on which each fault is seen: clean views against other, faulty views, by KID."""
    seen = dict.fromkeys(FAULTS, 0.0)
    for index, planes in enumerate(images.values()):
        for name, fault in FAULTS.items():
            rng = np.random.default_rng([SEED, index])
            clean, other = _views(planes, SET, rng), _views(planes, SET, rng)
            spoiled = np.stack([fault(view, rng) for view in other])
            seen[name] += (p_value(features(clean), features(spoiled), rng) <= LEVEL) / len(images)
    return seen


def p_value(real: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> float:
    """Give the part of random relabellings in which two sets are as far apart as these."""
    pooled = _standardised(np.concatenate([real, other]), real)
    found = kernel_distance(pooled[:SET], pooled[SET:])
    drawn = 0
    for _ in range(DRAWS):
        order = rng.permutation(len(pooled))
        drawn += kernel_distance(pooled[order[:SET]], pooled[order[SET:]]) >= found
    return (drawn + 1) / (DRAWS + 1)


def _standardised(features: np.ndarray, reference: np.ndarray) -> np.ndarray:
    found: np.ndarray = (features - reference.mean(axis=0)) / np.maximum(reference.std(axis=0), 1e-6)
    return found


def _views(planes: list[np.ndarray], count: int, rng: np.random.Generator) -> np.ndarray:
    found = []
    for _ in range(count):
        plane = planes[rng.integers(len(planes))]
        row, column = (int(rng.integers(0, n - SIDE + 1)) for n in plane.shape)
        found.append(patch(plane, (row, column), SIDE))
    return np.stack(found)
