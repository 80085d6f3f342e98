"""Two halves of one set of public images: bit depth tells them apart in a viewer, and not as Synthscope shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.benchmarks.study_leaks import CASES, gated
from tests.studies.leaks.real_tiles import dealt_arms, fibre_tiles, soil_tiles


@pytest.mark.parametrize("tiles_of", [soil_tiles, fibre_tiles])
def test_bit_depth_tells_real_from_real_unless_it_is_levelled(tiles_of: object, real_data: Path) -> None:
    (real, first), (other, second) = dealt_arms(tiles_of(real_data))  # type: ignore[operator]
    cases = (first, second)
    reports = {
        name: gated(CASES[f"8 bits against 16, {name}"](real, other), cases, 199)
        for name in ("as a viewer shows them", "in one window", "rendered by Synthscope")
    }
    areas = {
        name: next(one.auc for one in report.findings if one.group == "together") for name, report in reports.items()
    }
    assert areas["as a viewer shows them"] > 0.9
    assert areas["in one window"] > 0.8
    assert areas["rendered by Synthscope"] < 0.65
    assert [report.passes for report in reports.values()] == [False, False, True]
