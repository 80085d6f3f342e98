"""What a training takes of memory is said before it begins, and of whose memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthscope.errors import InputError, OutOfMemory
from synthscope.generators.diffusion.costs import prior_training_memory
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.records.device import Device
from synthscope.records.generator import Taught
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.training_data import Parts, split_images
from synthscope.services.training_memory import check_training_memory, held_bytes, memory_problem, network_bytes

CARD = Device("cuda:0", "A card", 8 << 30, 2 << 30)
SMALL, HUGE = {"size": "S", "patch": 64}, {"size": "L", "patch": 512, "batch": 1024}


@pytest.fixture
def image() -> Image:
    return Image(np.zeros((8, 600, 1800, 3), np.uint8), Space("zyxs", (1.0, 1.0, 1.0, 1.0), "µm"), "colour")


def recipe_of(parameters: dict, device: str = "auto", generator: str = "prior") -> TrainingRecipe:
    return TrainingRecipe(generator, parameters, (), device=device)


def test_the_network_is_counted_by_channels_slices_and_what_was_chosen(image):
    expected = prior_training_memory(Taught(3, 8), PriorTraining(**SMALL))
    assert network_bytes(recipe_of(SMALL), [image]) == expected > 400 << 20


def test_a_generator_that_does_not_say_what_it_takes_is_counted_as_nothing(image):
    assert network_bytes(recipe_of({}, generator="stable-diffusion"), [image]) == 0


LARGEST = {
    "latent-prior": {"size": "L", "patch": 2048, "batch": 1024},
    "vae": {"size": "M", "patch": 512, "batch": 1024},
    "vqvae": {"size": "M", "patch": 512, "batch": 1024, "codes": "4375"},
    "dcgan": {"width": 512, "batch": 1024},
    "stylegan": {"size": "L", "patch": 512, "batch": 1024},
}


@pytest.mark.parametrize(("generator", "parameters"), LARGEST.items())
def test_every_family_is_refused_on_a_card_that_has_no_room_for_it(image, generator, parameters):
    recipe = recipe_of(parameters, generator=generator)
    with pytest.raises(OutOfMemory, match="2\\.15 GB are free there; choose a smaller network"):
        check_training_memory(recipe, [image], [Parts((), ())], lambda: (CARD,))
    roomy = replace(CARD, memory_free=1 << 50)
    check_training_memory(recipe, [image], [Parts((), ())], lambda: (roomy,))
    check_training_memory(recipe_of({}, generator=generator), [image], [Parts((), ())], lambda: (CARD,))


@pytest.mark.parametrize(("generator", "step"), [("vae", 16), ("vqvae", 8), ("stylegan", 8)])
def test_a_patch_that_no_network_takes_is_told_before_a_training_begins(image, generator, step):
    with pytest.raises(InputError, match=rf"Patch is 50 px; .* takes multiples of {step} there, such as 48"):
        network_bytes(recipe_of({"patch": 50}, generator=generator), [image])


def test_devices_are_not_asked_for_where_no_network_is_counted(image):
    recipe = recipe_of({}, generator="stable-diffusion")
    check_training_memory(recipe, [image], [Parts((), ())], lambda: pytest.fail("asked"))


@pytest.mark.parametrize(
    ("parameters", "device", "devices", "words"),
    [
        (SMALL, "auto", (CARD,), ""),
        (SMALL, "cpu", (CARD,), ""),
        (HUGE, "cpu", (CARD,), "choose a smaller network, patch or batch"),
        (HUGE, "auto", (), "choose a smaller network, patch or batch"),
        (HUGE, "auto", (CARD,), "on A card and 2.15 GB are free there"),
        (HUGE, "auto", (Device("cuda:0", "Tells nothing"),), ""),
        (HUGE, "auto", (Device("mps", "Shares its memory", None, 1),), "choose a smaller network, patch or batch"),
    ],
)
def test_too_large_a_training_is_refused_where_its_device_has_no_room(image, parameters, device, devices, words):
    recipe = recipe_of(parameters, device)
    parts = split_images([image], recipe, PriorTraining(**parameters))
    problem = memory_problem(recipe, [image], parts, devices)
    assert words in problem
    assert bool(words) == bool(problem)


def test_images_are_counted_to_the_memory_of_this_computer_whatever_the_device(image):
    recipe = recipe_of(SMALL)
    (part,) = split_images([image], recipe, PriorTraining(**SMALL))
    assert 0.8 * image.nbytes < held_bytes([image], [part]) <= image.nbytes
    many = 1 << 14
    problem = memory_problem(recipe, [image] * many, [part] * many, (CARD,))
    assert "of memory and" in problem
    assert "choose fewer images" in problem
