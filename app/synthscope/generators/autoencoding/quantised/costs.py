"""What a VQ-VAE costs, roughly, for two slow cores: seconds and bytes before a run, bytes of a training."""

from __future__ import annotations

from synthscope.generators.autoencoding.quantised.configuration import (
    COARSE,
    CODERS,
    FINE,
    LEVELS,
    WIDTHS,
    QuantisedConfiguration,
    check_patch,
)
from synthscope.generators.autoencoding.quantised.parameters import QuantisedParameters, QuantisedTraining
from synthscope.generators.autoencoding.quantised.windows import round_ends
from synthscope.generators.coding.configuration import CELL, CoderConfiguration
from synthscope.generators.coding.costs import CLOSING, RESIDUAL, decoded_values, decoding_values, encoded_values
from synthscope.generators.schooling.costs import EXAMINED, SEALED_COPIES, VALUE, training_height
from synthscope.records.generator import Cost, Taught, Workload

LOOK = 4e-5
"""Seconds to look at one cell once by networks of size S."""
SIZE_S = 1_700_000
"""Numbers of such networks; larger ones take longer in proportion."""
WINDOW, OVERLAP = 256, 4
"""Cells of a window, and how many windows each cell of a large field lies in: they overlap by half a side."""
DECODED = 4
"""How often a field is decoded: previews, and the result."""
PIXEL_SECONDS = 4e-6
PIXEL_BYTES = 48
WINDOW_BYTES = 192 << 20
"""While windows are looked at together."""
ODDS, LOOKED_ODDS = 4, 3
"""Values of each code of a cell: on the way back the odds, as laid out, their logarithms and a gradient; in a look."""
REBUILT_OF = 4
"""One of so many patches of a batch is rebuilt: to rebuild is learned long before to foresee codes is."""
TOGETHER = 1 << 24
"""Odds of codes that are held at once when held-out patches are examined."""


def vqvae_cost(work: Workload, parameters: QuantisedParameters) -> Cost:
    """Count looks at windows, no more in a round than codes are drawn in it, and the decoding of pixels."""
    z, y, x, channels = work.box
    made = work.unknown if work.task == "inpaint" else z * y * x
    share = parameters.strength if work.task == "vary" else 1.0
    cells = round(made / CELL**2 / z * share)
    windows = max(OVERLAP * cells // WINDOW, 1)
    ends = round_ends(cells, parameters.rounds) if cells else ()
    looked = z * WINDOW * sum(min(windows, last - first) for first, last in zip((0, *ends), ends, strict=False))
    size = work.weights / SIZE_S if work.weights else 1.0
    memory = z * y * x * channels * (work.itemsize + PIXEL_BYTES) + WINDOW_BYTES
    return Cost(1.0 + looked * LOOK * size + DECODED * made * PIXEL_SECONDS, memory + 400 * (1 << 20))


def vqvae_training_memory(taught: Taught, training: QuantisedTraining) -> int:
    """Count bytes of a training besides the images: all copies of both networks, and a batch or a look, or the saving.

    Raises
    ------
    InputError
        As `check_patch` says.
    """
    check_patch(training.patch)
    levels, (encoder, decoder, blocks) = LEVELS[training.codes], CODERS[training.size]
    network = QuantisedConfiguration(
        coder=CoderConfiguration(taught.channels, len(levels), encoder, decoder, blocks),
        levels=levels,
        widths=WIDTHS[training.size],
        mean=(0.0,) * taught.channels,
        spread=(1.0,) * taught.channels,
        patch=training.patch,
    )
    coder, cells = network.coder, network.side**2
    rebuilt = -(-training.batch // REBUILT_OF) * decoded_values(coder, cells)
    each = encoded_values(coder, cells) + _foreseen(network) + ODDS * cells * network.codes
    odds = min(EXAMINED * cells, TOGETHER // network.codes) * network.codes
    look = max(LOOKED_ODDS * odds, odds + odds // network.codes * decoding_values(coder, 1))
    sealed = SEALED_COPIES * network.numbers
    return training_height(network.numbers, VALUE * (training.batch * each + rebuilt), VALUE * (look + sealed))


def _foreseen(network: QuantisedConfiguration) -> int:
    """Count the values that the prior keeps of a patch for the way back, besides the odds."""
    fine, coarse = network.widths
    cells = network.side**2
    return cells * fine * (2 * FINE * RESIDUAL + 1 + CLOSING) + cells // 4 * coarse * (COARSE * RESIDUAL + 1)
