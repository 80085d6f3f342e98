"""Holes for training: never empty, of every kind, and a function of the generator alone."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.imaging import random_masks
from synthscope.imaging.random_masks import draw_hole

KINDS = ("boxes", "ellipses", "stroke", "streaks", "arc", "side")


@pytest.mark.parametrize("shape", [(64, 64), (32, 48), (8, 8)])
def test_a_hole_is_never_empty_and_the_same_for_the_same_generator(shape):
    for seed in range(60):
        mask = draw_hole(shape, np.random.default_rng(seed))
        assert mask.shape == shape
        assert mask.dtype == bool
        assert mask.any()
        assert np.array_equal(mask, draw_hole(shape, np.random.default_rng(seed)))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_leaves_something_known_more_often_than_not(kind):
    draw = getattr(random_masks, kind)
    shares = [draw((64, 64), np.random.default_rng(seed)).mean() for seed in range(80)]
    assert np.median(shares) < 0.8
    assert max(shares) > 0.05


def test_a_side_touches_a_border_from_end_to_end():
    for seed in range(40):
        mask = random_masks.side((24, 30), np.random.default_rng(seed))
        assert any(edge.all() for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
        assert not mask.all()
