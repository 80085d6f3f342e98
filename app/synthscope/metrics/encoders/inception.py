"""Features of Inception-v3 of 2015: those that FID and KID are defined with."""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from synthscope.errors import DocumentError
from synthscope.io.weights import verified_weights
from synthscope.metrics.encoders.devices import NetworkEncoder, one_thread
from synthscope.metrics.encoders.resizing import check_range, pictures_of
from synthscope.records.metric import Frame, Layout
from synthscope.records.weights_catalogue import INCEPTION

SIDE, DIMENSIONS = 299, 2048


class Inception(NetworkEncoder):
    """The 2048 means of the last layer; one picture at a time, so that a batch changes nothing."""

    def layout(self, _frame: Frame) -> Layout:
        """Columns have no meaning by themselves."""
        return Layout()

    @one_thread()
    def extract_on(self, fields: np.ndarray, frame: Frame, device: str) -> np.ndarray:
        """Give (N, 2048) features of fields (N, Z, Y, X, C), averaged over slices."""
        rows = [
            np.mean([self.features(picture[None])[0] for picture in _prepared(field, frame).to(device)], axis=0)
            for field in fields
        ]
        return np.stack(rows).astype(np.float64)

    def features(self, pictures: torch.Tensor) -> np.ndarray:
        """Give the features (N, 2048) of pictures (N, 3, 299, 299) in [-1, 1].

        Raises
        ------
        InputError
            If the pictures are in another range.
        """
        check_range(pictures, -1.0, 1.0, "Inception")
        with torch.inference_mode():
            found: np.ndarray = load_inception().to(pictures.device)(pictures).flatten(1).cpu().numpy()
        return found.astype(np.float64)


def load_inception() -> Any:
    """Give the network; its file is a program, and is opened only where its SHA-256 is the pinned one.

    Raises
    ------
    Unavailable
        If the weights are not here.
    DocumentError
        If they are damaged, or are not the known file.
    """
    folder, stored = verified_weights(INCEPTION.id)
    (file,) = INCEPTION.files
    if [one.sha256 for one in stored.files] != [file.sha256]:
        raise DocumentError(
            f"The weights {INCEPTION.id!r} here are not the known file, and are a program: they are not opened. "
            f"Remove them, and have {INCEPTION.source}."
        )
    return _loaded(folder / file.name, file.sha256)


def _prepared(field: np.ndarray, frame: Frame) -> torch.Tensor:
    """Give pictures as the network takes them: (x - 128) / 128 of values 0 to 255."""
    return (255 * pictures_of(field, frame, SIDE) - 128) / 128


@lru_cache(maxsize=1)
def _loaded(path: Path, _sha256: str) -> Any:
    with warnings.catch_warnings():
        # TorchScript goes out of use; this published file exists in no other form.
        warnings.simplefilter("ignore", DeprecationWarning)
        return torch.jit.load(str(path), map_location="cpu").eval()
