"""What an autoencoder costs, roughly, for two slow cores: seconds and bytes before a run, bytes of a training."""

from __future__ import annotations

from itertools import pairwise

from synthscope.generators.autoencoding.configuration import CELL, SEEN, WIDTHS, VaeConfiguration, check_patch
from synthscope.generators.autoencoding.parameters import VaeParameters, VaeTraining
from synthscope.generators.schooling.costs import EXAMINED, SEALED_COPIES, VALUE, training_height
from synthscope.records.generator import Cost, Taught, Workload

ENCODED, DECODED = 3e-7, 1.2e-6
"""Seconds to encode and to decode one pixel by a network of size S."""
AROUND = 2 * (2 * CELL)
"""Pixels by which the side of a field is longer for what lies around it."""
PIXEL_BYTES = 600
"""Of one pixel of a piece while it is decoded."""
PIECE = 512 * 512
HELD = 24
"""Bytes of one value of a field and its latents."""
PLAIN, PIXELWISE = 2, 7
"""Values that a convolution and the block after it keep of each channel for the way back, by the kind of block."""
MIXED = 2
"""What is mixed among the cells keeps besides: the bent cells, and what they are added to."""


def vae_cost(work: Workload, parameters: VaeParameters) -> Cost:
    """Count encodings and decodings of whole slices, the margins included."""
    z, y, x, channels = work.box
    seen = z * (y + AROUND) * (x + AROUND)
    seconds = {
        "synthesize": DECODED,
        "vary": 2 * ENCODED + DECODED,
        "inpaint": (parameters.rounds + 1) * (ENCODED + DECODED),
    }.get(work.task, ENCODED + DECODED)
    memory = min((y + AROUND) * (x + AROUND), PIECE) * PIXEL_BYTES + z * y * x * channels * (work.itemsize + HELD)
    return Cost(1.0 + seen * seconds, memory + 400 * (1 << 20))


def vae_training_memory(taught: Taught, training: VaeTraining) -> int:
    """Count bytes of a training besides the images: all copies of the network, and a batch or a look, or the saving.

    Raises
    ------
    InputError
        As `check_patch` says.
    """
    check_patch(training.patch)
    network = VaeConfiguration(
        channels=taught.channels,
        latents=training.latents,
        widths=WIDTHS[training.size],
        mean=(0.0,) * taught.channels,
        spread=(1.0,) * taught.channels,
        patch=training.patch,
    )
    batch = training.batch * VALUE * (_encoded(network) + _decoded(network))
    look = VALUE * (EXAMINED * _examined(network) + SEALED_COPIES * network.numbers)
    return training_height(network.numbers, batch, look)


def _seen(network: VaeConfiguration, level: int) -> int:
    """Give the side of what the encoder sees of a patch: at the pixels (0), or after so many halvings."""
    around = 2 * (CELL + SEEN)
    return network.patch + around if level == 0 else (network.patch + around + 2) // 2**level - 2


def _encoded(network: VaeConfiguration) -> int:
    """Count the values that the encoder keeps of a patch: its input, then of each level."""
    kept = (network.channels + 1) * _seen(network, 0) ** 2
    for level, width in enumerate(network.widths[1:], 1):
        kept += (PLAIN if level == 1 else PIXELWISE) * width * _seen(network, level) ** 2
    return kept


def _decoded(network: VaeConfiguration) -> int:
    """Count the values that the decoder keeps: of the cells, then what is doubled and what is made of it."""
    cells, width = network.cells(network.patch), network.widths[-1]
    kept = PIXELWISE * width * cells**2
    for mixed in range(1, network.mixing + 1):
        kept += (PIXELWISE + MIXED) * width * (cells - 2 * mixed) ** 2
    finer = list(enumerate(network.widths))[::-1]
    for (_, before), (level, after) in pairwise(finer):
        side = network.patch // 2**level + 2
        kept += before * (side + 2) ** 2 + (PIXELWISE if level else PLAIN) * after * side**2
    return kept


def _examined(network: VaeConfiguration) -> int:
    """Count the values that are held of a patch that is looked at: where it is halved first, or doubled last."""
    finest, second = network.widths[:2]
    halved = 3 * second * _seen(network, 1) ** 2 + 3 * (network.channels + 1) * _seen(network, 0) ** 2
    doubled = second * (network.patch + 4) ** 2 + 2 * finest * (network.patch + 2) ** 2
    return max(halved, doubled)
