"""Step 6: what is ticked, what is missing, what a real evaluation shows, what becomes of its report."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog
from tests.plugin.evaluated import grains

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.evaluating.panel import CHOICE, REPORT, EvaluatePanel
from napari_synthscope.evaluating.plan import make_draft
from napari_synthscope.jobs.panel import JobsPanel
from napari_synthscope.session.session import Session
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space

Settled = Callable[[Callable[[], Any]], None]
LONG = 120_000


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session) -> Iterator[EvaluatePanel]:
    made = EvaluatePanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    assert made.session is session
    made.resize(400, 860)
    made.show()
    yield made
    made.close()


@pytest.fixture
def ready(panel: EvaluatePanel, viewer: ViewerModel, rng: np.random.Generator, settled: Settled) -> EvaluatePanel:
    """A panel before one real layer and two generated ones, fields of 32 px."""
    real = add_image(viewer, grains(rng, "real grains"))
    made = [add_image(viewer, grains(rng, name, sigma)) for name, sigma in (("fine", 1.2), ("coarse", 3.0))]
    settled(lambda: panel.choice.generated.list.count() == 3)
    panel.choice.real.set_value([key_of(panel, real)])
    panel.choice.generated.set_value([key_of(panel, layer) for layer in made])
    panel.choice.settings.more.side.set_value(32)
    panel.choice.settings.more.resamples.set_value(50)
    settled(lambda: panel.foot.evaluate.isEnabled())
    return panel


def key_of(panel: EvaluatePanel, layer: Any) -> str:
    return next(m.key for m in panel.choice.real._members() if m.layer is layer)


def test_an_empty_panel_says_what_to_do(panel: EvaluatePanel, settled: Settled) -> None:
    settled(lambda: "Tick what is real" in panel.foot.reason.text())
    assert not panel.foot.evaluate.isEnabled()
    assert panel.shell_actions() == {}
    assert panel.choice.real._empty.isVisible()


@pytest.mark.usefixtures("without_torch")
def test_a_real_evaluation_ends_with_a_report_that_can_be_opened_again(
    ready: EvaluatePanel, viewer: ViewerModel, qtbot: QtBot, settled: Settled
) -> None:
    qtbot.mouseClick(ready.foot.evaluate, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ready.pages.currentIndex() == REPORT, timeout=LONG)
    assert ready.report.title.text() != ""
    qtbot.waitUntil(lambda: len(ready.report.list.value()) > 0, timeout=LONG)
    qtbot.waitUntil(lambda: ready.report.report is not None, timeout=LONG)
    report = ready.report.report
    assert report is not None
    assert [one.name for one in report.recipe.generated] == ["fine", "coarse"]
    assert report.frame.shape == (1, 32, 32)
    settled(lambda: ready.step_state() == (True, ""))
    assert {"controls", "export"} <= set(ready.shell_actions())

    qtbot.mouseClick(ready.report.back, Qt.MouseButton.LeftButton)
    settled(lambda: ready.earlier.value() == (ready.report.folder,))
    ready.report.begin("", None)
    item = ready.earlier.list.item(0)
    place = ready.earlier.list.visualItemRect(item).center()
    qtbot.mouseClick(ready.earlier.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settled(lambda: ready.report.report == report)

    jobs = JobsPanel(napari_viewer=viewer)
    qtbot.addWidget(jobs)
    opened: list[str] = []
    jobs.take_opener(opened.append)
    ready.show_page(CHOICE)
    jobs.list.shown.emit(jobs.list.value()[0].id)
    assert opened == ["synthscope.panel.evaluate"]
    assert ready.pages.currentIndex() == REPORT
    assert not {"torch", "diffusers"} & set(sys.modules)


def test_cancel_answers_at_once_and_says_so(ready: EvaluatePanel, session: Session, qtbot: QtBot) -> None:
    ready.choice.settings.more.resamples.set_value(100_000)
    qtbot.waitUntil(ready.foot.evaluate.isEnabled)
    qtbot.mouseClick(ready.foot.evaluate, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(ready.foot.cancel.isVisible, timeout=LONG)
    assert "stop" in ready.shell_actions()
    qtbot.mouseClick(ready.foot.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ready.foot.sentence.value() is not None, timeout=LONG)
    said = ready.foot.sentence.value()
    assert said is not None
    assert said.text.startswith("The evaluation was stopped")
    assert [job.state for job in session.work.jobs()] == ["cancelled"]
    assert not ready.foot.cancel.isVisible()


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (lambda c: c.settings.more.side.line.setText("9"), "Side of fields is '9'"),
        (lambda c: c.settings.more.side.line.setText("400"), "choose a side of at most 128"),
        (lambda c: c.settings.more.side.line.setText("128"), "and 8 are needed, since it is halved"),
        (lambda c: c.settings.more.depth.set_value(2), "choose a depth of at most 1"),
        (lambda c: c.settings.more.most.line.setText(""), "Number of fields is ''"),
        (lambda c: c.settings.encoders.set_value(()), "No encoder is ticked"),
        (lambda c: c.generated.set_value(()), "Tick what was generated"),
        (lambda c: c.real.set_value(()), "Tick what is real"),
        (lambda c: c.real.set_value(c.generated.keys()), "is ticked as real and as generated"),
    ],
)
def test_what_cannot_be_is_said_and_stops_the_evaluation(
    ready: EvaluatePanel, do: Callable[[Any], Any], words: str, settled: Settled
) -> None:
    do(ready.choice)
    settled(lambda: words in ready.foot.reason.text())
    assert not ready.foot.evaluate.isEnabled()
    assert "evaluate" not in ready.shell_actions()


def test_of_an_evaluation_that_cannot_be_begun_nothing_stays(
    ready: EvaluatePanel, session: Session, qtbot: QtBot
) -> None:
    asked = ready.choice.asked()
    assert asked is not None

    def draft(project: Any) -> Any:
        recipe, layers = make_draft(asked)(project)
        return replace(recipe, resamples=1), layers

    with qtbot.waitSignal(session.evaluations.failed, timeout=LONG) as told:
        session.evaluations.begin(draft, "Evaluate")
    assert " is 1; " in told.args[0].sentence
    assert not list((session.project.folder / "reports").glob("*"))


def test_partners_must_be_of_one_number(ready: EvaluatePanel, settled: Settled) -> None:
    ready.choice.real.set_value(ready.choice.real.keys() + ready.choice.generated.keys()[:1])
    ready.choice.generated.set_value(ready.choice.generated.keys()[1:])
    ready.choice.settings.partners.setChecked(True)
    settled(lambda: "partners are declared" in ready.foot.reason.text())


def test_what_it_takes_stands_under_the_button(ready: EvaluatePanel) -> None:
    assert ready.foot.estimate.text().startswith(
        "Fields of 32 × 32 px: 20 of real, 20 of fine, 20 of coarse. Compared at 10 of each; 10 sets are measured"
    )
    ready.choice.settings.more.controls.setChecked(False)
    ready.refresh()
    assert "3 sets are measured." in ready.foot.estimate.text()


def test_utility_is_measured_where_it_is_ticked(panel: EvaluatePanel) -> None:
    settings = panel.choice.settings
    before = settings.value()
    settings.more.utility.setChecked(True)
    after = settings.value()
    assert before is not None
    assert after is not None
    assert (before.utility, after.utility) == (False, True)


def test_what_was_ticked_stays_when_a_layer_comes_or_goes(
    ready: EvaluatePanel, viewer: ViewerModel, rng: np.random.Generator, settled: Settled
) -> None:
    other = add_image(viewer, grains(rng, "other"))
    settled(lambda: ready.choice.real.list.count() == 4)
    assert len(ready.choice.generated.keys()) == 2
    viewer.layers.remove(other)
    viewer.layers.remove("coarse")
    settled(lambda: ready.choice.real.list.count() == 2)
    settled(lambda: "coarse" not in ready.choice.generated.words.text())
    assert ready.choice.generated.words.text().startswith("fine: 1 image of 64 × 80 µm")


def test_a_damaged_file_says_so_beside_its_set(ready: EvaluatePanel, tmp_path: Path, settled: Settled) -> None:
    bad = tmp_path / "bad.tif"
    bad.write_bytes(b"II*\x00" + b"\xff" * 40)
    ready.choice.generated.add_paths([bad])
    settled(lambda: "bad.tif" in ready.choice.generated.remark.text())
    settled(lambda: "bad.tif" in ready.foot.reason.text())


def test_the_prompt_goes_with_what_was_generated_and_not_with_the_real_set(
    ready: EvaluatePanel, session: Session, settled: Settled
) -> None:
    ready.choice.settings.more.prompt.setText("  grains of sand ")
    asked = ready.choice.asked()
    assert asked is not None
    recipe, _ = make_draft(asked)(session.project)
    assert [one.prompt for one in recipe.generated] == ["grains of sand"] * 2
    assert recipe.real.prompt == ""


def test_label_maps_of_the_real_images_go_into_the_recipe_where_utility_is_ticked(
    ready: EvaluatePanel, session: Session, tmp_path: Path, rng: np.random.Generator
) -> None:
    more = ready.choice.settings.more
    assert not more.labels.isEnabled()
    write_image(tmp_path / "map.tif", Image(rng.integers(0, 3, (128, 160)).astype(np.uint8), Space("yx"), "map"))
    more.utility.setChecked(True)
    assert more.labels.isEnabled()
    more.labels.setText(f" {tmp_path / 'map.tif'} ")
    asked = ready.choice.asked()
    assert asked is not None
    recipe, _ = make_draft(asked)(session.project)
    assert [one.name for one in recipe.utility_labels] == ["map.tif"]
    assert recipe.utility
    more.utility.setChecked(False)
    asked = ready.choice.asked()
    assert asked is not None
    assert make_draft(asked)(session.project)[0].utility_labels == ()


def test_the_folder_of_label_maps_is_chosen_by_a_press_and_stays_when_that_is_cancelled(
    ready: EvaluatePanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = ready.choice.settings.more
    assert not more.choose.isEnabled()
    more.utility.setChecked(True)
    answers = iter([str(tmp_path), ""])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: next(answers))
    for _ in range(2):
        more.choose.click()
        assert more.labels_path() == str(tmp_path)
    assert next(answers, None) is None


def test_what_was_said_of_a_killed_worker_fits_evaluations_and_goes_when_the_job_is_retried(
    ready: EvaluatePanel, session: Session, qtbot: QtBot
) -> None:
    ready.choice.settings.more.resamples.set_value(100_000)
    qtbot.waitUntil(ready.foot.evaluate.isEnabled)
    qtbot.mouseClick(ready.foot.evaluate, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [job.state for job in session.work.jobs()] == ["running"], timeout=LONG)
    qtbot.waitUntil(lambda: session.work.worker_pid is not None, timeout=LONG)
    pid = session.work.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: ready.foot.sentence.value() is not None, timeout=LONG)
    said = ready.foot.sentence.value()
    assert said is not None
    assert "choose fewer or smaller fields" in said.text
    (job,) = session.work.jobs()
    session.work.retry(job.id)
    qtbot.waitUntil(lambda: ready.foot.sentence.value() is None, timeout=LONG)
    session.work.cancel(job.id)
    qtbot.waitUntil(lambda: session.work.job(job.id).state == "cancelled", timeout=LONG)
