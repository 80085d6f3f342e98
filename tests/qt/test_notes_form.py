"""Notes: scales, reasons, words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QPushButton

from synthscope.qt.notes_form import REASONS, NotesForm
from synthscope.qt.theme import Tokens
from synthscope.records.run import Note

notes = st.builds(
    Note,
    st.text(max_size=9),
    st.integers(0, 5),
    st.integers(0, 5),
    st.lists(st.sampled_from(REASONS), unique=True).map(tuple),
    st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=60),
    st.none() | st.just(((0, 4), (2, 9), (3, 8))),
)


@pytest.fixture
def form(shown: Callable[..., NotesForm], tokens: Tokens) -> NotesForm:
    return shown(NotesForm(), tokens)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(note=notes)
def test_set_get_equal(form: NotesForm, note: Note) -> None:
    form.set_value(note)
    assert form.value() == note


def test_clicks_and_words_make_a_note(form: NotesForm) -> None:
    form.set_value(Note("run/2"))
    heard: list[Note] = []
    form.value_changed.connect(heard.append)
    QTest.mouseClick(form._realism._buttons[3], Qt.MouseButton.LeftButton)
    QTest.mouseClick(form._tags["blurred"], Qt.MouseButton.LeftButton)
    QTest.keyClicks(form._text, "soft edge")
    assert heard[-1] == Note("run/2", 4, 0, ("blurred",), "soft edge")
    assert form._realism._meaning.text() == "rather real"


def test_a_second_press_takes_the_mark_away(form: NotesForm) -> None:
    for _ in range(2):
        QTest.mouseClick(form._usability._buttons[0], Qt.MouseButton.LeftButton)
    assert form.value().usability == 0
    assert not form._usability._buttons[0].isChecked()


def test_digits_mark_the_scale_that_has_the_focus(form: NotesForm) -> None:
    QTest.keyClick(form._realism._buttons[0], Qt.Key.Key_5)
    assert form.value().realism == 5
    QTest.keyClick(form._realism._buttons[0], Qt.Key.Key_0)
    assert form.value().realism == 0


def test_reasons_of_its_own_become_tags(form: NotesForm) -> None:
    note = Note("a", reasons=("fibre bends",))
    form.set_value(note)
    assert form.value() == note
    QTest.mouseClick(form._tags["fibre bends"], Qt.MouseButton.LeftButton)
    assert form.value() == replace(note, reasons=())


def test_marking_is_asked_for(form: NotesForm) -> None:
    heard: list[bool] = []
    form.mark_wanted.connect(lambda: heard.append(True))
    (button,) = [b for b in form.findChildren(QPushButton) if b.text() == "Mark what looks wrong"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == [True]
    form.set_value(Note("a", mark=((0, 1), (0, 1))))
    assert button.text() == "Marked; mark anew"


def test_every_mark_has_its_word(form: NotesForm) -> None:
    assert form._realism._buttons[0].accessibleName() == "How real does it look? 1: clearly artificial"
