"""What is shown live is what a run makes, to the voxel; it leaves no trace, and says when it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services import gaussian, mixing
from tests.services.mixing import MixingParameters

from synthscope import Image, Space
from synthscope.errors import FileError
from synthscope.generators.registry import find_spec, resolve
from synthscope.imaging.regions import painted
from synthscope.jobs.drain import drain
from synthscope.records.events import Event, Preview
from synthscope.records.generator import Cost
from synthscope.records.image import PixelArray
from synthscope.records.training import TrainingRecipe
from synthscope.services.choosing import Choice
from synthscope.services.labelling import as_image
from synthscope.services.live import live_job, live_problem, live_task, write_live
from synthscope.services.planning import Plan, plan
from synthscope.services.project import Project
from synthscope.services.running import run_job
from synthscope.services.training import begin_training, train_job

SPACE = Space("zyx", (2.0, 0.5, 0.5), "µm", (10.0, 4.0, 2.0))
CHANNELS = Space("zcyx", (2.0, 1.0, 0.5, 0.5), "µm")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mixing.register(monkeypatch)
    gaussian.register(monkeypatch)
    monkeypatch.setattr("synthscope.services.models.user_models", lambda: tmp_path / "installed")
    monkeypatch.setattr("synthscope.services.timing.timings_path", lambda: tmp_path / "timings.json")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = Project.create(tmp_path / "project")
    yield opened
    opened.close()


def stack(space: Space = SPACE) -> Image:
    shape = {"z": 5, "c": 2, "y": 40, "x": 90}
    return Image(gaussian.field(tuple(shape[a] for a in space.axes)), space, "soil")


def hole(image: Image) -> np.ndarray:
    mask = np.zeros(image.mask_shape, bool)
    mask[1:3, 12:20, 15:25] = True
    return mask


def as_run(planned: Plan, image: Image | None, project: Project) -> Image:
    """Make the run of a plan and give its first candidate."""
    second = planned.choice.reference
    inputs = (None if one is None else project.add_source(one) for one in (image, second))
    run = project.new_run(planned, *inputs)
    made = drain(run_job(run.path, resolve, project=project.folder))
    return run.open(run.candidate(made[0]))


def as_shown(planned: Plan, image: Image | None, project: Project, scratch: Path) -> tuple[Image, list[Event]]:
    task = live_task(planned, image, project.folder)
    folder = write_live(task, scratch)
    events: list[Event] = []
    assert drain(live_job(folder, resolve), events.append) == {"seed": planned.seeds[0]}
    (picture,) = [event for event in events if isinstance(event, Preview)]
    assert picture.last
    return as_image(task, picture.pixels), events


def learned(project: Project, image: Image) -> str:
    folder = project.models_folder / "soil"
    folder.parent.mkdir(exist_ok=True)
    begin_training(folder, TrainingRecipe("gaussian", {}, (), steps=5), [image])
    drain(train_job(folder, resolve))
    return "soil"


def planned_for(kind: str, image: Image, project: Project) -> tuple[Plan, Image | None]:
    mask: PixelArray = hole(image)
    other = image.with_(pixels=(image.pixels[...] // 2), name="other")
    if kind == "fill":
        choice = Choice("inpaint", "mixing", MixingParameters(0.3), seed=4, context=6, reference=other)
        return plan(image, painted(mask), mask, choice), image
    if kind == "feathered fill":
        choice = Choice("inpaint", "mixing", MixingParameters(0.3), seed=4, context=6, feather=1.0)
        return plan(image, painted(mask), mask, choice), image
    if kind == "variation":
        return plan(image, None, None, Choice("vary", "mixing", seed=9, count=3, reference=other)), image
    if kind == "model":
        choice = Choice("inpaint", "gaussian", seed=2, context=6, model=learned(project, image))
        return plan(image, painted(mask), mask, choice, project=project.folder), image
    if kind == "unlearned":
        bright = image.with_(pixels=image.pixels[...] * 3, name="bright")
        choice = Choice("inpaint", "gaussian", seed=2, context=6, model=learned(project, image))
        return plan(bright, painted(mask), mask, choice, project=project.folder), bright
    if kind == "new":
        choice = Choice("synthesize", "gaussian", seed=2, size=(20, 24), model=learned(project, image))
        return plan(None, None, None, choice, project=project.folder), None
    raise AssertionError(kind)


KINDS = ["fill", "feathered fill", "variation", "model", "unlearned", "new"]


@pytest.mark.parametrize("space", [SPACE, CHANNELS], ids=["stack", "channels"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_is_what_the_run_makes(kind: str, space: Space, project: Project, tmp_path: Path) -> None:
    image = stack(space)
    planned, source = planned_for(kind, image, project)
    shown, events = as_shown(planned, source, project, tmp_path / "scratch")
    made = as_run(planned, source, project)
    assert shown.pixels.dtype == made.pixels.dtype
    assert np.array_equal(shown.pixels, made.pixels[...])
    assert shown.space.axes == made.space.axes
    assert np.allclose(shown.space.origin, made.space.origin)
    assert np.array_equal(np.asarray(shown.synthetic), np.asarray(made.synthetic[...]))
    assert len(events) > 1  # it can be cancelled on its way


def test_a_scale_that_is_known_is_not_looked_for_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    planned, source = planned_for("unlearned", stack(), project)
    first = live_task(planned, source, project.folder)
    assert first.recipe.normalisation
    monkeypatch.delattr("synthscope.services.tasks.scale_for")
    monkeypatch.delattr("synthscope.services.live.hashed")
    again = live_task(planned, source, project.folder, first.recipe.normalisation)
    assert again.recipe.normalisation == first.recipe.normalisation


def test_the_project_and_the_times_of_this_computer_stay_as_they_are(project: Project, tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        found = (path for path in project.folder.rglob("*") if path.is_file() and path.suffix != ".lock")
        return {str(path): path.read_bytes() for path in found}

    planned, source = planned_for("model", stack(), project)
    before = files()
    as_shown(planned, source, project, tmp_path / "scratch")
    assert files() == before
    assert not (tmp_path / "timings.json").exists()


def test_what_is_too_slow_says_so_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    image = stack()
    planned = plan(image, painted(hole(image)), hole(image), Choice("inpaint", "mixing"))
    assert live_problem(planned) == ""
    slow = replace(planned, cost=Cost(5.2, 1))
    assert "about 5.2 s, too long to be shown live; mark a smaller region, or take less context" in live_problem(slow)
    new = replace(slow, choice=Choice("synthesize", "mixing", size=(9, 9)))
    assert "choose a smaller size" in live_problem(new)
    monkeypatch.setattr("synthscope.services.live.known_ratios", lambda _planned: (0.1, 0.1))
    assert live_problem(slow) == ""  # this computer is faster than was thought


def test_who_is_not_live_says_so() -> None:
    image = stack()
    planned = plan(image, painted(hole(image)), hole(image), Choice("inpaint", "harmonic"))
    assert not find_spec("harmonic").live
    assert live_problem(planned) == f"{planned.spec.title} is not quick enough to be shown live; press Run."


def test_a_model_that_has_gone_is_a_sentence(project: Project, tmp_path: Path) -> None:
    planned, source = planned_for("model", stack(), project)
    folder = write_live(live_task(planned, source, project.folder), tmp_path / "scratch")
    (project.models_folder / "soil" / "model.safetensors").unlink()
    with pytest.raises(FileError, match=r"no model\.safetensors"):
        drain(live_job(folder, resolve))
