"""Step 10 of a study: screen, analyse blind, unblind by signatures, report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QUrl, Signal
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.session.study_facts import StudyFacts
from napari_synthscope.studying.screen_rows import ScreenRows
from napari_synthscope.studying.words import figures
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.records.study import State

if TYPE_CHECKING:
    from synthscope.studies.sealing.releasing import KeyRelease

NOW: dict[State, str] = {
    "closed": "Decide who is left out, while nobody knows who was right.",
    "screened": "Analyse under letters: what was registered, before the key is opened.",
    "analysed": "The blind analysis stands. Let the key holders sign, then unblind.",
    "unblinded": "Unblinded: letters have names now.",
    "reported": "Published. The report can be written anew at any time.",
}
ANALYSED = ("analysed", "unblinded", "reported")
ANEW = "The results were computed with answers that were erased since: analyse again."
ASK_TIP = "A file for key holders elsewhere; they sign it with: synthscope study sign"


class SignEdit(QWidget):
    """Collects what key holders sign.

    Signals
    -------
    sign_wanted(Path, str, str)
        The file of a holder, the passphrase, the reason.
    ask_wanted(Path, str)
        A request for holders elsewhere is to be written, for a reason.
    signed_given(tuple of Path)
        Files that holders signed elsewhere.
    """

    sign_wanted = Signal(object, str, str)
    ask_wanted = Signal(object, str)
    signed_given = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.releases: tuple[KeyRelease, ...] = ()
        self._file: Path | None = None
        # create
        self.why, self.phrase = QLineEdit(), QLineEdit()
        self.file = TextButton("Choose a key file…", name="key-outline", tip="The file of a holder who is here")
        self.sign = TextButton("Sign", name="pen", tip="Signs with the key of this file")
        self.ask = TextButton("Ask holders elsewhere…", name="email-outline", tip=ASK_TIP)
        self.take = TextButton("Take signed files…", name="file-plus-outline", tip="Files that holders sent back")
        self.signed = WrappingLabel(role="muted")
        # lay out
        self.phrase.setEchoMode(QLineEdit.EchoMode.Password)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for words, tip, edit in (
            ("Why unblind", "Is signed, and reported", self.why),
            ("Passphrase", "Of the holder whose file is chosen", self.phrase),
        ):
            column.addWidget(field_label(words, tip, edit))
            column.addWidget(edit)
        for widget in (self.file, self.sign, self.ask, self.take, self.signed):
            column.addWidget(widget)
        # connect
        self.why.textChanged.connect(lambda _text: self._check())
        self.phrase.textChanged.connect(lambda _text: self._check())
        self.file.clicked.connect(self._ask_file)
        self.sign.clicked.connect(self._sign)
        self.ask.clicked.connect(self._ask_where)
        self.take.clicked.connect(self._ask_signed)
        self._check()

    def set_file(self, path: Path | None) -> None:
        """Choose the file of a holder."""
        self._file = path
        self.file.setText(path.name if path else "Choose a key file…")
        self._check()

    def add(self, releases: Sequence[KeyRelease]) -> None:
        """Take what holders signed; who signed again replaces what was signed before."""
        names = {one.signature.holder.name for one in releases}
        kept = [one for one in self.releases if one.signature.holder.name not in names]
        self.set_value((*kept, *releases))

    def set_value(self, releases: Sequence[KeyRelease]) -> None:
        """Show who has signed."""
        self.releases = tuple(releases)
        names = ", ".join(one.signature.holder.name for one in self.releases)
        self.signed.setText(f"Signed by {names}." if names else "Nobody has signed yet.")
        self.why.setReadOnly(bool(names))  # every holder signs the same reason
        self._check()

    def _check(self) -> None:
        reason = bool(self.why.text().strip())
        self.sign.setEnabled(reason and self._file is not None and bool(self.phrase.text()))
        self.ask.setEnabled(reason)

    def _sign(self) -> None:
        path, phrase = self._file, self.phrase.text()
        self.phrase.clear()
        if path is not None:
            self.sign_wanted.emit(path, phrase, self.why.text().strip())

    def _ask_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, "Key file", "", "Key files (*.json)")
        if name:
            self.set_file(Path(name))

    def _ask_where(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, "Request", "unblinding-request.json", "*.json")
        if name:
            self.ask_wanted.emit(Path(name), self.why.text().strip())

    def _ask_signed(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, "Signed files", "", "Signed files (*.json)")
        if names:
            self.signed_given.emit(tuple(Path(name) for name in names))


class EndStep(QWidget):
    """Takes a closed study to its report, one act after the other.

    Signals
    -------
    screen_pressed(dict)
        Who is left out, and why.
    analyse_pressed(), unblind_pressed(), report_pressed()
    publish_wanted(Path)
        The publication pack is to be written into this new folder.
    """

    screen_pressed = Signal(object)
    analyse_pressed = Signal()
    unblind_pressed = Signal()
    report_pressed = Signal()
    publish_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: Path | None = None
        # create
        self.now = WrappingLabel(role="muted")
        self.rows = ScreenRows()
        self.screen = TextButton("Screen", name="filter-outline", role="primary", tip="Kept and reported")
        self.analyse = TextButton("Analyse", name="sigma", role="primary", tip="The analysis that was registered")
        self.signing = SignEdit()
        self.unblind = TextButton("Unblind", name="lock-open-outline", role="primary", tip="Opens the key, once")
        self.reason = WrappingLabel(role="warning")
        self.figures = WrappingLabel()
        self.report = TextButton("Write the report", name="file-document-outline", tip="One page that a browser opens")
        self.open = TextButton("Open the report", name="open-in-new", role="primary", tip="In the browser")
        self.publish = TextButton("Publish…", name="package-variant", tip="Data, methods and checks, for a repository")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.now, self.rows, self.screen, self.analyse, self.signing, self.unblind, self.reason,
                       self.figures, self.report, self.open, self.publish):  # fmt: skip
            column.addWidget(widget)
        # connect
        self.screen.clicked.connect(self._press_screen)
        self.analyse.clicked.connect(self.analyse_pressed)
        self.unblind.clicked.connect(self.unblind_pressed)
        self.report.clicked.connect(self.report_pressed)
        self.open.clicked.connect(self.open_report)
        self.publish.clicked.connect(self._ask_folder)

    def show_facts(self, facts: StudyFacts) -> None:
        """Offer what can be done in this state."""
        state, analysis = facts.state, facts.analysis
        named = state in ("unblinded", "reported")
        stands = analysis is not None and (analysis.blind is not named)
        self.now.setText(ANEW if state in ANALYSED and analysis is None else NOW.get(state, ""))
        self.rows.set_value(facts.advice)
        for widget in (self.rows, self.screen):
            widget.setVisible(state == "closed")
        self.analyse.setText("Analyse with names" if named else "Analyse blind")
        self.analyse.setVisible(state == "screened" or (state in ANALYSED and not stands))
        for widget in (self.signing, self.unblind):
            widget.setVisible(state == "analysed" and stands)
        needed = facts.frozen.signatures if facts.frozen is not None else 1
        missing = needed - len(self.signing.releases)
        self.unblind.setEnabled(missing <= 0)
        words = f"{missing} signature{'s' * (missing != 1)} missing." if state == "analysed" and missing > 0 else ""
        self.reason.setText(words)
        self.reason.setVisible(bool(words))
        self.figures.setText(figures(analysis) if analysis is not None else "")
        self.figures.setVisible(analysis is not None)
        self._report = facts.report
        written = state in ANALYSED and stands
        self.report.setVisible(written)
        self.open.setVisible(written and facts.report is not None)
        self.publish.setVisible(written)

    def open_report(self) -> None:
        """Open the report in the browser."""
        if self._report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report)))

    def _press_screen(self) -> None:
        problem = self.rows.problem()
        self.reason.setText(problem)
        self.reason.setVisible(bool(problem))
        if not problem:
            self.screen_pressed.emit(self.rows.value())

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Empty folder for the publication pack")
        if name:
            self.publish_wanted.emit(Path(name))
