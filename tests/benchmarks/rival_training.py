"""The style-based GAN's training beside a public one: the DCGAN of PyTorch's examples, rewritten here.

Run it as ``OMP_NUM_THREADS=1 python tests/benchmarks/rival_training.py --data DIR --out FOLDER [--minutes 10]
[--seeds 1]``. Ours is trained by ``synthscope families`` on the soil stack, on a core of its own; then the peer learns
patches of the same training part, of 64 px, for as many seconds of the processor as ours took by the clock, its looks
at samples among them. The peer's networks are those of Radford et al. 2016 at the width at which both have about as
many parameters as ours both have; it is taught as the example is: batches of 64, Adam at 0.0002 with a first moment of
0.5, binary cross-entropy, the last weights, and images by the statistics of their batch. 64 images of each are
measured beside the held-out part. What is in FOLDER already is not made again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.cli import main as synthscope
from synthscope.generators.adversarial.configuration import LATENT, DcganConfiguration
from synthscope.generators.adversarial.dcgan import DcganDiscriminator, DcganGenerator
from synthscope.generators.adversarial.style.configuration import StyleConfiguration
from synthscope.generators.scale import from_units
from synthscope.generators.schooling.patches import PatchSource
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.patches import Drawing
from synthscope.imaging.regions import to_block
from synthscope.io.models import read_card
from synthscope.jobs.drain import drain
from synthscope.records.documents import from_json
from synthscope.records.families import MEASURES, Measure
from synthscope.records.model import ModelCard
from synthscope.services.families.beginning import read_families, read_result
from synthscope.services.families.grounds import grounds_job
from synthscope.services.families.measuring import Bench, measures_job
from synthscope.services.sources import open_input
from synthscope.worker import implement

SIDE, BATCH, COUNT = 64, 64, 64
RATE, BETAS = 2e-4, (0.5, 0.999)
SHOWN = (
    "spectrum_distance", "two_point_distance", "chord_distance", "euler_difference", "kernel_distance",
    "sharpness_ratio",
)  # fmt: skip


def as_large_as(parameters: int) -> DcganConfiguration:
    """Give the DCGAN whose networks have about so many parameters together."""
    return min((DcganConfiguration(width=n) for n in range(1, 65)), key=lambda one: abs(one.numbers - parameters))


def source_of(card: ModelCard, stack: np.ndarray, configuration: DcganConfiguration) -> PatchSource:
    """Draw patches of the part of a stack that a model learned from, as it saw them."""
    (described,) = card.images
    blocks = tuple(stack[region.slices] for region in described.train)
    drawing = Drawing(SIDE, 1, free_orientation=True)
    return PatchSource(blocks, drawing, Normalisation(*card.normalisation), configuration)


def taught(configuration: DcganConfiguration, source: PatchSource, seconds: float, seed: int) -> tuple[nn.Module, int]:
    """Teach both networks for so long, and give the generator and how many steps it took."""
    torch.manual_seed(seed)
    generator, discriminator = DcganGenerator(configuration), DcganDiscriminator(configuration)
    optimisers = [torch.optim.Adam(one.parameters(), lr=RATE, betas=BETAS) for one in (discriminator, generator)]
    rng, steps, began = np.random.default_rng(seed), 0, time.process_time()
    while time.process_time() - began < seconds:
        made = generator(torch.randn(BATCH, LATENT, 1, 1))
        real = discriminator(source.patches(BATCH, rng).pixels)
        _go_down(optimisers[0], _said(real, true=True) + _said(discriminator(made.detach()), true=False))
        _go_down(optimisers[1], _said(discriminator(made), true=True))
        steps += 1
    return generator, steps


def _said(logits: Tensor, *, true: bool) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(true)))


def _go_down(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def images_of(generator: nn.Module, source: PatchSource, dtype: np.dtype[np.uint8]) -> np.ndarray:
    """Make images (N, Y, X, C) in the original dtype."""
    with torch.no_grad():
        pixels = generator(torch.randn(COUNT, LATENT, 1, 1)).movedim(1, -1).numpy()
    limits = np.iinfo(dtype)
    values = np.rint(from_units(pixels, source.normalisation, source.seen))
    return np.asarray(np.clip(values, limits.min, limits.max).astype(dtype))


def say(name: str, parameters: int, steps: float, seconds: float, found: Mapping[str, Measure]) -> None:
    """Print a row."""
    cells = [f"{found[one].value:.3g} [{found[one].low:.3g}, {found[one].high:.3g}]" for one in SHOWN]
    sys.stdout.write(f"| {name} | {parameters:,} | {steps:.0f} | {seconds:.0f} | {' | '.join(cells)} |\n")
    sys.stdout.flush()


def main() -> int:
    """Teach both, measure both, and write a row for each seed of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--out", type=Path, required=True, help="folder of the comparison")
    parser.add_argument("--minutes", type=float, default=10.0, help="training time of ours")
    parser.add_argument("--seeds", type=int, default=1)
    chosen = parser.parse_args()
    stack = chosen.data / "rock_soil_microct" / "soil_core_stack"
    words = ("--generators", "stylegan", "--minutes", str(chosen.minutes), "--seeds", str(chosen.seeds), "--resume")
    if status := synthscope(["families", str(stack), "--out", str(chosen.out), "--device", "cpu", *words]):
        return status
    recipe, (row, *_) = read_families(chosen.out), read_result(chosen.out).rows
    (image,) = (open_input(described, None) for described in recipe.images)
    bench = Bench(recipe, drain(grounds_job(recipe, [image], None)), implement)
    block = to_block(np.asarray(image.pixels), image.space)
    heads = " | ".join(MEASURES[one].title for one in SHOWN)
    sys.stdout.write(f"| | parameters | steps | seconds | {heads} |\n|{'---|' * (4 + len(SHOWN))}\n")
    for run in row.runs:
        card = read_card(chosen.out / run.model)
        parameters = from_json(StyleConfiguration, dict(card.architecture)).numbers
        say(f"ours, seed {run.seed}", parameters, card.planned_steps, card.seconds, run.measures)
        configuration = as_large_as(parameters)
        source = source_of(card, block, configuration)
        generator, steps = taught(configuration, source, card.seconds, run.seed)
        found = drain(measures_job(bench, images_of(generator, source, block.dtype)))
        say(f"PyTorch's example, seed {run.seed}", configuration.numbers, steps, card.seconds, found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
