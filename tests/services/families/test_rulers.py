"""Measures of the comparison are those of the training curves, and tell real from noise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.families.stacks import MEANS, small, stack
from tests.services.gaussian import field, register

from synthscope.imaging.chords import chord_distance, chord_lengths
from synthscope.imaging.correlations import two_point_distance
from synthscope.imaging.spectra import spectrum_distance
from synthscope.imaging.texture import laplacian_variance
from synthscope.imaging.topology import euler_density
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.metric import Frame
from synthscope.services.families.beginning import begin_families
from synthscope.services.families.grounds import grounds_job, searched_of
from synthscope.services.families.making import _examples
from synthscope.services.families.measuring import Bench, Nearest, measures_job, nearest_job
from synthscope.services.families.rulers import RULERS

FRAME = Frame((1, 32, 32), 1, ((0.0, 200.0),), (100.0,), 250.0, (2.0, 0.5, 0.5), "µm")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch) -> Bench:
    register(monkeypatch)
    image = stack(tmp_path)
    recipe = begin_families(tmp_path / "cmp", small(count=10), [image])
    return Bench(recipe, drain(grounds_job(recipe, [image], None)), MEANS.implement)


def images(seed: int, count: int = 6) -> np.ndarray:
    return field((count, 32, 32), seed)[..., None]


def stacked(some: np.ndarray) -> np.ndarray:
    return np.moveaxis(some[..., 0], 0, 2)


def test_distances_are_those_of_the_curves_of_a_training() -> None:
    a, b = images(1), images(2)
    figures = {
        name: ruler.metric.measure(ruler.of(b, FRAME), ruler.of(a, FRAME), None)[""] for name, ruler in RULERS.items()
    }
    assert figures["spectrum_distance"] == pytest.approx(
        spectrum_distance(stacked(a) / 200, stacked(b) / 200, (0.5, 0.5)), rel=1e-9
    )
    assert figures["two_point_distance"] == pytest.approx(
        two_point_distance(stacked(a) > 100, stacked(b) > 100, (0.5, 0.5)), rel=1e-9
    )
    chords = [chord_lengths(stacked(one) > 100, (0.5, 0.5, 1.0), axes=(0, 1)) for one in (a, b)]
    assert figures["chord_distance"] == pytest.approx(chord_distance(*chords), rel=1e-9)
    euler = [np.mean([euler_density(phase) for phase in one[..., 0] > 100]) for one in (a, b)]
    assert figures["euler_difference"] == pytest.approx(1e4 * abs(euler[0] - euler[1]), rel=1e-9)
    everywhere = np.ones((32, 32), bool)
    ratio = laplacian_variance(stacked(a), everywhere) / laplacian_variance(stacked(b), everywhere)
    assert figures["sharpness_ratio"] == pytest.approx(ratio, rel=1e-9)


def test_chords_are_told_apart_by_their_length_whatever_the_sides_of_a_pixel() -> None:
    bars, frame = np.zeros((2, 32, 32, 1)), replace(FRAME, voxel_size=(1.0, 1.5, 0.5))
    bars[0, :, 8:12] = bars[1, :, 8:14] = 200
    ruler = RULERS["chord_distance"]
    rows = ruler.of(bars, frame)
    assert rows.shape == (2, 97)
    assert (np.flatnonzero(rows[0]), np.flatnonzero(rows[1])) == ([4], [6])
    assert rows.sum() == 64
    assert ruler.metric.measure(rows[:1], rows[1:], None)[""] == pytest.approx(0.5)
    tall = ruler.of(bars.swapaxes(1, 2), frame)
    assert np.flatnonzero(tall[0]) == [12]
    assert np.isnan(ruler.metric.measure(rows, np.zeros_like(rows), None)[""])


@pytest.mark.parametrize("name", RULERS)
def test_a_set_beside_itself_is_at_no_distance(name: str) -> None:
    rows = RULERS[name].of(images(3), FRAME)
    assert RULERS[name].metric.measure(rows, rows, None)[""] == (1.0 if "ratio" in name else 0.0)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**20), contrast=st.floats(5, 60))
def test_real_against_real_scores_better_than_noise(bench: Bench, seed: int, contrast: float) -> None:
    real = bench.grounds.trained[0]
    rng = np.random.default_rng(seed)
    noise = (100 + contrast * rng.standard_normal(real.pixels.shape)).clip(0, 250).astype(real.pixels.dtype)
    best, worst = (drain(measures_job(bench, one)) for one in (real.pixels, noise))
    for name in ("spectrum_distance", "two_point_distance", "chord_distance", "euler_difference", "kernel_distance"):
        assert best[name].value < worst[name].value, name
    sharp, noisy = (abs(np.log(one["sharpness_ratio"].value)) for one in (best, worst))
    assert sharp < noisy


def test_a_set_that_has_collapsed_has_little_diversity(bench: Bench) -> None:
    one = bench.grounds.trained[0].pixels[:1]
    alike = one + np.random.default_rng(0).integers(0, 2, (10, *one.shape[1:])).astype(one.dtype)
    assert drain(measures_job(bench, alike))["diversity_ratio"].high < 0.5


def test_every_measure_lies_in_its_interval(bench: Bench) -> None:
    found = drain(measures_job(bench, bench.grounds.trained[1].pixels, bench.grounds.trained[1].units))
    assert len(found) == 7
    assert all(one.low <= one.value <= one.high for one in found.values())


def test_copies_are_found_at_any_shift_and_symmetry_and_honest_images_are_none(bench: Bench) -> None:
    block = bench.grounds.searched[0]
    copies = np.stack([np.rot90(block[i % 2, 7 + i : 39 + i, 11 + 2 * i : 43 + 2 * i], i) for i in range(6)])
    honest = drain(nearest_job(bench, bench.grounds.held_out.pixels))
    near = drain(nearest_job(bench, copies[:, ::-1]))
    assert min(near.values) > 0.999
    assert near.beyond(honest) == (6, pytest.approx(honest.beyond(honest)[1]))
    assert drain(nearest_job(bench, images(77))).beyond(honest)[0] == 0


def test_a_threshold_lies_above_all_but_a_hundredth_of_honest_images() -> None:
    honest = Nearest(tuple(np.linspace(0.3, 0.5, 400)))
    count, threshold = Nearest((0.4, 0.49, 0.9)).beyond(honest)
    assert (count, threshold) == (1, pytest.approx(0.4985, abs=1e-3))


def test_both_parts_share_no_voxel_and_seeds_draw_different_fields(bench: Bench, tmp_path: Path) -> None:
    one, other = bench.grounds.trained
    held_out = {field.tobytes() for field in bench.grounds.held_out.pixels}
    assert len(held_out) == len(one) == len(other) == bench.grounds.n == 10
    assert not held_out & {field.tobytes() for field in (*one.pixels, *other.pixels)}
    assert {field.tobytes() for field in one.pixels} != {field.tobytes() for field in other.pixels}


def test_copies_are_looked_for_in_evenly_spread_slices_of_a_large_part() -> None:
    blocks = (np.arange(40.0).reshape(10, 2, 2, 1), np.zeros((1, 2, 2, 1)))
    everything, said = searched_of(blocks, 44)
    assert ([len(block) for block in everything], said) == ([10, 1], ())
    taken, said = searched_of(blocks, 15)
    assert [len(block) for block in taken] == [4, 1]
    assert np.array_equal(taken[0], blocks[0][[0, 3, 6, 9]])
    assert said == ("Copies were looked for in 5 of 11 slices of the training part, evenly spread.",)


def test_real_fields_and_examples_keep_clear_of_the_margin_of_a_round_view(tmp_path: Path, monkeypatch) -> None:
    register(monkeypatch)
    image = stack(tmp_path, (2, 320, 320))
    y, x = np.ogrid[:320, :320]
    outside = (y - 159.5) ** 2 + (x - 159.5) ** 2 > 155**2
    pixels = np.asarray(image.pixels).copy()
    pixels[:, outside] = 0
    path = write_image(tmp_path / "round.ome.tif", image.with_(pixels=pixels, origin=type(image.origin)()))
    view = open_image(path)
    recipe = begin_families(tmp_path / "round", small(split_axis="y", held_out=0.4, count=30), [view])
    grounds = drain(grounds_job(recipe, [view], None))
    assert grounds.n == recipe.count
    assert min(one.pixels.min() for one in (grounds.held_out, *grounds.trained)) > 0
    assert any("blank margin" in remark for remark in grounds.remarks)
    examples = _examples(recipe, [view])
    assert len(examples) > 1
    assert all(np.asarray(view.pixels[one.region.slices]).min() > 0 for one in examples)
    rows = view.shape[1] * 6 // 10  # those of the training part, at most
    assert max(one.region.stop[1] for one in examples) <= rows
