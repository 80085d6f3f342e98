"""The bundled encoder, learned without labels on public images of materials, roots and cells."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch

from synthscope.errors import InputError
from synthscope.io.models import read_card, read_weights
from synthscope.metrics.encoders.devices import NetworkEncoder, one_thread
from synthscope.metrics.encoders.texture_network import TextureArchitecture, TextureNetwork, network_from
from synthscope.records.documents import from_json
from synthscope.records.metric import Frame, Layout

LEAST_SIDE = 32


class Materials(NetworkEncoder):
    """Features of the network in ``encoders/materials``, whose card says what it learned from.

    Every slice and every channel is seen by itself, at its own resolution; slices are averaged, channels follow each
    other.
    """

    def layout(self, _frame: Frame) -> Layout:
        """Columns have no meaning by themselves."""
        return Layout()

    @one_thread()
    def extract_on(self, fields: np.ndarray, frame: Frame, device: str) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C)."""
        if min(fields.shape[2:4]) < LEAST_SIDE:
            raise InputError(
                f"This encoder needs sides of at least {LEAST_SIDE} pixels, not {fields.shape[2:4]}; "
                "choose larger fields."
            )
        network = load_network().to(device)
        scaled = frame.scaled(fields).astype(np.float32)
        with torch.inference_mode():
            rows = [
                torch.cat(
                    [
                        network(torch.from_numpy(plane.transpose(2, 0, 1)[:, None]).to(device)).flatten()[None]
                        for plane in field
                    ]
                )
                .mean(dim=0)
                .cpu()
                .numpy()
                for field in scaled
            ]
        return np.stack(rows).astype(np.float64)


def bundled_encoder() -> Path:
    """Give the folder of the encoder that the program brings along."""
    return Path(str(files("synthscope_resources"))) / "encoders" / "materials"


@lru_cache(maxsize=1)
def load_network() -> TextureNetwork:
    """Build the network, after its weights were found to be those of its card."""
    folder = bundled_encoder()
    card = read_card(folder)
    architecture: TextureArchitecture = from_json(TextureArchitecture, dict(card.architecture))
    return network_from(architecture, read_weights(folder, card))
