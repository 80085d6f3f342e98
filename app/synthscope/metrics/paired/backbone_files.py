"""Foreign files of backbones, read as arrays: no program in them is run, no other network is taken."""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from synthscope.errors import DocumentError, InputError
from synthscope.io.faults import reading_faults
from synthscope.metrics.paired.backbones import Backbone, Features


class BackboneFile:
    """Reads ``features.N.*`` of a torchvision file, pickled or as safetensors.

    Parameters
    ----------
    backbone : str
    """

    def __init__(self, backbone: Backbone) -> None:
        self.backbone = backbone

    def read(self, path: Path) -> dict[str, np.ndarray]:
        """Give the convolutions by name, as float32; what classifies is left out.

        Raises
        ------
        DocumentError
            If the file cannot be read, or holds more than arrays.
        InputError
            If it is of another network.
        """
        found = _arrays(path)
        wanted = {name: tuple(values.shape) for name, values in Features(self.backbone).state_dict().items()}
        for name, shape in wanted.items():
            if name not in found or tuple(found[name].shape) != shape:
                here = tuple(found[name].shape) if name in found else "not there"
                raise InputError(
                    f"{path.name} is no file of this network: {name} is {here}, where {shape} is expected; "
                    "choose the file that the catalogue names."
                )
        return {name: found[name].to(torch.float32).contiguous().numpy() for name in wanted}


class AlexNetFile(BackboneFile):
    """Of AlexNet."""

    def __init__(self) -> None:
        super().__init__("alex")


class VggFile(BackboneFile):
    """Of VGG-16."""

    def __init__(self) -> None:
        super().__init__("vgg")


class SqueezeNetFile(BackboneFile):
    """Of SqueezeNet 1.1."""

    def __init__(self) -> None:
        super().__init__("squeeze")


def _arrays(path: Path) -> dict[str, torch.Tensor]:
    found: Any
    try:
        with reading_faults(path):
            safe = path.suffix == ".safetensors"
            found = load_file(path) if safe else torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, UnpicklingError, RuntimeError, ValueError, EOFError, KeyError) as error:
        raise DocumentError(
            f"{path.name} cannot be read as weights: it is damaged, or holds more than arrays, and such a file could "
            "run any program; choose another one.",
            details=repr(error),
        ) from error
    if not isinstance(found, dict) or not all(isinstance(values, torch.Tensor) for values in found.values()):
        raise InputError(f"{path.name} holds no table of arrays by name; choose the file that the catalogue names.")
    return found
