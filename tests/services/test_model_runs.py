"""Runs of a trained generator: which model, on which scale, on which image, and again from the file alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services.gaussian import ID, field, register

from synthscope.errors import DocumentError, FileError, InputError, ParameterError, Unavailable
from synthscope.generators.registry import resolve
from synthscope.imaging.regions import painted
from synthscope.io.models import read_card, write_card
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.choosing import Choice
from synthscope.services.models import import_model, rename_model
from synthscope.services.planning import plan
from synthscope.services.project import Project
from synthscope.services.provenance import provenance_of
from synthscope.services.replaying import replay_job
from synthscope.services.running import run_job
from synthscope.services.training import begin_training, train_job
from synthscope.services.verbs import make_job

SPACE = Space("zyx", (2.0, 0.5, 0.5), "µm")


@pytest.fixture(autouse=True)
def gaussian(monkeypatch, tmp_path):
    register(monkeypatch)
    monkeypatch.setattr("synthscope.services.models.user_models", lambda: tmp_path / "installed")


@pytest.fixture
def soil(tmp_path: Path) -> Image:
    write_image(tmp_path / "soil.ome.tif", Image(field((4, 40, 90)), SPACE, "soil"))
    return open_image(tmp_path / "soil.ome.tif")


@pytest.fixture
def model(tmp_path: Path, soil: Image) -> Path:
    begin_training(tmp_path / "prior", TrainingRecipe(ID, {}, (), steps=10), [soil])
    drain(train_job(tmp_path / "prior", resolve))
    return tmp_path / "prior"


def hole(image: Image) -> np.ndarray:
    mask = np.zeros(image.mask_shape, bool)
    mask[..., 10:20, 30:40] = True
    return mask


def fill(image: Image, model: Path | str, out: Path, **changes: object):
    choice = replace(Choice("inpaint", ID, context=8, seed=3, model=str(model)), **changes)
    return drain(make_job(image, hole(image), choice, out, resolve))


def test_a_fill_records_model_scale_and_device_and_is_made_again_from_its_file(tmp_path, soil, model) -> None:
    outcome = fill(soil, model, tmp_path / "out")
    card = read_card(model)
    (made,) = outcome.candidates
    assert made.outside.holds
    assert outcome.device == "cpu"
    provenance = provenance_of(open_image(made.path))
    assert provenance.recipe.model == "prior"
    assert provenance.recipe.model_sha256 == card.weights_sha256
    assert provenance.recipe.normalisation == card.normalisation
    assert provenance.environment.device == "cpu"
    assert provenance.source_type == "compositeWithTrainedAlgorithmicMedia"
    assert drain(replay_job(Path(made.path), resolve, model=model)).reproduced


def test_another_image_is_seen_on_its_own_scale_and_its_fill_is_made_again(tmp_path, soil, model) -> None:
    bright = Image(np.asarray(soil.pixels) * 3 + 500, SPACE, "bright")
    made = fill(bright, model, tmp_path / "out").candidates[0]
    recipe = provenance_of(open_image(made.path)).recipe
    low, high = read_card(model).normalisation
    assert recipe.normalisation == pytest.approx((3 * low + 500, 3 * high + 500), rel=0.05)
    filled = np.asarray(open_image(made.path).pixels)[hole(soil)]
    assert abs(filled.mean() - np.asarray(bright.pixels).mean()) < 3 * np.asarray(bright.pixels).std()
    assert drain(replay_job(Path(made.path), resolve, model=model)).reproduced


def test_what_lies_under_the_mask_is_not_felt_by_the_scale(tmp_path, soil, model) -> None:
    shifted = np.asarray(soil.pixels) + 7  # not what the model learned from
    spoiled = shifted.copy()
    spoiled[hole(soil)] = 65535
    made = [
        fill(Image(pixels, SPACE, f"image {i}"), model, tmp_path / str(i)).candidates[0]
        for i, pixels in enumerate((shifted, spoiled))
    ]
    scales = [provenance_of(open_image(one.path)).recipe.normalisation for one in made]
    assert scales[0] == scales[1]
    assert made[0].candidate.sha256 == made[1].candidate.sha256


def test_a_large_source_is_sampled_for_its_scale(tmp_path, soil, model, monkeypatch) -> None:
    monkeypatch.setattr("synthscope.services.model_fit.SAMPLE_BYTES", 2 * 7200)
    monkeypatch.setattr("synthscope.services.model_fit.PIECE", 7200)
    other = Image(np.asarray(soil.pixels) + 1, SPACE, "other")
    made = fill(other, model, tmp_path / "out").candidates[0]
    recipe = provenance_of(open_image(made.path)).recipe
    low, high = read_card(model).normalisation
    assert recipe.normalisation == pytest.approx((low, high), rel=0.3)
    assert drain(replay_job(Path(made.path), resolve, model=model)).reproduced


def test_a_new_image_takes_space_type_and_range_from_the_card(tmp_path, model) -> None:
    choice = Choice("synthesize", ID, size=(3, 20, 30), model=str(model))
    made = drain(make_job(None, None, choice, tmp_path / "out", resolve)).candidates[0]
    image = open_image(made.path)
    assert image.shape == (3, 20, 30)
    assert image.dtype == np.uint16
    assert image.space.voxel_size == (2.0, 0.5, 0.5)
    assert image.space.unit == "µm"
    ((low, high),) = read_card(model).limits
    assert low <= np.asarray(image.pixels).min()
    assert np.asarray(image.pixels).max() <= high
    assert provenance_of(image).source_type == "trainedAlgorithmicMedia"
    assert drain(replay_job(Path(made.path), resolve, model=model)).reproduced


def test_a_new_colour_image_is_one(tmp_path) -> None:
    photo = Image(field((40, 90, 3), dtype="uint8"), Space("yxs"), "photo")
    begin_training(tmp_path / "m", TrainingRecipe(ID, {}, (), steps=5), [photo])
    drain(train_job(tmp_path / "m", resolve))
    choice = Choice("synthesize", ID, size=(20, 30), model=str(tmp_path / "m"))
    image = open_image(drain(make_job(None, None, choice, tmp_path / "out", resolve)).candidates[0].path)
    assert image.shape == (20, 30, 3)
    assert image.space.is_rgb


def test_a_replay_finds_its_model_by_hash_whatever_it_is_called(tmp_path, soil, model) -> None:
    made = Path(fill(soil, model, tmp_path / "out").candidates[0].path)
    sha = read_card(model).weights_sha256
    shutil.rmtree(tmp_path / "out" / "runs")
    moved = import_model(model)
    shutil.rmtree(model)
    rename_model(moved, "renamed")
    assert drain(replay_job(made, resolve)).reproduced
    shutil.rmtree(tmp_path / "installed")
    with pytest.raises(FileError, match=rf"'prior'.*{sha}.*--model DIR"):
        drain(replay_job(made, resolve))


def test_another_model_is_not_taken_for_the_recorded_one(tmp_path, soil, model) -> None:
    made = Path(fill(soil, model, tmp_path / "out").candidates[0].path)
    begin_training(tmp_path / "other", TrainingRecipe(ID, {}, (), steps=5), [soil])
    drain(train_job(tmp_path / "other", resolve))
    with pytest.raises(FileError, match="is not the one of the recipe"):
        drain(replay_job(made, resolve, model=tmp_path / "other"))


def test_a_project_refers_to_its_own_model_and_may_be_moved(tmp_path, soil, model) -> None:
    project = Project.create(tmp_path / "project")
    import_model(model, project.models_folder, "soil prior".replace(" ", "-"))
    choice = Choice("inpaint", ID, context=8, model="soil-prior")
    planned = plan(soil, painted(hole(soil)), hole(soil), choice, project=project.folder)
    assert planned.choice.model == "models/soil-prior"
    again = plan(soil, painted(hole(soil)), hole(soil), planned.choice, project=project.folder)
    assert again.choice == planned.choice
    run = project.new_run(planned, project.add_source(soil))
    project.close()
    moved = (tmp_path / "project").rename(tmp_path / "moved")
    opened = Project.open(moved)
    drain(run_job(moved / "runs" / run.id, resolve, project=moved))
    assert opened.run(run.id).candidates()
    opened.close()


def test_a_half_made_run_is_not_finished_by_another_model(tmp_path, soil, model) -> None:
    project = Project.create(tmp_path / "project")
    folder = import_model(model, project.models_folder)
    choice = Choice("inpaint", ID, context=8, count=2, model=folder.name)
    planned = plan(soil, painted(hole(soil)), hole(soil), choice, project=project.folder)
    run = project.new_run(planned, project.add_source(soil))
    job = run_job(run.path, resolve, project=project.folder)
    while not run.candidates():
        next(job)
    job.close()
    shutil.rmtree(folder)
    begin_training(folder, TrainingRecipe(ID, {}, (), steps=5), [soil])
    drain(train_job(folder, resolve))
    with pytest.raises(FileError, match="is not here"):
        drain(run_job(run.path, resolve, project=project.folder))
    project.close()


def test_what_does_not_fit_is_refused_and_what_is_unlike_is_remarked(tmp_path, soil, model) -> None:
    mask, box = hole(soil), painted(hole(soil))
    with pytest.raises(InputError, match="needs a trained model"):
        plan(soil, box, mask, Choice("inpaint", ID))
    with pytest.raises(FileError, match="no model 'nowhere'"):
        plan(soil, box, mask, Choice("inpaint", ID, model="nowhere"))
    with pytest.raises(ParameterError, match="works without a model"):
        plan(soil, box, mask, Choice("inpaint", "harmonic", model=str(model)))
    with pytest.raises(ParameterError, match="knows no class 'wet'"):
        plan(soil, box, mask, Choice("inpaint", ID, model=str(model), label="wet"))
    colour = Image(field((40, 90, 3), dtype="uint8"), Space("yxs"), "photo")
    with pytest.raises(InputError, match="photo has 3 channels, model 'prior' learned from 1"):
        plan(colour, painted(hole(colour)), hole(colour), Choice("inpaint", ID, model=str(model)))
    coarse = soil.with_(space=Space("zyx", (2.0, 0.6, 0.6), "µm"))
    assert "0.6" in plan(coarse, box, mask, Choice("inpaint", ID, model=str(model))).remarks[0]
    metric = soil.with_(space=Space("zyx", (2e-3, 5e-4, 5e-4), "mm"))
    assert not plan(metric, box, mask, Choice("inpaint", ID, model=str(model))).remarks
    unknown = soil.with_(space=Space("zyx"))
    assert "cannot be told" in plan(unknown, box, mask, Choice("inpaint", ID, model=str(model))).remarks[0]
    write_card(model, replace(read_card(model), state="stopped"))
    assert "has not ended" in plan(soil, box, mask, Choice("inpaint", ID, model=str(model))).remarks[0]
    write_card(model, replace(read_card(model), generator="prior"))
    with pytest.raises(InputError, match="is one of 'prior'"):
        plan(soil, box, mask, Choice("inpaint", ID, model=str(model)))


def test_a_device_that_is_not_here_and_a_damaged_model_end_the_run_with_a_sentence(tmp_path, soil, model) -> None:
    with pytest.raises(Unavailable, match="not here"):
        fill(soil, model, tmp_path / "a", device="cuda")
    data = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(data[:-1] + bytes((data[-1] ^ 1,)))
    with pytest.raises(DocumentError, match="SHA-256 differs"):
        fill(soil, model, tmp_path / "b")
