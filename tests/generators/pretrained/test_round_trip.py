"""What a model can at best show, and colour that it invents: against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from synthscope.generators.pretrained.pixels import Chroma
from synthscope.generators.pretrained.round_trip import judge_round_trip

SPAN = 1000.0


@pytest.mark.parametrize("levels", [4, 16, 64, 256])
def test_an_image_that_is_only_rounded_to_levels_has_so_many(levels: int) -> None:
    real = np.random.default_rng(0).uniform(0, SPAN, (200_000, 1))
    step = SPAN / levels
    found = judge_round_trip(real, (np.floor(real / step) + 0.5) * step, SPAN)
    assert found.figures["round_trip_levels"] == pytest.approx(levels, rel=0.01)
    assert found.figures["round_trip_psnr"] == pytest.approx(20 * math.log10(levels * math.sqrt(12)), abs=0.1)


def test_a_constant_error_has_its_psnr() -> None:
    found = judge_round_trip(np.zeros((50, 1), np.uint16), np.full((50, 1), 10, np.uint16), SPAN)
    assert found.figures["round_trip_psnr"] == 40.0
    assert len(found.remarks) == 1
    assert "40.0 dB" in found.remarks[0]


def test_what_is_the_same_or_unknown_has_no_figure() -> None:
    same = np.ones((5, 1))
    assert judge_round_trip(same, same, SPAN).figures == {}
    assert judge_round_trip(np.full((5, 1), np.nan), same, SPAN).figures == {}


def test_grey_has_no_chroma() -> None:
    chroma = Chroma()
    chroma.add(np.repeat(np.linspace(0, 1, 20)[:, None], 3, axis=1))
    assert chroma.noted().figures == {"chroma_mean": 0.0, "chroma_highest": 0.0, "chroma_share": 0.0}
    assert chroma.noted().remarks == ()


def test_red_beside_grey_is_half_of_the_pixels() -> None:
    chroma = Chroma()
    chroma.add(np.array([[1.0, 0.0, 0.0]]))
    chroma.add(np.array([[0.5, 0.5, 0.5]]))
    assert chroma.noted().figures == {"chroma_mean": 127.5, "chroma_highest": 255.0, "chroma_share": 0.5}
    (said,) = chroma.noted().remarks
    assert "50% of the pixels" in said


def test_random_colours_have_the_mean_range_of_three_uniform_numbers() -> None:
    """The expected range of n uniform numbers is (n - 1) / (n + 1): one half of three."""
    chroma = Chroma()
    chroma.add(torch.rand((200_000, 3), generator=torch.Generator().manual_seed(0)).numpy())
    assert chroma.noted().figures["chroma_mean"] == pytest.approx(255 / 2, rel=0.005)
    t = 8 / 255
    assert 1 - chroma.noted().figures["chroma_share"] == pytest.approx(3 * t**2 - 2 * t**3, rel=0.1)
