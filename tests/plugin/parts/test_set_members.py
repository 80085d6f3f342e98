"""What sets are made of: folders, layers, runs and their models; how images are named, paired and given specimens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.plugin.evaluated import grains

from napari_synthscope.evaluating.plan import Asked, make_draft, make_plan, specimens_of
from napari_synthscope.evaluating.words import plan_words, set_words, time_words
from napari_synthscope.parts.set_members import Member, OpenSet, files_of, open_sets
from napari_synthscope.parts.set_offers import run_members
from napari_synthscope.parts.set_pick import path_member
from napari_synthscope.session.session import Session
from synthscope.errors import InputError
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.evaluation import EvaluationRecipe, ImageSet
from synthscope.records.image import Image
from synthscope.records.request import Input
from synthscope.services.evaluation.evaluating import begin_evaluation, read_evaluation

RECIPE = EvaluationRecipe(ImageSet("real", ()), (), side=32)


@pytest.fixture
def folder(tmp_path: Path, rng: np.random.Generator) -> Path:
    """Three images, something else, and a folder within."""
    made = tmp_path / "batch"
    (made / "within").mkdir(parents=True)
    for name in ("A1_left", "A1_right", "B2_left"):
        write_image(made / f"{name}.ome.tif", grains(rng, name))
    (made / "notes.txt").write_text("no image", encoding="utf-8")
    return made


def layer_of(image: Image, key: str = "layer:a") -> Member:
    return Member(key, image.name, layer=object(), image=image)


def asked(real: OpenSet, *generated: OpenSet, **changes: Any) -> Asked:
    rule = changes.pop("specimens", "")
    return Asked(real, generated, None, replace(RECIPE, **changes), rule)


def test_a_folder_is_the_images_in_it_in_the_order_of_their_names(folder: Path) -> None:
    assert [path.name for path in files_of(folder)] == ["A1_left.ome.tif", "A1_right.ome.tif", "B2_left.ome.tif"]
    (opened,) = open_sets([path_member(folder)], None)
    assert opened.name == "batch"
    assert len(opened.images) == 3
    assert set_words(opened) == "3 images of 64 × 80 µm (128 × 160 pixels), uint16"
    assert set_words(opened, "name").endswith("; 2 specimens")


def test_a_folder_without_images_says_so(folder: Path) -> None:
    with pytest.raises(InputError, match="within holds no image"):
        files_of(folder / "within")


def test_images_of_one_generator_are_one_set_and_all_real_ones_are(rng: np.random.Generator) -> None:
    recipe = {"recipe": {"generator": "quilt"}}
    made = [
        grains(rng, f"grains seed {i}").with_(provenance=recipe, synthetic=np.ones((128, 160), bool)) for i in range(2)
    ]
    (opened,) = open_sets([layer_of(image, f"layer:{i}") for i, image in enumerate(made)], None)
    assert (opened.name, opened.generator, len(opened.images)) == ("Quilt", "quilt", 2)
    (real,) = open_sets([layer_of(grains(rng, "a")), layer_of(grains(rng, "b"), "layer:b")], None, "real")
    assert (real.name, len(real.images)) == ("real", 2)


@pytest.mark.parametrize(
    ("rule", "wanted"), [("", ()), ("image", ("A1_x.tif", "A1-y.tif", "B")), ("name", ("A1", "A1", "B"))]
)
def test_specimens_are_told_from_names(rule: str, wanted: tuple[str, ...]) -> None:
    assert specimens_of(["A1_x.tif", "A1-y.tif", "B"], rule) == wanted


def test_the_recipe_keeps_files_by_reference_and_layers_in_the_project(
    session: Session, folder: Path, rng: np.random.Generator
) -> None:
    (real,) = open_sets([path_member(folder)], None, "real")
    member = layer_of(grains(rng, "drawn"))
    (made,) = open_sets([member], None)
    recipe, layers = make_draft(asked(real, made, specimens="name"))(session.project)
    assert [source.name for source in recipe.real.images] == ["A1_left.ome.tif", "A1_right.ome.tif", "B2_left.ome.tif"]
    assert all(Path(source.path).is_absolute() for source in recipe.real.images)
    assert recipe.real.specimens == ("A1", "A1", "B2")
    (kept,) = recipe.generated[0].images
    assert (session.project.folder / kept.path).is_file()
    assert layers == ((kept, member.layer),)
    begin_evaluation(session.project.folder / "reports" / "r", recipe)
    assert read_evaluation(session.project.folder / "reports" / "r") == recipe


def test_what_was_made_of_a_pair_goes_along_as_its_mask(session: Session, rng: np.random.Generator) -> None:
    filled = np.zeros((128, 160), bool)
    filled[40:60, 40:60] = True
    (real,) = open_sets([layer_of(grains(rng, "a"))], None, "real")
    (made,) = open_sets([layer_of(grains(rng, "a repaired").with_(synthetic=filled))], None)
    recipe, _ = make_draft(asked(real, made, partners=True))(session.project)
    (mask,) = recipe.masks
    kept = session.project.open_source(mask)
    assert np.array_equal(np.asarray(kept.pixels[...]) != 0, filled)
    recipe, _ = make_draft(asked(real, made, partners=False))(session.project)
    assert recipe.masks == ()


def test_training_images_come_from_the_cards_where_nobody_ticks_any(session: Session, rng: np.random.Generator) -> None:
    (real,) = open_sets([layer_of(grains(rng, "a"))], None, "real")
    (made,) = open_sets([layer_of(grains(rng, "b"))], None)
    learned = Input("soil.tif", (8, 8), "uint16", grains(rng, "c").space, path="/data/soil.tif")
    recipe, _ = make_draft(asked(real, replace(made, training=(learned, learned))))(session.project)
    assert recipe.training == ImageSet("training", (learned,))


def test_runs_are_offered_with_what_was_accepted_or_not_rejected(session: Session, rng: np.random.Generator) -> None:
    run = a_run(session, rng)
    parent = session.project.folder / "runs"
    (member,) = run_members(parent)
    assert member.title.startswith("Phase surrogate: 2 images")
    run.decide(run.candidates()[0].id, state="rejected")
    assert run_members(parent)[0].title.startswith("Phase surrogate: 1 image,")
    run.decide(run.candidates()[0].id, state="accepted")
    (opened,) = open_sets(run_members(parent), session.project.folder)
    (image,) = opened.images
    assert opened.generator == "phase-surrogate"
    assert image.source is not None
    assert image.source.name == f"Phase surrogate seed {run.candidates()[0].seed}"
    assert image.source.path == f"runs/{run.id}/candidates/0001.ome.tif"  # by its place in the project
    for candidate in run.candidates():
        run.decide(candidate.id, state="rejected")
    assert run_members(parent) == ()


def a_run(session: Session, rng: np.random.Generator) -> Any:
    """Make two new images in a run of the project."""
    from synthscope.generators.registry import resolve
    from synthscope.services.choosing import Choice
    from synthscope.services.planning import plan
    from synthscope.services.running import run_job

    image = grains(rng, "grains")
    planned = plan(image, None, None, Choice("synthesize", "phase-surrogate", count=2, size=(64, 64)))
    run = session.project.new_run(planned, session.project.add_source(image))
    drain(run_job(run.path, resolve, project=session.project.folder))
    return run


def test_a_plan_says_its_fields_and_learns_its_time_from_the_last_report(rng: np.random.Generator) -> None:
    from tests.plugin.evaluated import make_report

    (real,) = open_sets([layer_of(grains(rng, "a"))], None, "real")
    (made,) = open_sets([layer_of(grains(rng, "b"))], None)
    planned = make_plan(asked(real, made))
    assert planned.size == (1, 32, 32)
    assert planned.fields == (("real", 20), ("b", 20))
    assert "Compared at 10 of each" in plan_words(planned, RECIPE)
    last = make_report(replace(RECIPE, real=ImageSet("real", ()), generated=()))
    assert time_words(planned, last) == "About 10 s, by the last report of this project."
    assert time_words(planned, None) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pixels": np.zeros((128, 160), np.uint8)}, "values of type uint8"),
        ({"pixels": np.zeros((96, 160), np.uint16)}, "has another size than its partner"),
    ],
)
def test_images_that_cannot_be_compared_are_refused(
    rng: np.random.Generator, change: dict[str, Any], words: str
) -> None:
    (real,) = open_sets([layer_of(grains(rng, "a"))], None, "real")
    (made,) = open_sets([layer_of(grains(rng, "b").with_(**change))], None)
    with pytest.raises(InputError, match=words):
        make_plan(asked(real, made, partners=True))


def test_masks_and_previews_beside_results_are_no_images_of_a_folder(folder: Path) -> None:
    before = files_of(folder)
    for name in ("A1_left-synthetic.ome.tif", "run-uncertainty.ome.tif", "A1_left.preview.png"):
        (folder / name).write_bytes(before[0].read_bytes())
    assert files_of(folder) == before
