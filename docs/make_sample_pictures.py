"""Draws the pictures of docs/samples.md: each sample beside its truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Picture

from synthscope.imaging.contrast import contrast_limits
from synthscope.phantoms.phantom import Phantom, finished
from synthscope.phantoms.samples import SAMPLES

FOLDER = Path(__file__).parent / "images"
SEED = 0
HEIGHT = 350  # pixels of a picture
TRUTH = {"rock": ("phases", "rings"), "composite": ("phases",), "roots": ("order",), "cells": ("cells",)}
CROP = {"roots": (slice(60, 560), slice(220, 720))}


def to_8_bit(pixels: np.ndarray) -> np.ndarray:
    """Map a plane or a colour image to 8-bit RGB with the contrast of the program."""
    low, high = (0.0, 65535.0) if pixels.ndim == 3 else contrast_limits([pixels])
    grey = (np.clip((pixels - low) / (high - low), 0, 1) * 255).astype(np.uint8)
    return grey if grey.ndim == 3 else np.repeat(grey[..., None], 3, axis=2)


def coloured(labels: np.ndarray) -> np.ndarray:
    """Give each label a colour of its own, black to 0."""
    wheel = np.random.default_rng(2).integers(60, 255, (24, 3)).astype(np.uint8)
    return np.where((labels > 0)[..., None], wheel[labels % len(wheel)], np.uint8(0))


def panels(phantom: Phantom, names: tuple[str, ...]) -> list[np.ndarray]:
    """Give the channels and the truth of the middle slice."""
    pixels, axes = np.asarray(phantom.image.pixels), phantom.image.space.axes
    middle = len(pixels) // 2
    planes = list(pixels) if axes == "cyx" else [pixels[middle] if "z" in axes else pixels]
    truth = [phantom.labels(name) for name in names]
    flat = [labels[middle] if labels.ndim == 3 else labels for labels in truth]
    return [*map(to_8_bit, planes), *map(coloured, flat)]


def main() -> None:
    """Draw all pictures."""
    FOLDER.mkdir(exist_ok=True)
    for sample in SAMPLES:
        crop = CROP.get(sample.key, (slice(None), slice(None)))
        row = np.hstack([panel[crop] for panel in panels(finished(sample.make(SEED)), TRUTH[sample.key])])
        width = round(row.shape[1] * HEIGHT / row.shape[0])
        picture = Picture.fromarray(row).resize((width, HEIGHT), Picture.Resampling.LANCZOS)
        picture.quantize(256, dither=Picture.Dither.NONE).save(FOLDER / f"sample-{sample.key}.png", optimize=True)


if __name__ == "__main__":
    main()
