"""How a pretrained pipeline will be held in memory, told before its run: by its card and what the worker told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import psutil

from synthscope.generators.pretrained.costs import BYTES_A_WEIGHT, SIDE, SINGLE, work_bytes
from synthscope.generators.pretrained.memory_ways import OWN_MEMORY, Needs, Room, choose_placement
from synthscope.io.faults import size_in_words
from synthscope.records.device import Device, device_for
from synthscope.records.model import ModelCard
from synthscope.services.memory import check_memory
from synthscope.services.planning import Plan

UNKNOWN = "How the model is held in memory is unknown until the run begins: no device was looked at yet."
WEIGHTS = ".safetensors"


def placement_words(planned: Plan, devices: Sequence[Device]) -> str:
    """Say which way a run will hold its model on the device that it is done on.

    Sizes are those of the model's files, in the number format of the run; what is free is as the device told last. A
    run looks again when it begins, and counts what is joined to the model too.

    Parameters
    ----------
    devices : sequence of Device
        As the worker told them; empty where it was not asked yet.

    Returns
    -------
    str
        Empty for other generators than pretrained pipelines.
    """
    card, chosen = planned.card, planned.choice.parameters
    if card is None or not card.is_pretrained:
        return ""
    device = device_for(planned.choice.device, devices)
    if device is None:
        return UNKNOWN
    free = psutil.virtual_memory().available if device.kind not in OWN_MEMORY else device.memory_free
    if free is None:
        return f"How the model is held in memory is unknown until the run begins: {device.name} tells no free memory."
    needs = needs_of(card, bytes_a_weight(device, chosen.precision), planned.choice.size)
    placement, remarks = choose_placement(chosen.memory, needs, Room(device.kind, free))
    if remarks:
        return f"{device.name}: {' '.join(remarks)}"
    taken = "" if placement.way == "by layer" else f", about {size_in_words(needs.of(placement))} there"
    return f"On {device.name} ({size_in_words(free)} free) the model is held {placement.words}{taken}."


def as_held(planned: Plan, devices: Sequence[Device]) -> Plan:
    """Count what a run takes of this computer's own memory: a pretrained model works on a card that has its own.

    Its weights come through this computer's memory in the number format of the run; the work on a tile does not. A
    plan stays as it is for other generators, and while no such card is known.
    """
    card, chosen = planned.card, planned.choice.parameters
    device = device_for(planned.choice.device, devices)
    if card is None or not card.is_pretrained or device is None or device.kind not in OWN_MEMORY:
        return planned
    own = planned.spec.cost(planned.workload, chosen).memory
    held = card.parameters * bytes_a_weight(device, chosen.precision)
    return replace(planned, cost=replace(planned.cost, memory=planned.cost.memory - own + held))


def check_plan_memory(planned: Plan, devices: Sequence[Device]) -> None:
    """Refuse a plan that this computer cannot hold, as its device will hold it.

    Raises
    ------
    OutOfMemory
        If more of this computer's memory is needed than is free now.
    """
    check_memory(as_held(planned, devices).cost)


def devices_that_matter(planned: Plan, devices: Callable[[], Sequence[Device]]) -> Sequence[Device]:
    """Ask for the devices where a plan depends on them: that of a pretrained model alone."""
    return devices() if planned.spec.family == "pretrained" else ()


def needs_of(card: ModelCard, itemsize: int, size: tuple[int, ...]) -> Needs:
    """Count what a model takes by its files: the layers of its networks are not known from outside.

    Parameters
    ----------
    itemsize : int
        Bytes of a number in the run.
    size : tuple of int
        Of a new image; empty where one is changed.
    """
    held: dict[str, int] = {}
    for file in card.files:
        if file.name.endswith(WEIGHTS):
            component = file.name.partition("/")[0]
            held[component] = held.get(component, 0) + file.size
    kept = sum(held.values()) / max(card.parameters, 1)  # bytes of a number in the files
    components = {name: int(count / kept * itemsize) for name, count in held.items()} if kept else {}
    side = int(card.architecture.get("side") or SIDE)
    rows, columns = (size or (1, 1))[-2:]
    pixels = max(rows * columns, side**2)
    work = [work_bytes(pixels, itemsize, thrifty=thrifty) for thrifty in (False, True)]
    return Needs(components, 0, *work)


def bytes_a_weight(device: Device, precision: str) -> int:
    """Give the bytes of a number in a run: *auto* is half precision on all but the processor."""
    if precision == "auto":
        return SINGLE if device.kind == "cpu" else BYTES_A_WEIGHT["float16"]
    return BYTES_A_WEIGHT.get(precision, SINGLE)

