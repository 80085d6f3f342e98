"""What pipelines of image embeddings take for granted, and which tasks a decoder can serve."""

from __future__ import annotations

from typing import Any

from synthscope.errors import InputError
from synthscope.generators.pretrained.embeddings.parameters import KandinskyParameters
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import Setting
from synthscope.records.pretrained import INPAINTING_CHANNELS
from synthscope.records.request import Task

FREE = (
    "A variation follows what the image means to the model, not its pixels: nothing of it lies where it lay, and no "
    "size or count in it is that of the source."
)


def free_variations(setting: Setting, parameters: Any) -> tuple[str, ...]:
    """Say what a variation keeps, and that slices know nothing of each other."""
    begun = getattr(parameters, "strength", 1.0) < 1
    said = (FREE,) if setting.task == "vary" and not begun else ()
    return (*slice_by_slice(setting, parameters), *said)


def kandinsky_can(setting: Setting, parameters: KandinskyParameters) -> tuple[str, ...]:
    """Say what a variation keeps.

    Raises
    ------
    InputError
        If the model's decoder was not taught what is asked.
    """
    check_decoder(setting.task, int(setting.architecture.get("channels") or 0))
    return free_variations(setting, parameters)


def check_decoder(task: Task, channels: int) -> None:
    """Refuse a fill by a decoder that was not taught to fill, and all else by one that was.

    Parameters
    ----------
    channels : int
        Input channels of the decoder's network; 0 where that is not known, which is not refused.

    Raises
    ------
    InputError
    """
    if channels == 0 or (task == "inpaint") == (channels == INPAINTING_CHANNELS):
        return
    if task == "inpaint":
        raise InputError(
            f"This model of Kandinsky was not taught to fill: its network takes {channels} channels, and a fill needs "
            f"{INPAINTING_CHANNELS}; choose the inpainting decoder."
        )
    raise InputError(
        f"This model of Kandinsky does nothing but fill: its network takes {channels} channels; choose the decoder "
        "for new images and variations."
    )
