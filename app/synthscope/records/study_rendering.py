"""What was done to every image so that pictures tell nothing but what is in them."""

from __future__ import annotations

from dataclasses import dataclass

RENDER_FORMAT = "synthscope/study-rendering"
VERSION = 1


@dataclass(frozen=True)
class ArmGrey:
    """Grey values of one arm as they came.

    Parameters
    ----------
    dtype : str
    factor : float
        What its values are multiplied by to be on the scale that all arms share.
    step, origin : float
        Of its grey steps on that scale: all values are ``origin + k * step``, of whole numbers to within rounding; a
        step of 0 is none that could be found.
    low, high : float
        Its lowest and highest value on that scale.
    """

    dtype: str
    factor: float
    step: float
    origin: float
    low: float
    high: float


@dataclass(frozen=True)
class RenderRecord:
    """How all pictures of a study were made, in this order: crop, scale, quantise, resample, window, round.

    Parameters
    ----------
    shape : tuple of int
        (Z, Y, X, C) of every picture.
    field : int
        Side in source voxels of the square about the middle that is shown.
    arms : tuple of ArmGrey
    step, origin : float
        Grey steps that all arms were brought to: the coarsest of the arms'; 0 for none.
    low, high : float
        Values that become 0 and 255.
    limits : tuple of float
        Beyond which values are cut off since the narrowest data type cannot hold them; empty where all arms have
        one type.
    kernel : str
        Of the one resampling, or ``none`` where pictures are as large as the field.
    notes : tuple of str
        Sentences for the designer.
    """

    shape: tuple[int, int, int, int]
    field: int
    arms: tuple[ArmGrey, ...]
    step: float
    origin: float
    low: float
    high: float
    limits: tuple[float, ...] = ()
    kernel: str = "none"
    notes: tuple[str, ...] = ()
    format: str = RENDER_FORMAT
    version: int = VERSION
