"""What may be chosen for pipelines whose network is a transformer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from synthscope.generators.pretrained.parameters import Enlarge, Guidance, InMemory, InPrecision, Steps
from synthscope.records.limits import Ge, Help, Le, Slide, Title


@dataclass(frozen=True)
class PixartParameters:
    """Of `pixart`: an image from words."""

    steps: Steps = 20
    guidance: Guidance = 4.5
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"
    overlap: ClassVar[float] = 0.0


@dataclass(frozen=True)
class DitParameters:
    """Of `dit`: an image of a class."""

    steps: Steps = 50
    guidance: Annotated[
        float, Ge(1), Le(30), Slide(), Title("Guidance"),
        Help("How strongly the class leads; 1 asks the network once per step, more asks it twice."),
    ] = 4.0  # fmt: skip
    precision: InPrecision = "auto"
    memory: InMemory = "auto"
    enlarge: ClassVar[bool] = False
    overlap: ClassVar[float] = 0.0
