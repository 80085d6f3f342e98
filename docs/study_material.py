"""The images of the studies of docs/studies-example.md: real fields that no generator has seen, and what was made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Picture

from synthscope.cli import main
from synthscope.records.metric import Domain

DATA = Path(os.environ.get("SYNTHSCOPE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
SOIL = DATA / "rock_soil_microct" / "soil_core_stack"
FIBRE = DATA / "fibre_composites"
PLACES, EACH = 12, 8
"""Places of the cross-section that are real fields, in two slices each; images of a generator from each example."""
WITHOUT_TRAINING = ("quilt", "exemplar", "phase-surrogate")
PRIOR = "prior"


@dataclass(frozen=True)
class Material:
    """One material.

    Parameters
    ----------
    shown : tuple of Path
        Slices that real fields are cut from; far apart along z.
    examples : tuple of Path
        Slices whose other side generators are shown.
    part : tuple of int
        Top, left, bottom, right of what is used of a slice: that of the bundled model's card.
    learned, held : int
        Of the columns of `part`: the first that examples do not reach, as the bundled model did not in its training;
        the first of those that it was examined on, from which on fields are real ones.
    side : int
        Of a field, in pixels.
    """

    name: str
    title: str
    domain: Domain
    what: str
    model: str
    shown: tuple[Path, ...]
    examples: tuple[Path, ...]
    part: tuple[int, int, int, int]
    learned: int
    held: int
    side: int


def _soil(*numbers: str) -> tuple[Path, ...]:
    return tuple(SOIL / f"bean_bucket_{number}.tif" for number in numbers)


def _fibre(*numbers: str) -> tuple[Path, ...]:
    return tuple(FIBRE / f"carbon{number}.png" for number in numbers)


MATERIALS = {
    "soil": Material(
        "soil", "Slices of a soil core", "rock", "soil", "rock-soil", _soil("0030", "0069"),
        _soil("0030", "0050", "0069"), (0, 0, 500, 500), learned=311, held=375, side=62,
    ),
    "fibre": Material(
        "fibre", "Cross-sections of carbon fibres", "fibre", "carbon fibres", "fibre", _fibre("0103", "0969"),
        _fibre("0103", "0918", "0969"), (170, 160, 820, 810), learned=423, held=487, side=80,
    ),
}  # fmt: skip


def lay_out(material: Material, folder: Path) -> tuple[Path, tuple[Path, ...]]:
    """Make all images of a material once; give the folder of real ones, and one for each generator."""
    made = tuple(folder / name for name in (*WITHOUT_TRAINING, PRIOR))
    if not (folder / "real").exists():
        write_real(material, folder / "real")
        examples = tuple(write_examples(material, folder / "examples"))
        for name, out in zip(WITHOUT_TRAINING, made, strict=False):
            for number, example in enumerate(examples):
                _generate(material, name, out, EACH, number * EACH, "--example", str(example))
        _generate(material, PRIOR, made[-1], EACH * len(examples), 0, "--model", material.model)
    return folder / "real", made


def write_real(material: Material, folder: Path) -> None:
    """Cut fields out of the columns that no generator has seen; those of one place are of one case, a folder."""
    side = material.side
    planes = {path.stem: _plane(path, material)[:, material.held :] for path in material.shown}
    rows, columns = (n // side for n in next(iter(planes.values())).shape)
    for place in range(min(PLACES, rows * columns)):
        top, left = place // columns * side, place % columns * side
        inside = folder / f"place-{place + 1:02d}"
        inside.mkdir(parents=True)
        for name, plane in planes.items():
            Picture.fromarray(plane[top : top + side, left : left + side]).save(inside / f"{name}.png")


def write_examples(material: Material, folder: Path) -> Iterator[Path]:
    """Write what generators are shown: of each slice the columns that the bundled model learned from."""
    folder.mkdir(parents=True)
    for number, path in enumerate(material.examples):
        Picture.fromarray(_plane(path, material)[:, : material.learned]).save(folder / f"example-{number}.png")
        yield folder / f"example-{number}.png"


def _plane(path: Path, material: Material) -> np.ndarray:
    top, left, bottom, right = material.part
    grey: np.ndarray = np.asarray(Picture.open(path).convert("L"))[top:bottom, left:right]
    return grey


def _generate(material: Material, generator: str, out: Path, count: int, seed: int, *words: str) -> None:
    size = ("--size", str(material.side), str(material.side))
    many = ("--count", str(count), "--seed", str(seed))
    status = main(["generate", "--generator", generator, *size, *many, *words, "--device", "cpu", "--out", str(out)])
    if status:
        raise SystemExit(status)
