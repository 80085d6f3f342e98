"""What the leak gate finds between two halves of one set, with and without planted leaks.

The table and the false alarms of docs/studies-design.md. Run: python -m tests.benchmarks.study_leaks DATA
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tests.studies.leaks.planted import PLANTS, to_8_bits
from tests.studies.leaks.real_tiles import SIDE, Tiles, dealt_arms, fibre_tiles, simulated_tiles, soil_tiles

from synthscope.jobs.drain import drain
from synthscope.records.leaks import LeakReport
from synthscope.records.study import Rendering
from synthscope.studies.leaks.gate import GateItem, GateSettings, gate_job
from synthscope.studies.rendering.render import render_arms

Images = list[np.ndarray]
Shown = tuple[tuple[np.ndarray, ...], ...]


def like_a_viewer(real: Images, other: Images) -> Shown:
    """Show as a viewer does by default: 8 bits from 0 to 255, 16 bits from the lowest to the highest value."""

    def stretched(image: np.ndarray) -> np.ndarray:
        if image.dtype == np.uint8:
            return image
        low, high = float(image.min()), float(image.max())
        return np.floor(255 * (image - low) / (high - low) + 0.5).astype(np.uint8)

    return tuple(tuple(stretched(one) for one in arm) for arm in (real, other))


def ours(real: Images, other: Images) -> Shown:
    return render_arms((real, other), Rendering(side=SIDE))[0]


def common_window(real: Images, other: Images) -> Shown:
    return render_arms((real, other), Rendering(side=SIDE, quantise=False))[0]


def planted(name: str) -> Callable[[Images, Images], Shown]:
    return lambda real, other: ours(real, [PLANTS[name](one) for one in other])


def of_unlike_size(real: Images, other: Images) -> Shown:
    small, _ = render_arms((other,), Rendering(side=SIDE, field=48))
    return ours(real, real)[0], tuple(one[:, :48, :48] for one in small[0])


CASES: dict[str, Callable[[Images, Images], Shown]] = {
    "nothing": ours,
    "8 bits against 16, as a viewer shows them": lambda a, b: like_a_viewer(a, [to_8_bits(one) for one in b]),
    "8 bits against 16, in one window": lambda a, b: common_window(a, [to_8_bits(one) for one in b]),
    "8 bits against 16, rendered by Synthscope": lambda a, b: ours(a, [to_8_bits(one) for one in b]),
    "contrast + 20 %": planted("contrast"),
    "JPEG, quality 75": planted("jpeg"),
    "noise of 1.3 % of the range": planted("noise"),
    "pictures of unlike size": of_unlike_size,
}


def gated(shown: Shown, cases: tuple[list[str], ...], permutations: int) -> LeakReport:
    items = [
        GateItem(("one half", "other half")[a], case, a == 0, lambda picture=picture: picture)
        for a, arm in enumerate(shown)
        for picture, case in zip(arm, cases[a], strict=True)
    ]
    return drain(gate_job(items, GateSettings(permutations=permutations)))


def row(material: str, leak: str, report: LeakReport) -> str:
    by_group = {one.group: one for one in report.findings}
    cells = [f"{by_group[group].auc:.3f} ({by_group[group].p_value:.3f})" for group in ("together", "together, trees")]
    found = ", ".join(one.group for one in report.findings if one.found) or "nothing"
    verdict = "blocks" if report.blocking else "to be decided" if report.undecided else "passes"
    return f"| {material} | {leak} | {' | '.join(cells)} | {found} | {verdict} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--permutations", type=int, default=500)
    parser.add_argument("--splits", type=int, default=20, help="random halves in which nothing is planted")
    chosen = parser.parse_args()
    materials: dict[str, Tiles] = {
        "soil": soil_tiles(chosen.data),
        "fibres": fibre_tiles(chosen.data),
        "simulated composite": simulated_tiles(),
    }
    heads = ("material", "planted", "weighed: area (p)", "trees: area (p)", "told by", "gate")
    sys.stdout.write(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|\n")
    for material, tiles in materials.items():
        (real, first), (other, second) = dealt_arms(tiles)
        for leak, show in CASES.items():
            shown = show(real, other)
            report = gated(shown, (first, second), chosen.permutations)
            sys.stdout.write(row(f"{material}, {len(real)} + {len(other)}", leak, report) + "\n")
            sys.stdout.flush()
    for material, tiles in materials.items():
        alarms = sum(not nothing_planted(tiles, split, chosen.permutations).passes for split in range(chosen.splits))
        sys.stdout.write(f"{material}: {alarms} alarms in {chosen.splits} random halves\n")
        sys.stdout.flush()


def nothing_planted(tiles: Tiles, split: int, permutations: int) -> LeakReport:
    (real, first), (other, second) = dealt_arms(tiles, 100 + split)
    return gated(ours(real, other), (first, second), permutations)


if __name__ == "__main__":
    main()
