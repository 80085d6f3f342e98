"""Local thickness and tortuosity of shapes whose size is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.thickness import local_thickness
from synthscope.imaging.tortuosity import geodesic_tortuosity


def test_a_disc_is_as_thick_as_its_radius() -> None:
    disc = np.hypot(*np.mgrid[-40:41, -40:41]) <= 30
    found = local_thickness(disc)
    assert np.median(found[disc]) == 30
    assert found[disc].mean() == pytest.approx(30, abs=0.1)
    assert not found[~disc].any()


@pytest.mark.parametrize("ndim", [2, 3])
def test_a_slab_is_half_as_thick_as_it_is_wide(ndim: int) -> None:
    slab = np.zeros((60,) * ndim, bool)
    slab[20:40] = True
    assert set(np.unique(local_thickness(slab))) == {0.0, 10.0}


def test_radii_are_in_units_along_every_axis() -> None:
    slab = np.zeros((60, 30, 30), bool)
    slab[20:40] = True
    assert set(np.unique(local_thickness(slab, (0.5, 0.5, 0.5)))) == {0.0, 5.0}
    assert set(np.unique(local_thickness(slab, (2.0, 1.0, 1.0)))) == {0.0, 20.0}


@pytest.mark.parametrize(("shape", "step"), [((40, 70), (1, 1)), ((14, 22, 30), (1, 1, 1)), ((10, 20, 24), (2, 1, 1))])
def test_every_voxel_has_the_largest_ball_that_covers_it(shape: tuple[int, ...], step: tuple[float, ...]) -> None:
    noise = np.random.default_rng(1).standard_normal(shape)
    phase = ndimage.gaussian_filter(noise, 2.0 / np.array(step)) > 0
    level = np.floor(ndimage.distance_transform_edt(phase, sampling=step) + 1e-9)
    places = np.indices(shape)
    expected = np.zeros(shape)
    for centre in np.argwhere(phase):
        near = sum(((g - c) * s) ** 2 for g, c, s in zip(places, centre, step, strict=True))
        radius = level[tuple(centre)]
        covered = near < radius**2
        expected[covered] = np.maximum(expected[covered], radius)
    assert level.max() >= 4
    np.testing.assert_array_equal(local_thickness(phase, step), expected)


def test_a_phase_that_fills_the_image_has_no_thickness_and_none_has_zero() -> None:
    assert np.isnan(local_thickness(np.ones((9, 9), bool))).all()
    assert not local_thickness(np.zeros((9, 9), bool)).any()
    with pytest.raises(InputError, match="voxel sizes"):
        local_thickness(np.ones((9, 9), bool), (1.0,))


def test_straight_channels_have_tortuosity_one() -> None:
    phase = np.zeros((30, 20), bool)
    phase[:, 5:7] = True
    assert geodesic_tortuosity(phase, 0) == pytest.approx(1)
    assert np.isnan(geodesic_tortuosity(phase, 1))


def test_a_diagonal_channel_is_root_two_as_long_as_its_rise() -> None:
    phase = np.eye(40, dtype=bool)
    assert geodesic_tortuosity(phase, 0) == pytest.approx(np.sqrt(2))
    assert geodesic_tortuosity(phase, 1, (1.0, 2.0)) == pytest.approx(np.hypot(1, 2) / 2)


def test_a_way_around_a_wall_is_as_long_as_it_is() -> None:
    phase = np.ones((41, 41), bool)
    phase[20, :-1] = False  # one gap, at the far end
    ends = np.arange(41)
    # From (40, x) to (20, 40) and on straight up: diagonal steps as far as there are columns to cross.
    across = 40 - ends
    below = np.where(across <= 20, 20 + across * (np.sqrt(2) - 1), 20 * np.sqrt(2) + (across - 20))
    assert geodesic_tortuosity(phase, 0) == pytest.approx(float(np.mean(below + 20)) / 40)


def test_a_line_of_one_voxel_has_no_way() -> None:
    with pytest.raises(InputError, match="one voxel"):
        geodesic_tortuosity(np.ones((1, 5), bool), 0)
