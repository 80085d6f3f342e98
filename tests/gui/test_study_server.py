"""Raters at several computers: the card of a server, with a real PostgreSQL on the loopback."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QCoreApplication, QEvent
from tests.gui.study_acts import click
from tests.studies.central.conftest import manifest_of
from tests.studies.central.server import OWNER, PASSWORD, Server, ask, binaries, running

from napari_synthscope.session.session import Session
from napari_synthscope.studying.panel import STUDY, StudyPanel
from synthscope.records.study import Plan, Question, StudyDesign
from synthscope.records.study_key import Codebook
from synthscope.records.study_pack import PackManifest, Trial
from synthscope.services.studies.drafts import new_study, write_draft
from synthscope.services.studies.study_file import StudyFile
from synthscope.services.studies.work import study_of
from synthscope.studies.central.address import Address
from synthscope.studies.central.outbox import Outbox
from synthscope.studies.store.responses import Responses

pytestmark = pytest.mark.gui
LONG = 60_000


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (package postgresql)")
    with running(20) as one:
        yield one


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StudyPanel]:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.casefold()))
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "nowhere"))
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


def frozen(project: Path) -> Path:
    """A frozen study of two raters in a project, without pictures."""
    design = StudyDesign("Roots", "rating", (), plan=Plan(raters=2))
    folder = new_study(project, "Roots")
    write_draft(folder, design)
    study = StudyFile.create(folder, design)
    manifest = manifest_of("roots-panel", 2)
    slots = tuple(replace(slot, trials=tuple(Trial(f"t{n}", 1, ()) for n in range(3))) for slot in manifest.slots)
    study.put("manifest", replace(manifest, slots=slots, questions=(Question("q", "scale", "How good?"),)))
    study.put("codebook", Codebook("roots-panel", (), ()))
    for state in ("audited", "frozen"):
        study.advance(state, "Ada", "x")
    study.close()
    return folder


def rate(folder: Path, login: str, password: str, server: Server, *, slot: str) -> None:
    """Give three answers and send them, as a rater's computer does."""
    folder.mkdir()
    answers = Responses.open(folder / f"responses_{slot}.db", slot=slot, study="roots-panel", mirror=None)
    answers.begin("rater", "Synthscope test")
    for number in range(3):
        answers.append("answer_submitted", f"t{number}", {"answers": {"q": 1}, "rt_ms": 900.0})
    outbox = Outbox(Address(server.host, server.port, "ratings", login, False, password), "desk", answers.events())
    assert outbox.close(30).events == 0
    answers.close()


def test_a_study_is_set_up_at_a_server_and_its_answers_come_in(
    panel: StudyPanel, qtbot: QtBot, server: Server, tmp_path: Path
) -> None:
    wizard, step = panel.wizard, panel.wizard.steps["server"]
    folder = frozen(panel.session.project.folder)
    panel.open_study(folder)

    def until(condition: Callable[[], Any]) -> None:
        qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    until(lambda: panel.pages.currentIndex() == STUDY)
    assert wizard.next_step() == "answers", "a server is nobody's duty"
    wizard.open_step("server")
    assert not step.install.isEnabled()
    assert not step.look.isVisible()
    qtbot.keyClicks(step.address, server.url(OWNER))
    said = panel.foot.sentence

    step.set_up(tmp_path / "passwords.txt")
    until(lambda: said.value() is not None and "PGPASSWORD" in said.value().text)
    assert not (tmp_path / "passwords.txt").exists()
    qtbot.keyClicks(step.password, PASSWORD)
    step.set_up(folder / "passwords.txt")
    until(lambda: said.value() is not None and "lies within the study" in said.value().text)
    step.set_up(tmp_path / "passwords.txt")
    until(lambda: wizard.facts.server is not None)
    assert said.value() is None
    assert step.notes.text().startswith("2 logins are new; their passwords are in ")
    assert wizard.cards["server"].words.text() == f"Set up at {server.url(OWNER)}."
    lines = (tmp_path / "passwords.txt").read_text().splitlines()
    assert stat.S_IMODE((tmp_path / "passwords.txt").stat().st_mode) == 0o600

    login, password = lines[0].split(":")[3:]
    click(qtbot, step.look)
    until(lambda: step.notes.text() == "Nothing has come to the server yet.")
    rate(tmp_path / "desk", login, password, server, slot="rater-001")
    click(qtbot, step.look)
    until(lambda: step.notes.text().startswith("rater-001: 3 answers, the last news of "))
    click(qtbot, step.take)
    until(lambda: wizard.facts.state == "collecting")
    assert step.notes.text() == "4 entries of rater-001 are new."
    assert [one.answered for one in wizard.facts.raters] == [3, 0]

    hold = "SELECT synthscope.hold_slot('{}', 120)"
    assert ask(server, login, password, hold.format("new")) == [[False]]
    step.free_wanted.emit(step.value(), "rater-001")
    until(lambda: step.notes.text() == "rater-001 may go on at another computer now.")
    assert ask(server, login, password, hold.format("new")) == [[True]]

    erasing = wizard.steps["answers"].erasing
    wizard.open_step("answers")
    wizard.steps["answers"].erase_fold.set_open(True)
    wizard.name.setText("Ada")
    assert [erasing.raters.itemText(i) for i in range(erasing.raters.count())] == ["rater-001"]
    assert not erasing.erase.isEnabled()
    qtbot.keyClicks(erasing.why, "A letter of 3 May.")
    click(qtbot, erasing.erase)
    assert erasing.warning.text().startswith("All answers of rater-001 (3 trials)")
    assert f"are erased in this study and at {server.url(OWNER)}, and files" in erasing.warning.text()
    click(qtbot, erasing.keep)
    assert not erasing.sure.isVisible()
    click(qtbot, erasing.erase)
    click(qtbot, erasing.sure)
    until(lambda: said.value() is not None and "did not withdraw" in said.value().text)
    assert [one.answered for one in wizard.facts.raters] == [3, 0]
    erasing.demanded.setChecked(True)
    click(qtbot, erasing.erase)
    click(qtbot, erasing.sure)
    until(lambda: wizard.facts.raters[0].erased)
    assert wizard.steps["answers"].notes.text().startswith("The answers of rater-001 are erased: 1 session, 4 events.")
    assert wizard.steps["answers"].table.item(0, 1).text() == "erased"
    assert not wizard.steps["answers"].erase_fold.isVisible()
    wizard.open_step("server")
    click(qtbot, step.look)
    until(lambda: step.notes.text().startswith("rater-001: erased on 20"))

    everything = b"".join(path.read_bytes() for path in folder.parents[1].rglob("*") if path.is_file())
    assert not [secret for secret in (PASSWORD, password) if secret.encode() in everything]
    with study_of(folder) as study:
        assert study.get("manifest", PackManifest).study == "roots-panel"
