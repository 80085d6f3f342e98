"""Training: repeatable, resumable after a kill, honest about its budget, and it learns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.generators.grains import grain_data, grains, run, same

from synthscope.errors import DocumentError, InputError, Unavailable, WorkError
from synthscope.generators.diffusion import refilling, trainer
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.generators.diffusion.trainer import train_prior
from synthscope.generators.schooling import school
from synthscope.generators.training import Budget, Checkpoint, Sampled, TrainingData
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.records.events import Measured, Progress

SMALL = PriorTraining(size="XS", patch=32, batch=4)
STEPS = Budget(minutes=2.0, steps=12)


@pytest.fixture
def data() -> TrainingData:
    return grain_data()


@pytest.fixture(autouse=True)
def one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each training end with fills of one held-out place: what they tell is tested beside `refilling`."""
    monkeypatch.setattr(refilling, "LEAST_PLACES", 1)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(data, tmp_path):
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    _, first = run(train_prior(data, SMALL, STEPS, 3, folders[0], "cpu"))
    _, second = run(train_prior(data, SMALL, STEPS, 3, folders[1], "cpu"))
    _, other = run(train_prior(data, SMALL, STEPS, 4, folders[2], "cpu"))
    assert same(first, second)
    assert not same(first, other)


def test_a_training_that_was_killed_goes_on_and_ends_like_one_that_was_not(data, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    whole.mkdir()
    cut.mkdir()
    _, uninterrupted = run(train_prior(data, SMALL, STEPS, 3, whole, "cpu"))
    before, _ = run(train_prior(data, SMALL, STEPS, 3, cut, "cpu"), stop_after=8)
    after, resumed = run(train_prior(data, SMALL, STEPS, 3, cut, "cpu"))
    assert sum(isinstance(e, Progress) for e in after) < sum(isinstance(e, Progress) for e in before) + 6
    assert resumed.step == uninterrupted.step
    assert same(uninterrupted, resumed)


def test_a_training_reports_losses_samples_and_checkpoints_in_original_units(data, tmp_path):
    events, last = run(train_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    measured = [e for e in events if isinstance(e, Measured)]
    assert measured[-1].step == STEPS.steps
    assert {"loss", "held_out_loss", "steps_per_second"} <= measured[-1].values.keys()
    sampled = [e for e in events if isinstance(e, Sampled)][-1]
    assert sampled.pixels.shape == (trainer.SHOWN, 32, 32, 1)
    assert 0 < sampled.pixels.mean() < 65535
    assert any(isinstance(e, Checkpoint) for e in events)
    assert last.planned_steps == STEPS.steps
    assert last.architecture["channels"] == 1
    assert last.architecture["context"] == 1


@pytest.mark.slow
def test_it_learns_the_loss_on_held_out_data_falls(data, tmp_path):
    events, _ = run(train_prior(data, replace(SMALL, learning_rate=3e-3), Budget(2.0, 200), 0, tmp_path, "cpu"))
    losses = [e.values["held_out_loss"] for e in events if isinstance(e, Measured)]
    assert losses[-1] < 0.7 * losses[0]


def test_a_budget_in_minutes_becomes_steps_after_the_first_timed_ones(data, tmp_path, monkeypatch):
    monkeypatch.setattr(school, "TIMED", 3)
    events, last = run(train_prior(data, SMALL, Budget(minutes=0.02), 0, tmp_path, "cpu"))
    assert last.planned_steps >= 3
    assert [e for e in events if isinstance(e, Progress)][-1].total == last.planned_steps


def test_a_training_by_minutes_is_made_again_by_the_number_of_its_steps(data, tmp_path, monkeypatch):
    monkeypatch.setattr(school, "TIMED", 3)
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    _, first = run(train_prior(data, SMALL, Budget(minutes=0.02), 0, folders[0], "cpu"))
    _, again = run(train_prior(data, SMALL, Budget(0.02, first.planned_steps), 0, folders[1], "cpu"))
    assert (again.step, again.planned_steps) == (first.step, first.planned_steps)
    assert same(first, again)


@pytest.mark.parametrize("kind", [Measured, Checkpoint, Sampled])
def test_a_training_that_was_killed_at_its_first_look_says_it_all_again_and_ends(data, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(school, "TIMED", 3)
    training = train_prior(data, SMALL, Budget(minutes=0.05), 0, tmp_path, "cpu")
    next(event for event in training if isinstance(event, kind))
    training.close()
    events, last = run(train_prior(data, SMALL, Budget(minutes=0.05), 0, tmp_path, "cpu"))
    assert any(isinstance(event, kind) for event in events)
    assert [e for e in events if isinstance(e, Progress)][-1].done == last.planned_steps


def test_the_state_of_another_training_is_refused_and_left_alone(data, tmp_path):
    run(train_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    state = (tmp_path / "training.safetensors").read_bytes()
    with pytest.raises(DocumentError, match="other images or settings"):
        run(train_prior(data, replace(SMALL, batch=5), STEPS, 0, tmp_path, "cpu"))
    assert (tmp_path / "training.safetensors").read_bytes() == state


def test_a_damaged_state_is_refused_in_a_sentence(data, tmp_path):
    run(train_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    path = tmp_path / "training.safetensors"
    whole = path.read_bytes()
    for keep in (0, 7, 5000):
        path.write_bytes(whole[:keep])
        with pytest.raises(DocumentError, match="delete that folder"):
            run(train_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"))


def test_a_loss_that_is_no_number_ends_the_training_and_leaves_the_last_good_state(data, tmp_path, monkeypatch):
    right, steps = trainer.denoising_loss, iter(range(10_000))
    monkeypatch.setattr(trainer, "denoising_loss", lambda *a: right(*a) * (np.nan if next(steps) > 8 else 1.0))
    with pytest.raises(WorkError, match="smaller learning rate"):
        run(train_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    monkeypatch.undo()
    _, resumed = run(train_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"))
    assert all(np.isfinite(value).all() for value in resumed.weights.values())


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (np.zeros((1, 64, 64, 1), np.uint8), "same value everywhere"),
        (np.full((1, 64, 64, 1), np.nan, np.float32), "not numbers"),
    ],
)
def test_images_that_teach_nothing_are_refused(data, tmp_path, block, words):
    with pytest.raises(InputError, match=words):
        run(train_prior(replace(data, train=(block,)), SMALL, STEPS, 0, tmp_path, "cpu"))


def test_a_device_that_is_not_here_is_refused(data, tmp_path):
    with pytest.raises(Unavailable, match="cpu"):
        run(train_prior(data, SMALL, STEPS, 0, tmp_path, "tpu"))


def test_without_held_out_data_the_last_weights_are_the_ones_kept(data, tmp_path):
    _, last = run(train_prior(replace(data, held_out=()), SMALL, STEPS, 0, tmp_path, "cpu"))
    assert last.step == STEPS.steps


def test_single_images_need_no_neighbours(tmp_path):
    block = grains((1, 64, 64, 3), 0)
    data = TrainingData((block,), (), fit_normalisation(block), (1.0, 1.0, 1.0))
    _, last = run(train_prior(data, SMALL, Budget(2.0, 5), 0, tmp_path, "cpu"))
    assert last.architecture["context"] == 0
    assert last.architecture["channels"] == 3


def test_a_folder_of_states_is_only_written_whole(data, tmp_path):
    run(train_prior(data, SMALL, STEPS, 0, tmp_path, "cpu"), stop_after=9)
    assert [path.name for path in Path(tmp_path).iterdir()] == ["training.safetensors"]
