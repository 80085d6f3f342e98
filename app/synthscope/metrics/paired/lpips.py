"""Learned perceptual distance of an image and its partner (LPIPS), with no torchvision."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from copy import copy
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from synthscope.errors import InputError, Unavailable
from synthscope.io.weights import CONVERTED, verified_weights
from synthscope.metrics.encoders.devices import OnDevice
from synthscope.metrics.paired.backbones import PLANS, Backbone, Features
from synthscope.records.metric import Frame

WEIGHTS: dict[Backbone, str] = {
    "alex": "alexnet-features", "vgg": "vgg16-features", "squeeze": "squeezenet-features",
}  # fmt: skip
LEAST: dict[Backbone, int] = {"alex": 31, "vgg": 16, "squeeze": 17}
"""Shortest side at which the last response of a backbone still has a pixel."""
_SHIFT, _SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
"""What turns [-1, 1] into the standardised colours that the backbones learned with."""
_EPSILON = 1e-10
_TOLERANCE = 1e-6


class PerceptualDistance(nn.Module):
    """The distance of Zhang et al. 2018, Eq. 1, version 0.1.

    Responses of a backbone are brought to unit length over channels; their squared differences are weighted by
    what people found different, and averaged over space and summed over layers.
    """

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.net = Features(backbone)
        self.heads = nn.ParameterList([nn.Parameter(torch.zeros(width)) for width in PLANS[backbone].channels])
        self.register_buffer("shift", torch.tensor(_SHIFT)[None, :, None, None])
        self.register_buffer("scale", torch.tensor(_SCALE)[None, :, None, None])

    def forward(self, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        """Give the distance of each pair (N,) of pictures (N, 3, Y, X) in [-1, 1].

        Raises
        ------
        InputError
            If values lie outside [-1, 1], or one of both seems to be in [0, 255].
        """
        return sum(layer.mean(dim=(1, 2)) for layer in self.layers(first, second))

    def maps(self, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        """Give the distance at each pixel (N, Y, X), layers enlarged to the picture bilinearly."""
        size = first.shape[-2:]
        grown = [
            functional.interpolate(layer[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]
            for layer in self.layers(first, second)
        ]
        return torch.stack(grown).sum(dim=0)

    def layers(self, first: torch.Tensor, second: torch.Tensor) -> list[torch.Tensor]:
        """Give the weighted squared differences (N, Y', X') of every layer."""
        for pictures in (first, second):
            check_range(pictures)
        both = zip(self._responses(first), self._responses(second), self.heads, strict=True)
        return [((a - b).square() * head[None, :, None, None]).sum(dim=1) for a, b, head in both]

    def _responses(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        return [_unit(response) for response in self.net((pictures - self.shift) / self.scale)]


class Lpips(OnDevice):
    """`PerceptualDistance` of a pair: every slice by itself, averaged; one channel stands for red, green and blue.

    Values are brought to [-1, 1] by the limits of the frame, and what lies beyond is cut off there.

    Parameters
    ----------
    backbone : str
        ``alex``, ``vgg`` or ``squeeze``.
    """

    def __init__(self, backbone: Backbone) -> None:
        self.backbone = backbone
        self._place = "cpu"

    def on(self, device: str) -> Self:
        """Give the metric that computes on a device that `device` named."""
        placed = copy(self)
        placed._place = device
        return placed

    def settings(self, frame: Frame) -> Mapping[str, object]:
        """Say how values become those that the network knows, and whose heads weigh its responses."""
        return {
            "map": f"{frame.limits_words} become -1 to 1, what lies beyond is cut off; one channel stands for three",
            "heads": f"version 0.1 of the package lpips {version('lpips')}",
        }

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the distance of a pair (Z, Y, X, C); with a mask, the mean of its map over the mask."""
        if mask is None:
            model = load_distance(self.backbone).to(self._place)
            with torch.no_grad():
                return float(np.mean([model(a, b).item() for a, b in self._pairs(real, generated, frame)]))
        if mask.shape != real.shape[:3] or not mask.any():
            raise InputError(f"A mask of {mask.shape} that fits {real.shape[:3]} and is not empty is needed.")
        return float(self.map(real, generated, frame)[mask].mean())

    def map(self, real: np.ndarray, generated: np.ndarray, frame: Frame) -> np.ndarray:
        """Give the distance at each voxel (Z, Y, X), for display."""
        model = load_distance(self.backbone).to(self._place)
        with torch.no_grad():
            maps = [model.maps(a, b)[0].cpu().numpy() for a, b in self._pairs(real, generated, frame)]
        return np.stack(maps).astype(float)

    def _pairs(
        self, real: np.ndarray, generated: np.ndarray, frame: Frame
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        if real.shape != generated.shape:
            raise InputError(f"Partners have one shape, not {real.shape} and {generated.shape}.")
        both = (_pictures(pixels, frame, self.backbone).to(self._place) for pixels in (real, generated))
        for first, second in zip(*both, strict=True):
            yield first[None], second[None]


class LpipsAlex(Lpips):
    """With AlexNet."""

    def __init__(self) -> None:
        super().__init__("alex")


class LpipsVgg(Lpips):
    """With VGG-16."""

    def __init__(self) -> None:
        super().__init__("vgg")


class LpipsSqueeze(Lpips):
    """With SqueezeNet 1.1."""

    def __init__(self) -> None:
        super().__init__("squeeze")


def check_range(pictures: torch.Tensor) -> None:
    """Refuse pictures that are not in [-1, 1]: in another range the distance looks right and is wrong.

    Raises
    ------
    InputError
    """
    low, high = pictures.min().item(), pictures.max().item()
    if not (low >= -1 - _TOLERANCE and high <= 1 + _TOLERANCE):
        raise InputError(
            f"Pictures from {low:.4g} to {high:.4g} were given where LPIPS takes -1 to 1; scale them by the limits of "
            "the real set first."
        )


def load_distance(backbone: Backbone) -> PerceptualDistance:
    """Build the distance from installed weights and the heads of the `lpips` package.

    Raises
    ------
    Unavailable
        If the weights, or the package, are not here.
    DocumentError
        If the weights are damaged.
    """
    folder, stored = verified_weights(WEIGHTS[backbone])
    return _loaded(backbone, folder / CONVERTED, stored.files[0].sha256)


def heads_file(backbone: Backbone) -> Path:
    """Find the linear heads in the `lpips` package, without importing it: that would import torchvision.

    Raises
    ------
    Unavailable
        If the package is not here.
    """
    found = importlib.util.find_spec("lpips")
    path = Path(found.origin or "").parent / "weights" / "v0.1" / f"{backbone}.pth" if found else Path()
    if not path.is_file():
        raise Unavailable("The package `lpips` is not here, which has the heads of LPIPS; install it with pip.")
    return path


def read_heads(backbone: Backbone) -> list[torch.Tensor]:
    """Give the weights of every layer's channels, finest layer first."""
    table: dict[str, Any] = torch.load(heads_file(backbone), map_location="cpu", weights_only=True)
    return [table[f"lin{index}.model.1.weight"].flatten() for index in range(len(PLANS[backbone].taps))]


def distance_from(backbone: Backbone, weights: dict[str, torch.Tensor]) -> PerceptualDistance:
    """Build the distance on a backbone's weights."""
    model = PerceptualDistance(backbone)
    model.net.load_state_dict(weights)
    for parameter, head in zip(model.heads, read_heads(backbone), strict=True):
        parameter.data.copy_(head)
    model.eval()
    model.requires_grad_(False)
    return model


@lru_cache(maxsize=3)
def _loaded(backbone: Backbone, path: Path, _sha256: str) -> PerceptualDistance:
    from safetensors.torch import load_file

    return distance_from(backbone, load_file(path))


def _pictures(pixels: np.ndarray, frame: Frame, backbone: Backbone) -> torch.Tensor:
    """Give slices as pictures (Z, 3, Y, X) in [-1, 1]."""
    if pixels.shape[-1] not in (1, 3):
        raise InputError(f"LPIPS sees 1 or 3 channels, not {pixels.shape[-1]}; choose channels.")
    if min(pixels.shape[1:3]) < LEAST[backbone]:
        raise InputError(f"LPIPS needs sides of at least {LEAST[backbone]} pixels, not {pixels.shape[1:3]}.")
    scaled = 2 * np.clip(frame.scaled(pixels), 0, 1) - 1
    colours = np.broadcast_to(scaled, (*scaled.shape[:3], 3))
    return torch.from_numpy(np.ascontiguousarray(colours.transpose(0, 3, 1, 2), np.float32))


def _unit(response: torch.Tensor) -> torch.Tensor:
    return response / (response.square().sum(dim=1, keepdim=True).sqrt() + _EPSILON)
