"""Words and adapters outside the window: on the command line, under a name, from Python, and in the copied command."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.generators.pretrained.tiny import save

import synthscope
from synthscope.cli import main, making
from synthscope.errors import InputError, ParameterError
from synthscope.generators.registry import find_spec
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.request import Prompts, Request
from synthscope.records.run import AdapterUse, Recipe
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.commands import as_command
from synthscope.services.pretrained import import_pretrained
from synthscope.services.prompt_sets import bundled_sets, find_set, with_set

IMAGE = Image(np.random.default_rng(5).integers(0, 255, (40, 44)).astype(np.uint8), Space("yx"), "core.tif")
TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=30)
NAMES = ["grains", "a=b", "two words", "x=0.5"]
QUICK = {"steps": 2}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    return drain(import_pretrained(save("stable-diffusion", folder / "tiny", channels=9), folder / "models"))


@pytest.fixture
def mask() -> np.ndarray:
    marked = np.zeros(IMAGE.shape, bool)
    marked[10:20, 12:24] = True
    return marked


@given(
    words=st.builds(Prompts, TEXT, TEXT, TEXT, TEXT, TEXT),
    adapters=st.lists(st.builds(AdapterUse, st.sampled_from(NAMES), weight=st.floats(-4, 4)), max_size=3),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_shown_command_says_all_words_and_adapters_again(
    words: Prompts, adapters: list[AdapterUse], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = tmp_path / "core.tif"
    if not source.exists():
        write_image(source, IMAGE)
    read: list[Choice] = []
    monkeypatch.setattr(making, "make", lambda _image, _mask, choice, *_rest, **_more: read.append(choice))
    request = Request("vary", prompts=words)
    recipe = Recipe(request, "sd-inpaint", "1", {}, (3,), "tiny", adapters=tuple(adapters))
    assert main(shlex.split(as_command(recipe, source=str(source)))[1:]) == 0
    assert read[0].prompts == words
    assert read[0].adapters == tuple(adapters)


def test_python_takes_words_as_a_mapping_and_keeps_the_outside(model: Path, mask: np.ndarray, tmp_path: Path) -> None:
    told = {"prompt": "soil", "negative": "colour"}
    made = synthscope.inpaint(
        IMAGE, mask, tmp_path / "a", generator="sd-inpaint", model=model, prompts=told, parameters=QUICK
    ).candidates[0]  # fmt: skip
    again = synthscope.inpaint(
        IMAGE, mask, tmp_path / "b", generator="sd-inpaint", model=model, prompts=Prompts("roots", "colour"),
        parameters=QUICK,
    ).candidates[0]  # fmt: skip
    first, second = (open_image(Path(one.path)) for one in (made, again))
    assert first.provenance is not None
    assert first.provenance["recipe"]["request"]["prompts"]["prompt"] == "soil"
    assert np.array_equal(first.pixels[...][~mask], IMAGE.pixels[...][~mask])
    assert not np.array_equal(first.pixels[...], second.pixels[...])


@pytest.mark.parametrize(
    ("told", "error", "said"),
    [
        ({"propmt": "soil"}, ParameterError, "no words called 'propmt'; give some of: prompt, negative"),
        ({"prompt": 3}, ParameterError, "Prompt is 3; give words"),
        ({"instruction": "dig"}, ParameterError, "leave it out"),
    ],
)
def test_python_refuses_words_in_a_sentence(
    told: Any, error: type[Exception], said: str, model: Path, mask: np.ndarray, tmp_path: Path
) -> None:
    with pytest.raises(error, match=said):
        synthscope.inpaint(IMAGE, mask, tmp_path, generator="sd-inpaint", model=model, prompts=told)


def test_python_refuses_an_adapter_that_is_a_whole_model(model: Path, mask: np.ndarray, tmp_path: Path) -> None:
    with pytest.raises((InputError, ParameterError), match="tiny"):
        synthscope.inpaint(IMAGE, mask, tmp_path, generator="sd-inpaint", model=model, adapters={str(model): 0.5})


def test_prompt_sets_are_listed_and_those_of_the_study_are_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generators", "--presets", "--json"]) == 0
    sets = {one["id"]: one for one in json.loads(capsys.readouterr().out)["sets"]}
    rocks = sets["sordo-rocks"]
    assert rocks["prompts"]["prompt"] == "microCT scan of rock sample containing large grains"
    assert "J. Imaging 11, 252" in rocks["origin"]
    assert len(sets) == len(bundled_sets())
    assert all(any(one["prompts"].values()) and one["origin"] for one in sets.values())


def test_a_prompt_set_fills_what_is_not_told_and_the_record_keeps_its_words(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_image(tmp_path / "core.tif", IMAGE)
    words = ["vary", str(source), "-g", "sd-inpaint", "--model", str(model), "--set", "steps=2", "--preset", "soil"]
    assert main([*words, "--negative", "grass", "--out", str(tmp_path / "out"), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)["candidates"][0]["path"]
    record = open_image(Path(made)).provenance
    assert record is not None
    prompts = record["recipe"]["request"]["prompts"]
    assert prompts == {**dict.fromkeys(("source", "target", "instruction"), ""),
                       "prompt": find_set("soil").prompts.prompt, "negative": "grass"}  # fmt: skip


def test_an_unknown_set_and_one_of_no_use_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_image(tmp_path / "core.tif", IMAGE)
    assert main(["vary", str(source), "-g", "sd-inpaint", "--preset", "sand", "--out", str(tmp_path / "out")]) == 2
    assert "no prompt set 'sand'; give one of: sordo-fibres" in capsys.readouterr().err
    with pytest.raises(InputError, match="reads no words of the prompt set 'soil'"):
        with_set(Prompts(), find_set("soil"), find_spec("exemplar"))


