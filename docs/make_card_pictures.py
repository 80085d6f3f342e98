"""Draws the pictures of the sample cards of the start page: run it after a simulation has changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Picture

from synthscope.phantoms.phantom import Phantom, finished
from synthscope.phantoms.samples import SAMPLES

FOLDER = Path(__file__).parents[1] / "resources" / "synthscope_resources" / "samples"
SIZE = (440, 264)


def main() -> None:
    """Write one PNG per sample."""
    FOLDER.mkdir(exist_ok=True)
    for sample in SAMPLES:
        picture(finished(sample.make(0))).save(FOLDER / f"{sample.key}.png", optimize=True)


def picture(phantom: Phantom) -> Picture.Image:
    """Draw the middle slice, filling a card; the second channel, if any, in green over the first."""
    space, pixels = phantom.image.space, np.asarray(phantom.image.pixels)
    z = space.index("z")
    plane = pixels if z is None else pixels.take(pixels.shape[z] // 2, axis=z)
    if space.index("c") is not None:
        plane = overlaid(grey(plane[0]), grey(plane[1]))
    elif space.is_rgb:
        plane = grey(plane)
    else:
        plane = np.repeat(grey(plane)[..., np.newaxis], 3, axis=-1)
    return cut(Picture.fromarray((plane * 255).astype(np.uint8)))


def grey(plane: np.ndarray) -> np.ndarray:
    """Scale to 0..1 between 0.1 and 99.9 %."""
    low, high = np.percentile(plane, (0.1, 99.9))
    scaled: np.ndarray = np.clip((plane - low) / max(high - low, 1), 0, 1)
    return scaled


def overlaid(base: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Add a channel in green to one in grey."""
    colours = np.repeat(base[..., np.newaxis] * 0.7, 3, axis=-1)
    colours[..., 1] += light
    return np.clip(colours, 0, 1)


def cut(whole: Picture.Image) -> Picture.Image:
    """Cut the middle to the proportions of a card."""
    wide = min(whole.width, round(whole.height * SIZE[0] / SIZE[1]))
    high = round(wide * SIZE[1] / SIZE[0])
    left, top = (whole.width - wide) // 2, (whole.height - high) // 2
    return whole.crop((left, top, left + wide, top + high)).resize(SIZE, Picture.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
