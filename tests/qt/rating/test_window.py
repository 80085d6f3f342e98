"""A whole study by the keyboard alone."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtWidgets import QApplication

from synthscope.errors import DiskFull
from synthscope.qt.rating.canvas import SURROUND, RatingCanvas
from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import Question, Showing
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.services.rating.session import RatingSession
from synthscope.studies.store.responses import Responses

from .studies import check_display, go_to_trial


@pytest.fixture
def answers(tmp_path):
    opened = Responses.open(tmp_path / "a.db", slot="a", study="s", mirror=tmp_path / "b" / "a.jsonl")
    yield opened
    opened.close()


def opened(qtbot, answers, kind, *, mirrored=False, **showing):
    slot = Slot("a", mirrored, (Trial("t0", 0, ("c0", "c1")), Trial("t1", 1, ("c1", "c0"))))
    manifest = PackManifest(
        "s", "x", "pairs", (Question("q", kind, "Which?", reasons=("seam",)),),
        Showing(least=0, interval=300, **showing), (1, 8, 8, 1),
        ("c0", "c1"), (slot,), consent="Free.",
    )  # fmt: skip
    session = RatingSession(manifest, slot, answers)
    session.start("r", "Synthscope 0")
    window = RatingWindow(session, lambda code: np.full((1, 8, 8, 1), 90, np.uint8))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.mark.parametrize(
    ("kind", "mirrored", "value"), [("choice", False, 1), ("confidence", False, 2), ("scale", True, 5)]
)
def test_a_study_is_answered_by_keys_from_consent_to_the_head_hash(qtbot, answers, kind, mirrored, value):
    window = opened(qtbot, answers, kind, mirrored=mirrored)
    enter = Qt.Key.Key_Return
    for _ in range(2):
        go_to_trial(qtbot, window)
        for key in (Qt.Key.Key_2, Qt.Key.Key_Backspace, Qt.Key.Key_2, enter, enter):
            qtbot.keyClick(window, key)
    assert window.session.step == "closed"
    given = [event.payload["answers"] for event in answers.events() if event.kind == "answer_submitted"]
    assert given == [{"q": value}] * 2
    assert answers.events()[-1].hash[:4] in window.words.text()
    saved = len(answers.events())
    assert "Esc: close this window" in window.words.text()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert len(answers.events()) == saved


def test_escape_asks_and_delete_withdraws(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.session.step == "consent"
    qtbot.keyClick(window, Qt.Key.Key_D)
    assert [event.kind for event in answers.events()][-2:] == ["consent_withdrawn", "session_close"]
    assert answers.events()[-2].payload == {"keep": False}


def test_after_a_withdrawal_the_answers_can_be_erased_by_two_keys(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    qtbot.keyClick(window, Qt.Key.Key_E)
    assert window.session.step == "consent"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.keyClick(window, Qt.Key.Key_D)
    assert "They still lie on this computer" in window.words.text()
    before = answers.events()
    qtbot.keyClick(window, Qt.Key.Key_E)
    assert "Nobody can bring them back" in window.words.text()
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert answers.events() == before
    window.close()
    window = opened(qtbot, answers, "choice")  # another day
    assert window.session.step == "withdrawn"
    for key in (Qt.Key.Key_E, Qt.Key.Key_Return):
        qtbot.keyClick(window, key)
    assert "Your answers on this computer are erased" in window.words.text()
    assert answers.events()[-1].hash[:4] in window.words.text()
    assert kinds(answers) == ["session_open", "consent_withdrawn", "session_close"]
    qtbot.keyClick(window, Qt.Key.Key_E)
    assert "erased" in window.words.text()
    window.close()
    assert len(answers.events()) == 3


def shown(qtbot, window):
    """Go on to the first trial."""
    go_to_trial(qtbot, window)


def kinds(answers):
    return [event.kind for event in answers.events()]


def submitted(answers):
    return [event.payload["answers"]["q"] for event in answers.events() if event.kind == "answer_submitted"]


def full(*_):
    raise DiskFull("The disk is full.")


def test_an_onset_that_cannot_be_saved_hides_the_picture_and_is_tried_again_as_one_more_exposure(
    qtbot, answers, monkeypatch
):
    window = opened(qtbot, answers, "choice")
    arm = window.session.arm

    def arm_then_fill():
        arm()
        monkeypatch.setattr(answers, "_save", full)

    monkeypatch.setattr(window.session, "arm", arm_then_fill)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    check_display(qtbot, window)
    qtbot.waitUntil(lambda: window.is_stopped)
    assert "The disk is full." in window.words.text()
    assert window.again.isVisible()
    assert window.canvas.grab().toImage().pixelColor(window.canvas.places()[0].center().toPoint()) == SURROUND
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert window.is_stopped
    monkeypatch.undo()
    qtbot.mouseClick(window.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.step == "shown")
    assert not window.again.isVisible()
    assert answers.events()[-1].payload["exposure"] == 2


def test_an_answer_that_cannot_be_saved_is_saved_at_another_try(qtbot, answers, monkeypatch):
    window = opened(qtbot, answers, "choice")
    shown(qtbot, window)
    with monkeypatch.context() as patch:
        patch.setattr(answers, "_save", full)
        qtbot.keyClick(window, Qt.Key.Key_1)
    assert window.is_stopped
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert window.session.answers == {"q": 0}
    assert window.canvas.grab().toImage().pixelColor(window.canvas.places()[0].center().toPoint()).red() == 90


def at_voxel(window, place, y, x):
    where = window.canvas.places()[place]
    point = where.topLeft() + QPointF(x * where.width() / 8, y * where.height() / 8)
    return window.canvas.mapTo(window, point.toPoint())


def drag(qtbot, window, *points):
    qtbot.mousePress(window, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(window, point)
    qtbot.mouseRelease(window, Qt.MouseButton.LeftButton, pos=points[-1])


def test_points_boxes_and_regions_are_marked_with_reasons_and_taken_back(qtbot, answers):
    window = opened(qtbot, answers, "marks")
    window.resize(900, 600)
    shown(qtbot, window)
    drag(qtbot, window, at_voxel(window, 1, 2, 4))
    qtbot.keyClick(window, Qt.Key.Key_1)
    qtbot.keyClick(window, Qt.Key.Key_T)
    drag(qtbot, window, at_voxel(window, 0, 1, 1), at_voxel(window, 0, 3, 5))
    qtbot.keyClick(window, Qt.Key.Key_T)
    outline = [at_voxel(window, 0, *point) for point in ((1, 1), (1, 6), (6, 6), (6, 1))]
    drag(qtbot, window, *outline)
    drag(qtbot, window, *outline)
    qtbot.keyClick(window, Qt.Key.Key_Backspace)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    (marks,) = submitted(answers)
    assert [(mark["shape"], mark["place"], mark["reason"]) for mark in marks] == [
        ("point", 1, ""),
        ("box", 0, "seam"),
        ("region", 0, "seam"),
    ]
    assert np.allclose(marks[0]["points"], [(2, 4)], atol=0.1)
    assert np.allclose(marks[1]["points"], [(1, 1), (3, 5)], atol=0.1)
    assert np.allclose(marks[2]["points"], [(1, 1), (1, 6), (6, 6), (6, 1)], atol=0.1)


def test_lines_are_traced_from_click_to_click(qtbot, answers):
    window = opened(qtbot, answers, "trace")
    window.resize(900, 600)
    shown(qtbot, window)
    for point in ((1, 1), (2, 2), (3, 1), (7, 7)):
        drag(qtbot, window, at_voxel(window, 0, *point))
    qtbot.keyClick(window, Qt.Key.Key_Backspace)
    qtbot.keyClick(window, Qt.Key.Key_N)
    for point in ((5, 5), (6, 5)):
        drag(qtbot, window, at_voxel(window, 0, *point))
    qtbot.keyClick(window, Qt.Key.Key_Return)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    (lines,) = submitted(answers)
    assert [len(line) for line in lines] == [3, 2]
    assert np.allclose(lines[0], [(1, 1), (2, 2), (3, 1)], atol=0.1)


@pytest.mark.parametrize(("kind", "typed", "value"), [("count", "12", 12), ("text", "Rather crisp", "Rather crisp")])
def test_numbers_and_words_are_typed(qtbot, answers, kind, typed, value):
    window = opened(qtbot, answers, kind)
    shown(qtbot, window)
    qtbot.keyClicks(window.entry, typed)
    qtbot.keyClick(window.entry, Qt.Key.Key_Return)
    assert not window.entry.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert submitted(answers) == [value]


def test_a_comment_is_kept_and_its_letters_are_no_keys(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    shown(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.keyClicks(window.entry, "prc 1")
    qtbot.keyClick(window.entry, Qt.Key.Key_Return)
    last = answers.events()[-1]
    assert (last.kind, last.payload, last.trial) == ("comment", {"text": "prc 1"}, "t0")
    assert window.session.answers == {}


def test_escape_hides_the_picture_and_interrupts_the_trial(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    shown(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.canvas.places() == ()
    assert kinds(answers)[-2:] == ["trial_interrupted", "break_start"]
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.step == "shown")
    assert answers.events()[-1].payload["exposure"] == 2


def test_closing_the_window_in_a_trial_interrupts_it(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    shown(qtbot, window)
    window.close()
    assert kinds(answers)[-2:] == ["trial_interrupted", "session_close"]


def test_the_focus_is_kept_when_it_goes_and_comes(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    shown(qtbot, window)
    for kind in (QEvent.Type.WindowDeactivate, QEvent.Type.WindowActivate):
        QApplication.sendEvent(window, QEvent(kind))
    assert kinds(answers)[-2:] == ["focus_lost", "focus_gained"]


@pytest.mark.parametrize("showing", [{"exposure": 50}, {"most": 50}])
def test_a_picture_is_hidden_after_its_time_and_may_still_be_answered(qtbot, answers, showing):
    window = opened(qtbot, answers, "choice", **showing)
    shown(qtbot, window)
    centre = window.canvas.places()[0].center().toPoint()
    qtbot.waitUntil(lambda: window.canvas.grab().toImage().pixelColor(centre) == SURROUND)
    for key in (Qt.Key.Key_1, Qt.Key.Key_Return):
        qtbot.keyClick(window, key)
    assert submitted(answers) == [0]


def test_help_names_the_keys_and_any_key_goes_back(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    shown(qtbot, window)
    before = window.words.text()
    qtbot.keyClick(window, Qt.Key.Key_H)
    assert window.sheet.isVisible()
    assert "comment" in window.sheet.words.text()
    qtbot.keyClick(window, Qt.Key.Key_1)
    assert not window.sheet.isVisible()
    assert window.words.text() == before
    assert window.session.answers == {}


def test_a_picture_does_not_move_while_words_change(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    window.resize(1280, 800)
    shown(qtbot, window)
    places = window.canvas.places()
    for key in (Qt.Key.Key_H, Qt.Key.Key_H, Qt.Key.Key_C, Qt.Key.Key_Escape, Qt.Key.Key_1):
        qtbot.keyClick(window, key)
        QApplication.processEvents()
        assert window.canvas.places() == places


def test_space_changes_reference_and_result_in_one_place(qtbot):
    canvas = RatingCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.show_pictures([np.full((1, 8, 8, 1), grey, np.uint8) for grey in (40, 200)], reference=True, flicker=True)
    centre = canvas.places()[0].center()
    for grey, voxel in ((40, None), (200, (0, (4.0, 4.0))), (40, None)):
        assert canvas.grab().toImage().pixelColor(centre.toPoint()).red() == grey
        assert canvas.voxel_at(centre.x(), centre.y()) == voxel
        canvas.flick()


def test_consent_keeps_the_hash_of_its_text(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert answers.events()[-1].payload == {"sha256": sha256(b"Free.").hexdigest()}


def test_a_backup_that_fails_at_a_break_stops_nothing_and_is_said_at_the_next_screen(qtbot, answers, monkeypatch):
    window = opened(qtbot, answers, "choice")
    shown(qtbot, window)
    monkeypatch.setattr("synthscope.studies.store.responses.replacing", full)
    for key in (Qt.Key.Key_1, Qt.Key.Key_Return):
        qtbot.keyClick(window, key)
    assert window.session.step == "break"
    assert not window.is_stopped
    assert submitted(answers) == [0]
    assert "Time for a break" in window.words.text()
    assert "The disk is full." in window.words.text()
