"""What every tool is given: the session, the mask's operations, the hand on the canvas, the frame of selections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from napari_synthscope.masking.ops import MaskOps
from napari_synthscope.masking.tools.canvas import CanvasHand
from napari_synthscope.masking.tools.frame import SelectionFrame
from synthscope.imaging.masks.holes import Combination

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

VERBS = {"add": "add", "subtract": "take away", "replace": "replace by"}
"""Words of an undo step, by how a selection met the mask."""

APPLY = {"add": "Add to mask", "subtract": "Take out of mask", "replace": "Make it the mask"}
"""Words of the button that does it."""


@dataclass(frozen=True, eq=False)
class Bench:
    """Shared by the tools of one panel."""

    session: Session
    ops: MaskOps
    hand: CanvasHand
    frame: SelectionFrame

    def how(self, held: str = "") -> Combination:
        """Give how a selection meets the mask: what the held key asks for, else what is chosen."""
        chosen: Combination = held or self.frame.value()  # type: ignore[assignment]
        return chosen


class Tool(Protocol):
    """The options of a tool, shown while it is in hand."""

    def begin(self, layer: Any) -> None:
        """Take the tool in hand for a mask layer."""
        ...

    def end(self) -> None:
        """Put it away; nothing of it stays on the canvas."""
        ...

    def click(self, place: np.ndarray, held: str) -> None:
        """Hear of a click on a voxel of the layer."""
        ...
