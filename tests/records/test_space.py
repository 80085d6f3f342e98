from __future__ import annotations

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.records.image import Image
from synthscope.records.request import Pairing, Region
from synthscope.records.space import Space


@pytest.mark.parametrize("axes", ["", "zx", "yy", "yxq", "yyx", "syx"])
def test_impossible_axes_are_refused_in_a_sentence(axes: str) -> None:
    with pytest.raises(InputError, match=r"Ax[ei]s? .*[;.]"):
        Space(axes)


def test_missing_steps_and_origins_are_filled() -> None:
    space = Space("zyx")
    assert space.voxel_size == (1.0, 1.0, 1.0)
    assert space.origin == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("size", [(0.0, 1.0), (-1.0, 1.0), (float("nan"), 1.0), (1.0,)])
def test_impossible_voxel_sizes_are_refused(size: tuple[float, ...]) -> None:
    with pytest.raises(InputError):
        Space("yx", size)


def test_a_mask_has_no_channels() -> None:
    space = Space("czyx", (1.0, 3.0, 1.0, 1.0), "µm", channel_names=("a", "b"))
    assert space.mask_axes == "zyx"
    assert space.mask_space().voxel_size == (3.0, 1.0, 1.0)
    assert space.mask_space().channel_names == ()


def test_a_crop_moves_the_origin_by_whole_voxels() -> None:
    assert Space("zyx", (3.0, 0.5, 0.5)).cropped((2, 4, 0)).origin == (6.0, 2.0, 0.0)


def test_an_image_whose_axes_do_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="name one letter per axis"):
        Image(np.zeros((2, 3, 4)), Space("yx"), "stack")
    with pytest.raises(InputError, match="Synthetic-voxel mask"):
        Image(np.zeros((3, 4)), Space("yx"), "slice", synthetic=np.zeros((4, 4), bool))


def test_empty_regions_and_uneven_pairings_are_refused() -> None:
    with pytest.raises(InputError, match="is empty"):
        Region((3, 0), (3, 4))
    with pytest.raises(InputError, match="targets"):
        Pairing((), (None,))  # type: ignore[arg-type]
