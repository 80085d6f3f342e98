"""What decides over a study, carried out: leaks, key holders, freezing, answers, unblinding, report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject

from napari_synthscope.session.study_facts import keep_holders
from napari_synthscope.studying import acts, server_acts
from napari_synthscope.studying.conducting import Conductor
from napari_synthscope.studying.wizard import Wizard
from synthscope.records.documents import to_json

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


class Concluder(QObject):
    """Carries out what the later cards ask for, by way of the conductor of the study that is shown."""

    def __init__(self, session: Session, wizard: Wizard, conductor: Conductor) -> None:
        super().__init__(wizard)
        self._session = session
        self._wizard = wizard
        self._conductor = conductor
        self._desk = session.studies
        self._desk.done.connect(self._on_done)
        self._connect_gate()
        self._connect_key()
        self._connect_end()
        self._connect_server()
        self._connect_more()

    def _connect_gate(self) -> None:
        c, step = self._conductor, self._wizard.steps["leaks"]
        step.decided.connect(self._decide)
        step.pass_pressed.connect(lambda: c.named(lambda by: c.do("pass", acts.pass_gate(by))))

    def _hold(self, read: Callable[[], Any], *, more: bool = True) -> None:
        """Take key holders, besides those that are here or in their place."""
        c = self._conductor
        folder, here = c.folder, self._wizard.steps["freeze"].holders if more else ()
        if folder is None:
            return

        def work() -> None:
            new = read()
            names = {one.name for one in new}
            keep_holders(folder, (*(one for one in here if one.name not in names), *new))

        self._session.errands.run(work, lambda _none: self._desk.read(folder), self._desk.refused.emit)

    def _freeze(self, by: str) -> None:
        c = self._conductor
        holders = [to_json(one) for one in self._wizard.steps["freeze"].holders]
        reason = "Design, schedules and analysis are final."
        c.work("freeze", "freeze", holders=holders, by=by, reason=reason)

    def _on_done(self, folder: Path, word: str, given: Any) -> None:
        c = self._conductor
        if folder != c.folder:
            return
        if word == "answers":
            self._wizard.steps["answers"].say(given)
        elif word == "server":
            self._wizard.steps["server"].say(given)
        elif word == "ask":
            c.said.emit(given)
        elif word == "sign":
            self._wizard.steps["end"].signing.add(given)
        elif word == "unblind":
            c.work("analyse", "analysis", by=self._wizard.by())

    def _erase(self, rater: str, why: str, demanded: bool) -> None:
        c, facts = self._conductor, self._wizard.facts
        has_server = facts is not None and facts.server is not None
        login = self._wizard.steps["server"].value() if has_server else None
        c.named(lambda by: c.do("answers", server_acts.erase(login, rater, by, why, demanded)))

    def _decide(self, decision: Any) -> None:
        c = self._conductor
        c.named(lambda by: c.do("decide", acts.decide(replace(decision, by=by))))

    def _connect_key(self) -> None:
        c = self._conductor
        freeze = self._wizard.steps["freeze"]
        freeze.holders_wanted.connect(lambda paths: self._hold(lambda: acts.read_holders(paths), more=bool(paths)))
        freeze.holder_wanted.connect(
            lambda path, name, phrase: self._hold(lambda: (acts.new_holder(path, name, phrase),))
        )
        freeze.freeze_pressed.connect(lambda: c.named(self._freeze))

    def _connect_end(self) -> None:
        c = self._conductor
        answers, end = self._wizard.steps["answers"], self._wizard.steps["end"]
        answers.files_given.connect(
            lambda paths: c.do("answers", acts.import_answers(paths, self._wizard.by() or "the designer"))
        )
        answers.close_pressed.connect(lambda why: c.named(lambda by: c.do("close", acts.close(by, why))))
        answers.erasing.wanted.connect(self._erase)
        end.screen_pressed.connect(lambda out: c.named(lambda by: c.do("screen", acts.screen(out, by))))
        end.analyse_pressed.connect(lambda: c.named(lambda by: c.work("analyse", "analysis", by=by)))
        end.signing.sign_wanted.connect(lambda path, phrase, why: c.do("sign", acts.sign(path, phrase, why)))
        end.signing.ask_wanted.connect(lambda path, why: c.do("ask", acts.ask(path, why)))
        end.signing.signed_given.connect(lambda paths: c.do("sign", acts.take_signed(paths)))
        end.unblind_pressed.connect(
            lambda: c.named(lambda by: c.do("unblind", acts.unblind(end.signing.releases, by)))
        )
        end.report_pressed.connect(lambda: c.work("report", "report"))
        end.publish_wanted.connect(
            lambda path: c.named(lambda by: c.work("publish", "publication pack", out=str(path), by=by))
        )

    def _connect_server(self) -> None:
        c, server = self._conductor, self._wizard.steps["server"]
        server.install_wanted.connect(lambda login, path: c.do("server", server_acts.install(login, path)))
        server.look_pressed.connect(lambda login: c.do("server", server_acts.look(login)))
        server.take_pressed.connect(
            lambda login: c.do("server", server_acts.take(login, self._wizard.by() or "the designer"))
        )
        server.free_wanted.connect(lambda login, slot: c.do("server", server_acts.free(login, slot)))

    def _connect_more(self) -> None:
        c, beside = self._conductor, self._wizard.steps["beside"]
        self._wizard.steps["rehearse"].rehearse_pressed.connect(
            lambda asked: c.work("rehearse", "rehearsal", asked=asked)
        )
        beside.beside_pressed.connect(lambda asked: c.work("beside", "metrics", asked=asked))
        beside.report_pressed.connect(lambda: c.work("report", "report"))
