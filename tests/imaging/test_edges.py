"""Edges of a picture: where they are, and what thresholds and smoothing do."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.edges import edge_map


def test_a_step_has_one_edge_along_its_whole_length() -> None:
    plane = np.zeros((32, 40))
    plane[:, 21:] = 1.0
    plane[:, 20] = 0.5
    found = edge_map(plane, 1.0, 0.1, 0.3)
    assert found[2:-2, 20].all()
    assert list(np.flatnonzero(found.any(axis=0))) == [20]


def test_a_flat_picture_and_one_below_the_threshold_have_none() -> None:
    assert not edge_map(np.full((20, 20), 0.4), 1.0, 0.05, 0.15).any()
    faint = np.zeros((20, 20))
    faint[:, 10:] = 0.05
    assert not edge_map(faint, 1.0, 0.05, 0.15).any()


def test_more_smoothing_and_higher_thresholds_find_fewer(rng: np.random.Generator) -> None:
    noise = rng.random((64, 64))
    counts = [edge_map(noise, sigma, 0.05, high).sum() for sigma, high in ((0.5, 0.1), (2.0, 0.1), (2.0, 0.3))]
    assert counts[0] > counts[1] > counts[2]


def test_thresholds_in_the_wrong_order_and_values_that_are_no_numbers_do_no_harm() -> None:
    plane = np.zeros((20, 20))
    plane[:, 10:] = 1.0
    plane[3, 3] = np.nan
    assert edge_map(plane, 1.0, 0.9, 0.2).any()
