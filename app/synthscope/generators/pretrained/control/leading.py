"""What a ControlNet is shown of a slice and of a tile, for all pipelines that have one."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.pixels import Colours, as_tensor
from synthscope.imaging.control_pictures import enlarged, leading_picture, leads_as_labels, span_of
from synthscope.imaging.label_codec import check_label_type
from synthscope.records.control import AS_LABELS, MASKED, lead_of
from synthscope.records.generator import Inputs


class Led(Editor):
    """A pipeline with a ControlNet: `beside` and `brought` say what leads it."""

    def beside(self, inputs: Inputs, parameters: Any, colours: Colours, z: int) -> np.ndarray | None:
        """Give the picture that leads a slice (Y, X, 3); None for the masked image, which each tile makes itself."""
        lead, second = lead_of(parameters), inputs.reference
        assert lead is not None, "its parameters say so"
        if lead.control == MASKED:
            return None
        source = inputs.source
        assert source is not None, "looked at before a run"
        if not lead.needs_second:
            return leading_picture(source[z], None, colours.scale, None, lead)
        assert second is not None, "looked at before a run"
        span = span_of(second, lead, source.dtype, colours.scale)
        return leading_picture(source[z], second[z], colours.scale, span, lead)

    def brought(self, beside: Tensor | None, sides: tuple[int, int], inputs: Inputs, parameters: Any) -> Tensor | None:
        """Bring a tile of what leads to the sides at which the model is asked: lines stay lines, labels labels."""
        if beside is None:
            return None
        lead, second = lead_of(parameters), inputs.reference
        assert lead is not None, "its parameters say so"
        labels = second is not None and leads_as_labels(lead, second.dtype, second.shape[-1])
        return as_tensor(enlarged(beside[0].movedim(0, -1).numpy(), *sides, smooth=not labels))


def check_lead(inputs: Inputs, parameters: Any) -> None:
    """Refuse inputs that hold nothing to lead by.

    Raises
    ------
    InputError
        If a control image shall lead, and there is none, or it has another size than the source, no numbers, or
        cannot be labels.
    """
    lead, second, source = lead_of(parameters), inputs.reference, inputs.source
    assert lead is not None, "its parameters say so"
    if not lead.needs_second:
        return
    if second is None:
        raise InputError(lead.none_words)
    if source is not None and second.shape[:3] != source.shape[:3]:
        raise InputError(
            f"The control image has shape {second.shape[:3]} and the source {source.shape[:3]}; give one of its shape."
        )
    if not np.isfinite(second).any():
        raise InputError("The control image holds no value that is a number where it leads; give another one.")
    if lead.control == AS_LABELS:
        check_label_type(second.dtype, second.shape[-1])


def weight_of(asked: Asked) -> float:
    """Give how strongly the ControlNet leads: its parameter times the weight of the adapter."""
    return float(asked.parameters.weight) * asked.weights.get("controlnet", 1.0)
