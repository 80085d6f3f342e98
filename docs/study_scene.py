"""The scene of the Study panel: fields of the simulated rock against two generators, rated by simulated raters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from evaluate_scene import made_anew

from synthscope.desktop.actions import STUDY
from synthscope.desktop.main_job import SETTLE, open_sample
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait
from synthscope.qt.buttons import Fold
from synthscope.records.study import Plan, Rendering
from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_simulation import SimulatedPanel
from synthscope.services.studies.dry_run import rate_as
from synthscope.services.studies.freezing import key_before
from synthscope.services.studies.work import study_of
from synthscope.studies.simulation.panels import draw_panel

PHRASE = "only for a picture"
PLAN = Plan(raters=4, per_arm=16, repeats=0, catches=4, training=0)


def study(stage: Any) -> Iterator[Step]:
    """Take a study from its question to its report."""
    window = stage.window
    stage.new_project("Study")
    yield from open_sample(window, "rock")
    for generator in ("quilt", "phase-surrogate"):
        yield from made_anew(window, generator)
    window.session.stage.clear()
    panel: Any = window.enter_workspace().show_panel(STUDY)
    yield SETTLE
    click(panel.studies.new)
    yield Wait("the wizard", lambda: panel.pages.currentIndex() == 1)
    panel.wizard.name.setText("Ada")
    panel.wizard.steps["question"].title.setText("Rock in thin slices")
    yield SETTLE
    yield Shot("question", "What do you want to know?")
    yield from images(panel)
    yield from people(panel)
    yield from gate(panel)
    yield from rehearsed(panel)
    yield from frozen(panel, stage.out)
    yield from ending(panel, stage.out)
    yield from beside(panel)


def images(panel: Any) -> Iterator[Step]:
    """Cut fields of the sample and of what was made, and look at some as raters would see them."""
    wizard, step = panel.wizard, panel.wizard.steps["images"]
    wizard.open_step("images")
    yield Wait("what can be ticked", lambda: step.made.list.count() > 2)
    step.made.set_value(member.key for member in step.made._members() if member.run is not None)
    yield Wait("what is ticked", lambda: len(step.ticked()) == 3)
    step.cut.most.set_value(24)
    step.cut.side.set_value(64)
    step.findChild(Fold).set_open(True)
    yield SETTLE
    click(step.add_cut)
    yield Wait("the sets", lambda: len(step.arms.value()) == 3)
    yield SETTLE
    yield Shot("images", "The sets of a study.")
    shown = wizard.steps["showing"]
    shown.forms.forms["rendering"].set_value(Rendering(side=256))
    wizard.open_step("showing")
    yield SETTLE
    click(shown.preview)
    yield Wait("pictures", lambda: bool(shown.pictures.tiles))
    yield SETTLE
    wizard._area.verticalScrollBar().setValue(wizard.cards["showing"].y())
    yield SETTLE
    yield Shot("showing", "A few pictures as raters see them.")


def people(panel: Any) -> Iterator[Step]:
    """Plan the trials, and simulate power."""
    wizard, step = panel.wizard, panel.wizard.steps["people"]
    step.forms.forms["plan"].set_value(PLAN)
    step.introduction.setPlainText("You will see images of rock, one at a time. Say how sure you are.")
    step.consent.setPlainText("I take part of my own will and can stop at any time.")
    wizard.open_step("people")
    yield Wait("the schedule", lambda: not wizard.cards["leaks"].check().locked and step.usual.isEnabled())
    step.power.raters.setText("3, 4, 6, 8")
    step.power.images.setText("8, 16, 24")
    next(fold for fold in step.findChildren(Fold) if step.power in fold.children()).set_open(True)
    yield SETTLE
    click(step.power.simulate)
    yield Wait("power", lambda: step.power.view is not None and not panel.session.studies.open_jobs())
    yield SETTLE
    wizard._area.ensureWidgetVisible(step.power.view)
    yield SETTLE
    yield Shot("people", "Trials, and what a study of this size would find.")


def gate(panel: Any) -> Iterator[Step]:
    """Run the leak gate, decide, and pass it."""
    wizard, step = panel.wizard, panel.wizard.steps["leaks"]
    wizard.open_step("leaks")
    yield SETTLE
    click(step.look)
    yield Wait("the findings", lambda: wizard.facts.leaks is not None and not panel.session.studies.open_jobs())
    yield SETTLE
    wizard._area.verticalScrollBar().setValue(wizard.cards["leaks"].y())
    yield SETTLE
    yield Shot("leaks", "What the leak gate found.")
    while wizard.facts.leaks.undecided:
        left = len(wizard.facts.leaks.undecided)
        card = next(card for card in step.cards if card.open)
        card.reason.setText("Both generators make their noise so: whether experts see it is what is asked.")
        click(card.decide)
        yield Wait("the decision", lambda left=left: len(wizard.facts.leaks.undecided) < left)
    click(step.passing)
    yield Wait("the gate", lambda: wizard.facts.state == "audited")


def rehearsed(panel: Any) -> Iterator[Step]:
    """Let simulated raters go through all of it."""
    wizard, step = panel.wizard, panel.wizard.steps["rehearse"]
    wizard.open_step("rehearse")
    yield SETTLE
    click(step.rehearse)
    yield Wait("the rehearsal", lambda: wizard.facts.rehearsal is not None and not panel.session.studies.open_jobs())
    yield SETTLE
    wizard._area.verticalScrollBar().setValue(wizard.cards["leaks"].y())
    yield SETTLE
    yield Shot("rehearse", "What simulated raters made of the study.")


def frozen(panel: Any, out: Path) -> Iterator[Step]:
    """Make a key holder, and freeze; simulated raters answer."""
    wizard, step = panel.wizard, panel.wizard.steps["freeze"]
    wizard.open_step("freeze")
    for edit, text in ((step.new.name, "Emmy"), (step.new.phrase, PHRASE), (step.new.again, PHRASE)):
        edit.setText(text)
    step.new.make_at(out / "emmy.holder.json")
    yield Wait("the holder", lambda: bool(wizard.facts.holders))
    yield Wait("the button", step.freeze.isEnabled)
    yield SETTLE
    wizard._area.verticalScrollBar().setValue(wizard.cards["leaks"].y())
    yield SETTLE
    yield Shot("freeze", "Who holds the key.")
    key = _key(wizard.facts.folder)
    click(step.freeze)
    yield Wait("the freezing", lambda: wizard.facts.frozen is not None)
    _answer(wizard.facts.folder, out / "answers", key)


def ending(panel: Any, out: Path) -> Iterator[Step]:
    """Take answers in, close, screen, analyse blind, unblind, report."""
    wizard, answers, end = panel.wizard, panel.wizard.steps["answers"], panel.wizard.steps["end"]
    wizard.open_step("answers")
    answers.files_given.emit((out / "answers",))
    yield Wait("the answers", lambda: wizard.facts.state == "collecting")
    yield SETTLE
    wizard._area.verticalScrollBar().setValue(wizard.cards["freeze"].y())
    yield SETTLE
    yield Shot("answers", "How far each rater is.")
    click(answers.close_study)
    yield Wait("the end of it", lambda: wizard.facts.state == "closed")
    wizard.open_step("end")
    click(end.screen)
    yield Wait("the screening", lambda: wizard.facts.state == "screened")
    click(end.analyse)
    yield Wait("the blind analysis", lambda: wizard.facts.state == "analysed" and wizard.facts.analysis is not None)
    end.signing.why.setText("The blind analysis stands.")
    end.signing.set_file(out / "emmy.holder.json")
    end.signing.phrase.setText(PHRASE)
    click(end.signing.sign)
    yield Wait("the signature", end.unblind.isEnabled)
    yield SETTLE
    wizard._area.verticalScrollBar().setValue(wizard.cards["answers"].y())
    yield SETTLE
    yield Shot("signed", "Blind figures, and a signature under the unblinding.")
    click(end.unblind)
    yield Wait("the names", lambda: wizard.facts.state == "unblinded" and not wizard.facts.analysis.blind)
    click(end.report)
    yield Wait("the report", end.open.isVisible)
    yield SETTLE
    wizard._area.verticalScrollBar().setValue(wizard.cards["end"].y())
    yield SETTLE
    yield Shot("report", "Unblinded, with a report.")


def beside(panel: Any) -> Iterator[Step]:
    """Set metrics beside the ratings."""
    wizard, step = panel.wizard, panel.wizard.steps["beside"]
    wizard.open_step("beside")
    step.only.setText("spectrum, intensity:noise, intensity:sharpness")
    yield SETTLE
    click(step.measure)
    yield Wait("the metrics", lambda: wizard.facts.beside is not None and not panel.session.studies.open_jobs())
    yield SETTLE
    wizard._area.verticalScrollBar().setValue(wizard.cards["beside"].y())
    yield SETTLE
    yield Shot("beside", "Metrics beside the ratings.")


def _key(folder: Path) -> StudyKey:
    """Give what simulated raters have to know."""
    with study_of(folder) as opened:
        return key_before(opened)


def _answer(folder: Path, out: Path, key: StudyKey) -> None:
    with study_of(folder) as opened:
        manifest = opened.get("manifest", PackManifest)
    out.mkdir()
    rng = np.random.default_rng(4)
    raters = draw_panel(SimulatedPanel(), len(manifest.slots), rng)
    for slot, rater in zip(manifest.slots[:4], raters, strict=True):
        rate_as(rater, manifest, slot, key, rng, out)
