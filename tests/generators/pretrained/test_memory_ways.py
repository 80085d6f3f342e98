"""Which way a pipeline is held, as a function of what it needs and what is free: exact cases."""

from __future__ import annotations

import pytest

from synthscope.generators.pretrained.costs import DECODER_VALUES, work_bytes
from synthscope.generators.pretrained.memory_ways import LADDER, Needs, Placement, Room, choose_placement, thriftier

NEEDS = Needs({"unet": 600, "vae": 100, "text_encoder": 200}, layer=50, work=300, thrifty_work=100)
"""Whole 1200; by component 900; that with tiles 700; by layer 150."""
WHOLE, COMPONENT, TILED, LAYER = LADDER


def test_needs_are_weights_on_the_device_and_work() -> None:
    assert [NEEDS.of(one) for one in LADDER] == [1200, 900, 700, 150]


@pytest.mark.parametrize(
    ("free", "expected"),
    [(1334, WHOLE), (1333, COMPONENT), (1000, COMPONENT), (999, TILED), (778, TILED), (777, LAYER), (1, LAYER)],
)
def test_auto_takes_the_quickest_that_fits_in_nine_tenths(free: int, expected: Placement) -> None:
    chosen, remarks = choose_placement("auto", NEEDS, Room("cuda", free))
    assert chosen == expected
    assert bool(remarks) == (expected != WHOLE)


def test_a_remark_names_what_is_needed_and_what_is_free() -> None:
    (said,) = choose_placement("auto", NEEDS, Room("cuda", 1000))[1]
    assert said == (
        "The model is held by component: whole it needs about 1.2 kB of memory, and 1 kB are free."
    )


@pytest.mark.parametrize(
    ("wanted", "free", "expected"),
    [("whole", 1, WHOLE), ("by component", 10**6, COMPONENT), ("by component", 1, TILED), ("by layer", 10**6, LAYER)],
)
def test_a_way_that_was_asked_for_is_kept(wanted: str, free: int, expected: Placement) -> None:
    assert choose_placement(wanted, NEEDS, Room("cuda", free))[0] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("device", ["cpu", "mps"])
@pytest.mark.parametrize("wanted", ["by component", "by layer"])
def test_without_memory_of_its_own_nothing_can_be_moved_away_and_that_is_said(device: str, wanted: str) -> None:
    chosen, remarks = choose_placement(wanted, NEEDS, Room(device, 10**6))  # type: ignore[arg-type]
    assert chosen == WHOLE
    assert len(remarks) == 1
    assert repr(wanted) in remarks[0]
    assert "graphics card" in remarks[0]


def test_a_processor_with_little_memory_takes_slices_and_tiles() -> None:
    assert choose_placement("auto", NEEDS, Room("cpu", 1333))[0] == Placement("whole", thrifty=True)


def test_each_way_is_followed_by_a_thriftier_one_until_the_last() -> None:
    assert [thriftier(one, "cuda") for one in LADDER] == [COMPONENT, TILED, LAYER, None]
    assert thriftier(WHOLE, "cpu") == Placement("whole", thrifty=True)
    assert thriftier(Placement("whole", thrifty=True), "cpu") is None


def test_work_is_that_of_the_measured_sizes() -> None:
    """Heights measured at 256 and 512 px in float32: docs/measured.md."""
    assert work_bytes(256**2, 4) == 4 * DECODER_VALUES * 256**2
    assert work_bytes(256**2, 4) == pytest.approx(429e6, rel=0.05)  # the decoder
    assert work_bytes(512**2, 4) == pytest.approx(2555e6, rel=0.05)  # attention
    assert work_bytes(512**2, 4, thrifty=True) == pytest.approx(884e6, rel=0.1)
    assert work_bytes(512**2, 2) * 2 == work_bytes(512**2, 4)
