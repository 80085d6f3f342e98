"""Step 7: a study from its question to its report, with real widgets, mouse and worker."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QCoreApplication, QEvent, Qt
from scipy.ndimage import gaussian_filter
from tests.gui.study_acts import answer, click, drop, end, hold, key_before_freezing, look, rehearse, set_beside

from napari_synthscope.session.session import Session
from napari_synthscope.session.study_facts import StudyFacts
from napari_synthscope.studying.checks import Asked, check_all
from napari_synthscope.studying.panel import LIST, STUDY, StudyPanel
from synthscope.qt.buttons import Fold
from synthscope.records.study import Plan, Rendering, StudyDesign
from synthscope.services.studies.drafts import read_draft

pytestmark = pytest.mark.gui
LONG = 60_000
IMAGES = 12
TITLE = "Grains"


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StudyPanel]:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.casefold()))
    viewer = ViewerModel()
    session = Session.of(viewer)
    session.new_project(tmp_path / "project", "project")
    made = StudyPanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    made.resize(420, 900)
    made.show()
    yield made
    made.close()
    session.close()
    session.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def folders(tmp_path: Path, rng: np.random.Generator) -> tuple[Path, Path]:
    """Images of one process in two folders: nothing tells them apart."""
    found = tuple(tmp_path / name for name in ("scans", "quilted"))
    for number in range(2 * IMAGES):
        folder = found[number % 2]
        folder.mkdir(exist_ok=True)
        field = gaussian_filter(rng.normal(size=(64, 64)), 2.0)
        pixels = np.clip(120 + 40 * field / field.std(), 0, 255).astype(np.uint8)
        tifffile.imwrite(folder / f"{number:03d}.tif", pixels)
    return found[0], found[1]


def prompts(folder: Path) -> list[str]:
    return [question.prompt for question in read_draft(folder).questions]


def refused(panel: StudyPanel) -> str:
    """Give what went wrong, as the panel says it."""
    said = panel.foot.sentence.value()
    return said.text if said is not None and said.level == "error" else ""


def begin(panel: StudyPanel, qtbot: QtBot) -> None:
    click(qtbot, panel.studies.new)
    qtbot.waitUntil(lambda: panel.pages.currentIndex() == STUDY, timeout=LONG)


def set_of(qtbot: QtBot, panel: StudyPanel, folders: tuple[Path, Path]) -> None:
    """Tick both folders, and add them."""
    images = panel.wizard.steps["images"]
    panel.wizard.open_step("images")
    images.real.add_paths([folders[0]])
    images.made.add_paths([folders[1]])
    qtbot.waitUntil(lambda: images.choice.value() is not None and images.add.isEnabled(), timeout=LONG)
    qtbot.waitUntil(lambda: len(images.ticked()) == 2, timeout=LONG)
    click(qtbot, images.add)
    qtbot.waitUntil(lambda: len(images.arms.value()) == 2, timeout=LONG)


def quick(panel: StudyPanel) -> None:
    """Ask little, so that it is quick."""
    people = panel.wizard.steps["people"]
    people.forms.forms["plan"].set_value(Plan(raters=3, per_arm=8, repeats=0, catches=2, training=0))
    people.consent.setPlainText("I agree.")
    panel.wizard.steps["showing"].forms.forms["rendering"].set_value(Rendering(side=64))


def see_pictures_and_power(panel: StudyPanel, qtbot: QtBot) -> None:
    """Have some pictures made and power simulated; both come from the worker."""
    quick(panel)
    showing, people = panel.wizard.steps["showing"], panel.wizard.steps["people"]
    panel.wizard.open_step("showing")
    click(qtbot, showing.preview)
    qtbot.waitUntil(lambda: len(showing.pictures.tiles) == 6, timeout=LONG)
    assert {tile.value().pixels.shape for tile in showing.pictures.tiles} == {(64, 64)}
    power = people.power
    panel.wizard.open_step("people")
    next(fold for fold in people.findChildren(Fold) if power in fold.children()).set_open(True)
    power.raters.setText("3, x")
    assert not power.simulate.isEnabled()
    power.raters.setText("2, 4")
    power.images.setText("8")
    power.runs.set_value(10)
    power.sensitivity.set_value(2.0)
    power.numbers["case_spread"].set_value(-1.0)
    assert not power.simulate.isEnabled()
    assert power.reason.text().startswith("The spread of images is -1; give 0 to 5")
    power.numbers["case_spread"].set_value(0.4)
    click(qtbot, power.simulate)
    qtbot.waitUntil(lambda: power.view is not None, timeout=LONG)
    plot = power.view.value()
    assert [curve.name for curve in plot.curves] == ["8 images of an arm", "80 %"]
    assert list(plot.curves[0].x) == [2, 4]
    assert 0 < plot.curves[0].y[0] <= plot.curves[0].y[1] <= 1
    assert power.words.text().startswith("Enough: ")
    assert power.words.text().endswith("by 0.3 among raters and by 0.2 by set; images differ by 0.4.")
    people.forms.forms["analysis"].editor("alpha").line.setText("0.01")
    qtbot.waitUntil(lambda: read_draft(panel.wizard.facts.folder).analysis.alpha == 0.01, timeout=LONG)
    panel.session.studies.read(panel.wizard.facts.folder)
    qtbot.waitUntil(lambda: power.words.text().startswith("The design is another one"), timeout=LONG)


def test_what_is_missing_is_said_and_later_steps_are_greyed(panel: StudyPanel, qtbot: QtBot) -> None:
    assert panel.pages.currentIndex() == LIST
    begin(panel, qtbot)
    cards = panel.wizard.cards
    assert panel.wizard.current == "question"
    assert cards["question"].words.text() == "Give the study a title: raters see it."
    assert not cards["showing"].head.isEnabled()
    assert cards["showing"].words.text() == "Add images first (step 2)."
    assert [step for step, card in cards.items() if not card.check().locked] == ["question", "images"]
    assert panel.shell_actions().keys() >= {"next_card", "previous_card"}
    qtbot.keyClicks(panel.wizard.steps["question"].title, TITLE)
    assert cards["question"].words.text().startswith("Real or synthetic, with confidence · ")
    panel.wizard.move(1)
    assert panel.wizard.current == "images"


def test_what_is_typed_is_there_again_and_a_question_taken_out_comes_back(panel: StudyPanel, qtbot: QtBot) -> None:
    begin(panel, qtbot)
    question = panel.wizard.steps["question"]
    qtbot.keyClicks(question.title, TITLE)
    panel.wizard._area.ensureWidgetVisible(question.tiles["rating"])
    qtbot.mouseClick(question.tiles["rating"], Qt.MouseButton.LeftButton)
    assert question.kind() == "rating"
    asked = question.questions.value()
    question.questions.cards[0].prompt.setText("How real does it look?")
    folder = panel.wizard.facts.folder
    qtbot.waitUntil(lambda: prompts(folder)[:1] == ["How real does it look?"], timeout=LONG)
    click(qtbot, question.questions.cards[1]._remove)
    assert len(question.questions.value()) == len(asked) - 1
    assert panel.session.undo() == "taking out a question"
    assert len(question.questions.value()) == len(asked)

    click(qtbot, panel.wizard.back)
    qtbot.waitUntil(lambda: panel.studies.list.count() == 1, timeout=LONG)
    qtbot.waitUntil(lambda: panel.studies.list.item(0).text().startswith(f"{TITLE}\nbeing designed"), timeout=LONG)
    place = panel.studies.list.visualItemRect(panel.studies.list.item(0)).center()
    qtbot.mouseClick(panel.studies.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: panel.pages.currentIndex() == STUDY, timeout=LONG)
    assert question.questions.value()[0].prompt == "How real does it look?"
    assert question.kind() == "rating"


def test_what_is_typed_in_the_last_moment_is_kept_when_the_panel_goes(panel: StudyPanel, qtbot: QtBot) -> None:
    begin(panel, qtbot)
    folder = panel.wizard.facts.folder
    panel.wizard.steps["question"].title.setText("In the last moment")
    panel.close()
    assert read_draft(folder).title == "In the last moment"


def test_fields_are_cut_pictures_made_and_power_simulated_by_the_worker(
    panel: StudyPanel, qtbot: QtBot, folders: tuple[Path, Path]
) -> None:
    begin(panel, qtbot)
    images = panel.wizard.steps["images"]
    panel.wizard.open_step("images")
    images.real.add_paths([folders[0]])
    images.made.add_paths([folders[1]])
    images.cut.most.set_value(5)
    images.cut.side.set_value(32)
    images.findChild(Fold).set_open(True)
    qtbot.waitUntil(lambda: len(images.ticked()) == 2, timeout=LONG)
    click(qtbot, images.add_cut)
    qtbot.waitUntil(lambda: len(images.arms.value()) == 2, timeout=LONG)
    arms = images.arms.value()
    assert [(arm.name, arm.is_real, len(arm.images)) for arm in arms] == [("real", True, 5), ("quilted", False, 5)]
    assert {image.shape for arm in arms for image in arm.images} == {(32, 32)}
    assert all(len(arm.cases) == 5 for arm in arms)
    folder = panel.wizard.facts.folder
    qtbot.waitUntil(lambda: len(read_draft(folder).arms) == 2 and not (folder / "cut.json").exists(), timeout=LONG)
    see_pictures_and_power(panel, qtbot)
    assert panel.session.undo() == "adding images"
    assert panel.wizard.design.arms == ()


def test_a_name_of_a_set_that_raters_would_read_is_told_before_anything_is_made(
    panel: StudyPanel, qtbot: QtBot, folders: tuple[Path, Path]
) -> None:
    begin(panel, qtbot)
    panel.wizard.steps["question"].title.setText(TITLE)
    set_of(qtbot, panel, folders)
    assert [arm.name for arm in panel.wizard.design.arms] == ["real", "quilted"]
    panel.wizard.steps["images"].arms.rows[1].name.setText(TITLE)
    words = f"Raters would read {TITLE!r}, the name of a set, case or file, in the title; change either."
    assert panel.wizard.cards["images"].words.text() == words
    assert panel.wizard.cards["images"].check().done is False


def test_a_plan_that_cannot_be_met_says_what_would_do(
    panel: StudyPanel, qtbot: QtBot, folders: tuple[Path, Path]
) -> None:
    begin(panel, qtbot)
    panel.wizard.steps["question"].title.setText(TITLE)
    set_of(qtbot, panel, folders)
    quick(panel)
    words = panel.wizard.cards["people"].words
    qtbot.waitUntil(lambda: "3 raters, 18 trials each: about 2 min" in words.text(), timeout=LONG)
    plan = panel.wizard.steps["people"].forms.forms["plan"]
    plan.editor("per_arm").line.setText("500")
    qtbot.waitUntil(lambda: "500" in words.text(), timeout=LONG)
    assert not panel.wizard.cards["leaks"].head.isEnabled()
    assert panel.wizard.cards["leaks"].words.text().startswith("Finish step 4 first")


@pytest.mark.usefixtures("without_torch")
def test_a_study_goes_from_its_question_to_its_report(
    panel: StudyPanel, qtbot: QtBot, folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard, steps = panel.wizard, panel.wizard.steps
    begin(panel, qtbot)
    steps["question"].title.setText(TITLE)
    wizard.name.setText("Ada")
    set_of(qtbot, panel, folders)
    quick(panel)

    def until(condition: Callable[[], Any]) -> None:
        qtbot.waitUntil(lambda: bool(refused(panel) or condition()), timeout=LONG)
        assert refused(panel) == ""

    until(lambda: not wizard.cards["leaks"].check().locked)
    look(qtbot, panel, until)
    rehearse(qtbot, panel, until)
    holder = hold(qtbot, panel, until, tmp_path)
    folder = wizard.facts.folder
    key = key_before_freezing(folder)
    wizard.open_step("freeze")
    click(qtbot, steps["freeze"].freeze)
    until(lambda: wizard.facts.frozen is not None)
    assert steps["leaks"].look.isHidden(), "pictures are fixed"
    assert wizard.facts.state == "frozen"
    assert {"packs", "preregistration.md", "sealed-key.json"} <= {path.name for path in folder.iterdir()}
    assert "Rater packs: packs." in steps["freeze"].written.text()
    older = replace(wizard.facts, frozen=replace(wizard.facts.frozen, packs={}))
    steps["freeze"].show_facts(older, "")
    assert "Rater pack: study.ratepack." in steps["freeze"].written.text()
    assert not steps["question"].isEnabled()
    answer(folder, tmp_path / "answers", key)
    wizard.open_step("answers")
    drop(steps["answers"], tmp_path / "answers")
    until(lambda: wizard.facts.state == "collecting")
    table = steps["answers"].table
    assert [table.item(row, 1).text() for row in range(3)] == ["18/18"] * 3
    click(qtbot, steps["answers"].close_study)
    until(lambda: wizard.facts.state == "closed")
    end(qtbot, panel, until, holder)
    set_beside(qtbot, panel, until)
    wizard.open_step("end")
    opened: list[str] = []
    monkeypatch.setattr(
        "napari_synthscope.studying.end_step.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    click(qtbot, steps["end"].open)
    assert opened == [str(folder / "report.html")]
    assert TITLE in (folder / "report.html").read_text(encoding="utf-8")
    assert not {"torch", "diffusers"} & set(sys.modules)


def test_a_published_study_is_done_wherever_its_report_lies(tmp_path: Path) -> None:
    facts = StudyFacts(tmp_path, StudyDesign("Grains", "real-or-synthetic", ()), "unblinded")
    check = check_all(Asked(facts.design, facts))["end"]
    assert (check.done, check.words) == (False, "Unblinded.")
    check = check_all(Asked(facts.design, replace(facts, state="reported")))["end"]
    assert (check.done, check.words) == (True, "Reported.")
    check = check_all(Asked(facts.design, replace(facts, state="reported", report=tmp_path / "report.html")))["end"]
    assert (check.done, check.words) == (True, "Reported, with a report.")
