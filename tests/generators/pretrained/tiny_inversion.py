"""A tiny Stable Diffusion with three levels: LEDITS++ looks where the third attends to words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def three_levels(folder: Path) -> Any:
    """Make a Stable Diffusion whose network attends to words at a quarter of its latents."""
    from .tiny import stable_diffusion, unet

    pipeline = stable_diffusion(folder)
    pipeline.register_modules(unet=unet(levels=3))
    return pipeline


MAKERS: Mapping[str, Callable[..., Any]] = {"three-levels": three_levels}
