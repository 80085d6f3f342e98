"""What a designer, key holders and simulated raters do in a test of the Study panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QMimeData, QPointF, Qt, QUrl
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QWidget

from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_simulation import SimulatedRater
from synthscope.services.studies.dry_run import rate_as
from synthscope.services.studies.freezing import key_before
from synthscope.services.studies.work import study_of

PHRASE = "a long passphrase"
Until = Callable[[Callable[[], Any]], None]


def click(qtbot: QtBot, widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def look(qtbot: QtBot, panel: Any, until: Until) -> None:
    """Run the leak gate, decide on what it found, and pass it."""
    wizard = panel.wizard
    step = wizard.steps["leaks"]
    wizard.open_step("leaks")
    click(qtbot, step.look)
    until(lambda: wizard.facts.leaks is not None and not wizard.facts.busy)
    assert wizard.facts.trials == 18
    while wizard.facts.leaks.undecided:
        card = next(card for card in step.cards if card.open)
        card.reason.setText("It is how they were made.")
        left = len(wizard.facts.leaks.undecided)
        click(qtbot, card.decide)
        until(lambda left=left: len(wizard.facts.leaks.undecided) < left)
    assert {one.by for one in wizard.facts.leaks.decisions} <= {"Ada"}
    click(qtbot, step.passing)
    until(lambda: wizard.facts.state == "audited")


def rehearse(qtbot: QtBot, panel: Any, until: Until) -> None:
    """Let simulated raters go through the study; what they say is shown, and the study stays as it is."""
    wizard, step = panel.wizard, panel.wizard.steps["rehearse"]
    assert wizard.next_step() == "freeze", "nobody has to rehearse"
    wizard.open_step("rehearse")
    assert not step.open.isVisible()
    step.form.editor("sensitivity").line.setText("99")
    assert not step.rehearse.isEnabled()
    assert "10" in step.reason.text()
    step.form.editor("sensitivity").line.setText("2.5")
    click(qtbot, step.rehearse)
    until(lambda: wizard.facts.rehearsal is not None and not wizard.facts.busy)
    assert wizard.facts.state == "audited"
    assert wizard.cards["rehearse"].words.text() == "Rehearsed with raters of d' 2.5."
    assert "quilted" in step.found.text()
    assert "rehearsal" in wizard.facts.rehearsal_report.read_text(encoding="utf-8").casefold()
    assert [path.name for path in wizard.facts.folder.glob("rehearsal*")] != ["rehearsal.part"]


def set_beside(qtbot: QtBot, panel: Any, until: Until) -> None:
    """Set metrics beside the ratings, and write the report with both."""
    wizard, step = panel.wizard, panel.wizard.steps["beside"]
    wizard.open_step("beside")
    assert wizard.cards["beside"].words.text() == "If you like: see where metrics and experts differ."
    step.only.setText("intensity:sharpness, ")
    click(qtbot, step.measure)
    until(lambda: wizard.facts.beside is not None and not wizard.facts.busy)
    measured = {one.metric for one in wizard.facts.beside.values if one.subject}
    assert "intensity:sharpness" in measured
    lines = step.found.text().splitlines()
    assert lines[0] == "Spearman's rank correlation"
    assert any("Laplacian" in line and " to " in line for line in lines)
    assert "What a perfect metric would reach" in lines
    words = "1 metric stands" if len(measured) == 1 else f"{len(measured)} metrics stand"
    assert wizard.cards["beside"].words.text() == f"{words} beside the ratings."
    click(qtbot, step.report)
    until(lambda: "beside" in wizard.facts.report.read_text(encoding="utf-8").casefold())


def hold(qtbot: QtBot, panel: Any, until: Until, folder: Path) -> Path:
    """Make the file of a key holder in the panel, and give it."""
    wizard = panel.wizard
    step = wizard.steps["freeze"]
    wizard.open_step("freeze")
    assert wizard.cards["freeze"].words.text() == "Choose who holds the key."
    assert not step.freeze.isEnabled()
    for edit, text in ((step.new.name, "Emmy"), (step.new.phrase, PHRASE), (step.new.again, PHRASE)):
        edit.setText(text)
    path = folder / "emmy.holder.json"
    step.new.make_at(path)
    until(lambda: wizard.facts.holders)
    assert step.new.phrase.text() == ""
    until(step.freeze.isEnabled)
    return path


def key_before_freezing(folder: Path) -> StudyKey:
    """Give what simulated raters have to know; nobody can, once the study is frozen."""
    with study_of(folder) as study:
        return key_before(study)


def answer(folder: Path, out: Path, key: StudyKey) -> None:
    """Let simulated raters answer every slot; hardly any is so sure that all images of a set are called the same."""
    with study_of(folder) as study:
        manifest = study.get("manifest", PackManifest)
    out.mkdir()
    for number, slot in enumerate(manifest.slots):
        rate_as(SimulatedRater(sensitivity=0.7), manifest, slot, key, np.random.default_rng(number), out)


def drop(widget: QWidget, path: Path) -> None:
    """Drop a folder onto a widget, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    where, buttons, keys = QPointF(20, 20), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(where.toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    widget.dragEnterEvent(entering)
    assert entering.isAccepted()
    widget.dropEvent(QDropEvent(where, Qt.DropAction.CopyAction, data, buttons, keys))


def end(qtbot: QtBot, panel: Any, until: Until, holder: Path) -> None:
    """Screen, analyse blind, sign, unblind and write the report."""
    wizard = panel.wizard
    step = wizard.steps["end"]
    wizard.open_step("end")
    click(qtbot, step.screen)
    until(lambda: wizard.facts.state == "screened")
    click(qtbot, step.analyse)
    until(lambda: wizard.facts.state == "analysed" and wizard.facts.analysis is not None)
    assert wizard.facts.analysis.blind
    assert not step.unblind.isEnabled()
    assert step.reason.text() == "1 signature missing."
    step.signing.why.setText("The blind analysis stands.")
    step.signing.set_file(holder)
    step.signing.phrase.setText(PHRASE)
    click(qtbot, step.signing.sign)
    until(step.unblind.isEnabled)
    click(qtbot, step.unblind)
    until(lambda: wizard.facts.state == "unblinded" and not wizard.facts.analysis.blind)
    assert "quilted" in step.figures.text(), step.figures.text()
    click(qtbot, step.report)
    until(step.open.isVisible)
