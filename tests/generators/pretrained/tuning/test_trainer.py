"""Fine-tuning: repeatable, resumable after a kill, of every kind of base; it learns, and the base stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.generators.grains import grain_data, grains, run, same
from tests.generators.pretrained.tiny import SIDE, save, stable_diffusion

from synthscope.errors import DocumentError, InputError, Unavailable, WorkError
from synthscope.generators.pretrained.loading import load_model
from synthscope.generators.pretrained.tuning import class_images, course
from synthscope.generators.pretrained.tuning.lessons import draw_holes
from synthscope.generators.pretrained.tuning.parameters import AdapterTraining
from synthscope.generators.pretrained.tuning.trainer import train_adapter
from synthscope.generators.training import Budget, Checkpoint, Sampled, TrainingData
from synthscope.jobs.drain import drain
from synthscope.records.events import Measured, Progress
from synthscope.services.pretrained import import_pretrained
from synthscope.worker import mend_torchvision

SMALL = AdapterTraining(rank=2, patch=32, batch=2, learning_rate=1e-2)
STEPS = Budget(minutes=2.0, steps=8)


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give a base of a kind: predicting noise or velocity, or taught to fill."""
    folder = tmp_path_factory.mktemp("bases")

    def give(kind: str) -> str:
        target = folder / "models" / kind
        if not target.exists():
            drain(import_pretrained(_published(kind, folder / kind), folder / "models", kind))
        return str(target)

    return give


def _published(kind: str, folder: Path) -> Path:
    if kind in ("epsilon", "fills"):
        return save("stable-diffusion", folder, channels=9 if kind == "fills" else 4)
    mend_torchvision()
    from diffusers import DDIMScheduler

    with torch.random.fork_rng():
        torch.manual_seed(7)
        pipeline = stable_diffusion(folder)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config, prediction_type=kind)
    pipeline.save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "EXAMINED", 2)
    monkeypatch.setattr(course, "SHOWN", 1)
    monkeypatch.setattr(course, "SHOWN_STEPS", 2)
    monkeypatch.setattr(class_images, "STEPS", 2)


@pytest.fixture
def data(bases) -> TrainingData:
    return replace(grain_data(), base=bases("epsilon"))


def trained(data: TrainingData, parameters: AdapterTraining, seed: int, state: Path, **more: Any) -> Any:
    state.mkdir(parents=True, exist_ok=True)
    generator = "sd-inpaint" if data.base.endswith("fills") else "stable-diffusion"
    return run(train_adapter(generator, data, parameters, more.pop("budget", STEPS), seed, state, "cpu"), **more)


@pytest.mark.parametrize("more", [{}, {"prior_weight": 1.0, "class_images": 2, "text_encoder": True}])
def test_one_that_was_killed_ends_like_one_that_was_not_and_another_seed_gives_another(data, more, tmp_path):
    parameters = replace(SMALL, **more)
    _, whole = trained(data, parameters, 3, tmp_path / "whole")
    before, _ = trained(data, parameters, 3, tmp_path / "cut", stop_after=7)
    after, resumed = trained(data, parameters, 3, tmp_path / "cut")
    words = [event.text for event in after if isinstance(event, Progress)]
    assert not any("class image" in one for one in words)
    assert len(words) < sum(isinstance(event, Progress) for event in before) + 4
    assert same(whole, resumed)
    _, other = trained(data, parameters, 4, tmp_path / "other", budget=replace(STEPS, steps=1))
    assert not same(whole, other)


def test_saving_memory_gives_the_same_adapter(data, tmp_path):
    few = Budget(minutes=2.0, steps=2)
    _, saved = trained(data, SMALL, 3, tmp_path / "a", budget=few)
    _, quick = trained(data, replace(SMALL, checkpointing=False), 3, tmp_path / "b", budget=few)
    assert same(saved, quick)


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "fills"])
def test_the_loss_on_held_out_data_falls_below_that_of_the_base_which_stays(bases, data, kind, tmp_path):
    data = replace(data, base=bases(kind))
    events, last = trained(data, SMALL, 0, tmp_path, budget=Budget(2.0, 20))
    measured = [event.values for event in events if isinstance(event, Measured)]
    assert len({one["base_loss"] for one in measured}) == 1
    assert measured[-1]["held_out_loss"] < measured[0]["held_out_loss"]
    assert last.held_out_loss < 0.98 * last.figures["base_loss"]
    assert measured[-1]["loss"] < measured[0]["loss"]
    loaded = load_model(Path(data.base), "sd-inpaint", "cpu", "float32")
    assert not any(one._forward_hooks for one in loaded.denoiser.modules())
    assert not loaded.denoiser.is_gradient_checkpointing
    assert not any(one.grad is not None for one in loaded.denoiser.parameters())


def test_samples_are_in_original_units_of_the_patches_sides_and_channels(data, tmp_path):
    once = Budget(minutes=2.0, steps=1)
    events, last = trained(data, SMALL, 0, tmp_path / "grey", budget=once)
    sampled = [event for event in events if isinstance(event, Sampled)][-1]
    assert sampled.pixels.shape == (course.SHOWN, 32, 32, 1)
    assert 0 < sampled.pixels.mean() < 65535
    assert any(isinstance(event, Checkpoint) for event in events)
    assert all(name.endswith((".lora_A.weight", ".lora_B.weight")) for name in last.weights)
    assert last.architecture["side"] == SIDE
    block = np.repeat(grains((2, 64, 64, 1), 0), 3, axis=-1)
    colours = replace(data, train=(block,), held_out=())
    events, last = trained(colours, replace(SMALL, patch=16), 0, tmp_path / "colours", budget=once)
    assert [e for e in events if isinstance(e, Sampled)][-1].pixels.shape == (course.SHOWN, 16, 16, 3)
    assert "base_loss" not in last.figures


def test_a_training_that_diverges_says_so_and_keeps_its_last_good_state(data, tmp_path, monkeypatch):
    trained(data, SMALL, 3, tmp_path, stop_after=7)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(course, "squared_error", lambda found, truth: (found - truth).flatten(1).mean(1) * np.nan)
    with pytest.raises(WorkError, match="diverged at step"):
        trained(data, SMALL, 3, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


def test_a_state_of_another_base_is_refused(bases, data, tmp_path):
    trained(data, SMALL, 3, tmp_path, stop_after=7)
    with pytest.raises(DocumentError, match="other images or settings"):
        trained(replace(data, base=bases("v_prediction")), SMALL, 3, tmp_path)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"prompt": "sks " * 80}, InputError, "tokens"),
        ({"resolution": 36}, InputError, "multiples of"),
        ({"rank": 0}, InputError, "rank of 0"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(data, change, kind, words, tmp_path):
    with pytest.raises(kind, match=words):
        trained(data, replace(SMALL, **change), 0, tmp_path)


def test_images_of_other_channels_and_bases_of_other_kinds_are_refused(bases, data, tmp_path):
    two = replace(data, train=(np.repeat(data.train[0], 2, axis=-1),), held_out=())
    with pytest.raises(InputError, match="2 channels"):
        trained(two, SMALL, 0, tmp_path)
    with pytest.raises(Unavailable, match="does not serve"):
        run(train_adapter("dit", data, SMALL, STEPS, 0, tmp_path, "cpu"))


def holes() -> Iterator[np.ndarray]:
    yield from draw_holes(200, 32, np.random.default_rng(0)).numpy()


def test_holes_are_boxes_or_the_whole_image():
    shares = np.array([one.mean() for one in holes()])
    assert set(np.unique(np.stack(list(holes())))) == {0.0, 1.0}
    assert 0.15 < (shares == 1).mean() < 0.4
    assert 0.05 < shares[shares < 1].mean() < 0.6
    assert shares.min() > 0
