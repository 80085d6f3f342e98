"""A second image from choice to result: cut at the same place, recorded by hash, needed and checked by replay."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services import mixing
from tests.services.mixing import MixingParameters

import synthscope
from synthscope import Image, Space
from synthscope.errors import FileError, InputError
from synthscope.generators.registry import resolve
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.regions import painted
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.request import Region
from synthscope.services.choosing import Choice
from synthscope.services.commands import as_command
from synthscope.services.planning import make_recipe, plan
from synthscope.services.project import Project
from synthscope.services.provenance import provenance_of
from synthscope.services.running import run_job
from synthscope.services.sources import reference as referred
from synthscope.services.tasks import prepare

SPACE = Space("zyx", (2.0, 0.5, 0.5), "µm")


@pytest.fixture(autouse=True)
def mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    mixing.register(monkeypatch)


@pytest.fixture
def pair(rng: np.random.Generator) -> tuple[Image, Image]:
    """Two stacks of which the second is brighter everywhere."""
    dark = rng.integers(20, 60, (3, 40, 44)).astype(np.uint8)
    bright = rng.integers(150, 200, (3, 40, 44)).astype(np.uint8)
    return Image(dark, SPACE, "dark"), Image(bright, SPACE, "bright")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = Project.create(tmp_path / "project")
    yield opened
    opened.close()


def files(folder: Path, *images: Image) -> list[Path]:
    return [write_image(folder / f"{image.name}.ome.tif", image) for image in images]


def vary(position: float = 1.0, **more: object) -> Choice:
    return Choice("vary", "mixing", MixingParameters(position), seed=5, **more)


def test_the_region_of_the_second_image_is_that_of_the_source(pair: tuple[Image, Image], project: Project) -> None:
    image, other = pair
    box = Region((1, 8, 4), (3, 30, 24))
    planned = plan(image, None, None, vary(region=box, reference=other))
    run = project.new_run(planned, project.add_source(image), project.add_source(other))
    made = drain(run_job(run.path, resolve, project=project.folder))
    recipe = run.recipe()
    assert recipe.request.reference is not None
    assert recipe.request.reference.sha256 == pixel_hash(other.pixels)
    assert recipe.request.reference.region_sha256 == pixel_hash(other.pixels[box.slices])
    found = np.asarray(run.open(run.candidate(made[0])).pixels[...])
    assert np.abs(found.astype(int) - other.pixels[box.slices]).max() <= 2  # its noise has a deviation of 0.4


def test_results_reach_the_values_of_both_images(pair: tuple[Image, Image], tmp_path: Path) -> None:
    image, other = pair
    recipe = make_recipe(
        plan(image, None, None, vary(reference=other)), *map(referred, map(open_image, files(tmp_path, *pair)))
    )
    task = prepare(recipe, None, None)
    assert task.limits == ((float(image.pixels.min()), float(other.pixels.max())),)
    assert np.array_equal(task.reference, other.pixels)


def test_a_fill_takes_the_second_image_too_and_knows_its_voxels_under_the_mask(
    pair: tuple[Image, Image], tmp_path: Path
) -> None:
    image, other = pair
    mask = np.zeros(image.shape, bool)
    mask[1, 12:20, 12:20] = True
    out = synthscope.inpaint(
        image, Image(mask.astype(np.uint8), SPACE, "mask"), tmp_path / "out", generator="mixing", reference=other,
        parameters={"position": 1.0}, context=6,
    )  # fmt: skip
    made = open_image(Path(out.candidates[0].path)).pixels[...]
    assert np.abs(made[mask].astype(int) - other.pixels[mask]).max() <= 2
    assert np.array_equal(made[~mask], image.pixels[~mask])
    second = next((tmp_path / "out" / "sources").glob("bright-*.ome.tif"))
    assert synthscope.replay(out.candidates[0].path, reference=second).reproduced


def test_a_variation_is_made_again_with_both_files_only(pair: tuple[Image, Image], tmp_path: Path) -> None:
    first, second = files(tmp_path, *pair)
    out = synthscope.vary(first, tmp_path / "out", generator="mixing", reference=second, parameters={"position": 0.3})
    made = Path(out.candidates[0].path)
    record = provenance_of(open_image(made)).recipe.request.reference
    assert record is not None
    assert (record.name, record.path, record.stamp) == ("bright.ome.tif", "", "")
    with pytest.raises(FileError, match=r"dark.*--source FILE"):
        synthscope.replay(made, reference=second)
    with pytest.raises(FileError, match="--reference FILE"):
        synthscope.replay(made, source=first)
    assert synthscope.replay(made, source=first, reference=second).reproduced
    with pytest.raises(FileError, match="does not hold the voxels of the recipe"):
        synthscope.replay(made, source=first, reference=first)


def test_another_second_image_makes_another_result_of_another_recipe(
    pair: tuple[Image, Image], tmp_path: Path
) -> None:
    image, other = pair
    third = other.with_(pixels=other.pixels[:, ::-1].copy())
    made = [
        open_image(
            Path(synthscope.vary(image, tmp_path / "out", generator="mixing", reference=one).candidates[0].path)
        )
        for one in (other, third, None)
    ]
    hashes = [pixel_hash(one.pixels) for one in made]
    assert len(set(hashes)) == 3
    requests = [provenance_of(one).recipe.request for one in made]
    assert requests[0].reference != requests[1].reference
    assert requests[2].reference is None


def test_a_changed_second_image_is_noticed_before_the_run(pair: tuple[Image, Image], tmp_path: Path) -> None:
    first, second = map(open_image, files(tmp_path, *pair))
    planned = plan(first, None, None, vary(reference=second))
    recipe = prepare(make_recipe(planned, referred(first), referred(second)), None, None).recipe
    assert recipe.request.reference is not None
    changed = pair[1].pixels.copy()
    changed[0, 0, 0] += 1
    write_image(tmp_path / "bright.ome.tif", pair[1].with_(pixels=changed))
    with pytest.raises(FileError, match="no longer holds the voxels"):
        prepare(recipe, None, None)
    unstamped = replace(recipe.request, reference=replace(recipe.request.reference, stamp=""))
    with pytest.raises(FileError, match=r"'bright\.ome\.tif' does not hold the voxels of the recipe"):
        prepare(replace(recipe, request=unstamped), None, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pixels": np.zeros((3, 40, 45), np.uint8)}, "3 × 40 × 45 .*crop the larger one"),
        ({"pixels": np.zeros((3, 40, 44), np.uint16)}, "type uint16, dark of uint8; convert"),
        ({"pixels": np.zeros((3, 40, 44), np.uint8), "space": Space("cyx")}, r"\(cyx\), dark .*\(zyx\)"),
    ],
)
def test_an_image_unlike_the_source_is_refused(pair: tuple[Image, Image], changes: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        plan(pair[0], None, None, vary(reference=pair[1].with_(**changes)))


def test_who_takes_none_says_so(pair: tuple[Image, Image]) -> None:
    image, other = pair
    with pytest.raises(InputError, match=r"'quilt' takes no second image to vary .*leave 'bright' out"):
        plan(image, None, None, Choice("vary", "quilt", reference=other))
    with pytest.raises(InputError, match="'mixing' takes no second image to synthesize"):
        plan(image, None, None, Choice("synthesize", "mixing", size=(8, 8), reference=other))


def test_a_generator_may_ask_for_one_before_the_run_and_say_so_in_the_result(pair: tuple[Image, Image]) -> None:
    image, other = pair
    seven = Choice("vary", "mixing", MixingParameters(steps=7))
    with pytest.raises(InputError, match="choose one"):
        plan(image, None, None, seven)
    planned = plan(image, None, None, replace(seven, reference=other))
    assert "It was led to a second image." in planned.remarks
    assert planned.cost.memory > plan(image, None, None, vary()).cost.memory


def test_another_voxel_size_is_told(pair: tuple[Image, Image]) -> None:
    image, other = pair
    assert not plan(image, None, None, vary(reference=other)).remarks[1:]
    coarser = other.with_(space=replace(SPACE, voxel_size=(2.0, 1.0, 1.0)))
    remarks = plan(image, None, None, vary(reference=coarser)).remarks
    assert "The reference 'bright' has another voxel size than the source; it is taken voxel by voxel." in remarks


def test_the_command_names_the_second_image(pair: tuple[Image, Image], tmp_path: Path) -> None:
    first, second = map(open_image, files(tmp_path, *pair))
    planned = plan(first, None, None, vary(reference=second))
    words = shlex.split(as_command(make_recipe(planned, referred(first), referred(second))))
    assert words[words.index("--reference") + 1] == str(tmp_path / "bright.ome.tif")


def test_a_mask_leaves_what_is_around_it_whatever_the_second_image_holds(
    pair: tuple[Image, Image], project: Project
) -> None:
    image, other = pair
    mask = np.zeros(image.shape, bool)
    mask[:, 10:20, 10:20] = True
    planned = plan(image, painted(mask), mask, vary(reference=other, context=4))
    assert planned.region is not None
    run = project.new_run(planned, project.add_source(image), project.add_source(other))
    drain(run_job(run.path, resolve, project=project.folder))
    (candidate,) = run.candidates()
    assert candidate.outside is not None
    assert candidate.outside.holds
