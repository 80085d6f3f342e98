"""Is it true of this material that it looks the same from every side, where something assumes so: in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthscope.imaging.isotropy import AXES, Isotropy, isotropy
from synthscope.imaging.regions import block_space, moments, to_block, whole
from synthscope.records.request import Restoration
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
    first = next(moments(whole(real.shape), space))
    z, y, x, _ = block_space(space).voxel_size
    found = isotropy(to_block(real[first.slices], space), (z, y, x), np.random.default_rng(SEED))
    if found is None:
        return ("Whether the material looks the same from every side could not be tested here; it is assumed.",)
    if found.holds:
        return (f"Nothing notable speaks against the material looking the same from every side ({_sure(found)}).",)
    return (f"{_unlike(found)}; finer slices are made as if it did.",)


def sides_of_training(blocks: Sequence[np.ndarray], voxel_size: tuple[float, float, float]) -> tuple[str, ...]:
    """Say when a material does not support that xy, xz and yz planes are learned as one; of its largest stack."""
    largest = max(blocks, key=lambda block: min(block.shape[:3]))
    found = isotropy(largest, voxel_size, np.random.default_rng(SEED))
    if found is None or found.holds:
        return ()
    return (f"{_unlike(found)}; all three planes are learned as if it did.",)


def _unlike(found: Isotropy) -> str:
    others = " and ".join(letter for letter in AXES if letter != found.axis)
    return (
        f"The material does not look the same from every side: along {found.axis} its structures reach "
        f"{found.stretch:.2g} ({found.low:.2g} to {found.high:.2g}) times as far as along {others} ({_sure(found)})"
    )


def _sure(found: Isotropy) -> str:
    p = "p < 0.002" if found.p < 0.002 else f"p = {found.p:.2g}"
    return f"{p}, {found.cubes} cubes"
