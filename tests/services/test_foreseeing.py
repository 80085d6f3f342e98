"""How a pretrained pipeline will be held, told before the run: the same way as the run itself chooses then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from synthscope.errors import OutOfMemory
from synthscope.generators.pretrained.parameters import FillParameters
from synthscope.generators.registry import find_spec
from synthscope.records.device import Device, device_for, devices_of
from synthscope.records.generator import Cost, Workload
from synthscope.records.model import ModelCard, ModelFile
from synthscope.records.run import Environment
from synthscope.services.choosing import Choice
from synthscope.services.foreseeing import UNKNOWN, as_held, check_plan_memory, needs_of, placement_words
from synthscope.services.planning import Plan

GIGA = 10**9
NUMBERS = {"unet": 860_000_000, "vae": 84_000_000, "text_encoder": 123_000_000}
"""Of the networks of a Stable Diffusion 1.5, about."""
CPU = Device("cpu", "CPU", 64 * GIGA, 50 * GIGA)


def card_of_size(itemsize: int = 4) -> ModelCard:
    """Write the card of a pipeline of the size of Stable Diffusion 1.5, in files of numbers of so many bytes."""
    files = [ModelFile(f"{name}/model.safetensors", count * itemsize, "0") for name, count in NUMBERS.items()]
    return ModelCard(
        "sd", "sd-inpaint", "1", {"side": 512}, {}, (), (0.0, 255.0), ((0.0, 255.0),) * 3, 3, "uint8", (1.0, 1.0, 1.0),
        "pixel", "0", sum(NUMBERS.values()), 0, 0, 0, 0.0, Environment("0", "3", "test", "cpu"),
        files=(*files, ModelFile("model_index.json", 500, "0")),
    )  # fmt: skip


def card(free: int) -> Device:
    return Device("cuda:0", "Big Card", 80 * GIGA, free)


def told(*devices: Device, wanted: str = "auto", **chosen: object) -> str:
    choice = Choice("inpaint", "sd-inpaint", FillParameters(**chosen), device=wanted)
    return placement_words(SimpleNamespace(card=card_of_size(), choice=choice), devices)


def test_before_the_worker_was_asked_nothing_is_claimed() -> None:
    assert told() == UNKNOWN
    assert told(CPU, wanted="cuda") == UNKNOWN


@pytest.mark.parametrize(
    ("free", "words"),
    [
        (40, "On Big Card (40 GB free) the model is held whole, about 3.42 GB there."),
        (3.5, "Big Card: The model is held by component: whole it needs about 3.42 GB of memory, and 3.5 GB are free."),
        (3, "Big Card: The model is held by component, attention in slices and the autoencoder in tiles: whole"),
        (1, "Big Card: The model is held by layer, attention in slices and the autoencoder in tiles: whole"),
    ],
)
def test_less_memory_leads_down_the_ladder(free: float, words: str) -> None:
    assert told(CPU, card(int(free * GIGA))).startswith(words)


def test_what_was_chosen_counts() -> None:
    assert "the model is held by layer, attention" in told(CPU, card(40 * GIGA), memory="by layer")
    assert "held whole, about 6.83 GB there" in told(CPU, card(40 * GIGA), precision="float32")
    assert told(CPU, card(40 * GIGA), wanted="cpu").startswith("On CPU (")


def test_a_card_that_tells_no_free_memory_and_generators_without_a_card() -> None:
    assert "Big Card tells no free memory" in told(CPU, replace(card(0), memory_free=None))
    assert placement_words(SimpleNamespace(card=None, choice=SimpleNamespace(parameters=None)), (CPU,)) == ""


def test_a_device_is_found_by_kind_and_auto_prefers_a_card() -> None:
    answer = {"devices": [{"id": "cpu", "name": "CPU"}, {"id": "cuda:0", "name": "A", "memory": 8, "memory_free": 5}]}
    found = devices_of(answer)
    assert device_for("auto", found) == Device("cuda:0", "A", 8, 5)
    assert device_for("cpu", found) == Device("cpu", "CPU")
    assert device_for("mps", found) is None


def test_files_of_half_precision_count_as_what_the_run_makes_of_them() -> None:
    full, half = (needs_of(card_of_size(itemsize), 4, ()) for itemsize in (4, 2))
    assert full.components == half.components
    assert set(full.components) == {"unet", "vae", "text_encoder"}
    assert sum(full.components.values()) == pytest.approx(4 * card_of_size().parameters, rel=1e-6)
    assert needs_of(card_of_size(), 4, (2048, 2048)).work > full.work


def test_a_card_of_its_own_takes_the_work_off_this_computers_memory() -> None:
    spec, workload = find_spec("sd-inpaint"), Workload("inpaint", (1, 512, 512, 1), 512**2, 2, 1, weights=10**9)
    own = spec.cost(workload, FillParameters()).memory
    planned = Plan(
        Choice("inpaint", "sd-inpaint", FillParameters()), spec, None, None, workload, Cost(1.0, own + 5000), (1,), (),
        card_of_size(),
    )  # fmt: skip
    assert as_held(planned, ()) == as_held(planned, (CPU,)) == planned
    assert as_held(planned, (CPU, card(GIGA))).cost == Cost(1.0, 2 * card_of_size().parameters + 5000)
    heavy = replace(planned, workload=replace(workload, weights=10**15), card=replace(card_of_size(), parameters=9))
    heavy = replace(heavy, cost=spec.cost(heavy.workload, FillParameters()))
    check_plan_memory(heavy, (CPU, card(GIGA)))
    for devices in ((), (CPU,)):
        with pytest.raises(OutOfMemory, match="are free"):
            check_plan_memory(heavy, devices)
    plain = replace(planned, card=None)
    assert as_held(plain, (CPU, card(GIGA))) == plain


def test_a_run_chooses_what_was_told(tmp_path: Path) -> None:
    """The same numbers from the networks themselves, of a tiny pipeline that was taken in."""
    import torch
    from tests.generators.pretrained import tiny

    from synthscope.generators.pretrained import placing
    from synthscope.io.models import read_card
    from synthscope.jobs.drain import drain
    from synthscope.services.pretrained import import_pretrained

    tiny.mend_torchvision()
    pipeline = tiny.stable_diffusion(tmp_path / "made")
    folder = drain(import_pretrained(tiny.save("stable-diffusion", tmp_path / "tiny"), tmp_path / "models"))
    networks = {name: one for name, one in pipeline.components.items() if isinstance(one, torch.nn.Module)}
    real, foreseen = placing.needs_of(networks, torch.float32, 32**2), needs_of(read_card(folder), 4, ())
    assert {name: pytest.approx(count, rel=0.02) for name, count in real.components.items()} == foreseen.components
    assert (foreseen.work, foreseen.thrifty_work) == (real.work, real.thrifty_work)
