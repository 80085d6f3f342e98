"""What extractors of structure say of fields that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage
from skimage.draw import disk
from tests.metrics.grainy import frame_of, grains

from synthscope.metrics.protocol import Extractor
from synthscope.metrics.structure.cells import Cells, cell_features
from synthscope.metrics.structure.choosing import clearest_channel, sign_of
from synthscope.metrics.structure.curves import CurveDistances
from synthscope.metrics.structure.fibres import Fibres
from synthscope.metrics.structure.intensity import Intensity
from synthscope.metrics.structure.phases import Phases
from synthscope.metrics.structure.quantities import QuantityDistances
from synthscope.metrics.structure.roots import Roots
from synthscope.metrics.structure.spectra import Spectra
from synthscope.records.metric import Frame


def told(extractor: Extractor, fields: np.ndarray, frame: Frame | None = None) -> dict[str, float]:
    """The numbers of the first field by name."""
    frame = frame or frame_of(fields)
    row = extractor.extract(fields, frame)[0]
    return dict(zip(extractor.layout(frame).names, row, strict=False))


def discs(radius: float, step: int = 20, side: int = 160, value: int = 200) -> np.ndarray:
    field = np.full((side, side), 50, np.uint8)
    for y in range(step // 2, side, step):
        for x in range(step // 2, side, step):
            field[disk((y, x), radius + 0.01)] = value
    return field[None, None, ..., None]


@pytest.mark.parametrize("shape", [(1, 48, 64), (12, 32, 32)])
@pytest.mark.parametrize("channels", [1, 2])
def test_layouts_name_every_column_in_planes_and_stacks(shape: tuple[int, int, int], channels: int) -> None:
    fields = grains(2, shape, channels=channels)
    frame = frame_of(fields)
    for extractor in (Phases(), Spectra(), Intensity(), Fibres()):
        layout = extractor.layout(frame)
        columns = len(layout.names) + sum(curve.stop - curve.start for curve in layout.curves)
        assert extractor.extract(fields, frame).shape == (2, columns)
        starts = [curve.start for curve in layout.curves]
        assert starts[:1] in ([], [len(layout.names)])
        assert set(layout.titles) == set(layout.names)


def test_stripes_have_their_porosity_chords_thickness_and_ways() -> None:
    field = np.tile(np.where(np.arange(96) % 24 < 8, 0, 200).astype(np.uint8), (96, 1))[None, None, ..., None]
    found = told(Phases(), field)
    assert found["porosity"] == pytest.approx(1 / 3)
    assert found["radius-dark"] == pytest.approx(4, abs=0.5)
    assert found["radius-bright"] == pytest.approx(8, abs=0.5)
    assert found["tortuosity-y"] == pytest.approx(1)
    assert np.isnan(found["tortuosity-x"])
    assert found["crossings"] == 0.5


def test_lengths_are_in_units_and_pure_numbers_do_not_change() -> None:
    fields = grains(1, (1, 96, 96))
    frame = frame_of(fields)
    fine = replace(frame, voxel_size=(0.5, 0.5, 0.5), unit="µm")
    found, scaled = told(Phases(), fields, frame), told(Phases(), fields, fine)
    for name in ("chord-dark", "radius-bright"):
        assert scaled[name] == pytest.approx(found[name] / 2)
    assert scaled["boundary"] == pytest.approx(2 * found["boundary"], rel=1e-3)
    assert scaled["euler-dark"] == pytest.approx(4 * found["euler-dark"])
    assert scaled["porosity"] == found["porosity"]
    assert "(µm)" in Phases().layout(fine).titles["chord-dark"]


def test_an_intensity_shift_is_seen_because_the_threshold_is_that_of_the_real_set() -> None:
    real = grains(20, (1, 64, 64), 1)
    frame = frame_of(real)
    shifted = np.clip(grains(20, (1, 64, 64), 2).astype(int) + 20, 0, 255).astype(np.uint8)
    again = grains(20, (1, 64, 64), 3)
    for extractor, metric, name in (
        (Phases(), QuantityDistances(), "porosity"),
        (Intensity(), QuantityDistances(), "quantile-50"),
        (Intensity(), CurveDistances(), "histogram"),
        (Phases(), CurveDistances(), "two-point"),
    ):
        layout = extractor.layout(frame)
        reference = extractor.extract(real, frame)
        near = metric.measure(reference, extractor.extract(again, frame), layout)[name]
        far = metric.measure(reference, extractor.extract(shifted, frame), layout)[name]
        assert far > 2.5 * near, name


def test_blur_is_seen_in_spectrum_sharpness_and_roll_off() -> None:
    real = grains(12, (1, 64, 64), 1)
    blurred = ndimage.gaussian_filter(real.astype(float), (0, 0, 1, 1, 0)).astype(np.uint8)
    frame = frame_of(real)
    curves = CurveDistances()
    found = [Spectra().extract(fields, frame) for fields in (real, blurred, grains(12, (1, 64, 64), 5))]
    layout = Spectra().layout(frame)
    far, near = (curves.measure(found[0], found[i], layout)["radial"] for i in (1, 2))
    assert far > 5 * near
    sharp, soft = told(Intensity(), real, frame), told(Intensity(), blurred, frame)
    assert soft["sharpness"] < sharp["sharpness"] - 0.5
    assert soft["roll-off"] < sharp["roll-off"]
    assert soft["noise"] < sharp["noise"] / 2


@pytest.mark.parametrize("radius", [5, 8])
def test_sections_of_fibres_are_counted_and_measured(radius: int) -> None:
    found = told(Fibres(), discs(radius))
    assert found["count"] * 160**2 == pytest.approx(64)
    assert found["radius"] == pytest.approx(radius, abs=0.4)
    assert found["spacing"] == pytest.approx(20, abs=0.2)
    assert found["roundness"] > 0.95
    assert found["fraction"] == pytest.approx(64 * np.pi * radius**2 / 160**2, rel=0.1)


def test_dark_fibres_that_are_rare_are_found_too() -> None:
    dark = 255 - discs(4)
    found = told(Fibres(), dark)
    assert found["count"] * 160**2 == pytest.approx(64)
    assert found["radius"] == pytest.approx(4, abs=0.4)


def test_the_channel_of_the_clearest_things_is_taken_and_its_darker_phase_where_that_is_rarer() -> None:
    rng = np.random.default_rng(0)
    things = discs(5)[0, 0, ..., 0] > 100
    faint = 100 + 10 * things + rng.normal(0, 8, things.shape)
    halves = np.where(np.arange(160) < 80, 60, 160) + rng.normal(0, 30, things.shape)
    clear = 180 - 90 * things + rng.normal(0, 8, things.shape)
    frame = frame_of(np.stack([faint, halves, clear], axis=-1)[None, None])
    assert clearest_channel(frame) == 2
    assert sign_of(frame, 2) == -1
    assert clearest_channel(replace(frame, fractions=(), separations=())) == 0


@pytest.mark.parametrize("dark", [False, True])
def test_a_root_has_its_length_width_and_tips_whether_dark_or_bright(dark: bool) -> None:
    plane = np.full((200, 200), 60.0)
    plane[20:180, 97:104] = 200
    plane[98:103, 104:170] = 200
    plane += np.random.default_rng(1).normal(0, 4, plane.shape)
    field = (255 - plane if dark else plane).astype(np.uint8)[None, None, ..., None]
    found = told(Roots(), field)
    assert found["length"] == pytest.approx(160 + 69, rel=0.06)
    assert found["diameter"] == pytest.approx(7, abs=1.5)
    assert (found["tips"], found["branch-points"]) == (3, 1)
    assert found["branch-angle"] == pytest.approx(90, abs=10)
    assert found["area"] == pytest.approx(160 * 7 + 66 * 5, rel=0.1)
    assert found["hull-area"] == pytest.approx(160 * 7 + 160 * 66 / 2, rel=0.08)  # a triangle beside a bar


def test_a_field_without_roots_has_length_zero_and_no_width() -> None:
    fields = np.stack([discs(3)[0], np.full((1, 160, 160, 1), 50, np.uint8)])
    frame = frame_of(fields)
    row = dict(zip(Roots().layout(frame).names, Roots().extract(fields, frame)[1], strict=False))
    assert row["length"] == 0
    assert np.isnan(row["diameter"])


def test_cells_are_counted_measured_and_their_channels_compared() -> None:
    rng = np.random.default_rng(2)
    one = discs(7, 32)[0, 0, ..., 0].astype(float)
    other = 0.5 * one + rng.normal(0, 5, one.shape)
    third = rng.normal(100, 5, one.shape)
    field = np.stack([one + rng.normal(0, 5, one.shape), other, third], axis=-1)
    fields = np.clip(field, 0, 255).astype(np.uint8)[None, None]
    frame = frame_of(fields)
    found = told(Cells(), fields, frame)
    assert list(found) == [feature.name for feature in cell_features(frame)]
    assert found["count"] * 160**2 == pytest.approx(25)
    assert found["area"] == pytest.approx(np.pi * 7**2, rel=0.1)
    assert found["elongation"] > 0.93
    assert found["solidity"] > 0.97
    assert found["c1-mean"] > found["c1-around"] + 0.5
    assert abs(found["correlation-1-3"]) < 0.1
    assert {feature.category for feature in cell_features(frame)} == {
        "shape", "intensity", "texture", "granularity", "radial", "correlation",
    }  # fmt: skip
