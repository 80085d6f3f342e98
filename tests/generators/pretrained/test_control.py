"""What leads an image: edges, a control network from beside, an instruction."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from tests.generators.conftest import _inputs, finish
from tests.generators.pretrained import tiny

from synthscope.errors import DocumentError, InputError, SynthscopeError
from synthscope.generators.pretrained.control import inpaint
from synthscope.generators.pretrained.control.inpaint import masked
from synthscope.generators.pretrained.control.leading import Led
from synthscope.generators.pretrained.control.parameters import CannyParameters, HoleParameters, InstructParameters
from synthscope.generators.registry import resolve
from synthscope.imaging.control_pictures import edges_of
from synthscope.io.models import read_card
from synthscope.jobs.drain import drain
from synthscope.records.control import Lead
from synthscope.records.generator import Adapter, Inputs
from synthscope.records.request import Prompts
from synthscope.services.pretrained import import_pretrained

QUICK = CannyParameters(steps=2)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("control")


@pytest.fixture(scope="module")
def model(place: Path) -> str:
    return str(drain(import_pretrained(tiny.save("stable-diffusion", place / "sd"), place / "models", "sd")))


@pytest.fixture(scope="module")
def beside(place: Path) -> str:
    tiny.mend_torchvision()
    with torch.random.fork_rng():
        torch.manual_seed(3)
        tiny.controlnet(tiny.unet()).save_pretrained(place / "canny")
    return str(drain(import_pretrained(place / "canny", place / "models", "canny")))


def asked(model: str, **more: object) -> Inputs:
    inputs = _inputs("vary", "plane", "uint16")
    return replace(inputs, model=model, normalisation=(0.0, 60000.0), prompts=Prompts("grains"), **more)


def made(inputs: Inputs, parameters: CannyParameters = QUICK, seed: int = 1) -> np.ndarray:
    return finish(resolve("controlnet-canny").generate(inputs, parameters, seed))


def test_a_folder_of_one_network_is_an_adapter(beside: str) -> None:
    card = read_card(Path(beside))
    assert (card.part, card.serves, card.generator) == ("controlnet", (), "controlnet")
    assert card.parameters > 0


def test_a_control_network_from_beside_leads_and_its_weight_says_how_much(model: str, beside: str) -> None:
    def with_weight(weight: float) -> np.ndarray:
        return made(asked(model, adapters=(Adapter(beside, "controlnet", weight),)))

    full, none = with_weight(1.0), with_weight(0.0)
    assert not np.array_equal(full, none)
    assert np.array_equal(full, with_weight(1.0))
    off = made(asked(model, adapters=(Adapter(beside, "controlnet", 1.0),)), replace(QUICK, weight=0.0))
    assert np.array_equal(none, off)


def test_edges_lead_and_not_what_is_between_them(model: str, beside: str) -> None:
    inputs = asked(model, adapters=(Adapter(beside, "controlnet"),))
    flat = replace(inputs, source=np.full_like(inputs.source, 9000))
    other = replace(inputs, source=np.full_like(inputs.source, 30000))
    assert np.array_equal(made(flat), made(other)), "neither has an edge"
    assert not np.array_equal(made(flat), made(inputs))


def test_a_second_image_leads_where_that_was_chosen(model: str, beside: str) -> None:
    inputs = asked(model, adapters=(Adapter(beside, "controlnet"),))
    parameters = replace(QUICK, control="edges of the control image")
    with pytest.raises(InputError, match="choose"):
        made(inputs, parameters)
    led = replace(inputs, source=np.zeros_like(inputs.source), reference=inputs.source)
    assert np.array_equal(made(led, parameters), made(inputs))


def test_without_a_control_network_or_with_one_of_another_model_a_sentence_says_so(model: str, place: Path) -> None:
    with pytest.raises(InputError, match="has no ControlNet"):
        made(asked(model))
    tiny.controlnet(tiny.unet(cross_attention_dim=16)).save_pretrained(place / "other")
    other = str(drain(import_pretrained(place / "other", place / "models", "other")))
    with pytest.raises(InputError, match="made for another model"):
        made(asked(model, adapters=(Adapter(other, "controlnet"),)))


def test_a_control_network_that_was_changed_is_refused(model: str, beside: str, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "changed"
    shutil.copytree(beside, copy)
    weights = next(copy.rglob("*.safetensors"))
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(DocumentError, match="SHA-256 differs"):
        made(asked(model, adapters=(Adapter(str(copy), "controlnet"),)))


def test_an_instruction_changes_what_is_made(place: Path) -> None:
    folder = drain(import_pretrained(tiny.save("instruct-pix2pix", place / "ip2p"), place / "models", "ip2p"))
    generator, parameters = resolve("instruct-pix2pix"), InstructParameters(steps=2)

    def told(words: str) -> np.ndarray:
        inputs = replace(asked(str(folder)), prompts=Prompts(instruction=words))
        return finish(generator.generate(inputs, parameters, 1))

    assert not np.array_equal(told("make the pores larger"), told("make it dark"))
    assert np.array_equal(told("make it dark"), told("make it dark"))


def led_tiles(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Catch the tiles of the map that leads."""
    seen: list[np.ndarray] = []
    brought = Led.brought

    def watched(self: Led, beside: torch.Tensor, *sides: object) -> torch.Tensor | None:
        assert {float(value) for value in beside.unique()} <= {0.0, 1.0}
        seen.append(beside[0, 0].numpy() > 0)
        return brought(self, beside, *sides)

    monkeypatch.setattr(Led, "brought", watched)
    return seen


def test_the_map_that_leads_is_that_of_the_whole_slice_in_every_tile(
    model: str, beside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(4)
    source = gaussian_filter(rng.normal(size=(40, 100)), 2)
    source = np.interp(source, (source.min(), source.max()), (0, 60000)).astype(np.uint16)[None, ..., None]
    seen = led_tiles(monkeypatch)
    inputs = replace(asked(model, adapters=(Adapter(beside, "controlnet"),)), source=source, limits=((0.0, 60000.0),))
    made(inputs, replace(QUICK, steps=1, guidance=1.0, sigma=1.0))
    whole = edges_of(source[0], (0.0, 60000.0), Lead("edges of the image", 1.0, 0.05, 0.15))
    assert 0.02 < whole.mean() < 0.4
    assert len(seen) > 2
    places = [[
        (y, x) for y in range(41 - h) for x in range(101 - w) if np.array_equal(whole[y : y + h, x : x + w], one)
    ] for one in seen for h, w in [one.shape]]  # fmt: skip
    assert all(len(found) == 1 for found in places), "each tile is a cut of the one map"
    assert len({tuple(found[0]) for found in places}) == len(seen)


def test_edges_from_a_file_lead_as_those_that_are_sought(model: str, beside: str) -> None:
    inputs = asked(model, adapters=(Adapter(beside, "controlnet"),))
    assert inputs.source is not None
    found = edges_of(inputs.source[0], (0.0, 60000.0), Lead("edges of the image", 1.4, 0.05, 0.15))
    assert found.any()
    drawn = (found[None, ..., None] * 255).astype(np.uint8)
    for control in (drawn, drawn > 0):
        given = made(replace(inputs, reference=control), replace(QUICK, control="the control image as it is"))
        assert np.array_equal(given, made(inputs)), "the small image is enlarged: lines are thinned alike"


@pytest.mark.parametrize("kind", ["as it is", "as levels", "as labels"])
def test_a_control_image_of_labels_leads(model: str, beside: str, kind: str) -> None:
    inputs = asked(model, adapters=(Adapter(beside, "controlnet"),))
    assert inputs.source is not None
    labels = np.zeros(inputs.source.shape, np.uint16)
    labels[:, :20] = 3
    other = np.where(labels == 3, 4, 0).astype(np.uint16)
    parameters = replace(QUICK, control=f"the control image {kind}")
    first, second = (made(replace(inputs, reference=one), parameters) for one in (labels, other))
    assert np.array_equal(first, second) == (kind == "as levels"), "levels are seen over their own range"


def test_a_control_image_that_cannot_lead_is_refused(model: str, beside: str) -> None:
    inputs = asked(model, adapters=(Adapter(beside, "controlnet"),))
    assert inputs.source is not None
    depth = np.ones(inputs.source.shape, np.float32)
    with pytest.raises(InputError, match="whole numbers; this control image has values of type float32"):
        made(replace(inputs, reference=depth), replace(QUICK, control="the control image as labels"))
    with pytest.raises(InputError, match="give one of its shape"):
        made(replace(inputs, reference=depth[:, 1:]), replace(QUICK, control="the control image as it is"))


def filled(model: str, parameters: HoleParameters, **more: object) -> np.ndarray:
    inputs = replace(_inputs("inpaint", "plane", "uint16"), model=model, normalisation=(0.0, 60000.0), **more)
    return finish(resolve("controlnet-inpaint").generate(inputs, parameters, 1))


def test_a_hole_is_shown_as_minus_one_and_its_weight_says_how_much(
    model: str, beside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[torch.Tensor] = []
    monkeypatch.setattr(inpaint, "masked", lambda asked: seen.append(masked(asked)) or seen[-1])
    quick, adapters = HoleParameters(steps=2), (Adapter(beside, "controlnet"),)
    led, free = (filled(model, replace(quick, weight=w), adapters=adapters) for w in (1.0, 0.0))
    shown = seen[0][0].numpy()
    hole = (shown == -1).all(axis=0)
    assert 0 < hole.mean() < 1
    assert shown[:, ~hole].min() >= 0
    assert shown[:, ~hole].max() <= 1
    assert not np.array_equal(led, free)


def test_a_fill_is_led_by_drawn_edges_and_not_by_those_it_has_not(model: str, beside: str) -> None:
    adapters = (Adapter(beside, "controlnet"),)
    with pytest.raises(InputError, match="A hole has no edges of its own"):
        filled(model, HoleParameters(steps=2, control="edges of the image"), adapters=adapters)
    shape = _inputs("inpaint", "plane", "uint16").source.shape
    drawn = np.zeros(shape, bool)
    parameters = HoleParameters(steps=2, control="the control image as it is")
    without = filled(model, parameters, adapters=adapters, reference=drawn)
    drawn = drawn.copy()
    drawn[:, shape[1] // 2] = True
    assert not np.array_equal(without, filled(model, parameters, adapters=adapters, reference=drawn))


def test_a_network_that_was_taught_to_fill_works_with_one(place: Path, beside: str) -> None:
    saved = tiny.save("stable-diffusion", place / "nine", channels=9)
    nine = str(drain(import_pretrained(saved, place / "models", "nine")))
    card = read_card(Path(nine))
    assert [card.can_serve(one) for one in ("sd-inpaint", "controlnet-inpaint", "controlnet-canny")] == [1, 1, 0]
    quick = HoleParameters(steps=2)
    led, free = (
        filled(nine, replace(quick, weight=w), adapters=(Adapter(beside, "controlnet"),)) for w in (1.0, 0.0)
    )
    assert not np.array_equal(led, free)


def test_a_checkpoint_that_takes_no_instruction_is_refused_as_instruct_pix2pix(place: Path) -> None:
    """The reference study ran another checkpoint, of SDXL, under the name of InstructPix2Pix."""
    plain = drain(import_pretrained(tiny.save("stable-diffusion", place / "plain-sd"), place / "models", "plain-sd"))
    inputs = replace(asked(str(plain)), prompts=Prompts(instruction="make it dark"))
    with pytest.raises(SynthscopeError, match="'plain-sd' does not serve 'instruct-pix2pix'"):
        finish(resolve("instruct-pix2pix").generate(inputs, InstructParameters(steps=2), 1))
