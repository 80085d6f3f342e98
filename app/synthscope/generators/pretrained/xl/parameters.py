"""What may be chosen for the pipelines of Stable Diffusion XL."""

from __future__ import annotations

from dataclasses import dataclass

from synthscope.generators.pretrained.parameters import (
    Enlarge,
    Guidance,
    InMemory,
    InPrecision,
    Overlap,
    Steps,
    Strength,
)


@dataclass(frozen=True)
class XlFillParameters:
    """Of `sdxl-inpaint`: a hole filled by words and what lies round it, or an image gone over again."""

    steps: Steps = 25
    guidance: Guidance = 7.5
    strength: Strength = 0.75
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"
