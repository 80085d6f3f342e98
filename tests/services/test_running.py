"""The run, from choice to files and back, on every kind of image."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from synthscope.errors import DocumentError, FileError, WorkError
from synthscope.generators.registry import resolve
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.regions import painted, spread_mask
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.events import Job, Progress
from synthscope.records.generator import Inputs
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.exporting import composed, export_job
from synthscope.services.planning import plan
from synthscope.services.project import Project
from synthscope.services.provenance import provenance_of
from synthscope.services.replaying import replay_job
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job
from synthscope.services.sources import hashed
from synthscope.services.verbs import make_job

KINDS = {
    "slice": ("yx", np.uint8),
    "stack": ("zyx", np.uint16),
    "colour": ("yxs", np.uint8),
    "channels": ("cyx", np.uint16),
    "series": ("tzyx", np.int16),
    "float": ("zyx", np.float32),
}
SIZES = {"t": 2, "z": 4, "y": 40, "x": 44, "c": 2, "s": 3}


def make_image(kind: str, rng: np.random.Generator) -> Image:
    axes, dtype = KINDS[kind]
    shape = tuple(SIZES[a] for a in axes)
    steps = tuple({"z": 2.0, "y": 0.5, "x": 0.5}.get(a, 1.0) for a in axes)
    return Image(rng.integers(10, 200, shape).astype(dtype), Space(axes, steps, "µm"), f"{kind}")


def make_mask(image: Image) -> np.ndarray:
    mask = np.zeros(image.mask_shape, bool)
    mask[..., 12:20, 15:24] = True
    if mask.ndim == 3:
        mask[0] = False
    return mask


def fill(image: Image, mask: np.ndarray, project: Project, **changes: object) -> RunFolder:
    choice = replace(Choice("inpaint", "harmonic", context=8, seed=3), **changes)
    planned = plan(image, painted(mask), mask, choice)
    run = project.new_run(planned, project.add_source(image, name="source"))
    drain(run_job(run.path, resolve, project=project.folder))
    return run


@pytest.fixture
def project(tmp_path: Path):
    opened = Project.create(tmp_path / "project")
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_fill_changes_masked_voxels_only_and_can_be_made_again(kind: str, project: Project, rng) -> None:
    image = make_image(kind, rng)
    mask = make_mask(image)
    run = fill(image, mask, project)
    (candidate,) = run.candidates()
    assert candidate.outside is not None
    assert candidate.outside.holds
    path = project.folder / "whole.ome.tif"
    export = drain(export_job(run, candidate, path, project=project.folder))
    back = open_image(path)
    assert back.space == image.space
    assert back.dtype == image.dtype
    inside = np.broadcast_to(spread_mask(mask, image.space), image.shape)
    written = np.asarray(back.pixels[...])
    np.testing.assert_array_equal(written[~inside], np.asarray(image.pixels)[~inside])
    assert (written[inside] != np.asarray(image.pixels)[inside]).any()
    np.testing.assert_array_equal(np.asarray(back.synthetic[...]), mask)
    assert open_image(project.folder / "whole.preview.png").dtype == np.uint8
    assert export.outside == candidate.outside
    for file in (path, run.path / candidate.path):
        report = drain(replay_job(file, resolve))
        assert report.reproduced, (file, report)


def test_the_generator_never_sees_what_it_replaces(project: Project, rng) -> None:
    image = make_image("stack", rng)
    mask = make_mask(image)
    spoiled = np.asarray(image.pixels).copy()
    spoiled[mask] = 60000
    results = []
    for pixels in (np.asarray(image.pixels), spoiled):
        run = fill(image.with_(pixels=pixels), mask, project, generator="exemplar")
        results.append(run.candidates()[0].sha256)
    assert results[0] == results[1]


class Echo:
    """A generator whose variation is what it was handed."""

    def generate(self, inputs: Inputs, _parameters: object, _seed: int) -> Job[np.ndarray]:
        yield Progress(0, 1)
        return inputs.source


def test_a_variation_inside_a_mask_is_handed_what_is_there(project: Project, rng) -> None:
    image = make_image("stack", rng)
    mask = make_mask(image)
    choice = Choice("vary", "exemplar", context=8, seed=3)
    run = project.new_run(plan(image, painted(mask), mask, choice), project.add_source(image, name="source"))
    drain(run_job(run.path, lambda _id: Echo(), project=project.folder))
    path = project.folder / "varied.tif"
    drain(export_job(run, run.candidates()[0], path, project=project.folder))
    np.testing.assert_array_equal(open_image(path).pixels[...], image.pixels)


def test_each_seed_has_its_own_result_whatever_the_number_of_candidates(project: Project, rng) -> None:
    image = make_image("slice", rng)
    mask = make_mask(image)
    many = fill(image, mask, project, generator="exemplar", count=3, seed=7).candidates()
    one = fill(image, mask, project, generator="exemplar", count=1, seed=9).candidates()
    assert [c.seed for c in many] == [7, 8, 9]
    assert len({c.sha256 for c in many}) == 3
    assert many[2].sha256 == one[0].sha256


def test_an_interrupted_run_makes_only_what_is_missing(project: Project, rng) -> None:
    image = make_image("slice", rng)
    run = fill(image, make_mask(image), project, generator="exemplar", count=3)
    first, second, third = run.candidates()
    kept = (run.path / first.path).stat().st_mtime_ns
    (run.path / second.path).unlink()
    (run.path / "candidates" / "0002.json").unlink()
    drain(run_job(run.path, resolve, project=project.folder))
    assert run.candidates() == (first, replace(second, seconds=run.candidates()[1].seconds), third)
    assert (run.path / first.path).stat().st_mtime_ns == kept


def test_a_job_that_is_closed_keeps_what_was_finished(project: Project, rng) -> None:
    image = make_image("slice", rng)
    mask = make_mask(image)
    planned = plan(image, painted(mask), mask, Choice("inpaint", "exemplar", count=3, context=8))
    run = project.new_run(planned, project.add_source(image, name="source"))
    job = run_job(run.path, resolve, project=project.folder)
    while not run.candidates():
        next(job)
    job.close()
    assert len(run.candidates()) == 1
    names = {path.name for path in (run.path / "candidates").iterdir()}
    assert names == {"0001.ome.tif", "0001.json"}


def test_a_second_repair_keeps_the_story_of_the_first(project: Project, rng) -> None:
    image = make_image("slice", rng)
    first = make_mask(image)
    run = fill(image, first, project)
    repaired = composed(run, run.candidates()[0], project.folder)
    source = repaired.with_(pixels=np.asarray(repaired.pixels), synthetic=np.asarray(repaired.synthetic))
    second = np.zeros_like(first)
    second[30:35, 16:30] = True
    again = fill(source.with_(origin=type(source.origin)()), second, project)
    last = composed(again, again.candidates()[0], project.folder)
    np.testing.assert_array_equal(np.asarray(last.synthetic), first | second)
    assert len(provenance_of(last).history) == 1
    assert drain(replay_job(again.path / again.candidates()[0].path, resolve)).reproduced


def test_a_changed_voxel_outside_the_mask_is_noticed(project: Project, rng) -> None:
    image = make_image("slice", rng)
    run = fill(image, make_mask(image), project)
    path = project.folder / "whole.ome.tif"
    drain(export_job(run, run.candidates()[0], path, project=project.folder))
    back = open_image(path)
    pixels = np.asarray(back.pixels[...]).copy()
    pixels[0, 0] ^= 1
    write_image(project.folder / "changed.ome.tif", back.with_(pixels=pixels))
    with pytest.raises(DocumentError, match="outside the mask are not those of its record"):
        drain(replay_job(project.folder / "changed.ome.tif", resolve))


def test_a_source_that_was_overwritten_is_refused(project: Project, rng, tmp_path: Path) -> None:
    image = make_image("slice", rng)
    write_image(tmp_path / "source.ome.tif", image)
    opened = open_image(tmp_path / "source.ome.tif")
    mask = make_mask(image)
    planned = plan(opened, painted(mask), mask, Choice("inpaint", "harmonic", context=8))
    run = project.new_run(planned, project.add_source(opened))
    write_image(tmp_path / "source.ome.tif", image.with_(pixels=np.asarray(image.pixels) + 1))
    with pytest.raises(FileError, match="was changed after it was opened"):
        drain(run_job(run.path, resolve, project=project.folder))


@pytest.mark.parametrize("most", [2**30, 0], ids=["whole", "region"])
def test_a_source_that_was_only_touched_is_known_by_its_voxels(
    project: Project, rng, tmp_path: Path, monkeypatch, most: int
) -> None:
    monkeypatch.setattr("synthscope.services.tasks.hashed", partial(hashed, most=most))
    image, path = make_image("slice", rng), tmp_path / "source.ome.tif"
    opened = open_image(write_image(path, image))
    run = fill(opened, make_mask(image), project, generator="exemplar", count=2)
    source = run.recipe().request.source
    assert source is not None
    assert bool(source.sha256) == bool(most)
    os.utime(path, ns=(10**18, 10**18))
    (run.path / "candidates" / "0002.json").unlink()
    drain(run_job(run.path, resolve, project=project.folder))
    assert len(run.candidates()) == 2
    drain(export_job(run, run.candidates()[0], tmp_path / "out.ome.tif", project=project.folder))
    write_image(path, image.with_(pixels=np.asarray(image.pixels) + 1))
    os.utime(path, ns=(10**18 + 1, 10**18 + 1))
    with pytest.raises(FileError, match="no longer holds the voxels that were used"):
        drain(run_job(run.path, resolve, project=project.folder))


@pytest.mark.parametrize("task", ["vary", "synthesize"])
def test_a_new_image_is_made_again_from_its_example(task: str, rng, tmp_path: Path) -> None:
    image = make_image("slice", rng)
    write_image(tmp_path / "example.ome.tif", image)
    opened = open_image(tmp_path / "example.ome.tif")
    choice = Choice(task, "phase-surrogate", size=(32, 32) if task == "synthesize" else ())  # type: ignore[arg-type]
    outcome = drain(make_job(opened, None, choice, tmp_path / "out", resolve))
    (made,) = outcome.candidates
    with pytest.raises(FileError, match="--source"):
        drain(replay_job(Path(made.path), resolve))
    assert drain(replay_job(Path(made.path), resolve, source=tmp_path / "example.ome.tif")).reproduced
    write_image(tmp_path / "other.ome.tif", image.with_(pixels=np.asarray(image.pixels)[::-1].copy()))
    with pytest.raises(FileError, match="does not hold the voxels"):
        drain(replay_job(Path(made.path), resolve, source=tmp_path / "other.ome.tif"))
    assert np.asarray(open_image(made.synthetic_mask).pixels[...]).all()


def test_files_are_never_overwritten(rng, tmp_path: Path) -> None:
    image = make_image("slice", rng)
    mask = make_mask(image)
    choice = Choice("inpaint", "harmonic", context=8)
    paths = [drain(make_job(image, mask, choice, tmp_path, resolve)).candidates[0].path for _ in range(2)]
    assert paths[0] != paths[1]
    assert pixel_hash(open_image(paths[0]).pixels) == pixel_hash(open_image(paths[1]).pixels)


def test_a_run_is_never_made_by_two_versions_of_a_generator(project: Project, rng) -> None:
    image = make_image("slice", rng)
    run = fill(image, make_mask(image), project, generator="exemplar", count=2)
    run.seal(replace(run.recipe(), generator_version="0"))
    (run.path / "candidates" / "0002.json").unlink()
    with pytest.raises(WorkError, match="begin a new run"):
        drain(run_job(run.path, resolve, project=project.folder))
    assert len(run.candidates()) == 1
    (run.path / "candidates" / "0001.json").unlink()
    drain(run_job(run.path, resolve, project=project.folder))
    assert run.recipe().generator_version != "0"


def test_an_export_whose_source_changed_outside_the_mask_is_refused(project: Project, rng, tmp_path: Path) -> None:
    folder = tmp_path / "slices"
    folder.mkdir()
    for z in range(3):
        plane = Image(rng.integers(10, 200, (40, 44)).astype(np.uint8), Space("yx"))
        write_image(folder / f"s{z}.tif", plane)
    opened = open_image(folder)
    mask = np.zeros(opened.mask_shape, bool)
    mask[1, 12:20, 15:24] = True
    planned = plan(opened, painted(mask), mask, Choice("inpaint", "harmonic", context=4))
    source = project.add_source(opened)
    run = project.new_run(planned, source)
    drain(run_job(run.path, resolve, project=project.folder))
    other = Image(rng.integers(10, 200, (40, 44)).astype(np.uint8), Space("yx"))
    write_image(folder / "s2.tif", other)
    with pytest.raises(FileError, match="no longer holds the voxels that were used"):
        drain(export_job(run, run.candidates()[0], tmp_path / "out.ome.tif", project=project.folder))
    recipe = run.recipe()
    assert recipe.request.source is not None
    unstamped = replace(recipe.request, source=replace(recipe.request.source, stamp=""))
    run.seal(replace(recipe, request=unstamped))
    with pytest.raises(WorkError, match="is not the source outside the mask"):
        drain(export_job(run, run.candidates()[0], tmp_path / "out.ome.tif", project=project.folder))
