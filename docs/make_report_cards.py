"""Makes the report cards of docs/measured.md: soil, fibres, roots and cells; other real images and a generator in each.

``python docs/make_report_cards.py FOLDER [NAME ...]`` takes the public images from ``SYNTHSCOPE_DATA``, or
``../shared/data`` beside the checkout (docs/data.md). Every image is cut in two: one half is the real set, the
other half is judged as if it had been made. Beside it stands what the bundled prior of that material makes (cells: a
quilt of the first half). It prints which numbers ranked the controls sensibly, and what they said, and leaves the pages
in FOLDER: ``python docs/make_report_pictures.py soil=FOLDER/soil.html ...`` takes their pictures.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from skimage.io import imread

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "resources" / "recipes"))

from bundled_priors import fibre, roots

from synthscope.cli import main as command
from synthscope.io.writing import write_image
from synthscope.records.evaluation import Report, Score
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.reporting.document import read_report
from synthscope.services.reporting.words import number

DATA = Path(os.environ.get("SYNTHSCOPE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
SLABS = 5
"""Parts of the soil stack along z; no specimens are told, so that blocks of space stand in for them."""
SIZE, COUNT = 192, 16
ENCODERS = ("random-pyramid", "materials")
SHOWN = (
    "kid", "frechet-pca", "precision", "recall", "coverage", "two-sample", "spectrum:radial", "intensity:noise",
    "intensity-curves:histogram", "phase-quantities:porosity", "phase-quantities:boundary", "phase-curves:two-point",
    "phase-curves:chords-dark", "phase-quantities:euler-bright", "fibre-quantities:radius", "fibre-quantities:spacing",
    "root-quantities:length", "root-quantities:tips", "cell-quantities:count", "cell-quantities:area",
)  # fmt: skip
"""Numbers of the printed table; of those that need an encoder those of `materials`."""


@dataclass(frozen=True)
class Material:
    """Images by title, and how they are judged: domain, side of a field, fields of a set, words of the generator."""

    images: Callable[[], Mapping[str, np.ndarray]]
    domain: str
    side: int
    most: int
    generator: tuple[str, ...]
    axes: str = "yx"


def soil() -> Mapping[str, np.ndarray]:
    """Give slabs of the soil core."""
    files = sorted((DATA / "rock_soil_microct" / "soil_core_stack").glob("*.tif"))
    stack = np.stack([imread(path) for path in files])[:, 60:440, 60:440]
    return {f"slab-{n}": part for n, part in enumerate(np.array_split(stack, SLABS))}


def nuclei() -> Mapping[str, np.ndarray]:
    """Give the DNA channel of three images of fly cells."""
    return {path.stem: imread(path) for path in sorted((DATA / "cells" / "fly_kc167").glob("*_D.TIF"))}


def recipe_images(load: Callable[[Path], list]) -> Callable[[], Mapping[str, np.ndarray]]:
    """Give the images of a bundled model's recipe."""
    return lambda: {one.image.name: np.asarray(one.image.pixels) for one in load(DATA)}


def prior(model: str, size: int = SIZE) -> tuple[str, ...]:
    """Give the words by which a bundled model makes images."""
    return ("--generator", "prior", "--model", model, "--size", str(size), str(size), "--count", str(COUNT))


MATERIALS = {
    "soil": Material(soil, "rock", 64, 120, prior("rock-soil"), "zyx"),
    "fibre": Material(recipe_images(fibre), "fibre", 64, 120, prior("fibre")),
    "root": Material(recipe_images(roots), "root", 96, 60, prior("roots", 256), "yxs"),
    "cell": Material(nuclei, "cell", 125, 60, ("--generator", "quilt", "--size", "500", "500", "--count", "3")),
}


def made(folder: Path, name: str, material: Material) -> None:
    """Cut the images in two, let the generator work, and judge both."""
    halves = {half: folder / name / half for half in ("real", "other-half")}
    for title, pixels in material.images().items():
        across = max(map(material.axes.index, "yx"), key=lambda axis: pixels.shape[axis])
        for half, part in zip(halves.values(), np.split(pixels, [pixels.shape[across] // 2], axis=across), strict=True):
            half.mkdir(parents=True, exist_ok=True)
            image = Image(np.ascontiguousarray(part), Space(material.axes), title)
            write_image(half / f"{title}.ome.tif", image)
    learned = material.generator[1]
    words = list(material.generator)
    if learned == "quilt":
        words += ["--example", str(min(halves["real"].iterdir()))]
    wanted = [["generate", "--out", str(folder / name / learned), *words], [
        "evaluate", str(halves["real"]), str(halves["other-half"]), str(folder / name / learned),
        "--domain", material.domain, "--side", str(material.side), "--most", str(material.most), "--resamples", "200",
        *(word for encoder in ENCODERS for word in ("--encoder", encoder)), "--out", str(folder / name / "card"),
        "--report", str(folder / f"{name}.html"),
    ]]  # fmt: skip
    for words in wanted:
        status = command(words)
        if status:
            sys.exit(status)


def kinds(report: Report) -> Iterator[tuple[str, int, int]]:
    """Give, by kind of number, how many were tried on controls and how many of these ranked them sensibly."""
    scores = {(s.metric, s.encoder, s.group): s.informative for s in report.scores if s.role == "generated"}
    titles = [(f"sets, encoder `{encoder}`", encoder, "sets") for encoder in ENCODERS]
    for title, encoder, group in (*titles, ("structure", "", "structure"), ("artefacts", "", "trust")):
        told = [
            sensible for (_, one, kind), sensible in scores.items()
            if kind == group and (not encoder or one == encoder) and sensible is not None
        ]  # fmt: skip
        if told:
            yield title, sum(told), len(told)


def cell_of(score: Score) -> str:
    """Write one number as a cell of the table: value (95 % interval) / real against real."""
    interval = f" ({number(score.low)} to {number(score.high)})" if np.isfinite(score.low) else ""
    floor = f" / {number(score.floor)}" if np.isfinite(score.floor) else ""
    return f"{number(score.value)}{interval}{floor}" + ("" if score.informative else " \\*")


def tables(reports: Mapping[str, Report]) -> Iterator[str]:
    """Write how many numbers ranked the controls sensibly, and what the shown ones said of both sets."""
    yield f"| | {' | '.join(reports)} |\n|{'---|' * (len(reports) + 1)}"
    counts = {name: {title: f"{some} of {all_}" for title, some, all_ in kinds(one)} for name, one in reports.items()}
    for title in next(iter(counts.values())):
        yield f"| {title} | {' | '.join(one.get(title, '–') for one in counts.values())} |"
    columns = [(name, subject) for name, one in reports.items() for subject in subjects(one)]
    yield f"\n| | {' | '.join(f'{name}, {subject}' for name, subject in columns)} |\n|{'---|' * (len(columns) + 1)}"
    for metric in SHOWN:
        found = {
            (name, score.subject): score for name, one in reports.items() for score in one.scores
            if score.metric == metric and score.role == "generated" and score.encoder in ("", "materials")
        }  # fmt: skip
        if found:
            cells = (cell_of(found[column]) if column in found else "–" for column in columns)
            yield f"| {next(iter(found.values())).title} | {' | '.join(cells)} |"


def subjects(report: Report) -> tuple[str, ...]:
    """Give the sets that were judged."""
    return tuple(dict.fromkeys(score.subject for score in report.scores if score.role == "generated"))


def main() -> int:
    """Make the cards that are named, or all, and print their tables."""
    if len(sys.argv) < 2:
        sys.exit("Give a folder for the cards.")
    folder, names = Path(sys.argv[1]), sys.argv[2:] or list(MATERIALS)
    for name in names:
        if not (folder / f"{name}.html").is_file():
            made(folder, name, MATERIALS[name])
    reports = {name: read_report(folder / name / "card") for name in names}
    sys.stdout.write("\n".join(tables(reports)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
