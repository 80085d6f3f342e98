"""Step 8 of a study: a PostgreSQL server that answers go to while they are given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.session.study_facts import StudyFacts
from synthscope.qt.buttons import Fold, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.wheel import guard_wheel

WHAT = (
    "Only where raters sit at several computers and your institute keeps a PostgreSQL server. Each rater's computer "
    "saves answers first and sends a copy; nobody waits for the server, and no key is there. Without one, raters hand "
    "in their files at the next step."
)
EXAMPLE = "postgresql://LOGIN@HOST/DATABASE"
ADDRESS_TIP = "Of a database of its own, with a login that may create roles; never with a password in it"
LOGIN_TIP = "Of this login; kept nowhere. Empty: from the variable PGPASSWORD, or from the password file"
SET_UP_TIP = "Makes tables and a login for each rater, and writes their passwords into a new file"
FREE_TIP = "Where a computer is lost in the middle: another one may take the place over at once"


@dataclass(frozen=True)
class Login:
    """Where to, and by which password; it is shown and kept nowhere."""

    url: str
    password: str = ""

    def __repr__(self) -> str:
        """Leave the password out."""
        return f"Login({self.url!r})"


class ServerStep(QWidget):
    """Sets a frozen study up at a server, and asks what came there.

    Signals
    -------
    install_wanted(Login, Path)
        The study is to be set up; passwords go into this new file.
    look_pressed(Login), take_pressed(Login)
        What came is to be told, or taken in.
    free_wanted(Login, str)
        The place of a rater is to be freed.
    """

    install_wanted = Signal(object, object)
    look_pressed = Signal(object)
    take_pressed = Signal(object)
    free_wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._collects = False
        # create
        self.address, self.password = QLineEdit(), QLineEdit()
        self.install = TextButton("Set up…", name="server-plus", role="primary", tip=SET_UP_TIP)
        self.known = WrappingLabel()
        self.look = TextButton("What came?", name="eye-outline", tip="How many answers of each rater are at the server")
        self.take = TextButton("Take answers in", name="download", tip="As often as you like; each counts once")
        self.notes = WrappingLabel(role="muted")
        self.places = QComboBox()
        self.free = TextButton("Free the place", name="account-arrow-right-outline", tip=FREE_TIP)
        self._more = QWidget()
        # lay out
        self._lay_out()
        # connect
        self.address.textChanged.connect(lambda _text: self._check())
        self.install.clicked.connect(self._ask_file)
        self.look.clicked.connect(lambda: self.look_pressed.emit(self.value()))
        self.take.clicked.connect(lambda: self.take_pressed.emit(self.value()))
        self.free.clicked.connect(lambda: self.free_wanted.emit(self.value(), self.places.currentText()))
        self._check()

    def value(self) -> Login:
        """Give where to, and the password as it is typed."""
        return Login(self.address.text().strip(), self.password.text())

    def show_facts(self, facts: StudyFacts) -> None:
        """Show where the study was set up, and what can be done there now."""
        server = facts.server
        if server is not None and not self.address.text().strip():
            self.address.setText(server.url)
        slots = [one.slot for one in facts.raters]
        if slots != [self.places.itemText(i) for i in range(self.places.count())]:
            self.places.clear()
            self.places.addItems(slots)
        self.install.setText("Set up…" if server is None else "Set up again…")
        self.known.setText("" if server is None else known_words(server.url, server.logins))
        self.known.setVisible(server is not None)
        self._more.setVisible(server is not None)
        self._collects = facts.state in ("frozen", "collecting")
        self._check()

    def say(self, words: str) -> None:
        """Say what came of asking the server."""
        self.notes.setText(words)
        self.notes.setVisible(bool(words))

    def forget(self) -> None:
        """Leave nothing of the study that was shown before."""
        self.address.clear()
        self.password.clear()
        self.say("")

    def set_up(self, path: Path) -> None:
        """Have the study set up."""
        self.install_wanted.emit(self.value(), path)

    def _check(self) -> None:
        typed = bool(self.address.text().strip())
        for button in (self.install, self.look, self.free):
            button.setEnabled(typed)
        self.take.setEnabled(typed and self._collects)

    def _ask_file(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, "New file for the raters' passwords", "passwords.txt", "*.txt")
        if name:
            self.set_up(Path(name))

    def _lay_out(self) -> None:
        self.address.setPlaceholderText(EXAMPLE)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        guard_wheel(self.places)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(WrappingLabel(WHAT, role="muted"))
        for words, tip, edit in (
            ("Address", ADDRESS_TIP, self.address), ("Password", LOGIN_TIP, self.password),
        ):  # fmt: skip
            column.addWidget(field_label(words, tip, edit))
            column.addWidget(edit)
        column.addWidget(self.install)
        column.addWidget(self.known)
        buttons = QHBoxLayout()
        buttons.addWidget(self.look)
        buttons.addWidget(self.take)
        place = QWidget()
        inside = QVBoxLayout(place)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(field_label("Rater", "Whose place a lost computer holds", self.places))
        inside.addWidget(self.places)
        inside.addWidget(self.free)
        more = QVBoxLayout(self._more)
        more.setContentsMargins(0, 0, 0, 0)
        more.setSpacing(8)
        more.addLayout(buttons)
        more.addWidget(Fold("A rater's computer is lost", place))
        column.addWidget(self._more)
        column.addWidget(self.notes)
        self.say("")


def known_words(url: str, logins: dict[str, str]) -> str:
    """Say where a study was set up, and by what raters send."""
    first = next(iter(logins.items()), ("", ""))
    place = url.partition("@")[2]
    example = f"postgresql://{first[1]}@{place}"
    return (
        f"Set up at {url} for {len(logins)} raters. Hand each rater the own line of the password file, then delete it. "
        f"{first[0]} sends with: synthscope study rate {first[0]}.ratepack --send {example}"
    )
