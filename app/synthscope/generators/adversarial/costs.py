"""What adversarial generators cost, roughly, for two slow cores: seconds and bytes of a run, bytes of a training."""

from __future__ import annotations

from itertools import pairwise

from synthscope.generators.adversarial.configuration import FACTORS, DcganConfiguration
from synthscope.generators.adversarial.parameters import (
    SIDE,
    DcganParameters,
    DcganTraining,
    StyleParameters,
    StyleTraining,
)
from synthscope.generators.adversarial.style.configuration import LATENTS, StyleConfiguration, check_patch, widths_for
from synthscope.generators.adversarial.style.reach import Span, reaches
from synthscope.generators.schooling.costs import EXAMINED, VALUE, training_height
from synthscope.records.generator import Cost, Taught, Workload

PIXEL_SECONDS, PIXEL_BYTES = 2.5e-6, 1200
"""One pass of a network of size S over one pixel."""
BACK = 3
"""A pass there and back takes so many times one there."""
OVERHEAD = 300 * (1 << 20)
EACH = 2
"""Values of each channel that a convolution and what bends its result keep for the way back."""
SHOWN_VALUES = 8
"""Of a pixel and channel of an image that is made to be looked at: as made, in original units, its spectrum."""


def dcgan_cost(work: Workload, _parameters: DcganParameters) -> Cost:
    """Count passes over what is made."""
    pixels = work.box[0] * work.box[1] * work.box[2]
    return Cost(0.5 + pixels * PIXEL_SECONDS, pixels * work.box[3] * (work.itemsize + 24) + OVERHEAD)


def style_cost(work: Workload, parameters: StyleParameters) -> Cost:
    """Count passes over what is made, and there and back where latents are fitted."""
    z, y, x, channels = work.box
    passes = 1 if work.task == "synthesize" else 1 + BACK * parameters.fitting
    seen = z * y * x if work.task != "inpaint" else min(z * y * x, 4 * work.unknown + 4096)
    memory = min(seen, 1 << 18) * PIXEL_BYTES * (1 if passes == 1 else BACK)
    return Cost(0.5 + passes * seen * PIXEL_SECONDS, memory + z * y * x * channels * (work.itemsize + 24) + OVERHEAD)


def dcgan_training_memory(taught: Taught, training: DcganTraining) -> int:
    """Count bytes of a training besides the images: copies of both networks, and what is made and judged twice."""
    means = (0.0,) * taught.channels
    network = DcganConfiguration(taught.channels, training.width, means, (0.5,) * taught.channels)
    levels = [factor * training.width * (SIDE // (2 * factor)) ** 2 for factor in FACTORS]
    pixels = SIDE**2 * taught.channels
    made, judged = EACH * (sum(levels) + pixels), EACH * sum(levels[:-1]) + levels[-1]
    batch = training.batch * VALUE * (made + 2 * judged)
    look = EXAMINED * VALUE * (EACH * levels[-1] + SHOWN_VALUES * pixels)
    return training_height(network.numbers, batch, look)


def style_training_memory(taught: Taught, training: StyleTraining) -> int:
    """Count bytes of a training besides the images: copies of both networks, what is made, judged and penalised.

    The gradient of a penalty goes back through what led there: a judgement that is penalised keeps twice as much.

    Raises
    ------
    InputError
        As `check_patch` says.
    """
    check_patch(training.patch)
    network = StyleConfiguration(
        channels=taught.channels,
        widths=widths_for(training.size, training.patch),
        latent=LATENTS[training.size],
        mean=(0.0,) * taught.channels,
        spread=(1.0,) * taught.channels,
        patch=training.patch,
    )
    penalised = 0 if training.penalty == 0 else 2 if training.loss == "relativistic" else 1
    batch = training.batch * VALUE * (_made(network) + (2 + penalised) * _judged(network))
    look = EXAMINED * VALUE * SHOWN_VALUES * training.patch**2 * taught.channels
    return training_height(network.numbers, batch, look)


def _made(network: StyleConfiguration) -> int:
    """Count the values that the generator keeps of a patch for the way back.

    Of each convolution its inputs before and after the style scales them, and its results: as they are, with noise,
    and bent, of which the last are inputs again.
    """
    before, kept = network.widths[0], network.widths[-1] * network.patch**2
    for width, reach in zip(network.widths, reaches((0, network.patch), network.levels), strict=True):
        taken, first, second = (_area(span) for span in (reach.taken, reach.first, reach.second))
        kept += 2 * before * taken + 4 * width * first + 3 * width * second
        before = width
    return kept


def _judged(network: StyleConfiguration) -> int:
    """Count the values that the discriminator keeps of a patch for the way back."""
    area = (network.patch // 2) ** 2
    kept = EACH * (4 * network.channels + network.rival[0]) * area
    for before, after in pairwise(network.rival):
        kept += EACH * (before + after) * area + (before + 2 * after) * area // 4
        area //= 4
    return kept


def _area(span: Span) -> int:
    return (span[1] - span[0]) ** 2
