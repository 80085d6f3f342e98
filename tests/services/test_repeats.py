"""One image is one sample: the same pixels, nearly the same, one latent at two steps of a training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written
from tests.services.gaussian import ID, GaussianParameters, field, register
from tests.services.snapshots import make, two_steps

from synthscope.errors import InputError, WorkError
from synthscope.generators.registry import resolve
from synthscope.io.models import read_card
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.documents import to_json
from synthscope.records.evaluation import EvaluationRecipe, ImageSet
from synthscope.records.events import Event, Made, Preview
from synthscope.records.image import Image
from synthscope.records.run import Recipe
from synthscope.records.space import Space
from synthscope.records.study import StudyDesign
from synthscope.records.training import TrainingRecipe
from synthscope.services.choosing import Choice
from synthscope.services.evaluation.gathering import is_image
from synthscope.services.planning import plan
from synthscope.services.project import Project
from synthscope.services.provenance import provenance_of
from synthscope.services.repeats import VOXELS, check_latents, repeats_of, repeats_words, some_voxels
from synthscope.services.run_folder import RunFolder
from synthscope.services.sources import open_input, reference
from synthscope.services.studies.beginning import Cut, begin_study_job
from synthscope.services.studies.designing import prepare_study_job
from synthscope.services.training import begin_training, train_job
from synthscope.services.verbs import make_job


@pytest.fixture(autouse=True)
def gaussian(monkeypatch, tmp_path):
    register(monkeypatch)
    monkeypatch.setattr("synthscope.services.models.user_models", lambda: tmp_path / "installed")


@pytest.fixture
def snapshots(tmp_path: Path) -> tuple[Path, Path]:
    return two_steps(tmp_path)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("new-*.ome.tif") if "-synthetic" not in path.name)


def test_candidates_of_a_collapsed_generator_are_named_kept_and_not_written_as_a_set(snapshots, tmp_path: Path) -> None:
    with pytest.raises(WorkError) as caught:
        make(snapshots[1], tmp_path / "out", count=3, parameters=GaussianParameters(contrast=0.0))
    assert "Candidates 1 and 2 (seeds 3 and 4) have the same pixels" in caught.value.sentence
    assert "1 of 3 images are written" in caught.value.sentence
    assert files_in(tmp_path / "out") == ["new-synthesize-gaussian-3.ome.tif"]
    (run,) = (RunFolder(path.parent) for path in (tmp_path / "out" / "runs").glob("*/recipe.json"))
    assert len(run.candidates()) == 3
    assert len(repeats_of(run)) == 3


def test_candidates_that_differ_are_all_written(snapshots, tmp_path: Path) -> None:
    outcome = make(snapshots[1], tmp_path / "out", count=3)
    assert len(outcome.candidates) == len(files_in(tmp_path / "out")) == 3
    assert repeats_of(RunFolder(Path(outcome.folder))) == ()
    assert repeats_words(RunFolder(Path(outcome.folder)), ()) == ""


def test_new_images_that_are_all_but_one_are_found_by_their_correlation(snapshots, tmp_path: Path, monkeypatch) -> None:
    from tests.services import gaussian as learner

    right = learner.coloured

    def nearly(weights, shape, rng):
        trace = rng.normal(0, 0.002, shape)
        return right(weights, shape, np.random.default_rng(0)) + trace

    monkeypatch.setattr(learner, "coloured", nearly)
    with pytest.raises(WorkError, match=r"Candidates 1 and 2 \(seeds 3 and 4\) correlate by 0\.999"):
        make(snapshots[1], tmp_path / "out", count=2)
    assert len(files_in(tmp_path / "out")) == 1


def test_fills_of_one_hole_may_be_alike_but_not_the_same(snapshots, tmp_path: Path) -> None:
    image = Image(field((40, 90)), Space("yx"), "soil")
    mask = np.zeros(image.shape, bool)
    mask[10:12, 30:32] = True
    choice = Choice("inpaint", ID, count=3, context=30, seed=1, model=str(snapshots[1]))
    outcome = drain(make_job(image, mask, choice, tmp_path / "out", resolve))
    assert len(outcome.candidates) == 3
    flat = replace(choice, parameters=GaussianParameters(contrast=0.0))
    with pytest.raises(WorkError, match="have the same pixels"):
        drain(make_job(image, mask, flat, tmp_path / "flat", resolve))


def test_a_folder_takes_an_image_once_and_one_latent_at_one_step_of_a_training(snapshots, tmp_path: Path) -> None:
    early, late = snapshots
    make(late, tmp_path / "out")
    with pytest.raises(WorkError, match="seed 3 has the same pixels as new-synthesize-gaussian-3"):
        make(late, tmp_path / "out")
    with pytest.raises(WorkError, match="is new-synthesize-gaussian-3 again, at another step") as caught:
        make(early, tmp_path / "out", count=2)
    assert "1 of 2 images are written" in caught.value.sentence
    assert files_in(tmp_path / "out") == ["new-synthesize-gaussian-3.ome.tif", "new-synthesize-gaussian-4.ome.tif"]


def test_the_training_of_a_model_is_known_at_each_step_and_under_any_name(snapshots, tmp_path: Path) -> None:
    early, late = map(read_card, snapshots)
    assert early.weights_sha256 != late.weights_sha256
    assert early.training_sha256 == late.training_sha256
    assert replace(early, seed=1).training_sha256 != early.training_sha256
    assert replace(early, training={"patch": 32}).training_sha256 != early.training_sha256
    recipe = provenance_of(open_image(make(snapshots[0], tmp_path / "out").candidates[0].path)).recipe
    assert recipe.training_sha256 == late.training_sha256


def test_a_set_of_one_latent_at_two_steps_is_refused_and_other_seeds_are_not(snapshots, tmp_path: Path) -> None:
    first, second = (
        make(model, tmp_path / model.name / "out", count=2).candidates for model in snapshots
    )  # fmt: skip
    images = [open_image(one.path) for one in (*first, *second)]
    with pytest.raises(InputError, match=r"'made' holds .*: both are seed 3 .*training of model 'soil'"):
        check_latents("made", images)
    check_latents("made", images[:2])
    check_latents("made", [images[0], images[3]])
    check_latents("made", [images[0].with_(provenance=None), images[2]])


def test_of_records_that_do_not_know_the_training_the_name_of_the_model_counts(snapshots, tmp_path: Path) -> None:
    images = [open_image(make(m, tmp_path / m.name / "out").candidates[0].path) for m in snapshots]

    def old(image: Image, model: str) -> Image:
        provenance = provenance_of(image)
        recipe: Recipe = replace(provenance.recipe, training_sha256="", model=model)
        return image.with_(provenance=to_json(replace(provenance, recipe=recipe)))

    with pytest.raises(InputError, match="both are seed 3"):
        check_latents("made", [old(one, "soil") for one in images])
    check_latents("made", [old(one, name) for one, name in zip(images, ("soil", "rock"), strict=True)])


def test_an_evaluation_of_such_a_set_is_refused(snapshots, tmp_path: Path) -> None:
    paths = [make(m, tmp_path / m.name / "out").candidates[0].path for m in snapshots]
    made = ImageSet("made", tuple(reference(open_image(path)) for path in paths))
    real = written(tmp_path, "real", pictures(8, 48, dtype="uint16"))
    with pytest.raises(InputError, match=r"'made' holds .* at different steps"):
        judged(tmp_path / "report", EvaluationRecipe(real, (made,), metrics=("kid",), side=24, controls=False))


def test_no_study_is_made_of_such_a_set(snapshots, tmp_path: Path) -> None:
    paths = [make(m, tmp_path / m.name / "out").candidates[0].path for m in snapshots]
    made = ImageSet("made", tuple(reference(open_image(path)) for path in paths))
    real = written(tmp_path, "real", pictures(2, 48, dtype="uint16"))
    design = StudyDesign("Which is real?", "real-or-synthetic", ())
    with pytest.raises(InputError, match="'made' holds"):
        drain(begin_study_job(tmp_path / "cut", design, [real], [made], Cut(fields=2, side=24)))
    study = drain(begin_study_job(tmp_path / "whole", design, [real], [made]))
    with pytest.raises(InputError, match="'made' holds"):
        drain(prepare_study_job(study, open_input))


def test_a_deterministic_generator_gives_one_image_however_many_are_asked_for() -> None:
    image = Image(field((40, 90)), Space("yx"), "soil")
    mask = np.zeros(image.shape, bool)
    mask[10:12, 30:32] = True
    from synthscope.imaging.regions import painted

    planned = plan(image, painted(mask), mask, Choice("inpaint", "harmonic", count=5))
    assert len(planned.seeds) == 1
    assert any("one candidate" in remark for remark in planned.remarks)


def test_previews_of_a_training_are_pictures_alone_and_in_reach_of_no_run(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    image = Image(field((4, 40, 90)), Space("zyx"), "soil")
    folder = project.models_folder / "soil"
    begin_training(folder, TrainingRecipe(ID, {}, (), steps=20), [image])
    events: list[Event] = []
    drain(train_job(folder, resolve, project=project.folder), events.append)
    assert sum(isinstance(event, Preview) for event in events) == 4
    assert {event.kind for event in events if isinstance(event, Made)} == {"model"}
    assert project.runs() == ()
    assert RunFolder(folder).candidates() == ()
    assert not [path for path in project.folder.rglob("*") if is_image(path)]


def test_a_large_image_is_known_by_some_of_its_voxels() -> None:
    block = np.random.default_rng(0).normal(size=(8, 128, 128, 2))
    some = some_voxels(block, VOXELS)
    assert some.shape == (1, 1, VOXELS, 2)
    assert np.array_equal(some, some_voxels(block, VOXELS))
    assert some_voxels(block[:1, :8, :8], VOXELS).shape == (1, 1, 64, 2)
