"""Seconds and memory of a pipeline of Stable Diffusion 1.5's size on this processor, with random weights.

Run it as ``nice -n 10 python tests/benchmarks/pretrained_costs.py --json OUT [--sides 256 512]``; it takes some 9 GB of
memory and a quarter of an hour on two cores. Neither time nor memory depends on the values of the weights. The
architecture is the published one (Rombach et al. 2022; the numbers of weights are checked). Each part is measured by
itself: the words, one call of the network for one and for two images (guidance asks for two), the autoencoder both
ways, whole and in tiles, and one whole run. Memory is the highest resident size above that before the part, sampled
every 10 ms.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
import torch

from synthscope.worker import mend_torchvision

WEIGHTS = {"unet": 859_520_964, "vae": 83_653_863, "text_encoder": 123_060_480}
"""Of the published checkpoint."""
WORDS = 77
PIECE = 8
"""Pixels of a side that one latent stands for."""
PAUSE = 0.01


@dataclass
class Figure:
    """One part at one side: the least seconds of its repeats, and the bytes above what was held before."""

    part: str
    side: int
    seconds: list[float] = field(default_factory=list)
    peak: int = 0


def components() -> dict[str, torch.nn.Module]:
    """Build the three networks in float32."""
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    made: dict[str, Any] = {
        "unet": UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8),
        "vae": AutoencoderKL(
            block_out_channels=(128, 256, 512, 512), layers_per_block=2, sample_size=512,
            down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        ),
        "text_encoder": CLIPTextModel(CLIPTextConfig(
            vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
            max_position_embeddings=WORDS, projection_dim=768,
        )),
    }  # fmt: skip
    found = {name: sum(p.numel() for p in one.parameters()) for name, one in made.items()}
    assert found == WEIGHTS, found
    return {name: one.eval().requires_grad_(False) for name, one in made.items()}


@contextmanager
def watched(figure: Figure) -> Iterator[None]:
    """Time a part and keep the highest resident size above that before it."""
    release()
    process, done = psutil.Process(), threading.Event()
    before = process.memory_info().rss
    highest = [before]

    def watch() -> None:
        while not done.wait(PAUSE):
            highest[0] = max(highest[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    started = time.perf_counter()
    try:
        yield
    finally:
        figure.seconds.append(round(time.perf_counter() - started, 3))
        done.set()
        watcher.join()
        figure.peak = max(figure.peak, highest[0] - before)


def release() -> None:
    """Give freed memory back to the system, so that the next part is counted from what is held."""
    gc.collect()
    if os.name == "posix":
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def parts(nets: dict[str, Any], side: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Name what is measured at a side."""
    unet, vae, text = nets["unet"], nets["vae"], nets["text_encoder"]
    latents = torch.randn(2, 4, side // PIECE, side // PIECE)
    states = torch.randn(2, WORDS, 768)
    image = torch.rand(1, 3, side, side) * 2 - 1
    yield "words", lambda: text(torch.zeros(2, WORDS, dtype=torch.long))
    for many in (1, 2):
        yield f"network, {many}", lambda many=many: unet(latents[:many], 500, states[:many])
    unet.set_attention_slice("auto")
    yield "network, 2, attention in slices", lambda: unet(latents, 500, states)
    unet.set_default_attn_processor()
    yield "encode", lambda: vae.encode(image)
    yield "decode", lambda: vae.decode(latents[:1])
    vae.tile_sample_min_size, vae.tile_latent_min_size = 256, 256 // PIECE
    vae.enable_tiling()
    yield "decode, in tiles of 256", lambda: vae.decode(latents[:1])
    vae.disable_tiling()


def main() -> None:
    """Measure all parts, and write each figure when it is known."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--json", type=Path, required=True)
    reader.add_argument("--sides", type=int, nargs="+", default=[256, 512])
    reader.add_argument("--repeats", type=int, default=1)
    chosen = reader.parse_args()
    mend_torchvision()
    torch.manual_seed(0)
    started = time.perf_counter()
    nets = components()
    figures: list[Figure] = []
    told: dict[str, Any] = {
        "torch": torch.__version__, "threads": torch.get_num_threads(), "cores": os.cpu_count(),
        "build_seconds": round(time.perf_counter() - started, 1), "resident": psutil.Process().memory_info().rss,
    }  # fmt: skip
    for side in chosen.sides:
        for name, work in parts(nets, side):
            figure = Figure(name, side)
            for _ in range(chosen.repeats):
                with torch.no_grad(), watched(figure):
                    work()
            figures.append(figure)
            told["load"] = os.getloadavg()[0]
            chosen.json.write_text(json.dumps({**told, "figures": [asdict(one) for one in figures]}, indent=1))


if __name__ == "__main__":
    main()
