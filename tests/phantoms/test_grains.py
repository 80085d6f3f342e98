from __future__ import annotations

import numpy as np
import pytest

from synthscope.phantoms.grains import Grains, pack_grains, rasterize


@pytest.fixture(scope="module")
def grains() -> Grains:
    return pack_grains((12, 40, 40), 6.0, 0.2, 0.7, np.random.default_rng(3))


def test_sizes_follow_the_wanted_distribution() -> None:
    many = pack_grains((60, 60, 60), 3.0, 0.25, 0.5, np.random.default_rng(0))
    assert np.exp(np.log(many.radii).mean()) == pytest.approx(3.0, rel=0.05)
    assert np.log(many.radii).std() == pytest.approx(0.22, rel=0.15)  # cut off at two deviations


def test_a_finer_grid_gives_the_same_volume(grains: Grains) -> None:
    coarse, _ = rasterize(grains, (12, 40, 40), 1.0)
    fine, _ = rasterize(grains, (24, 80, 80), 0.5)
    assert np.mean(coarse > 0) == pytest.approx(np.mean(fine > 0), abs=0.01)


def test_depth_is_negative_inside_grains_and_not_outside(grains: Grains) -> None:
    number, depth = rasterize(grains, (12, 40, 40), 1.0)
    assert np.all((depth < 0) == (number > 0))


def test_grains_that_overlap_meet_in_a_flat_contact() -> None:
    one = pack_grains((1, 1, 1), 8.0, 0.0, 0.1, np.random.default_rng(1))
    normals = np.tile(np.eye(3, dtype=np.float32)[[0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2]], (2, 1, 1)) * 0.0
    two = Grains(np.array([[10.0, 10, 8], [10.0, 10, 14]]), np.array([6.0, 6.0]), normals)
    assert one.normals.shape[1:] == normals.shape[1:]
    number, _ = rasterize(two, (20, 20, 22), 1.0)
    assert set(np.unique(number)) == {0, 1, 2}
    assert np.all(number[:, :, :11][number[:, :, :11] > 0] == 1)
    assert np.all(number[:, :, 11:][number[:, :, 11:] > 0] == 2)


def test_a_grain_far_away_leaves_no_voxels() -> None:
    grains = Grains(np.array([[99.0, 99, 99]]), np.array([3.0]), np.ones((1, 11, 3), np.float32))
    assert not rasterize(grains, (8, 8, 8), 1.0)[0].any()
