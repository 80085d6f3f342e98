"""Words for generators that read them: one set, which stays when the generator changes."""

from __future__ import annotations

from dataclasses import fields, replace
from math import ceil
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QFontMetricsF
from qtpy.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.parts.prompt_menu import PromptMenu
from synthscope.records.generator import GeneratorSpec
from synthscope.records.request import Prompts
from synthscope.services.prompting import TITLES, missing_words

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

TIPS = {
    "prompt": "What the image shall show, in the words of a caption",
    "negative": "What it shall not show; empty for nothing",
    "source": "What the image shows now, in the words of a caption",
    "target": "What it shall show instead",
    "instruction": "What is to be done to the image, as to a person: make the pores larger",
}
LINES = {"negative": 1}
"""Lines that are seen of each field; two of the others."""


class WordsEdit(QWidget):
    """Edits `Prompts`; shows the fields that a generator reads, and keeps the others.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec: GeneratorSpec | None = None
        # create
        self.texts = {one.name: _Text(LINES.get(one.name, 2)) for one in fields(Prompts)}
        self._titles = {name: field_label(TITLES[name], TIPS[name], text) for name, text in self.texts.items()}
        self.sets = PromptMenu(session, self.whole_value)
        self._heads = {name: QHBoxLayout() for name in self.texts}
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for name, text in self.texts.items():
            self._heads[name].addWidget(self._titles[name], 1)
            column.addLayout(self._heads[name])
            column.addWidget(text)
            # connect
            text.textChanged.connect(self.value_changed)
        column.insertWidget(0, self.sets)
        self._heads["prompt"].addWidget(self.sets.button)
        self.sets.chosen.connect(self.set_value)
        self.show_for(None)

    def show_for(self, spec: GeneratorSpec | None) -> None:
        """Show what a generator reads."""
        self._spec = spec
        read = spec.prompts if spec is not None else ()
        for name, text in self.texts.items():
            for widget in (self._titles[name], text):
                widget.setVisible(name in read)
        self.sets.show_for(spec)
        if read:
            self._heads[next(name for name in self.texts if name in read)].addWidget(self.sets.button)
        self.setVisible(bool(read))

    def value(self) -> Prompts:
        """Give the words that the generator reads; the others are kept here."""
        read = self._spec.prompts if self._spec is not None else ()
        return Prompts(**{name: text.toPlainText().strip() for name, text in self.texts.items() if name in read})

    def whole_value(self) -> Prompts:
        """Give all words, those with them that this generator does not read."""
        return Prompts(**{name: text.toPlainText().strip() for name, text in self.texts.items()})

    def set_value(self, prompts: Prompts) -> None:
        """Show words."""
        for name, text in self.texts.items():
            words = getattr(prompts, name)
            if words != text.toPlainText().strip():
                text.setPlainText(words)

    def set_read(self, prompts: Prompts, spec: GeneratorSpec) -> None:
        """Show the words that a generator was given; those that it does not read stay."""
        self.set_value(replace(self.whole_value(), **{name: getattr(prompts, name) for name in spec.prompts}))

    def problem(self) -> str:
        """Say which words are missing, in a sentence; empty when all is well."""
        return "" if self._spec is None else missing_words(self.value(), self._spec)


class _Text(QPlainTextEdit):
    """A text of a few lines; Tab goes on to the next field."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFixedHeight(self.sizeHint().height())

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Make room for what the theme puts round the lines: else they would scroll where they fit."""
        super().resizeEvent(event)
        around = self.height() - self.viewport().height() + 2 * round(self.document().documentMargin())
        wanted = self._lines * self._line_height() + around + 1
        if wanted != self.height():
            self.setFixedHeight(wanted)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Make room for its lines."""
        margins: Any = self.contentsMargins()
        around = margins.top() + margins.bottom() + 2 * round(self.document().documentMargin()) + 4
        return QSize(super().sizeHint().width(), self._lines * self._line_height() + around)

    def _line_height(self) -> int:
        """Give the pixels of a line as it is laid out: each part of it is rounded up."""
        metrics = QFontMetricsF(self.font())
        return sum(map(ceil, (metrics.ascent(), metrics.descent(), metrics.leading())))
