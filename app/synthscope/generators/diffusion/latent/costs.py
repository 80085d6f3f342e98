"""What a latent prior costs, roughly, for two slow cores: seconds and bytes before a run, bytes of a training."""

from __future__ import annotations

from dataclasses import replace

from synthscope.generators.coding.configuration import CELL, CoderConfiguration
from synthscope.generators.coding.costs import decoded_values, decoding_values, encoded_values, encoding_values
from synthscope.generators.diffusion.configuration import WIDTHS, NetworkConfiguration
from synthscope.generators.diffusion.costs import denoised_bytes, prior_cost, seen_bytes
from synthscope.generators.diffusion.latent.configuration import LatentConfiguration
from synthscope.generators.diffusion.latent.parameters import (
    LARGEST,
    SURVEYED,
    LatentParameters,
    LatentTraining,
    in_whole_cells,
)
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.schooling.costs import BESIDE, COPIES, EXAMINED, VALUE, training_height
from synthscope.records.generator import Cost, Taught, Workload

PIXEL_SECONDS = 4e-6
"""To decode one pixel."""
DECODED = 4
"""How often a field is decoded: previews, and the result."""
PIXEL_BYTES = 24
SHOWN = 16
"""New images of a look."""


def latent_cost(work: Workload, parameters: LatentParameters) -> Cost:
    """Count the prior's looks at cells, and the decoding of pixels."""
    z, y, x, channels = work.box
    rows, columns = (-(-n // CELL) for n in (y, x))
    cells = replace(work, box=(z, rows, columns, 4 * channels), unknown=-(-work.unknown // CELL**2))
    window = max(parameters.window // CELL, 64)
    over_cells = prior_cost(cells, PriorParameters(steps=parameters.steps, solver=parameters.solver, window=window))
    pixels = z * y * x if work.task == "vary" else work.unknown
    memory = z * y * x * channels * (work.itemsize + PIXEL_BYTES)
    return Cost(over_cells.seconds + DECODED * pixels * PIXEL_SECONDS, over_cells.memory + memory)


def latent_training_memory(taught: Taught, training: LatentTraining) -> int:
    """Count bytes of a training besides the images: copies of both networks, and the larger of both stages."""
    parameters = in_whole_cells(training)
    networks = _networks(taught, parameters)
    prior, coder = networks.prior, networks.coder
    cells, pieces = prior.patch**2, (min(LARGEST, parameters.patch) // CELL) ** 2
    rebuilt = VALUE * (encoded_values(coder, pieces) + decoded_values(coder, pieces))
    batch = max(rebuilt, _told(networks) + max(denoised_bytes(prior, cells), _encoding(networks)))
    seen = EXAMINED * (_told(networks) + max(seen_bytes(prior, cells), _encoding(networks)))
    shown = EXAMINED * _told(networks) + SHOWN * VALUE * decoding_values(coder, cells)
    surveyed = SURVEYED * VALUE * encoding_values(coder, pieces)
    height = training_height(prior.numbers, parameters.batch * batch, max(seen, shown))
    return max(height, BESIDE + surveyed) + COPIES * VALUE * coder.numbers


def _networks(taught: Taught, parameters: LatentTraining) -> LatentConfiguration:
    """Give both networks of a training."""
    deep, latents, flat = taught.slices > 1, parameters.latents * taught.channels, (0.0,) * taught.channels
    pixels = NetworkConfiguration(
        channels=taught.channels,
        context=parameters.context if deep else 0,
        widths=WIDTHS[parameters.size],
        blocks=parameters.blocks,
        mean=flat,
        spread=(1.0,) * taught.channels,
        planes=parameters.all_planes and deep,
        patch=parameters.patch,
    )
    coder = CoderConfiguration(taught.channels, latents)
    return LatentConfiguration(pixels, coder, (0.0,) * latents, (1.0,) * latents)


def _told(networks: LatentConfiguration) -> int:
    """Count the bytes of a patch in a lesson: its pixels, noise, what is known of it, and the mask."""
    pixels = networks.pixels
    return VALUE * pixels.slices * (3 * pixels.channels + 1) * pixels.patch**2


def _encoding(networks: LatentConfiguration) -> int:
    """Count the bytes that are held while a patch of a lesson is encoded."""
    return VALUE * networks.pixels.slices * encoding_values(networks.coder, networks.prior.patch**2)
