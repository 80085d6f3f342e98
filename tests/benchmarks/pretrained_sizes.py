"""What the published pretrained pipelines would take: weights, operations of a step and memory beside the weights.

Run it as ``python tests/benchmarks/pretrained_sizes.py``; it takes seconds and no memory, since the
networks have shapes and no values (torch's ``meta`` device). Operations are counted by torch. Memory of the work is
the most that was alive at once in float32; on a processor the measured one was up to 1.4 times that
(docs/measured.md). Seconds are operations over those that Stable Diffusion 1.5 was measured at, on the same two
cores: an estimate, not a measurement.
"""

from __future__ import annotations

import argparse
import sys
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from published_architectures import PIPELINES, PUBLISHED, Network, Pipeline
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter
from torch.utils.flop_counter import FlopCounterMode

from synthscope.records.pipeline_catalogue import find_checkpoint
from synthscope.worker import mend_torchvision

MEASURED_SECONDS = 28.0
"""Of a guided step of Stable Diffusion 1.5 at 512 px, in float32 on two loaded cores (docs/measured.md)."""
GIGA, TERA = 1e9, 1e12
HEADS = (
    "generator", "checkpoint", "side, steps", "weights: float32 / half", "beside them", "10¹² operations a step",
    "an image, two cores", "licence", "upstream",
)  # fmt: skip


class Alive(TorchDispatchMode):
    """Counts the bytes of all tensors that are alive at once, weights aside."""

    def __init__(self, net: torch.nn.Module) -> None:
        super().__init__()
        self.highest = self._now = 0
        self._sizes = {p.untyped_storage()._cdata: 0 for p in (*net.parameters(), *net.buffers())}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        for one in tree_iter(made):
            if isinstance(one, torch.Tensor):
                self._count(one.untyped_storage())
        return made

    def _count(self, storage: torch.UntypedStorage) -> None:
        if storage._cdata in self._sizes:
            return
        self._sizes[storage._cdata] = storage.nbytes()
        self._now += storage.nbytes()
        self.highest = max(self.highest, self._now)
        weakref.finalize(storage, self._forget, storage._cdata)

    def _forget(self, which: int) -> None:
        self._now -= self._sizes.pop(which)


@dataclass(frozen=True)
class Size:
    """What one pipeline takes.

    Parameters
    ----------
    weights : int
        Numbers of all networks together.
    of_step : float
        Operations of one step as asked by default.
    once : float
        Operations of decoding one image.
    work : int
        Bytes beside the weights in float32, at the height of a step or of decoding.
    """

    weights: int
    of_step: float
    once: float
    work: int


def count(network: Network) -> tuple[torch.nn.Module, int]:
    """Build a network without values, and hold its number of weights to the published one."""
    with torch.device("meta"):
        net = network.build().eval().requires_grad_(False)
    weights = sum(p.numel() for p in net.parameters())
    wanted = PUBLISHED.get(network.name, weights)
    if weights != wanted:
        raise SystemExit(f"{network.name} has {weights} weights here, {wanted} as published.")
    return net, weights


def cost(net: torch.nn.Module, ask: Callable[[Any, int, int], Any], batch: int, side: int) -> tuple[float, int]:
    """Give the operations of one call, and the bytes alive at once beside the weights."""
    counter, alive = FlopCounterMode(display=False), Alive(net)
    with torch.no_grad(), torch.device("meta"), counter, alive:
        ask(net, batch, side)
    return float(counter.get_total_flops()), alive.highest


def measure(pipeline: Pipeline) -> Size:
    """Add up what the networks of a pipeline take."""
    weights, of_step, once, work = 0, 0.0, 0.0, 0
    for network in (*pipeline.each_step, *pipeline.once):
        net, numbers = count(network)
        weights += numbers
        if network.ask is None:
            continue
        stepped = network in pipeline.each_step
        operations, held = cost(net, network.ask, pipeline.batch if stepped else 1, pipeline.side)
        of_step, once = (of_step + operations, once) if stepped else (of_step, once + operations)
        work = max(work, held)
    return Size(weights, of_step, once, work)


def main() -> None:
    """Write the table."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter).parse_args()
    mend_torchvision()
    sizes = {name: measure(pipeline) for name, pipeline in PIPELINES.items()}
    speed = sizes["stable-diffusion"].of_step / MEASURED_SECONDS
    rows = [_row(name, PIPELINES[name], size, speed) for name, size in sizes.items()]
    sys.stdout.write("\n".join((f"| {' | '.join(HEADS)} |", f"|{'---|' * len(HEADS)}", *rows, "")))


def _row(name: str, pipeline: Pipeline, size: Size, speed: float) -> str:
    card = find_checkpoint(pipeline.checkpoint)
    whole = (size.of_step * pipeline.steps + size.once) / speed
    cells = (
        f"`{name}`", f"{card.title} (`{card.id}`)", f"{pipeline.side} px, {pipeline.steps}",
        f"{4 * size.weights / GIGA:.1f} / {2 * size.weights / GIGA:.1f} GB", f"{size.work / GIGA:.1f} GB",
        f"{size.of_step / TERA:.1f}", f"{whole / 60:.0f} min", card.licence, card.upstream.removesuffix("."),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
