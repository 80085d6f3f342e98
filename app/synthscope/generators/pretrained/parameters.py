"""What may be chosen for pretrained pipelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from synthscope.records.limits import For, Ge, Help, Le, More, Slide, Title

Precision = Literal["auto", "float32", "float16", "bfloat16"]
Memory = Literal["auto", "whole", "by component", "by layer"]

Steps = Annotated[int, Ge(1), Le(1000), Title("Steps"), Help("How many times the network is asked; more is slower.")]
Guidance = Annotated[
    float, Ge(1), Le(30), Slide(), Title("Guidance"),
    Help("How strongly the words lead; 1 asks the network once per step, more asks it twice."),
]  # fmt: skip
Strength = Annotated[
    float, Ge(0.01), Le(1), Slide(), For("vary"), Title("Strength"),
    Help("How far from the image the work begins: 1 keeps nothing of it."),
]  # fmt: skip
Overlap = Annotated[
    float, Ge(0), Le(0.45), More(), Title("Overlap of tiles"),
    Help("Part of the model's side by which neighbouring tiles overlap."),
]  # fmt: skip
Enlarge = Annotated[
    bool, More(), Title("Enlarge small regions"),
    Help("A region smaller than what the model was trained on is shown to it enlarged, and the result is reduced."),
]  # fmt: skip
InPrecision = Annotated[
    Precision, More(), Title("Number format"),
    Help("auto: float16 on a graphics card, float32 on the processor."),
]  # fmt: skip
InMemory = Annotated[
    Memory, More(), Title("Memory"),
    Help("whole: all on the device; by component, by layer: moved there when needed, slower. auto: by what is free."),
]  # fmt: skip


@dataclass(frozen=True)
class TextParameters:
    """Of `stable-diffusion`: an image from words."""

    steps: Steps = 30
    guidance: Guidance = 7.5
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"


@dataclass(frozen=True)
class FillParameters:
    """Of `sd-inpaint`: a hole filled by words and what lies round it."""

    steps: Steps = 30
    guidance: Guidance = 7.5
    strength: Strength = 0.75
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"
