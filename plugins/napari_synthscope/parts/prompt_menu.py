"""Words under a name: chosen from a menu, saved in the project, deleted again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, Qt, Signal
from qtpy.QtWidgets import QLineEdit, QMenu, QVBoxLayout, QWidget

from synthscope.errors import SynthscopeError
from synthscope.qt.buttons import TextButton
from synthscope.records.generator import GeneratorSpec
from synthscope.records.prompt_sets import PromptSet
from synthscope.records.request import Prompts
from synthscope.services.prompt_sets import bundled_sets, delete_set, keep_sets, own_sets, save_set, words_for
from synthscope.services.prompting import TITLES

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

STUDY = "sordo-"
"""How the ids of the reference study's sets begin."""
TIP = "Fill in words that are kept under a name: those of the reference study, starting points, your own"


class PromptMenu(QWidget):
    """Offers prompt sets and keeps a person's own; the widget itself is the line in which a name is typed.

    Parameters
    ----------
    words : callable
        Gives the words as they are now.

    Signals
    -------
    chosen(Prompts)
        These words are to be shown instead.
    """

    chosen = Signal(object)

    def __init__(self, session: Session, words: Callable[[], Prompts], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._words = words
        self._spec: GeneratorSpec | None = None
        # create
        self.button = TextButton("Prompt sets", name="text-box-multiple-outline", tip=TIP)
        self.menu = QMenu(self.button)
        self.name = QLineEdit()
        # lay out
        self.menu.setToolTipsVisible(True)
        self.button.setMenu(self.menu)
        self.name.setPlaceholderText("Name of the prompt set, then Return")
        self.name.setAccessibleName("Name of the prompt set")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.name)
        self.hide()
        # connect
        self.menu.aboutToShow.connect(self.fill)
        self.name.returnPressed.connect(self._take_name)
        self.name.installEventFilter(self)

    def show_for(self, spec: GeneratorSpec | None) -> None:
        """Offer what a generator reads."""
        self._spec = spec

    def fill(self) -> None:
        """List the sets as they are now."""
        self.menu.clear()
        shipped = bundled_sets()
        self._add("Sordo et al. 2025", [one for one in shipped if one.id.startswith(STUDY)])
        self._add("Starting points", [one for one in shipped if not one.id.startswith(STUDY)])
        own = self._own()
        self._add("Own, in this project", own)
        self.menu.addSeparator()
        self.menu.addAction("Save these words…", self.begin_name).setEnabled(self._words() != Prompts())
        if own:
            delete = self.menu.addMenu("Delete")
            for one in own:
                delete.addAction(one.title, partial(self.delete, one))

    def choose(self, one: PromptSet) -> None:
        """Show the words of a set in place of those that are there, undoably."""
        self._show(one.prompts, "fill in a prompt set")

    def begin_name(self) -> None:
        """Let a name be typed; Return saves, Escape leaves it."""
        self.name.clear()
        self.show()
        self.name.setFocus()

    def save(self, title: str) -> None:
        """Save the words as they are now under a name, undoably; an own set of that name is replaced."""
        before = self._own()
        try:
            made = save_set(self._session.project.folder, title, self._words())
        except SynthscopeError as error:
            self._session.said.emit(error)
            return
        self._remember("save the prompt set", before)
        self._session.said.emit(f"The words are saved in this project as {made.title!r}.")

    def delete(self, one: PromptSet) -> None:
        """Delete an own set, undoably."""
        before = self._own()
        try:
            delete_set(self._session.project.folder, one.id)
        except SynthscopeError as error:
            self._session.said.emit(error)
            return
        self._remember("delete the prompt set", before)
        self._session.said.emit(f"Prompt set {one.title!r} is deleted; Undo brings it back.")

    def eventFilter(self, _watched: Any, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Put the line away on Escape."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.hide()
            return True
        return False

    def _take_name(self) -> None:
        title = self.name.text()
        self.hide()
        self.save(title)

    def _add(self, title: str, sets: Iterable[PromptSet]) -> None:
        fitting = [one for one in sets if self._spec is not None and words_for(one, self._spec)]
        if fitting:
            self.menu.addSection(title)
        for one in fitting:
            action = self.menu.addAction(one.title, partial(self.choose, one))
            action.setToolTip(self._tip(one))

    def _tip(self, one: PromptSet) -> str:
        assert self._spec is not None, "nothing is listed otherwise"
        lines = [f"{TITLES[name]}: {words}" for name, words in words_for(one, self._spec).items()]
        return "\n".join([*lines, *([f"From: {one.origin}"] if one.origin else [])])

    def _own(self) -> tuple[PromptSet, ...]:
        if not self._session.has_project:
            return ()
        try:
            return own_sets(self._session.project.folder)
        except SynthscopeError as error:
            self._session.said.emit(error)
            return ()

    def _show(self, prompts: Prompts, what: str) -> None:
        before = self._words()
        if prompts != before:
            self.chosen.emit(prompts)
            self._session.undo_stack.push(what, lambda: self.chosen.emit(before))

    def _remember(self, what: str, before: tuple[PromptSet, ...]) -> None:
        folder = self._session.project.folder

        def bring_back() -> None:
            try:
                keep_sets(folder, before)
            except SynthscopeError as error:
                self._session.said.emit(error)

        self._session.undo_stack.push(what, bring_back)
