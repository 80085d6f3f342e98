"""Adversarial trainings: repeatable, resumable, honest about divergence, and they learn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tests.generators.grains import grains, run, same

from synthscope.errors import DocumentError, InputError, WorkError
from synthscope.generators.adversarial.configuration import DcganConfiguration
from synthscope.generators.adversarial.dcgan import DcganDiscriminator, DcganGenerator
from synthscope.generators.adversarial.parameters import DcganParameters, DcganTraining, StyleTraining
from synthscope.generators.adversarial.style.configuration import StyleConfiguration
from synthscope.generators.adversarial.style.course import StyleRivals
from synthscope.generators.adversarial.trainer import train_dcgan, train_style
from synthscope.generators.registry import find_spec
from synthscope.generators.schooling import school
from synthscope.generators.schooling.pupil import newborn
from synthscope.generators.training import Budget, Checkpoint, Sampled, TrainingData
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.records.documents import from_json
from synthscope.records.events import Measured
from synthscope.records.generator import Setting

STEPS = Budget(minutes=2.0, steps=12)
STYLE = StyleTraining(size="XS", patch=32, batch=4)
DCGAN = DcganTraining(width=4, batch=4)
BOTH = pytest.mark.parametrize(("train", "parameters"), [(train_style, STYLE), (train_dcgan, DCGAN)])


@pytest.fixture
def data() -> TrainingData:
    block = grains((4, 80, 96, 1), 0)
    return TrainingData((block,), (grains((4, 72, 72, 1), 1),), fit_normalisation(block), (1.0, 1.0, 1.0))


def folder(parent: Path, name: str) -> Path:
    found = parent / name
    found.mkdir()
    return found


def test_a_training_of_a_network_with_other_parts_is_refused_and_left_alone(data, tmp_path):
    run(train_style(data, STYLE, STEPS, 0, tmp_path, "cpu"))
    path = tmp_path / "training.safetensors"
    with safe_open(str(path), framework="pt") as file:
        ledger = file.metadata()
    parts = {name: value for name, value in load_file(str(path)).items() if not name.endswith("sight.gain")}
    save_file(parts, str(path), ledger)
    state = path.read_bytes()
    with pytest.raises(DocumentError, match="a version of Synthscope whose network has other parts"):
        run(train_style(data, STYLE, STEPS, 0, tmp_path, "cpu"))
    assert path.read_bytes() == state


@BOTH
def test_a_training_that_was_killed_goes_on_and_ends_like_one_that_was_not(data, tmp_path, train, parameters):
    whole, cut, other = (folder(tmp_path, name) for name in ("whole", "cut", "other"))
    _, uninterrupted = run(train(data, parameters, STEPS, 3, whole, "cpu"))
    run(train(data, parameters, STEPS, 3, cut, "cpu"), stop_after=8)
    _, resumed = run(train(data, parameters, STEPS, 3, cut, "cpu"))
    assert same(uninterrupted, resumed)
    _, another = run(train(data, parameters, STEPS, 4, other, "cpu"))
    assert not same(uninterrupted, another)


@BOTH
def test_it_tells_how_the_game_stands_and_keeps_the_generator_alone(data, tmp_path, train, parameters):
    events, last = run(train(data, parameters, STEPS, 0, tmp_path, "cpu"))
    told = [e.values for e in events if isinstance(e, Measured)][-1]
    assert {
        "discriminator_loss", "generator_loss", "discriminator_gradient", "generator_gradient",
        "discriminator_accuracy", "overfitting", "choice_distance", "steps_per_second",
    } <= told.keys()  # fmt: skip
    assert 0 <= told["discriminator_accuracy"] <= 1
    assert all(name.startswith("generator.") for name in last.weights)
    assert np.isnan(last.held_out_loss)
    sampled = [e for e in events if isinstance(e, Sampled)][-1]
    assert sampled.pixels.shape == (64, parameters.patch, parameters.patch, 1)
    assert len({one.tobytes() for one in sampled.pixels}) == 64


@BOTH
def test_the_weights_that_are_kept_are_those_nearest_to_held_out_patches(
    data, tmp_path, monkeypatch, train, parameters
):
    monkeypatch.setattr(school, "TIMED", 2)
    events, last = run(train(data, parameters, STEPS, 0, tmp_path, "cpu"))
    measured = [e for e in events if isinstance(e, Measured)]
    distances = {e.step: e.values["choice_distance"] for e in measured if e.step > 2}
    assert last.step == min(distances, key=distances.__getitem__)
    assert last.figures["choice_distance"] == distances[last.step]


@BOTH
def test_without_held_out_data_the_last_weights_are_kept_and_nothing_is_claimed(data, tmp_path, train, parameters):
    events, last = run(train(replace(data, held_out=()), parameters, STEPS, 0, tmp_path, "cpu"))
    assert last.step == STEPS.steps
    assert not last.figures
    assert all("choice_distance" not in e.values for e in events if isinstance(e, Measured))


def test_a_training_that_diverges_stops_in_a_sentence_and_its_last_good_state_goes_on(data, tmp_path):
    wild = replace(STYLE, learning_rate=10.0, lazy=1, patch=16)
    events: list = []
    training = train_style(data, wild, Budget(steps=400), 0, tmp_path, "cpu")
    with pytest.raises(WorkError, match=r"diverged at step \d+: .* is (nan|inf); .* smaller learning rate"):
        events.extend(training)
    kept = [e for e in events if isinstance(e, Checkpoint)][-1]
    assert all(np.isfinite(values).all() for values in kept.weights.values())
    again = train_style(data, wild, Budget(steps=400), 0, tmp_path, "cpu")
    with pytest.raises(WorkError, match="diverged"):
        list(again)


def test_a_patch_that_cannot_be_halved_is_refused_with_the_nearest_one(data, tmp_path):
    with pytest.raises(InputError, match=r"Patch is 50 px; .* multiples of 8 there, such as 48"):
        run(train_style(data, replace(STYLE, patch=50), STEPS, 0, tmp_path, "cpu"))


def test_classes_are_learned_and_told_apart(tmp_path):
    dark, light = grains((1, 64, 64, 1), 0) // 4, grains((1, 64, 64, 1), 1)
    data = TrainingData(
        (dark, light), (dark, light), fit_normalisation(light), (1.0, 1.0, 1.0), (0, 1), (0, 1), ("dark", "light")
    )
    parameters = replace(STYLE, patch=16, batch=8)
    events, last = run(train_style(data, parameters, Budget(steps=150), 0, tmp_path, "cpu"))
    made = [e for e in events if isinstance(e, Sampled)][-1].pixels
    assert last.architecture["classes"] == 2
    assert made[1::2].mean() > 1.2 * made[::2].mean()


def test_the_generator_takes_its_part_of_the_discriminators_rate(data, tmp_path):
    moved = {}
    for share in (1.0, 0.25):
        state = folder(tmp_path, str(share))
        chosen = replace(STYLE, generator_share=share)
        _, last = run(train_style(data, chosen, Budget(steps=1), 0, state, "cpu"))
        configuration = from_json(StyleConfiguration, dict(last.architecture))
        begun = dict(newborn(lambda known=configuration: StyleRivals(known, (1.0,)), 0).named_parameters())
        ended = load_file(str(state / "training.safetensors"))
        for name in ("generator.synthesis.begin.weight", "discriminator.judge.weight"):
            moved[name, share] = ended[f"network.{name}"] - begun[name].detach()
    alike, whole, part = (
        moved["discriminator.judge.weight", 0.25], moved["generator.synthesis.begin.weight", 1.0],
        moved["generator.synthesis.begin.weight", 0.25],
    )  # fmt: skip
    assert torch.equal(alike, moved["discriminator.judge.weight", 1.0])
    assert whole.abs().max() > 0
    assert torch.allclose(part, whole / 4, rtol=1e-2, atol=1e-6)


@pytest.mark.slow
def test_it_learns_samples_come_nearer_to_held_out_patches(data, tmp_path):
    events, _ = run(train_style(data, replace(STYLE, batch=8), Budget(steps=300), 0, tmp_path, "cpu"))
    distances = [e.values["choice_distance"] for e in events if isinstance(e, Measured)]
    assert min(distances[1:]) < 0.3 * distances[0]


def test_dcgan_says_before_a_run_what_it_cannot_make():
    assumes = find_spec("dcgan").assumes
    whole = Setting("synthesize", 3, (1.0, 1.0, 1.0), "µm", sides=(64, 64))
    assert "one by one" in assumes(whole, DcganParameters())[0]
    with pytest.raises(InputError, match=r"64 px at most, not 64 × 65"):
        assumes(replace(whole, sides=(64, 65)), DcganParameters())


def test_the_networks_of_dcgan_have_as_many_weights_as_the_published_example():
    """PyTorch's DCGAN example prints these for three channels; it leaves out the biases of the outer layers."""
    configuration = DcganConfiguration(3, 64, (0.0,) * 3, (0.5,) * 3)
    counts = [
        sum(p.numel() for p in network.parameters())
        for network in (DcganGenerator(configuration), DcganDiscriminator(configuration))
    ]
    assert counts == [3_576_704 + 3, 2_765_568 + 64 + 1]
    assert DcganGenerator(configuration)(torch.zeros(2, 100, 1, 1)).shape == (2, 3, 64, 64)
    assert DcganDiscriminator(configuration)(torch.zeros(2, 3, 64, 64)).shape == (2,)
