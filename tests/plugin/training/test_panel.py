"""Step 5: what is learned from, what is kept out, what a training shows, what becomes of its model."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from tests.plugin.learner import install_learner
from tests.services.gaussian import GaussianTraining

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.run_settings import RunSettings
from napari_synthscope.jobs.panel import JobsPanel
from napari_synthscope.session.session import Session
from napari_synthscope.training.panel import TrainPanel
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.io.models import read_card
from synthscope.jobs.queue import JobQueue
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.curves import read_curves
from synthscope.services.training import begin_training, read_training

Settled = Callable[[Callable[[], Any]], None]
LONG = 60000


@pytest.fixture(autouse=True)
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_learner(tmp_path / "learner", monkeypatch)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session) -> Iterator[TrainPanel]:
    made = TrainPanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    assert made.session is session
    made.settings.generator.set_value("gaussian")
    made.show()
    yield made
    made.close()


@pytest.fixture
def ready(panel: TrainPanel, viewer: ViewerModel, rng: np.random.Generator, settled: Settled) -> TrainPanel:
    """A panel before a stack of which a training is done in a blink."""
    add_image(viewer, stack_image(rng, "grains.ome.tif"))
    panel.settings.budget.set_value(0.5)
    settled(lambda: panel.foot.train.isEnabled())
    return panel


def stack_image(rng: np.random.Generator, name: str) -> Image:
    from scipy.ndimage import gaussian_filter

    field = gaussian_filter(rng.normal(size=(6, 60, 150)), (0, 1.5, 1.5))
    pixels = np.interp(field, (field.min(), field.max()), (4000, 42000)).astype(np.uint16)
    return Image(pixels, Space("zyx", (3.0, 1.2, 1.2), "µm"), name)


def wait(qtbot: QtBot, condition: Callable[[], Any]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)


def train(panel: TrainPanel, qtbot: QtBot) -> None:
    """Press Train and wait until the model is there."""
    with qtbot.waitSignal(panel.session.trainings.ready, timeout=LONG):
        qtbot.mouseClick(panel.foot.train, Qt.MouseButton.LeftButton)


def test_the_button_says_beside_itself_what_is_missing(panel: TrainPanel) -> None:
    panel.refresh()
    assert not panel.foot.train.isEnabled()
    assert "open one first" in panel.foot.reason.text()
    assert panel.shell_actions() == {}


def test_the_part_that_is_kept_out_is_said_in_voxels(ready: TrainPanel) -> None:
    words = ready.settings.more.split_words.text()
    assert words.startswith("Columns 112 to 149 are kept out")
    assert "the 16 columns before them" in words
    ready.settings.more.axis.setCurrentIndex(ready.settings.more.axis.findData("y"))
    ready.refresh()
    assert ready.settings.more.split_words.text().startswith("Rows 44 to 59")
    ready.settings.more.held_out.set_value(0)
    ready.refresh()
    assert ready.settings.more.split_words.text().startswith("Nothing is kept out")


def test_what_it_takes_stands_under_the_button(ready: TrainPanel) -> None:
    assert ready.foot.estimate.text().startswith("Learns for 0.5 min · reads 9")
    ready.settings.budget.set_value(480)
    ready.refresh()
    assert ready.foot.estimate.text().startswith("Learns for 8 h")


def test_what_the_network_takes_stands_there_too(ready: TrainPanel) -> None:
    assert "for the network" not in ready.foot.estimate.text()  # this learner does not say
    ready.settings.generator.set_value("prior", PriorTraining(patch=32))
    ready.refresh()
    assert "MB for the network and what it keeps of a batch" in ready.foot.estimate.text()
    ready.settings.generator.set_value("prior", PriorTraining(patch=32, size="L", blocks=4, batch=1024))
    ready.refresh()
    assert "GB for the network" in ready.foot.estimate.text()


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (lambda s: s.more.held_out.line.setText("80"), "Kept out is '80'"),
        (lambda s: s.more.seed.line.setText("x"), "Seed is 'x'"),
        (lambda s: s.budget.minutes.line.setText(""), "Time is ''"),
        (lambda s: s.name.setText("a/b"), "cannot be called 'a/b'"),
        (lambda s: s.more.axis.setCurrentIndex(s.more.axis.findData("z")), "too small along z"),
    ],
)
def test_what_cannot_be_is_said_and_stops_the_training(ready: TrainPanel, do: Callable[[Any], Any], words: str) -> None:
    do(ready.settings)
    ready.refresh()
    assert words in ready.foot.reason.text()
    assert not ready.foot.train.isEnabled()


def test_a_training_ends_with_a_model_that_generate_uses(
    ready: TrainPanel, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    settings = RunSettings(session)
    qtbot.addWidget(settings)
    train(ready, qtbot)
    settled(lambda: settings.model.value())
    assert settings.generator.spec is not None
    assert settings.generator.spec.id == "gaussian"
    assert settings.model.value() == "models/grains"
    choice = settings.value()
    assert choice is not None
    assert choice.model == "models/grains"
    said = ready.foot.sentence.value()
    assert said is not None
    assert said.text == "Model 'grains' is ready, and chosen in Generate."
    assert ready.step_state() == (True, "")
    settled(lambda: ready.watch.view.name == "grains" and len(ready.watch.view.curves.value()) == 6)
    assert ready.models.view.value() == read_card(session.project.folder / "models" / "grains")


def test_while_it_runs_curves_and_samples_come_and_it_can_be_stopped_and_kept(
    ready: TrainPanel, session: Session, qtbot: QtBot
) -> None:
    ready.settings.budget.set_value(600)
    ready.refresh()
    qtbot.mouseClick(ready.foot.train, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: ready.watch.view.isVisible() and len(ready.watch.view.curves.value()) > 2)
    wait(qtbot, lambda: ready.watch.view.samples.isVisible())
    assert ready.watch.view.samples.caption.text().startswith("New, made after ")
    assert ready.watch.view.samples.real.value() is not None
    assert ready.watch.view.samples.real.value().limits == ready.watch.view.samples.made.value().limits
    assert "keep" in ready.shell_actions()
    assert ready.foot.keep.isVisible()
    with qtbot.waitSignal(session.trainings.ready, timeout=LONG):
        qtbot.mouseClick(ready.foot.keep, Qt.MouseButton.LeftButton)
    card = read_card(session.project.folder / "models" / "grains")
    assert card.state == "stopped"
    assert 0 < card.steps < card.planned_steps
    wait(qtbot, lambda: ready.watch.view.resume.isVisible())


def test_what_is_changed_after_train_does_not_touch_the_training(
    ready: TrainPanel, session: Session, qtbot: QtBot
) -> None:
    ready.settings.more.licence.setText("CC0")
    ready.refresh()
    with qtbot.waitSignal(session.trainings.began, timeout=LONG) as began:
        ready.train()
        ready.settings.more.licence.setText("none of it")
        ready.settings.more.seed.set_value(9)
    recipe = read_training(began.args[0])
    assert (recipe.licence, recipe.seed, recipe.minutes, recipe.held_out) == ("CC0", 0, 0.5, 0.25)


def test_further_images_are_learned_from_and_ones_of_other_channels_are_refused(
    ready: TrainPanel, viewer: ViewerModel, rng: np.random.Generator, settled: Settled
) -> None:
    other = add_image(viewer, stack_image(rng, "more.ome.tif"))
    colour = add_image(viewer, Image(rng.integers(0, 255, (80, 90, 3)).astype(np.uint8), Space("yxs"), "photo.png"))
    images = ready.settings.more.images
    images.set_value((other,))
    settled(lambda: "2 images" in ready.foot.estimate.text())
    images.set_value((other, colour))
    settled(lambda: "channels" in ready.foot.reason.text())
    viewer.layers.remove(colour)
    settled(lambda: ready.foot.train.isEnabled())
    assert images.value() == (other,)


def test_a_training_whose_worker_was_killed_goes_on_where_it_was(
    ready: TrainPanel, session: Session, qtbot: QtBot
) -> None:
    ready.settings.budget.set_value(2)
    ready.refresh()
    qtbot.mouseClick(ready.foot.train, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: len(ready.watch.view.curves.value()) > 2)
    pid = session.work.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait(qtbot, lambda: ready.watch.view.resume.isVisible())
    with qtbot.waitSignal(session.trainings.ready, timeout=LONG):
        qtbot.mouseClick(ready.watch.view.resume, Qt.MouseButton.LeftButton)
    card = read_card(session.project.models_folder / "grains")
    assert (card.state, card.steps) == ("finished", 120)
    points = read_curves(session.project.models_folder / "grains")
    assert [point.step for point in points] == list(range(5, 121, 5))
    wait(qtbot, lambda: ready.watch.view.curves.value() == points)


def test_a_training_that_an_end_of_the_program_interrupted_waits_in_the_job_list(
    viewer: ViewerModel, session: Session, rng: np.random.Generator, qtbot: QtBot
) -> None:
    folder = session.project.models_folder / "grains"
    folder.parent.mkdir()
    begin_training(folder, TrainingRecipe("gaussian", {}, (), steps=20), [stack_image(rng, "grains")])
    queue = JobQueue(session.project.queue_path)
    job = queue.add("train", {"folder": str(folder), "project": str(session.project.folder)}, "Train grains")
    queue.mark_running(job)
    queue.close()
    jobs, panel = JobsPanel(napari_viewer=viewer), TrainPanel(napari_viewer=viewer)
    for widget in (jobs, panel):
        qtbot.addWidget(widget)
    panel.show()
    assert [row.state for row in jobs.list.value()] == ["interrupted"]
    wait(qtbot, lambda: panel.watch.view.resume.isVisible())
    with qtbot.waitSignal(session.trainings.ready, timeout=LONG):
        jobs.list.resumed.emit((job,))
    assert read_card(folder).state == "finished"
    opened: list[str] = []
    jobs.take_opener(opened.append)
    panel.models.pick.set_value("")
    jobs.list.shown.emit(job)
    assert opened == ["synthscope.panel.train"]
    assert panel.models.pick.value() == "models/grains"
    panel.close()


def test_a_model_that_is_being_trained_is_neither_renamed_nor_deleted(
    ready: TrainPanel, session: Session, qtbot: QtBot
) -> None:
    ready.settings.budget.set_value(600)
    ready.refresh()
    qtbot.mouseClick(ready.foot.train, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: (row := ready.models.row()) is not None and row.name == "grains" and session.work.running)
    said: list[Any] = []
    session.said.connect(said.append)
    qtbot.mouseClick(ready.models.delete, Qt.MouseButton.LeftButton)
    assert "still being trained" in said[0]
    assert (session.project.models_folder / "grains").is_dir()
    session.trainings.keep()
    wait(qtbot, lambda: not session.work.running)


def test_classes_are_told_one_for_each_image(
    ready: TrainPanel, viewer: ViewerModel, rng: np.random.Generator, settled: Settled
) -> None:
    add_image(viewer, stack_image(rng, "cracks.ome.tif"))
    images = ready.settings.more.images
    images.set_value(tuple(images._layers))
    shown = ready.settings.more.shown
    shown.set_class_names(("soil", "rock"))
    settled(lambda: ready.foot.train.isEnabled())
    recipe = ready.settings.value()
    assert recipe is not None
    assert recipe.labels == ("soil", "rock")


def test_a_training_that_collapses_is_named_under_its_curves_and_the_sentence_stays(
    ready: TrainPanel, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    ready.settings.generator.set_value("gaussian", GaussianTraining(patch=32, collapses=True))
    ready.refresh()
    view = ready.watch.view
    qtbot.mouseClick(ready.foot.train, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: any(one.kind == "mode collapse" for one in view.alarms.value()))
    wait(qtbot, lambda: read_card(session.project.folder / "models" / "grains").state == "finished")
    settled(lambda: ready.models.view.value() is not None and ready.models.view.value().state == "finished")
    (alarm,) = (one for one in view.alarms.value() if one.kind == "mode collapse")
    assert alarm.passed == 0
    (shown,) = (one for one in view.alarms.sentences if one.accessibleName() == f"warning: {alarm.sentence}")
    assert shown.isVisibleTo(ready)
    assert alarm.sentence in ready.models.view.value().remarks
