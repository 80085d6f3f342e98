"""Is it true of this material that it looks the same from every side, where something assumes so: in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthscope.generators.diffusion.depth import ASSUMED
from synthscope.imaging.isotropy import AXES, Isotropy, isotropy
from synthscope.imaging.regions import block_space, image_to_mask, moments, to_block, whole
from synthscope.records.request import Restoration, Task
from synthscope.records.space import Space

SEED = 0
"""Of the choice of cubes and of the permutations: the same stack is always told the same."""


def sides_of_restoration(wanted: Restoration | None, real: np.ndarray, space: Space) -> tuple[str, ...]:
    """Say whether what was measured supports that slices are made finer by what is known of pixels.

    Parameters
    ----------
    wanted : Restoration, optional
        Only ``isotropic`` assumes anything; all else gives no sentence.
    real : ndarray
        The region, of the axes of `space`; of a series the first time point is looked at.
    """
    if wanted is None or wanted.kind != "isotropic":
        return ()
    found = _looked_at(real, None, space)
    if found is None:
        return ("Whether the material looks the same from every side could not be tested here; it is assumed.",)
    if found.holds:
        return (f"Nothing notable speaks against the material looking the same from every side ({_sure(found)}).",)
    return (f"{_unlike(found)}; finer slices are made as if it did.",)


def sides_of_planes(
    said: Sequence[str], task: Task, real: np.ndarray | None, mask: np.ndarray | None, space: Space
) -> tuple[str, ...]:
    """Give what is said of a result, with the assumption of all planes put to the test where there is a source for it.

    Parameters
    ----------
    said : sequence of str
        Where `ASSUMED` is not among them nothing is tested.
    task : str
        Of a new volume there is no source: what it assumes stays untested.
    real : ndarray, optional
        The region of the source, of the axes of `space`.
    mask : ndarray of bool, optional
        What is made of it, of the mask's axes. A fill does not know it: cubes that reach into it are not looked at.
    """
    if ASSUMED not in said or real is None or task == "synthesize":
        return tuple(said)
    found = _looked_at(real, mask if task == "inpaint" else None, space)
    if found is None:  # it is assumed, and was not tested
        return tuple(said)
    tested = (
        "The slices were made through all three planes by a model of single images: nothing notable speaks against the "
        f"material looking the same from every side ({_sure(found)})."
        if found.holds
        else f"{_unlike(found)}; the slices were made through all three planes as if it did. To make them slice by "
        "slice, set planes to xy."
    )
    return tuple(tested if one == ASSUMED else one for one in said)


def sides_of_training(blocks: Sequence[np.ndarray], voxel_size: tuple[float, float, float]) -> tuple[str, ...]:
    """Say when a material does not support that xy, xz and yz planes are learned as one; of its largest stack."""
    largest = max(blocks, key=lambda block: min(block.shape[:3]))
    found = isotropy(largest, voxel_size, np.random.default_rng(SEED))
    if found is None or found.holds:
        return ()
    return (f"{_unlike(found)}; all three planes are learned as if it did.",)


def _looked_at(real: np.ndarray, hidden: np.ndarray | None, space: Space) -> Isotropy | None:
    """Test the first time point of a region."""
    first = next(moments(whole(real.shape), space))
    block = to_block(real[first.slices], space)
    if hidden is not None:
        unknown = to_block(hidden[image_to_mask(first, space).slices], space.mask_space())[..., 0]
        block = np.where(unknown[..., None], np.float32(np.nan), block.astype(np.float32))
    z, y, x, _ = block_space(space).voxel_size
    return isotropy(block, (z, y, x), np.random.default_rng(SEED))


def _unlike(found: Isotropy) -> str:
    others = " and ".join(letter for letter in AXES if letter != found.axis)
    return (
        f"The material does not look the same from every side: along {found.axis} its structures reach "
        f"{found.stretch:.2g} ({found.low:.2g} to {found.high:.2g}) times as far as along {others} ({_sure(found)})"
    )


def _sure(found: Isotropy) -> str:
    p = "p < 0.002" if found.p < 0.002 else f"p = {found.p:.2g}"
    return f"{p}, {found.cubes} cubes"
