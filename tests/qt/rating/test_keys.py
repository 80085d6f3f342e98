"""Everything by the keyboard: one thing for each key, and the help names them all."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QApplication

from synthscope.qt.rating.keys import keys_of_trials
from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import PARADIGMS, Paradigm, Question
from synthscope.records.study_pack import PackManifest, Trial
from synthscope.studies.design.paradigms import PARADIGM_RULES, default_questions
from synthscope.studies.store.responses import Responses

from .studies import ENTER, SIDE, answers_in, go_to_trial, manifest_of, of_kind, opened, press

Key = Qt.Key
MARKS = Question("m", "marks", "Where?", reasons=("seam", "blur"))
TWO = Trial("t", 1, ("c0", "c1"))


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Responses]:
    made = answers_in(tmp_path)
    yield made
    made.close()


def at_trial(qtbot: QtBot, answers: Responses, *questions: Question, trial: Trial = TWO, **showing) -> RatingWindow:
    window = opened(qtbot, manifest_of(questions, [trial], **showing), answers)
    go_to_trial(qtbot, window)
    return window


def given(answers: Responses) -> dict:
    (event,) = of_kind(answers, "answer_submitted")
    return dict(event.payload["answers"])


def of_paradigm(paradigm: Paradigm, *, flicker: bool = False, slices: int = 1) -> PackManifest:
    rule = PARADIGM_RULES[paradigm]
    places = tuple(f"c{n}" for n in range(rule.places or 2))
    trial = Trial("t", 1, places, "ref" if rule.reference else "", 500 if paradigm == "exposure" else 0)
    made = manifest_of(default_questions(paradigm), [trial], flicker=flicker)
    return replace(made, paradigm=paradigm, shape=(slices, SIDE, SIDE, 1))


EVERY = [of_paradigm(paradigm, flicker=flicker, slices=slices) for paradigm in PARADIGMS for flicker in (False, True)
         for slices in (1, 3)]  # fmt: skip
MIXED = manifest_of(
    [MARKS, Question("c", "choice", "Which?", tie=True), Question("l", "trace", "Line?"), Question("w", "text", "Why?"),
     Question("n", "count", "How many?"), Question("s", "scale", "How good?")], [TWO], flicker=True
)  # fmt: skip


@pytest.mark.parametrize("manifest", [*EVERY, MIXED, manifest_of([MARKS], [TWO], flicker=True)])
def test_no_key_does_two_things(manifest: PackManifest) -> None:
    keys = [key for row in keys_of_trials(manifest) for key in row.keys]
    assert len(keys) == len(set(keys))
    verbs = [row.verb for row in keys_of_trials(manifest)]
    assert len(verbs) == len(set(verbs))


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_every_paradigm_is_answered_by_keys_alone_and_its_help_names_each(
    qtbot: QtBot, answers: Responses, paradigm: Paradigm
) -> None:
    manifest = of_paradigm(paradigm)
    window = opened(qtbot, manifest, answers)
    go_to_trial(qtbot, window)
    press(qtbot, window, Key.Key_H)
    for row in keys_of_trials(manifest):
        assert html.escape(row.named) in window.sheet.words.text()
        assert html.escape(row.does) in window.sheet.words.text()
    assert window.rect().contains(window.sheet.geometry())
    press(qtbot, window, Key.Key_H)
    while window.session.step == "shown":
        asked = window._asker.asked
        if asked and asked.kind in ("count", "text"):
            qtbot.keyClicks(window.entry, "7")
            qtbot.keyClick(window.entry, ENTER)
        elif asked and asked.kind in ("marks", "trace"):
            press(qtbot, window, Key.Key_Left, Key.Key_Space, Key.Key_Down, Key.Key_Space, ENTER)
        else:
            press(qtbot, window, Key.Key_1 if asked else ENTER)
    assert set(given(answers)) == {question.id for question in manifest.questions}


@pytest.mark.parametrize(
    ("key", "place"), [(Key.Key_F, 0), (Key.Key_Left, 0), (Key.Key_1, 0), (Key.Key_J, 1), (Key.Key_Right, 1)]
)
def test_of_two_pictures_the_left_or_the_right_is_chosen(
    qtbot: QtBot, answers: Responses, key: Qt.Key, place: int
) -> None:
    window = at_trial(qtbot, answers, Question("c", "choice", "Which?"))
    press(qtbot, window, key)
    assert window.session.answers == {"c": place}
    press(qtbot, window, ENTER)
    assert given(answers) == {"c": place}


def test_of_three_pictures_number_keys_choose_and_others_do_not(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, Question("c", "choice", "Which?"), trial=Trial("t", 1, ("c0", "c1", "c2")))
    press(qtbot, window, Key.Key_F, Key.Key_J, Key.Key_Left)
    assert window.session.answers == {}
    press(qtbot, window, Key.Key_3)
    assert window.session.answers == {"c": 2}


def test_points_boxes_and_regions_are_set_by_arrows_and_space_with_reasons(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, MARKS)
    left, right, up, down, space = Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Space
    press(qtbot, window, space)  # no cross yet: nothing to set
    press(qtbot, window, left, Key.Key_1, space)  # the cross comes to the middle
    press(qtbot, window, Key.Key_T, space, *[right] * 4, *[down] * 8, space)
    press(qtbot, window, Key.Key_T, space, *[left] * 4, *[up] * 4, space)
    press(qtbot, window, space, left, left, Key.Key_Backspace)  # begun and taken back
    press(qtbot, window, ENTER, ENTER)
    point, box, region = given(answers)["m"]
    assert (point["shape"], point["points"], point["reason"], point["place"]) == ("point", [[4, 4]], "seam", 0)
    assert (box["shape"], box["points"]) == ("box", [[4, 4], [6, 5]])
    assert region["points"] == [[6, 5], *[[6, 4.75 - n / 4] for n in range(4)], *[[5.75 - n / 4, 4] for n in range(4)]]


def test_the_cross_goes_on_to_the_next_picture_and_stays_within_pictures(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, MARKS)
    press(qtbot, window, Key.Key_Left, *[Key.Key_Up] * 40, *[Key.Key_Right] * 17, Key.Key_Space)
    press(qtbot, window, *[Key.Key_Right] * 40, Key.Key_Space, ENTER, ENTER)
    first, second = given(answers)["m"]
    assert (first["place"], first["points"]) == (1, [[0, 0]])
    assert (second["place"], second["points"]) == (1, [[0, 8]])


def test_with_shift_the_cross_moves_by_one_voxel_and_zoomed_in_by_less(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, MARKS)
    press(qtbot, window, Key.Key_Left)
    qtbot.keyClick(window, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    press(qtbot, window, Key.Key_Plus, Key.Key_Plus, Key.Key_Up, Key.Key_Space, ENTER, ENTER)
    (mark,) = given(answers)["m"]
    assert mark["points"] == [[4 - 4 / 32, 5]]


def test_the_cross_is_painted_where_a_mark_would_be(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, MARKS)
    place = window.canvas.places()[0]
    middle = place.center().toPoint()
    assert window.canvas.grab().toImage().pixelColor(middle).red() == 90
    press(qtbot, window, Key.Key_Left)
    assert window.canvas.grab().toImage().pixelColor(middle).red() == 255


def test_where_numbers_answer_a_reason_is_chosen_by_its_own_key(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, MARKS, Question("s", "scale", "How good?"))
    press(qtbot, window, Key.Key_Left, Key.Key_1, Key.Key_Space)
    for _ in range(3):  # seam, blur, none
        press(qtbot, window, Key.Key_E, Key.Key_Space)
    press(qtbot, window, ENTER, Key.Key_4, ENTER)
    assert [mark["reason"] for mark in given(answers)["m"]] == ["", "seam", "blur", ""]
    assert given(answers)["s"] == 4


def test_what_the_next_mark_is_stands_below_the_pictures(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, MARKS)
    assert "Next mark: point" in window.words.text()
    press(qtbot, window, Key.Key_T, Key.Key_E)
    assert "Next mark: box, seam" in window.words.text()
    press(qtbot, window, ENTER)
    assert "Next mark" not in window.words.text()


def test_a_line_is_traced_by_keys(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, Question("l", "trace", "Trace."))
    press(qtbot, window, Key.Key_Left, Key.Key_Space, Key.Key_Down, Key.Key_Space, Key.Key_N, Key.Key_Right)
    press(qtbot, window, Key.Key_Space, Key.Key_Right, Key.Key_Space, Key.Key_Right, Key.Key_Space)
    press(qtbot, window, Key.Key_Backspace, ENTER, ENTER)
    assert given(answers)["l"] == [[[4, 4], [4.25, 4]], [[4.25, 4.25], [4.25, 4.5]]]


def held(window: RatingWindow, key: Qt.Key) -> None:
    QApplication.sendEvent(
        window, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", autorep=True)
    )


def test_an_arrow_that_is_held_moves_the_cross_on_and_a_key_that_answers_counts_once(
    qtbot: QtBot, tmp_path: Path
) -> None:
    for kind in ("marks", "choice"):
        (tmp_path / kind).mkdir()
        answers = answers_in(tmp_path / kind)
        window = at_trial(qtbot, answers, Question("q", kind, "?"))  # type: ignore[arg-type]
        press(qtbot, window, Key.Key_Left)
        changes = len(answers.events())
        for _ in range(3):
            held(window, Key.Key_Right)
        if kind == "marks":
            press(qtbot, window, Key.Key_Space)
            assert window._asker.drawing
            assert window._asker.drawing.marks[0].points == ((4.0, 4.75),)
        else:
            assert window.session.answers == {"q": 0}
            assert len(answers.events()) == changes
        window.close()
        answers.close()


def test_while_a_number_is_typed_other_keys_do_what_they_do(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, Question("n", "count", "How many?"))
    qtbot.keyClicks(window.entry, "1r2")
    assert window.entry.text() == "12"
    assert len(of_kind(answers, "flag_recognised")) == 1
    press(qtbot, window, Key.Key_H)
    assert window.sheet.isVisible()


def test_while_words_are_typed_ctrl_makes_a_letter_a_key_again(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, Question("w", "text", "Why?"))
    qtbot.keyClicks(window.entry, "rather")
    qtbot.keyClick(window.entry, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.entry.text() == "rather"
    assert len(of_kind(answers, "flag_recognised")) == 1


def test_keys_in_a_comment_are_no_answers(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, Question("c", "choice", "Which?"))
    press(qtbot, window, Key.Key_C)
    for key in (Key.Key_Left, Key.Key_Backspace, Key.Key_Home, Key.Key_Tab):
        qtbot.keyClick(window.entry, key)
    assert window.session.answers == {}


def test_what_need_not_be_answered_is_left_by_enter(qtbot: QtBot, answers: Responses) -> None:
    window = at_trial(qtbot, answers, Question("n", "count", "How many?", required=False))
    qtbot.keyClick(window.entry, ENTER)
    assert given(answers) == {}


@pytest.mark.parametrize("viewing", [True, False])
def test_changes_between_reference_and_result_are_kept_where_the_consent_says_so(
    qtbot: QtBot, answers: Responses, viewing: bool
) -> None:
    question, trial = Question("s", "scale", "How good?"), Trial("t", 1, ("c0",), "ref")
    window = at_trial(qtbot, answers, question, trial=trial, flicker=True, zoom=4.0, viewing=viewing)
    press(qtbot, window, Key.Key_Space, Key.Key_Plus, Key.Key_Space)
    seen = [dict(event.payload) for event in of_kind(answers, "view_state")]
    assert [view["front"] for view in seen] == ([1, 1, 0] if viewing else [])
    assert [view["zoom"] > 1 for view in seen] == ([False, True, True] if viewing else [])
