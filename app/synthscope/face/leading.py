"""The verb `edges` of the Python face: the map by which a ControlNet would be led."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthscope.face import Listener, Source, as_image
from synthscope.jobs.drain import drain
from synthscope.records.control import EDGES, lead_of
from synthscope.records.image import Image
from synthscope.services.choosing import parameters_of
from synthscope.services.leading import edges_job


def edges(
    source: Source, *, parameters: Mapping[str, Any] | None = None, on_event: Listener | None = None
) -> Image:
    """Find the edges of an image as `controlnet-canny` does: what leads a variation of it.

    Parameters
    ----------
    parameters : mapping, optional
        ``sigma``, ``low`` and ``high`` of `controlnet-canny`.

    Returns
    -------
    Image
        Of the image's axes without channels, uint8: 0, and 255 where an edge is. Given as `control_image` with the
        parameter ``control`` at *the control image as it is*, it leads as the edges of the image do.

    Raises
    ------
    SynthscopeError
        If a parameter is out of range, or the image has other than one or three channels.
    """
    lead = lead_of(parameters_of("controlnet-canny", {**(parameters or {}), "control": EDGES}))
    assert lead is not None, "its parameters say so"
    return drain(edges_job(as_image(source), lead), on_event)
