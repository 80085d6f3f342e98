"""What a VQ-VAE is taught, how it is examined, and what is shown of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.autoencoding.quantised.configuration import QuantisedConfiguration
from synthscope.generators.autoencoding.quantised.costs import TOGETHER
from synthscope.generators.autoencoding.quantised.fields import new_patches
from synthscope.generators.autoencoding.quantised.lessons import Lesson, draw_lesson
from synthscope.generators.autoencoding.quantised.network import QuantisedAutoencoder
from synthscope.generators.autoencoding.quantised.parameters import QuantisedTraining
from synthscope.generators.coding.reconstruction import fine_power_ratio, reconstruction_loss
from synthscope.generators.scale import from_units
from synthscope.generators.schooling.classroom import Ending
from synthscope.generators.schooling.manner import Manner, Turn
from synthscope.generators.schooling.patches import PatchSource
from synthscope.generators.training import Sampled
from synthscope.generators.units import signal_to_noise
from synthscope.records.documents import to_json

SHOWN, SHOWN_ROUNDS = 16, 12
"""New images at each look, and the rounds in which they are drawn."""
SMALLEST_ERROR = 1e-12


@dataclass(frozen=True, eq=False)
class QuantisedCourse:
    """Teaches autoencoder and prior at once: the prior follows the codes as they settle.

    Parameters
    ----------
    held_out : Lesson or None
        What it is examined on, the same patches and hidden codes at each look.
    """

    configuration: QuantisedConfiguration
    parameters: QuantisedTraining
    source: PatchSource
    held_out: Lesson | None

    manner = Manner(patience=0)
    """No look ends it: its loss may be below zero, as a density may be above one, where a part of it means nothing."""

    @property
    def architecture(self) -> Mapping[str, Any]:
        """JSON of the networks' configuration."""
        found: Mapping[str, Any] = to_json(self.configuration)
        return found

    def lesson(self, size: int, rng: np.random.Generator) -> Lesson:
        """Draw a batch."""
        return draw_lesson(self.source, size, rng)

    def turns(self, network: nn.Module, lesson: Lesson, step: int) -> Iterator[Turn]:
        """Give the one loss of a step: how patches are rebuilt, and how little hidden codes are foreseen."""
        del step
        some = lesson.share > 0
        some[0] |= not bool(some.any())  # so that there is something to rebuild; it counts nothing
        rebuilt, codes, logits = network(lesson.pixels, lesson.label, lesson.hidden, some)
        nothing = rebuilt.new_zeros(len(rebuilt), 1)
        unlike = reconstruction_loss(rebuilt, lesson.pixels[some], nothing, nothing)
        loss = surprise(logits, codes, lesson.hidden)
        yield Turn(loss.index_add(0, some.nonzero()[:, 0], lesson.share[some] * unlike))

    def examine(self, network: nn.Module, device: torch.device) -> dict[str, float]:
        """Measure held-out patches: `held_out_loss` bounds ``-log p`` from above, in nats a pixel.

        It is that of the pixels given the codes, as a Gaussian about what they are decoded to with the variance that
        it turns out to have, and that of the codes: the bound of the VAE (Kingma & Welling 2014, Eq. 3), whose
        posterior is one code. Codes that tell less cost as much there as they spare here.
        """
        if self.held_out is None:
            return {}
        assert isinstance(network, QuantisedAutoencoder)
        real = self.held_out.to(device)
        step = max(TOGETHER // (self.configuration.side**2 * self.configuration.codes), 1)
        parts = [real.part(slice(first, first + step)) for first in range(0, len(real.pixels), step)]
        found = [_seen(network.eval(), part) for part in parts]
        rebuilt, codes, given = (torch.cat(one) for one in zip(*found, strict=True))
        foreseen = float(given.mean())
        return {
            "held_out_loss": _unexplained(rebuilt, real.pixels)
            + foreseen * codes[0].numel() / real.pixels[0, 0].numel(),
            "code_surprise": foreseen,
            "codes_in_use": in_use(codes, self.configuration.codes),
            "reconstruction_psnr": signal_to_noise(rebuilt, real.pixels, self.configuration.spread),
            "reconstruction_power": fine_power_ratio(rebuilt, real.pixels),
        }

    def show(self, network: nn.Module, step: int) -> Iterator[Sampled]:
        """Make new images from fixed seeds, of each class in turn."""
        assert isinstance(network, QuantisedAutoencoder)
        made = new_patches(network.eval(), SHOWN, SHOWN_ROUNDS)
        yield Sampled(step, from_units(made, self.source.normalisation, self.configuration))

    def conclude(self, weights: Mapping[str, np.ndarray], planned: int, device: torch.device) -> Iterator[Ending]:
        """End: there is nothing to examine besides."""
        del weights, planned, device
        yield from ()


def surprise(logits: Tensor, codes: Tensor, hidden: Tensor) -> Tensor:
    """Give ``-log p`` of the hidden codes given the others, the mean over each item's (B,), in nats a code.

    Parameters
    ----------
    logits : Tensor (B, codes, H, W)
    codes : Tensor of int64 (B, H, W)
    hidden : Tensor of bool (B, H, W)
    """
    each = F.cross_entropy(logits.float(), codes, reduction="none") * hidden
    return each.flatten(1).sum(dim=1) / hidden.flatten(1).sum(dim=1)


def in_use(codes: Tensor, number: int) -> float:
    """Give how many codes are in use: the exponential of the entropy of how often each occurs."""
    share = torch.bincount(codes.flatten(), minlength=number).cpu().double() / codes.numel()
    return float(torch.special.entr(share).sum().exp())


def _seen(network: QuantisedAutoencoder, part: Lesson) -> tuple[Tensor, Tensor, Tensor]:
    """Give rebuilt pixels, codes, and how little hidden ones are foreseen (B,)."""
    rebuilt, codes, logits = network(part.pixels, part.label, part.hidden)
    return rebuilt, codes, surprise(logits, codes, part.hidden)


def _unexplained(rebuilt: Tensor, real: Tensor) -> float:
    """Give ``-log p`` of pixels about rebuilt ones with the variance of their error, in nats a pixel."""
    variance = (rebuilt - real).square().mean(dim=(0, 2, 3)).clamp_min(SMALLEST_ERROR)
    return float(0.5 * (math.log(2 * math.pi * math.e) + variance.log()).sum())
