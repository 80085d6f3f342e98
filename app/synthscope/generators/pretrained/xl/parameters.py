"""What may be chosen for the pipelines of Stable Diffusion XL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from synthscope.generators.pretrained.parameters import Enlarge, Guidance, InMemory, InPrecision, Overlap, Steps
from synthscope.records.limits import For, Ge, Help, Le, Slide, Title


@dataclass(frozen=True)
class XlFillParameters:
    """Of `sdxl-inpaint`: a hole filled by words and what lies round it, or an image gone over again."""

    steps: Steps = 25
    guidance: Guidance = 7.5
    strength: Annotated[
        float, Ge(0.01), Le(1), Slide(), For("vary"), Title("Strength"),
        Help("How far from the image the work begins: 1 keeps nothing of it."),
    ] = 0.75  # fmt: skip
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"
