"""Feathering against what must hold exactly: where it may change voxels, and what it takes away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from synthscope.errors import InputError, ParameterError
from synthscope.imaging.feathering import feather_fill
from synthscope.imaging.masks.morphology import feather
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.texture import texture_ratio
from synthscope.jobs.drain import drain

Size = tuple[float, float, float]


def feathered(
    made: np.ndarray, known: np.ndarray, mask: np.ndarray, width: float, size: Size = (1, 1, 1), limits=None
) -> np.ndarray:
    return drain(feather_fill(made, known, mask, width, size, limits))


def grain(rng: np.random.Generator, shape: tuple[int, ...], dtype: str = "uint16") -> np.ndarray:
    """A texture with detail of about two voxels, around 1000."""
    smooth = ndimage.gaussian_filter(rng.standard_normal(shape), (*(1.0 if n > 1 else 0.0 for n in shape[:3]), 0))
    return (1000 + 200 * smooth / smooth.std()).astype(dtype)


@st.composite
def fills(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, float, Size]:
    """A fill of any dtype, its source and a mask of any form, on any voxels."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    shape = (*draw(st.sampled_from([(1, 17, 19), (7, 12, 13)])), draw(st.sampled_from([1, 3])))
    dtype = draw(st.sampled_from(["uint8", "int16", "uint16", "float32"]))
    made, known = (rng.integers(0, 120, shape).astype(dtype) for _ in range(2))
    mask = ndimage.binary_dilation(rng.random(shape[:3]) < 0.02, iterations=draw(st.integers(0, 3)))
    return made, known, mask, draw(st.floats(0, 9)), draw(st.sampled_from([(1.0, 1.0, 1.0), (4.0, 0.5, 0.7)]))


@given(fills())
@settings(deadline=None, max_examples=60)
def test_only_masked_voxels_nearer_to_the_border_than_the_width_change(
    given_: tuple[np.ndarray, np.ndarray, np.ndarray, float, Size],
) -> None:
    made, known, mask, width, size = given_
    found = feathered(made, known, mask, width, size)
    assert found.dtype == made.dtype
    still = feather(mask, width, size) == 1
    np.testing.assert_array_equal(found[~mask], made[~mask])
    np.testing.assert_array_equal(found[still], made[still])


@given(fills())
@settings(deadline=None, max_examples=20)
def test_a_width_of_zero_changes_nothing(
    given_: tuple[np.ndarray, np.ndarray, np.ndarray, float, Size],
) -> None:
    made, known, mask, _, size = given_
    assert feathered(made, known, mask, 0, size).tobytes() == made.tobytes()


@given(fills(), st.integers(0, 2**16))
@settings(deadline=None, max_examples=30)
def test_what_the_mask_hides_is_never_felt(
    given_: tuple[np.ndarray, np.ndarray, np.ndarray, float, Size], seed: int
) -> None:
    made, known, mask, width, size = given_
    other = known.copy()
    other[mask] = np.random.default_rng(seed).integers(0, 120, other[mask].shape)
    assert feathered(made, known, mask, width, size).tobytes() == feathered(made, other, mask, width, size).tobytes()


@given(st.integers(-90, 90), st.sampled_from([(1.0, 1.0, 1.0), (3.0, 0.5, 0.5)]))
@settings(deadline=None, max_examples=20)
def test_a_constant_mismatch_is_taken_away_by_the_weights_of_the_mask_tool(shift: int, size: Size) -> None:
    mask = np.zeros((9, 24, 24), bool)
    mask[2:7, 6:18, 6:18] = True
    known = np.full((*mask.shape, 1), 100.0, dtype=np.float32)
    found = feathered(known + np.float32(shift), known, mask, 4.0, size)
    expected = 100 + shift * feather(mask, 4.0, size)
    np.testing.assert_allclose(found[mask][:, 0], expected[mask], atol=1e-3)


def test_each_channel_has_its_own_mismatch() -> None:
    mask = np.zeros((1, 24, 24), bool)
    mask[:, 6:18, 6:18] = True
    known = np.full((*mask.shape, 3), 100, dtype=np.int16)
    found = feathered(known + np.array([20, 0, -20], np.int16), known, mask, 6.0)
    border = mask & ~ndimage.binary_erosion(mask, np.ones((1, 3, 3)))
    np.testing.assert_array_equal(found[border], np.broadcast_to([101, 100, 99], found[border].shape))


def test_a_slope_that_runs_on_is_no_mismatch() -> None:
    mask = np.zeros((1, 24, 24), bool)
    mask[:, 6:18, 6:18] = True
    ramp = np.broadcast_to(np.arange(24.0)[None, None, :, None] * 7, (*mask.shape, 1)).copy()
    np.testing.assert_allclose(feathered(ramp, ramp, mask, 5.0), ramp, atol=1e-9)


@pytest.mark.parametrize("shape", [(1, 72, 72), (20, 40, 40)])
def test_the_seam_of_a_shifted_texture_goes_and_its_grain_stays(shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(5)
    known, made = grain(rng, (*shape, 1)), grain(rng, (*shape, 1)) + np.uint16(300)
    mask = np.zeros(shape, bool)
    mask[tuple(slice(n // 4, -(n // 4)) if n > 1 else slice(None) for n in shape)] = True
    hard = np.where(mask[..., None], made, known)
    soft = np.where(mask[..., None], feathered(made, known, mask, 8.0), known)
    flat = (0 if shape[0] == 1 else slice(None),)
    real = seam_ratio(known[flat], mask[flat])
    assert seam_ratio(hard[flat], mask[flat]) > 2 * real
    assert seam_ratio(soft[flat], mask[flat]) == pytest.approx(real, rel=0.3)
    assert texture_ratio(soft[flat], made[flat], mask[flat]) == pytest.approx(1.0, abs=0.05)


def test_a_fill_that_fits_as_well_as_nature_does_is_left_alone() -> None:
    rng = np.random.default_rng(8)
    known = grain(rng, (1, 96, 96, 1), "float64")
    mask = np.zeros(known.shape[:3], bool)
    mask[:, 30:66, 30:66] = True
    change = feathered(known, known, mask, 8.0) - known
    assert np.abs(change).mean() < 0.1 * known.std()


def test_values_stay_within_the_limits_of_their_channel() -> None:
    mask = np.zeros((1, 20, 20), bool)
    mask[:, 5:15, 5:15] = True
    known = np.full((*mask.shape, 2), 100, dtype=np.uint8)
    made = np.zeros_like(known)
    made[..., 1] = 250
    found = feathered(made, known, mask, 6.0, limits=((0, 50), (200, 255)))
    assert found[mask][:, 0].max() == 50
    assert found[mask][:, 1].min() == 200


def test_values_that_are_no_number_are_neither_used_nor_changed() -> None:
    mask = np.zeros((1, 20, 20), bool)
    mask[:, 5:15, 5:15] = True
    known = np.full((*mask.shape, 1), 100, dtype=np.float32)
    known[:, :, :6] = np.nan
    made = np.full_like(known, 130)
    made[0, 9, 9] = np.nan
    found = feathered(made, known, mask, 6.0)
    assert np.isnan(found[0, 9, 9, 0])
    assert np.isfinite(found[mask]).sum() == mask.sum() - 1
    assert found[0, 10, 14, 0] < 110


@pytest.mark.parametrize("leaves", ["nothing known", "nothing to make", "only numberless voxels known"])
def test_without_a_border_nothing_changes(leaves: str) -> None:
    made = np.full((1, 8, 8, 1), 7, dtype=np.float32)
    mask = np.full((1, 8, 8), leaves == "nothing known")
    known = np.full_like(made, np.nan)
    if leaves == "only numberless voxels known":
        mask[:, 2:6, 2:6] = True
    assert feathered(made, known, mask, 3.0).tobytes() == made.tobytes()


def test_nonsense_is_refused_in_a_sentence() -> None:
    made = np.zeros((1, 8, 8, 1))
    mask = np.zeros((1, 8, 8), bool)
    mask[0, 3, 3] = True
    with pytest.raises(InputError, match="do not fit"):
        feathered(made, made[:, :7], mask, 3.0)
    with pytest.raises(ParameterError, match="feather width"):
        feathered(made, made, mask, -1.0)
