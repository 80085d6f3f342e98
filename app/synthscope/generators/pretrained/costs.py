"""What pretrained pipelines cost: measured on one of Stable Diffusion 1.5's size, scaled by how many numbers one is."""

from __future__ import annotations

from typing import Any

from synthscope.records.generator import Cost, Workload

STABLE_DIFFUSION = 1.066e9
"""Numbers of a Stable Diffusion 1.5 with its text encoder and autoencoder."""
SECONDS_A_PASS = 14.0
"""Of its denoiser for one image of 512 px, on two cores (docs/measured.md); what runs here corrects it."""
SECONDS_OF_AUTOENCODER = 42.0
"""To encode an image of 512 px and to decode it, on the same."""
SIDE = 512
"""Of the images that a model was trained on, in px, where its card does not say."""
BYTES_A_WEIGHT = {"float16": 2, "bfloat16": 2}
SINGLE = 4
"""Bytes of a number where none of the above is asked for; a graphics card takes half."""
PIXELS_A_TOKEN = 64
"""Of the first attention of the denoiser: latents are 8 times narrower than the image."""
ATTENTION_VALUES = 32
"""For each pair of its tokens: 8 heads, two images (guidance), scores and weights."""
IN_SLICES = 4
"""Attention in slices holds one part in so many of them."""
DENOISER_VALUES = 400
"""A pixel, beside attention."""
DECODER_VALUES = 1640
"""A pixel, at the full width of the image."""
TILE = 256
KEPT_VALUES = 200
"""A pixel of an image that is decoded in tiles: those that are done."""


def work_bytes(pixels: int, itemsize: int, *, thrifty: bool = False) -> int:
    """Give the bytes that a tile of so many pixels takes beside the weights, at the height of the work.

    Parameters
    ----------
    itemsize : int
        Bytes of a number: 4 of float32, 2 of half precision.
    thrifty : bool
        Attention in slices, the autoencoder in tiles.
    """
    attention = ATTENTION_VALUES * (pixels / PIXELS_A_TOKEN) ** 2 / (IN_SLICES if thrifty else 1)
    decoder: float = DECODER_VALUES * pixels
    if thrifty:
        decoder = min(decoder, DECODER_VALUES * TILE**2 + KEPT_VALUES * pixels)
    return int(itemsize * max(attention + DENOISER_VALUES * pixels, decoder))


def pipeline_cost(workload: Workload, parameters: Any) -> Cost:
    """Estimate a candidate: steps times tiles times passes, each by the size of the model."""
    weights = workload.weights or STABLE_DIFFUSION
    tiles = max(workload.unknown / SIDE**2, 1e-3)
    passes = 1.0 if getattr(parameters, "guidance", 2.0) <= 1 else 2.0
    of_one = SECONDS_A_PASS * passes * parameters.steps + SECONDS_OF_AUTOENCODER
    size = weights / STABLE_DIFFUSION
    seen = min(workload.unknown, SIDE**2)
    itemsize = BYTES_A_WEIGHT.get(getattr(parameters, "precision", ""), SINGLE)
    return Cost(of_one * size * tiles, int(weights * itemsize + min(size, 1.0) * work_bytes(seen, itemsize)))
