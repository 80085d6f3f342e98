"""What a training takes of memory, and of which: the images of this computer's, the network of its device's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psutil

from synthscope.errors import OutOfMemory
from synthscope.generators.pretrained.memory_ways import OWN_MEMORY
from synthscope.io.faults import size_in_words
from synthscope.records.device import Device, device_for
from synthscope.records.generator import Taught
from synthscope.records.image import Image
from synthscope.records.training import TrainingRecipe
from synthscope.services.model_fit import channel_count
from synthscope.services.training_blocks import block_shape
from synthscope.services.training_choice import settings_of
from synthscope.services.training_data import Parts


def held_bytes(images: Sequence[Image], parts: Sequence[Parts]) -> int:
    """Give the bytes of all that is read: large images are learned from in parts."""
    total = 0
    for image, part in zip(images, parts, strict=True):
        depth, rows, columns = block_shape(image)
        each = image.nbytes // max(1, depth * rows * columns)
        total += each * sum(box.shape[0] * box.shape[1] * box.shape[2] for box in (*part.train, *part.held_out))
    return total


def network_bytes(recipe: TrainingRecipe, images: Sequence[Image]) -> int:
    """Give the bytes that a training takes besides the images; 0 where its generator does not say.

    Raises
    ------
    Unavailable, ParameterError
        As `settings_of` says.
    """
    spec, parameters = settings_of(recipe)
    slices = max(block_shape(image)[0] for image in images)
    return spec.training_memory(Taught(channel_count(images[0]), slices), parameters)


def memory_problem(
    recipe: TrainingRecipe, images: Sequence[Image], parts: Sequence[Parts], devices: Sequence[Device]
) -> str:
    """Say that there is not memory enough to learn; empty when there is.

    Parameters
    ----------
    devices : sequence of Device
        As the worker told them: a graphics card holds the network in memory of its own. While none is known the
        network is counted to this computer's.
    """
    held, learning = held_bytes(images, parts), network_bytes(recipe, images)
    device = device_for(recipe.device, devices)
    if device is not None and device.kind in OWN_MEMORY:
        if device.memory_free is not None and learning > device.memory_free:
            return (
                f"The training needs about {size_in_words(learning)} on {device.name} and "
                f"{size_in_words(device.memory_free)} are free there; choose a smaller network, patch or batch."
            )
        learning = 0
    free = psutil.virtual_memory().available
    if held + learning <= free:
        return ""
    smaller = "a smaller network, patch or batch, or " if learning > free - held and learning > held else ""
    return (
        f"The training needs about {size_in_words(held + learning)} of memory and {size_in_words(free)} are free; "
        f"choose {smaller}fewer images, crop them, or close other programs."
    )


def check_training_memory(
    recipe: TrainingRecipe, images: Sequence[Image], parts: Sequence[Parts], devices: Callable[[], Sequence[Device]]
) -> None:
    """Refuse a training for which there is not memory enough.

    Parameters
    ----------
    devices : callable
        Tells what this computer can compute on; it is asked only where a network is counted.

    Raises
    ------
    OutOfMemory
        As `memory_problem` says.
    """
    problem = memory_problem(recipe, images, parts, devices() if network_bytes(recipe, images) else ())
    if problem:
        raise OutOfMemory(problem)
