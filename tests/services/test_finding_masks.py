"""A mask found by two prompts: in a folder, in the worker, from Python; carried on into what is made with it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.generators.pretrained.tiny import save

import synthscope
from synthscope.errors import InputError, MaskError, ParameterError
from synthscope.imaging.masks.differences import marked
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.jobs.messages import CancelledSaid, Failed, Finished, ProgressSaid
from synthscope.jobs.supervisor import WorkerProcess
from synthscope.records.events import Made, Progress
from synthscope.records.generator import Inputs
from synthscope.records.image import Image
from synthscope.records.request import Prompts, Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice, parameters_of
from synthscope.services.finding_masks import (
    begin_finding,
    finding_job,
    found_mask,
    plan_finding,
    read_finding,
    threshold_of,
)
from synthscope.services.mask_origins import origins_in
from synthscope.services.pretrained import import_pretrained
from synthscope.services.provenance import provenance_of
from synthscope.services.sources import reference
from synthscope.worker import resolve

WORDS = Prompts(source="grains of quartz", target="a web of roots")
SPACE = Space("zyx", (4.0, 2.0, 2.0), "µm")
SHAPE = (2, 32, 32)
QUICK = {"maps": 2, "threshold": 1.2}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    return drain(import_pretrained(save("stable-diffusion", folder / "tiny"), folder / "models"))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    voxels = np.random.default_rng(3).integers(1000, 60000, SHAPE).astype(np.uint16)
    return open_image(write_image(tmp_path_factory.mktemp("scan") / "core.ome.tif", Image(voxels, SPACE, "core")))


@pytest.fixture(scope="module")
def choice(model: Path) -> Choice:
    return Choice("vary", "diffedit", parameters_of("diffedit", QUICK), seed=4, model=str(model), prompts=WORDS)


@pytest.fixture(scope="module")
def found(image: Image, choice: Choice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a search in the whole stack, done."""
    folder = begun(image, choice, tmp_path_factory.mktemp("found"))
    drain(finding_job(folder, resolve))
    return folder


def begun(image: Image, choice: Choice, parent: Path) -> Path:
    return begin_finding(plan_finding(image, choice), reference(image), parent)


def test_what_is_found_in_some_slices_is_cut_again_without_the_network(
    image: Image, choice: Choice, tmp_path: Path
) -> None:
    folder = begun(image, replace(choice, region=Region((1, 0, 0), SHAPE)), tmp_path)
    said = drain(finding_job(folder, resolve))
    finding = read_finding(folder)
    assert finding.box == Region((1, 0, 0), SHAPE)
    assert finding.differences.dtype == np.float32
    assert open_image(folder / "differences.ome.tif").space.voxel_size == SPACE.voxel_size
    assert said["strongest"] > threshold_of(finding) == 1.2
    few, many = (found_mask(finding, threshold)[0] for threshold in (1.4, 1.1))
    assert few.sum() < many.sum()
    assert not (few & ~many).any(), "a smaller threshold only adds"
    events = [*finding_job(folder, lambda _id: pytest.fail("the network was asked again"))]
    assert [type(one) for one in events] == [Made]


def test_slices_are_told_apart_each_for_itself_and_the_seed_decides(
    image: Image, choice: Choice, found: Path, tmp_path: Path
) -> None:
    first = replace(choice, region=Region((0, 0, 0), (1, *SHAPE[1:])))
    one, other = (begun(image, replace(first, seed=seed), tmp_path) for seed in (4, 5))
    for folder in (one, other):
        drain(finding_job(folder, resolve))
    maps = [read_finding(folder).differences for folder in (found, one, other)]
    assert np.array_equal(maps[0][:1], maps[1])
    assert not np.array_equal(maps[1], maps[2])


def test_the_record_names_model_words_parameters_and_seed(found: Path, model: Path) -> None:
    finding = read_finding(found)
    mask, origin = found_mask(finding, 1.3)
    weights = json.loads((model / "model.json").read_text())["weights_sha256"]
    assert (origin.model, origin.model_sha256) == (model.name, weights)
    assert (origin.source, origin.target, origin.seed) == (WORDS.source, WORDS.target, 4)
    assert (origin.threshold, origin.parameters["threshold"], origin.parameters["maps"]) == (1.3, 1.3, 2)
    assert len(origin.normalisation) == 2
    assert np.array_equal(mask, marked(finding.differences, 1.3))


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"prompts": Prompts(source="roots", target=" roots ")}, InputError, "Both prompts say 'roots'"),
        ({"prompts": Prompts(source="roots")}, InputError, "'What it shall show' is empty"),
        ({"model": ""}, InputError, "model"),
        ({"generator": "quilt", "parameters": None}, InputError, "finds no mask by two prompts; choose 'diffedit'"),
        ({"seed": -1}, ParameterError, "Seed is -1"),
    ],
)
def test_what_cannot_be_found_is_said_before_any_work(
    image: Image, choice: Choice, change: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        plan_finding(image, replace(choice, **change))


def test_without_an_image_there_is_a_sentence(choice: Choice) -> None:
    with pytest.raises(InputError, match="open one first"):
        plan_finding(None, choice)


def test_a_threshold_above_the_strongest_place_names_both(found: Path) -> None:
    with pytest.raises(MaskError, match=r"more than 9 times the mean of its slice, the strongest by [12]\.\d+ times"):
        found_mask(read_finding(found), 9)


class Deaf:
    """Answers both prompts alike, as a model that knows neither would."""

    def differences(self, inputs: Inputs, _parameters: Any, _seed: int) -> Any:
        yield Progress(0, 1)
        assert inputs.source is not None
        return np.zeros(inputs.source.shape[:3])


def test_a_model_that_answers_both_prompts_alike_is_a_sentence(image: Image, choice: Choice, tmp_path: Path) -> None:
    deaf: Any = Deaf()
    with pytest.raises(MaskError, match="answered alike everywhere in core"):
        drain(finding_job(begun(image, choice, tmp_path), lambda _id: deaf))


def test_the_worker_finds_a_mask_and_a_search_that_is_cancelled_leaves_no_half_map(
    image: Image, choice: Choice, found: Path, tmp_path: Path
) -> None:
    long = replace(choice, parameters=parameters_of("diffedit", {"maps": 100}))
    folders = [begun(image, one, tmp_path) for one in (long, choice)]
    heard: list[Any] = []
    ended = threading.Event()

    def listen(message: Any) -> None:
        heard.append(message)
        if isinstance(message, ProgressSaid) and " of 200" in message.text:
            process.cancel(message.job)
        ended_all = [one for one in heard if isinstance(one, Finished | Failed | CancelledSaid)]
        if len(ended_all) == len(folders):
            ended.set()

    process = WorkerProcess(on_message=listen, scratch=tmp_path / "scratch")
    try:
        for folder in folders:
            process.submit("find-mask", {"folder": str(folder)})
        assert ended.wait(240), process.diagnostics()
    finally:
        process.close()
    assert [type(one) for one in heard if isinstance(one, Finished | Failed | CancelledSaid)] == [
        CancelledSaid, Finished
    ]  # fmt: skip
    assert any(" of 4" in one.text for one in heard if isinstance(one, ProgressSaid))
    assert not [*folders[0].glob("differences*")]
    assert np.array_equal(read_finding(folders[1]).differences, read_finding(found).differences)


def test_from_python_the_file_keeps_axes_and_voxel_size_and_a_run_with_it_says_what_found_it(
    image: Image, model: Path, tmp_path: Path
) -> None:
    found = synthscope.find_mask(image, tmp_path / "out", model=model, prompts=WORDS, parameters=QUICK, seed=4)
    mask = open_image(found.path)
    assert (mask.space.axes, mask.space.voxel_size, mask.space.unit) == ("zyx", SPACE.voxel_size, "µm")
    assert set(np.unique(mask.pixels[...])) == {0, 255}
    assert found.share == pytest.approx((np.asarray(mask.pixels[...]) != 0).mean())
    assert origins_in(mask) == (found.origin,)
    made = synthscope.inpaint(image, found.path, tmp_path / "filled", generator="harmonic")
    (told,) = provenance_of(open_image(made.candidates[0].path)).recipe.request.mask_origins
    assert told == found.origin
    edited = np.asarray(mask.pixels[...]).copy()
    edited[0, :4] = 255
    again = synthscope.inpaint(image, mask.with_(pixels=edited), tmp_path / "filled", generator="harmonic")
    (told,) = provenance_of(open_image(again.candidates[0].path)).recipe.request.mask_origins
    assert told == replace(found.origin, edited=True)


def test_an_image_that_lies_in_no_file_is_kept_beside_its_mask(model: Path, tmp_path: Path) -> None:
    voxels = np.random.default_rng(3).integers(0, 255, (32, 32)).astype(np.uint8)
    found = synthscope.find_mask(voxels, tmp_path, model=model, prompts=WORDS, parameters=QUICK)
    assert open_image(found.path).shape == (32, 32)
    assert len([*(tmp_path / "sources").glob("*.tif")]) == 1
