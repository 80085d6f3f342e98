"""Training steps per second and error at equal time: the prior's network against two public ones of its size.

Run it as ``python tests/benchmarks/training_speed.py --data DIR --json OUT [--seconds S]``. All networks learn the
same patches of the soil stack with the same loss, batch and optimiser, in turns of a few steps, so that a busy
machine is busy for all; their numbers of parameters are within a tenth of ours. Peers: diffusers' `UNet2DModel`,
and `Unet` of denoising-diffusion-pytorch where that package is installed (it is no dependency:
``pip install denoising-diffusion-pytorch``). Errors are root mean squares of the denoised estimate on held-out
columns, at five noise levels, same noise for all, by the running average of the weights; intervals are 95 %
bootstraps over patches.
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when OpenMP loads

import numpy as np
import torch
from skimage.io import imread
from torch import Tensor, nn

from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.formulations import FORMULATIONS
from synthscope.generators.diffusion.network import PriorNetwork, count_parameters
from synthscope.generators.scale import SIGMA_DATA
from synthscope.generators.schooling.manner import USUAL
from synthscope.generators.schooling.pace import follow
from synthscope.worker import mend_torchvision

BATCH, SIDE, TURN = 16, 64, 4
UNEQUAL = 0.1
"""Part of the prior's parameters by which a peer's may differ."""
LEVELS = (0.05, 0.15, 0.5, 1.5, 5.0)
EDM = FORMULATIONS["edm"]
Network = Callable[[Tensor, Tensor], Tensor]


@dataclass
class Runner:
    """One network in the race."""

    name: str
    module: nn.Module
    average: nn.Module
    call: Callable[[nn.Module], Network]
    optimiser: torch.optim.Optimizer
    seconds: float = 0.0
    steps: int = 0


def ours() -> tuple[nn.Module, Callable[[nn.Module], Network]]:
    """Give the prior's network of size S, told nothing but the noisy pixels."""
    module = PriorNetwork(NetworkConfiguration())

    def call(network: nn.Module) -> Network:
        def forward(x: Tensor, c_noise: Tensor) -> Tensor:
            n = len(x)
            told = torch.cat([x, torch.zeros_like(x), torch.ones_like(x)], dim=1)
            none = torch.zeros(n, dtype=torch.int64)
            return network(told, c_noise, torch.zeros(n, 4), none, none)

        return forward

    return module, call


def diffusers_unet() -> tuple[nn.Module, Callable[[nn.Module], Network]]:
    """Give diffusers' U-Net of about the same number of parameters, without attention."""
    mend_torchvision()
    from diffusers import UNet2DModel

    module = UNet2DModel(
        sample_size=SIDE, in_channels=1, out_channels=1, layers_per_block=1, block_out_channels=(32, 64, 96),
        down_block_types=("DownBlock2D",) * 3, up_block_types=("UpBlock2D",) * 3, norm_num_groups=8,
        add_attention=False,
    )  # fmt: skip
    return module, lambda network: lambda x, c_noise: network(x, 250 * c_noise).sample


def lucidrains_unet() -> tuple[nn.Module, Callable[[nn.Module], Network]]:
    """Give the U-Net of denoising-diffusion-pytorch of about the same number of parameters (2.3.4: 1.52 M)."""
    mend_torchvision()
    from denoising_diffusion_pytorch import Unet

    module = Unet(dim=24, dim_mults=(1, 2, 4), channels=1, flash_attn=False)
    return module, lambda network: lambda x, c_noise: network(x, 250 * c_noise)


def denoise(network: Network, x: Tensor, sigma: Tensor) -> Tensor:
    """Give D(x; sigma) of a network preconditioned as in Karras et al. 2022."""
    parts, wide = EDM.preconditioning(sigma, SIGMA_DATA), (-1, 1, 1, 1)
    residual = network(parts.c_in.view(wide) * x, parts.c_noise)
    return parts.c_skip.view(wide) * x + parts.c_out.view(wide) * residual


def step(runner: Runner, clean: Tensor, rng: np.random.Generator) -> None:
    """Train one step on a batch, timed."""
    began = time.perf_counter()
    sigma = EDM.draw_sigma(torch.from_numpy(rng.uniform(size=len(clean)))).float()
    noisy = clean + sigma.view(-1, 1, 1, 1) * torch.from_numpy(rng.standard_normal(clean.shape, dtype=np.float32))
    error = (denoise(runner.call(runner.module), noisy, sigma) - clean).square().flatten(1).mean(dim=1)
    runner.optimiser.zero_grad(set_to_none=True)
    (EDM.weight(sigma, SIGMA_DATA) * error).mean().backward()
    nn.utils.clip_grad_norm_(runner.module.parameters(), USUAL.clip)
    runner.optimiser.step()
    follow(runner.average, runner.module, runner.steps, USUAL.average)
    runner.seconds += time.perf_counter() - began
    runner.steps += 1


def patches(stack: np.ndarray, count: int, rng: np.random.Generator) -> Tensor:
    """Draw patches (N, 1, SIDE, SIDE) in the network's units."""
    found = []
    for _ in range(count):
        z, y, x = (int(rng.integers(n - m + 1)) for n, m in zip(stack.shape, (1, SIDE, SIDE), strict=True))
        found.append(stack[z, y : y + SIDE, x : x + SIDE])
    return torch.from_numpy(np.stack(found)[:, None])


def errors(runner: Runner, clean: Tensor) -> dict[str, tuple[float, float, float]]:
    """Give the error at each level with its interval."""
    noise = torch.from_numpy(np.random.default_rng(9).standard_normal(clean.shape, dtype=np.float32))
    draws = np.random.default_rng(0).integers(len(clean), size=(2000, len(clean)))
    found = {}
    for level in LEVELS:
        sigma = torch.full((len(clean),), level)
        with torch.no_grad():
            made = denoise(runner.call(runner.average), clean + level * noise, sigma)
        square = (made - clean).square().flatten(1).mean(dim=1).numpy()
        low, high = np.percentile(np.sqrt(square[draws].mean(axis=1)), (2.5, 97.5))
        found[str(level)] = (float(np.sqrt(square.mean())), float(low), float(high))
    return found


def enter(name: str, made: tuple[nn.Module, Callable[[nn.Module], Network]]) -> Runner:
    """Put a network into the race, with the memory layout that is fastest for convolutions."""
    module, call = made
    module = module.to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(module.parameters(), lr=1e-3, betas=USUAL.betas)
    return Runner(name, module, copy.deepcopy(module).requires_grad_(False), call, optimiser)


def check_sizes(runners: list[Runner]) -> None:
    """Refuse a race of networks that are not of one size: the versions of two of them are those installed."""
    first, *peers = ((runner.name, count_parameters(runner.module)) for runner in runners)
    for name, count in peers:
        if abs(count - first[1]) > UNEQUAL * first[1]:
            raise SystemExit(
                f"{name} has {count} parameters and {first[0]} {first[1]}; choose its width so that they differ "
                f"by {UNEQUAL:.0%} at most."
            )


def race(runners: list[Runner], stack: np.ndarray, seconds: float) -> None:
    """Let each take its turns until it has used its time; each sees the same batches in the same order."""
    while any(runner.seconds < seconds for runner in runners):
        for runner in runners:
            for _ in range(TURN if runner.seconds < seconds else 0):
                rng = np.random.default_rng([1, runner.steps])
                step(runner, patches(stack, BATCH, rng), rng)


def main() -> int:
    """Run the race and write one line per network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--json", type=Path, required=True, help="file for the numbers")
    parser.add_argument("--seconds", type=float, default=240.0, help="training time of each network")
    chosen = parser.parse_args()
    files = sorted((chosen.data / "rock_soil_microct/soil_core_stack").glob("*.tif"))
    stack = np.stack([imread(path) for path in files]).astype(np.float32)
    stack = (stack - stack[:, :, :320].mean()) / stack[:, :, :320].std() * SIGMA_DATA
    torch.manual_seed(0)
    runners = [enter("prior S", ours()), enter("diffusers UNet2DModel", diffusers_unet())]
    if importlib.util.find_spec("denoising_diffusion_pytorch"):
        runners.append(enter("denoising-diffusion-pytorch Unet", lucidrains_unet()))
    check_sizes(runners)
    race(runners, stack[:, :, :320], chosen.seconds)
    held_out = patches(stack[:, :, 400:], 64, np.random.default_rng(5))
    rows: list[dict[str, Any]] = [
        {
            "network": runner.name,
            "parameters": count_parameters(runner.module),
            "steps": runner.steps,
            "seconds_per_step": runner.seconds / runner.steps,
            "errors": errors(runner, held_out),
        }
        for runner in runners
    ]
    found = {"format": "synthscope/benchmark-training", "version": 1, "rows": rows}
    chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for row in rows:
        told = "  ".join(f"{level}: {value[0]:.4f}" for level, value in row["errors"].items())
        sys.stdout.write(
            f"{row['network']:34s} {row['parameters'] / 1e6:.2f} M  {row['steps']:5d} steps  "
            f"{row['seconds_per_step']:.3f} s/step  {told}\n"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
