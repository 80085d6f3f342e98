"""What a ControlNet is led by, in the words that parameters keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

EDGES, MASKED = "edges of the image", "the masked image"
EDGES_OF_CONTROL = "edges of the control image"
AS_IT_IS, AS_LEVELS, AS_LABELS = (f"the control image {word}" for word in ("as it is", "as levels", "as labels"))
Control = Literal[
    "edges of the image", "edges of the control image", "the control image as it is", "the control image as levels",
    "the control image as labels",
]  # fmt: skip
ControlOfHole = Literal[
    "the masked image", "edges of the image", "edges of the control image", "the control image as it is",
    "the control image as levels", "the control image as labels",
]  # fmt: skip
OWN = (EDGES, MASKED)
"""What the image itself gives; all else needs a control image."""


@dataclass(frozen=True)
class Lead:
    """How the picture is made that leads.

    Parameters
    ----------
    control : str
        One of `ControlOfHole`.
    sigma : float
        Smoothing before edges are sought, in pixels of the image.
    low, high : float
        Thresholds of edges, of the range from black to white.
    """

    control: str
    sigma: float
    low: float
    high: float

    @property
    def by_edges(self) -> bool:
        """Whether edges are sought."""
        return self.control in (EDGES, EDGES_OF_CONTROL)

    @property
    def needs_second(self) -> bool:
        """Whether a control image is needed."""
        return self.control not in OWN

    @property
    def none_words(self) -> str:
        """What is said where a control image is needed and there is none."""
        return f"{self.control.capitalize()} shall lead, and there is none; choose a control image."


def lead_of(parameters: Any) -> Lead | None:
    """Give how a generator with these parameters is led; None for one that is led by no picture."""
    if not hasattr(parameters, "control"):
        return None
    return Lead(parameters.control, parameters.sigma, parameters.low, parameters.high)
