"""Chord lengths and Euler densities against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.chords import chord_distance, chord_lengths
from synthscope.imaging.topology import euler_density


def test_every_chord_of_a_checkerboard_is_as_long_as_its_squares():
    board = (np.add.outer(np.arange(60) // 6, np.arange(60) // 6) % 2).astype(bool)
    lengths = chord_lengths(board, (0.5, 0.5))
    assert set(lengths) == {3.0}
    assert len(lengths) == 2 * 60 * 4  # of 10 squares 5 are of the phase, and one lies at an end


def test_axes_have_their_own_step_and_are_told_apart():
    stripes = np.tile(np.arange(40) // 4 % 2 == 0, (20, 1))
    assert set(chord_lengths(stripes, (3.0, 0.25), axes=(1,))) == {1.0}
    assert not len(chord_lengths(stripes, axes=(0,)))  # along the stripes each chord leaves the image at both ends


def test_chords_between_random_points_of_a_line_are_geometric():
    # Voxels that are each in the phase with probability p: P(length = n) = (1 - p) p^(n - 1), mean 1 / (1 - p).
    p = 0.75
    phase = np.random.default_rng(0).random((200, 4000)) < p
    lengths = chord_lengths(phase, axes=(1,))
    assert lengths.mean() == pytest.approx(1 / (1 - p), rel=0.01)
    for n in (1, 2, 5):
        assert np.mean(lengths == n) == pytest.approx((1 - p) * p ** (n - 1), rel=0.05)


def test_chords_in_the_pores_of_a_boolean_model_of_discs_are_exponential():
    # Pores between overlapping discs of radius R at density rho: p(z) = eta exp(-eta z) with eta = 2 R rho
    # (Torquato & Lu 1993, Phys. Rev. E 47, 2950); a disc on the grid is 2 R + 1 rows high. Mean 1 / eta.
    size, radius, count = 1500, 10.0, 4000
    rng = np.random.default_rng(1)
    seeds = np.ones((size, size), bool)
    seeds[tuple(rng.integers(0, size, (2, count)))] = False
    pores = ndimage.distance_transform_edt(seeds) > radius
    inner = pores[20:-20, 20:-20]
    eta = (2 * radius + 1) * count / size**2
    lengths = chord_lengths(inner)
    assert lengths.mean() == pytest.approx(1 / eta, rel=0.05)
    assert np.median(lengths) == pytest.approx(np.log(2) / eta, rel=0.1)


def test_the_distance_of_chords_is_their_stretch():
    lengths = np.random.default_rng(2).exponential(5.0, 1000)
    assert chord_distance(lengths, lengths) == 0
    assert chord_distance(1.1 * lengths, lengths) == pytest.approx(0.1)
    assert np.isnan(chord_distance(lengths, np.empty(0)))


def discs(count: int, hole: bool) -> np.ndarray:
    y, x = np.indices((40, 40 * count))
    distance = np.hypot(y - 19.5, x % 40 - 19.5)
    return (distance < 15) & ((distance > 6) | (not hole))


@pytest.mark.parametrize("count", [1, 4])
def test_the_euler_number_is_pieces_less_holes(count):
    area = 39 * (40 * count - 1) * 0.25  # of the windows that lie in the image
    assert euler_density(discs(count, hole=False), (0.5, 0.5)) == pytest.approx(count / area)
    assert euler_density(discs(count, hole=True), (0.5, 0.5)) == 0
    assert euler_density(~discs(count, hole=False), (0.5, 0.5)) == pytest.approx(-count / area)  # it goes on


def test_in_a_volume_tunnels_count_less_and_cavities_more():
    ball = np.linalg.norm(np.indices((24, 24, 24)) - 11.5, axis=0) < 10
    shell = ball & (np.linalg.norm(np.indices((24, 24, 24)) - 11.5, axis=0) > 5)
    ring = ball.copy()
    ring[:, 9:15, 9:15] = False
    volume = 23**3 * 2.0
    densities = [euler_density(phase, (2.0, 1.0, 1.0)) * volume for phase in (ball, shell, ring)]
    assert densities == pytest.approx([1, 2, 0])


def test_axes_without_a_voxel_size_and_lines_are_refused():
    with pytest.raises(InputError, match="one for each axis"):
        chord_lengths(np.ones((4, 4), bool), (1.0,))
    with pytest.raises(InputError, match="no Euler density"):
        euler_density(np.ones(4, bool))
