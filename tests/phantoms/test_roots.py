from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from skimage.morphology import skeletonize

from synthscope.phantoms.phantom import Phantom
from synthscope.phantoms.roots import RootParameters, root_scan

SMALL = RootParameters(height=300, width=220, pixel_size=0.5, tap_length=110, dust=0.5)
TAP_ONLY = RootParameters(height=300, width=220, pixel_size=0.5, tap_length=110, orders=1, dust=0.0)


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return root_scan(SMALL, seed=4)


def chain_length(line: np.ndarray) -> float:
    """Length in pixels of thin lines: the estimator of Vossepoel and Smeulders 1982 without corner counts."""
    thin = skeletonize(line)
    straight = np.sum(thin[:, 1:] & thin[:, :-1]) + np.sum(thin[1:] & thin[:-1])
    diagonal = np.sum(thin[1:, 1:] & thin[:-1, :-1]) + np.sum(thin[1:, :-1] & thin[:-1, 1:])
    return 0.948 * straight + 1.343 * diagonal


def test_the_known_length_is_that_of_the_skeleton() -> None:
    tap = root_scan(TAP_ONLY, seed=4)
    measured = chain_length(tap.labels("skeleton") > 0) * TAP_ONLY.pixel_size
    assert tap.figures["total root length (mm)"] == pytest.approx(110, rel=0.01)
    assert measured == pytest.approx(tap.figures["total root length (mm)"], rel=0.06)


def test_the_known_length_of_a_branched_system_is_that_of_its_skeletons(phantom: Phantom) -> None:
    """Crossings hide some of it: each root's own line is looked at, and what lies on top takes pixels away."""
    skeleton = phantom.labels("skeleton")
    measured = SMALL.pixel_size * sum(chain_length(skeleton == k) for k in np.unique(skeleton[skeleton > 0]))
    known = phantom.figures["total root length (mm)"]
    assert 0.75 * known < measured < 1.05 * known


def test_the_skeleton_runs_inside_the_roots(phantom: Phantom) -> None:
    assert np.all(phantom.labels("roots")[phantom.labels("skeleton") > 0] > 0)


def test_root_area_is_length_times_mean_diameter() -> None:
    thick = root_scan(
        RootParameters(height=300, width=220, pixel_size=0.25, tap_length=55, tap_diameter=3, orders=1), seed=4
    )
    area = np.sum(thick.labels("roots") > 0) * 0.25**2
    length = thick.figures["total root length (mm)"]
    assert 0.6 * 3 * length < area < 0.95 * 3 * length  # tapers to half


def test_every_root_has_one_order_and_the_tap_root_is_number_one(phantom: Phantom) -> None:
    number, order = phantom.labels("roots"), phantom.labels("order")
    assert np.array_equal(number == 1, order == 1)
    for k in np.unique(number):
        assert len(np.unique(order[number == k])) == 1


def test_roots_are_brighter_than_paper(phantom: Phantom) -> None:
    red = np.asarray(phantom.image.pixels)[..., 0].astype(float)
    inside = ndimage.binary_erosion(phantom.labels("roots") > 0)
    assert red[inside].mean() > 2 * red[phantom.labels("roots") == 0].mean()


def test_blue_paper_is_blue_and_in_colour(phantom: Phantom) -> None:
    assert phantom.image.space.axes == "yxs"
    paper = np.asarray(phantom.image.pixels)[phantom.labels("roots") == 0].mean(axis=0)
    assert paper[2] > 2 * max(paper[0], paper[1])


def test_grey_paper_gives_a_grey_image() -> None:
    grey = root_scan(RootParameters(height=100, width=80, pixel_size=1.0, paper="grey"))
    assert grey.image.space.axes == "yx"
    assert grey.image.shape == (100, 80)


def test_dust_is_labelled_and_counted(phantom: Phantom) -> None:
    dust = phantom.labels("dust")
    assert phantom.figures["specks of dust (number)"] == dust.max() > 0
    clean = root_scan(TAP_ONLY, seed=4)
    assert not clean.labels("dust").any()
