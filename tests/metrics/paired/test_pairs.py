from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from skimage.io import imread
from tests.metrics.grainy import frame_of, grains

from synthscope.errors import InputError
from synthscope.imaging.similarity import ms_ssim, mse, ssim
from synthscope.metrics.paired.parts import border_band, by_channel, by_part, by_slice, mask_of
from synthscope.metrics.paired.pixelwise import MeanSquaredError, PeakSignalToNoise, RootMeanSquaredError
from synthscope.metrics.paired.structural import (
    MultiScalePlaneSimilarity,
    MultiScaleVolumeSimilarity,
    PlaneSimilarity,
    VolumeSimilarity,
)
from synthscope.metrics.protocol import PairedMetric
from synthscope.metrics.registry import list_metrics, resolve
from synthscope.records.metric import Frame, MetricSpec

SPECS = [row.spec for row in list_metrics() if row.spec and row.spec.group == "paired" and not row.spec.is_network]


@pytest.fixture
def pair(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Frame]:
    real = grains(1, (12, 24, 28), channels=2)
    noise = rng.integers(-9, 10, real.shape)
    return real[0], np.clip(real[0] + noise[0], 0, 255).astype(np.uint8), frame_of(real)


@pytest.fixture
def mask() -> np.ndarray:
    mask = np.zeros((12, 24, 28), bool)
    mask[3:9, 6:18, 6:18] = True
    return mask


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)
def test_changing_places_does_not_change_the_figure(
    spec: MetricSpec, pair: tuple[np.ndarray, np.ndarray, Frame], mask: np.ndarray
) -> None:
    metric, (real, generated, frame) = resolve(spec), pair
    for part in (None, mask):
        there, back = metric.measure(real, generated, part, frame), metric.measure(generated, real, part, frame)
        assert math.isfinite(there)
        assert there == pytest.approx(back, rel=1e-9)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)
def test_equal_images_have_the_best_figure_there_is(
    spec: MetricSpec, pair: tuple[np.ndarray, np.ndarray, Frame]
) -> None:
    real, _, frame = pair
    best = {"dB": math.inf}.get(spec.unit, 1.0 if spec.better == "high" else 0.0)
    assert resolve(spec).measure(real, real, None, frame) == pytest.approx(best)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)
def test_more_noise_is_a_worse_figure(
    spec: MetricSpec, pair: tuple[np.ndarray, np.ndarray, Frame], rng: np.random.Generator
) -> None:
    metric, (real, little, frame) = resolve(spec), pair
    much = np.clip(real + rng.integers(-60, 61, real.shape), 0, 255).astype(np.uint8)
    worse, better = metric.measure(real, much, None, frame), metric.measure(real, little, None, frame)
    assert (worse < better) if spec.better == "high" else (worse > better)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)
def test_the_range_comes_from_the_frame_and_not_from_the_type(
    spec: MetricSpec, pair: tuple[np.ndarray, np.ndarray, Frame]
) -> None:
    """S10: 16 times the values in 16 bits, and a frame that says so: the same figure (16² times the squared error)."""
    metric, (real, generated, frame) = resolve(spec), pair
    wide = [x.astype(np.uint16) * np.uint16(16) for x in (real, generated)]
    found = metric.measure(*wide, None, frame_of(wide[0][None]))
    factor = 256 if spec.id == "mse" else 1
    assert found == pytest.approx(factor * metric.measure(real, generated, None, frame), rel=1e-6)


def test_errors_are_what_their_names_say() -> None:
    real = np.zeros((1, 4, 4, 1), np.uint8)
    real[0, 0, 0] = 100
    frame = frame_of(real[None])
    off = real.copy()
    off[0, 3] += np.uint8(20)
    assert MeanSquaredError().measure(real, off, None, frame) == 100
    assert RootMeanSquaredError().measure(real, off, None, frame) == pytest.approx(0.1)
    assert PeakSignalToNoise().measure(real, off, None, frame) == pytest.approx(20)


def test_similarity_of_planes_is_the_mean_over_slices_and_channels(pair: tuple[np.ndarray, np.ndarray, Frame]) -> None:
    real, generated, frame = pair
    for metric, one in ((PlaneSimilarity(), ssim), (MultiScalePlaneSimilarity(), ms_ssim)):
        each = [
            one(real[z, ..., c], generated[z, ..., c], data_range=frame.ranges[c]) for z in range(12) for c in (0, 1)
        ]
        assert metric.measure(real, generated, None, frame) == pytest.approx(np.mean(each))


def test_similarity_of_volumes_looks_along_z(pair: tuple[np.ndarray, np.ndarray, Frame]) -> None:
    real, generated, frame = pair
    shuffled = generated[[1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10]]
    both = [real[[1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10]], shuffled]
    planes, volumes = PlaneSimilarity(), VolumeSimilarity()
    assert planes.measure(*both, None, frame) == pytest.approx(planes.measure(real, generated, None, frame))
    assert volumes.measure(*both, None, frame) != pytest.approx(volumes.measure(real, generated, None, frame))


@pytest.mark.parametrize("metric", [VolumeSimilarity(), MultiScaleVolumeSimilarity()])
def test_what_is_too_flat_has_no_similarity_of_volumes(
    metric: PairedMetric, pair: tuple[np.ndarray, np.ndarray, Frame]
) -> None:
    real, generated, frame = pair
    assert math.isnan(metric.measure(real[:5], generated[:5], None, frame))
    assert math.isnan(PlaneSimilarity().measure(real[:, :5], generated[:, :5], None, frame))


def test_what_was_not_touched_is_perfect_outside_and_not_inside(
    pair: tuple[np.ndarray, np.ndarray, Frame], mask: np.ndarray
) -> None:
    real, generated, frame = pair
    filled = np.where(mask[..., None], generated, real)
    found = by_part(MeanSquaredError(), real, filled, mask, frame)
    assert found["outside"] == 0
    assert found["inside"] > found["border"] > 0
    assert by_part(PlaneSimilarity(), real, filled, mask, frame)["outside"] > 0.95


def test_a_part_that_is_empty_has_no_figure(pair: tuple[np.ndarray, np.ndarray, Frame]) -> None:
    real, generated, frame = pair
    found = by_part(PlaneSimilarity(), real, generated, np.ones((12, 24, 28), bool), frame)
    assert math.isnan(found["outside"])
    assert math.isnan(found["border"])
    assert math.isfinite(found["inside"])


def test_the_border_is_as_wide_on_both_sides_and_the_image_has_none() -> None:
    mask = np.zeros((1, 12, 20), bool)
    mask[:, :, :10] = True
    assert border_band(mask, 2.0)[0, 0].nonzero()[0].tolist() == [8, 9, 10, 11]
    assert border_band(mask, 2.0, (1.0, 1.0, 0.5))[0, 0].sum() == 8
    assert not border_band(np.ones((2, 9, 9), bool)).any()


def test_the_border_is_measured_in_pixels_of_the_plane(pair: tuple[np.ndarray, np.ndarray, Frame]) -> None:
    frame = Frame((1, 12, 20), 1, ((0.0, 1.0),), (0.5,), 1.0, voxel_size=(9.0, 0.25, 0.25))
    mask = np.zeros((1, 12, 20), bool)
    mask[:, :, :10] = True
    assert mask_of("border", mask, frame, 3)[0, 0].sum() == 6


def test_channels_and_slices_by_themselves_are_those_of_planes(
    pair: tuple[np.ndarray, np.ndarray, Frame], mask: np.ndarray
) -> None:
    real, generated, frame = pair
    planes = [
        [ssim(real[z, ..., c], generated[z, ..., c], data_range=frame.ranges[c], mask=mask[z]) for z in range(3, 9)]
        for c in range(2)
    ]
    found = by_channel(PlaneSimilarity(), real, generated, mask, frame)
    assert found == pytest.approx(np.mean(planes, axis=1))
    found = by_slice(MeanSquaredError(), real, generated, mask, frame)
    assert [math.isnan(one) for one in found] == [not one.any() for one in mask]
    assert found[3:9] == pytest.approx([mse(real[z], generated[z], mask[z]) for z in range(3, 9)])
    assert len(by_slice(MeanSquaredError(), real, generated, None, frame)) == 12


@pytest.mark.parametrize("spec", [one for one in SPECS if one.id != "mse"], ids=lambda spec: spec.id)
def test_a_dim_channel_is_measured_by_its_own_range(
    spec: MetricSpec, pair: tuple[np.ndarray, np.ndarray, Frame]
) -> None:
    """S10 across channels: one of 250 times the values leaves the figure of the other, and of both, as it was."""
    metric, (real, generated, frame) = resolve(spec), pair
    scale = np.array([1, 250], np.uint16)
    bright, made = (one.astype(np.uint16) * scale for one in (real, generated))
    beside = frame_of(bright[None])
    assert by_channel(metric, bright, made, None, beside)[0] == pytest.approx(
        metric.measure(real[..., :1], generated[..., :1], None, frame.of_channel(0))
    )
    assert metric.measure(bright, made, None, beside) == pytest.approx(metric.measure(real, generated, None, frame))


def test_pairs_that_differ_in_kind_are_refused(pair: tuple[np.ndarray, np.ndarray, Frame]) -> None:
    real, generated, frame = pair
    with pytest.raises(InputError, match="differ"):
        MeanSquaredError().measure(real, generated[:, :-1], None, frame)
    with pytest.raises(InputError, match="Types uint8 and float64 differ"):
        PlaneSimilarity().measure(real, generated.astype(float), None, frame)


def test_the_published_pair_has_its_published_values(real_data: Path) -> None:
    """K15 to K17 through the metrics: MSE 117.473923, PSNR 27.43139, SSIM .682372, MS-SSIM .901163."""
    folder = real_data.parent / "known_answers" / "images"
    if not folder.is_dir():
        pytest.skip("the pair goldhill.gif, goldhill_jpeg.gif is not beside the public images")
    pair = [np.squeeze(imread(folder / f"{n}.gif"))[None, ..., None] for n in ("goldhill", "goldhill_jpeg")]
    frame = Frame((1, 512, 512), 1, ((0.0, 255.0),), (128.0,), 255.0)
    assert MeanSquaredError().measure(*pair, None, frame) == pytest.approx(117.473923, abs=1e-6)
    assert PeakSignalToNoise().measure(*pair, None, frame) == pytest.approx(27.43139, abs=1e-5)
    assert PlaneSimilarity().measure(*pair, None, frame) == pytest.approx(0.682372, abs=1e-6)
    assert MultiScalePlaneSimilarity().measure(*pair, None, frame) == pytest.approx(0.901163, abs=1e-6)
