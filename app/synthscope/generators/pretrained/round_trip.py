"""What a model can at best show of an image: what is known, sent through its own autoencoder and back."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.pretrained.loading import Loaded
from synthscope.records.events import Noted

NAMES = ("vae", "movq")


_last: dict[tuple[str, ...], Tensor | None] = {}
"""The round trip that was made last: all candidates of a run have the same."""


def there_and_back(loaded: Loaded, image: Tensor) -> Tensor | None:
    """Encode and decode colours (1, 3, Y, X) of 0 to 1; None where a model has no autoencoder or it overflows.

    The last answer is given again for the same model, number format and image.
    """
    pixels = hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest()
    key = (loaded.card.weights_sha256, str(loaded.device), str(loaded.dtype), str(tuple(image.shape)), pixels)
    if key not in _last:
        found = _made(loaded, image)
        _last.clear()
        _last[key] = found
    return _last[key]


def _made(loaded: Loaded, image: Tensor) -> Tensor | None:
    network: Any = next((loaded.components[n] for n in NAMES if n in loaded.components), None)
    if network is None:
        return None
    with torch.no_grad():
        found = network.encode((image * 2 - 1).to(loaded.device, loaded.dtype))
        latents = found.latent_dist.mode() if hasattr(found, "latent_dist") else found.latents
        decoded = network.decode(latents).sample
    colours: Tensor = ((decoded.float().cpu() + 1) / 2).clamp(0, 1)
    return colours if bool(torch.isfinite(colours).all()) else None


def judge_round_trip(real: np.ndarray, back: np.ndarray, span: float) -> Noted:
    """Compare known values with what came back.

    Parameters
    ----------
    real, back : ndarray (N, C)
        Of the same pixels, in original units.
    span : float
        The range in original units that the model sees from black to white.

    Returns
    -------
    Noted
        ``round_trip_psnr`` in dB, ``20 log10(span / rmse)``; ``round_trip_levels``: how many evenly spaced grey
        levels over `span` an image has whose rounding alone is as wrong, ``span / (rmse √12)`` (the error of rounding
        to a step q is q/√12; Bennett 1948). Nothing where no difference or no value is there.
    """
    known = np.isfinite(real)
    difference = np.asarray(real, np.float64)[known] - np.asarray(back, np.float64)[known]
    error = math.sqrt(float((difference**2).mean())) if difference.size else 0.0
    if error == 0.0:
        return Noted()
    psnr, levels = 20 * math.log10(span / error), span / (error * math.sqrt(12))
    words = (
        f"Sent through the model's own autoencoder and back, what is known here comes out {psnr:.1f} dB from itself, "
        f"as coarse as about {max(levels, 1):.0f} grey levels: the model can at best show what it makes so."
    )
    return Noted({"round_trip_psnr": round(psnr, 4), "round_trip_levels": round(levels, 4)}, (words,))
