"""Pictures that are seen for the time of their trial: hidden behind a mask, measured, kept, the same after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from synthscope.qt.rating.canvas import RatingCanvas
from synthscope.qt.rating.mask import mask_image, mask_pixels
from synthscope.qt.rating.trials import in_frames
from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import Question
from synthscope.records.study_pack import Trial
from synthscope.studies.store.responses import Responses

from .studies import ENTER, answers_in, go_to_trial, manifest_of, of_kind, opened, press

TRIALS = (Trial("t0", 1, ("c0",), "", 250), Trial("t1", 1, ("c1",), "", 60), Trial("t2", 1, ("c0",), "", 0))
MANIFEST = manifest_of([Question("q", "confidence", "Real?")], TRIALS, exposure=1000)


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Responses]:
    made = answers_in(tmp_path)
    yield made
    made.close()


def centre(window: RatingWindow) -> np.ndarray:
    """Give the grey values of the middle of the picture's place."""
    place = window.canvas.places()[0].toAlignedRect()
    image = window.canvas.grab(place).toImage().scaled(16, 16)
    return np.array([[image.pixelColor(x, y).red() for x in range(4, 12)] for y in range(4, 12)])


def test_the_mask_has_every_grey_value_equally_often_and_no_picture_in_it() -> None:
    values, counts = np.unique(mask_pixels(), return_counts=True)
    assert list(values) == list(range(256))
    assert set(counts) == {256}
    assert mask_image() is mask_image()


@pytest.mark.parametrize(("sight", "frame", "ms"), [(31, 1000 / 60, 33), (17, 1000 / 60, 17), (5, 1000 / 60, 17),
                                                    (250, 1000 / 144, 250), (31, 0.0, 31)])  # fmt: skip
def test_a_picture_is_planned_for_whole_frames(sight: int, frame: float, ms: int) -> None:
    assert in_frames(sight, frame) == ms


def test_each_trial_is_seen_for_its_own_time_then_masked_and_measured_in_frames(
    qtbot: QtBot, answers: Responses
) -> None:
    window = opened(qtbot, MANIFEST, answers)
    frame = window.frame_ms
    for planned in (250, 60, 1000):
        go_to_trial(qtbot, window)
        assert window.session.sight == planned
        assert of_kind(answers, "stimulus_onset")[-1].payload["exposure_ms"] == planned
        if planned == 250:
            assert set(centre(window).ravel()) == {90}
        offsets = len(of_kind(answers, "stimulus_offset"))
        qtbot.waitUntil(lambda before=offsets: len(of_kind(answers, "stimulus_offset")) > before)
        behind = centre(window)
        assert (behind.std() > 20) == (planned < 1000)  # the last trial has no exposure of its own: no mask
        press(qtbot, window, Qt.Key.Key_2, ENTER)
    for hidden, given, planned in zip(
        of_kind(answers, "stimulus_offset"), of_kind(answers, "answer_submitted"), (250, 60, 1000), strict=True
    ):
        assert hidden.trial == given.trial
        assert hidden.payload["frame_ms"] == frame
        assert hidden.payload["frames"] == max(1, round(hidden.payload["seen_ms"] / frame))
        assert given.payload["dwell_ms"] == pytest.approx(hidden.payload["frames"] * frame)
        assert hidden.payload["seen_ms"] >= planned - frame


def test_an_answer_during_the_sight_ends_it_and_its_dwell_is_the_time_until_then(
    qtbot: QtBot, answers: Responses
) -> None:
    window = opened(qtbot, manifest_of(MANIFEST.questions, [Trial("t0", 1, ("c0",), "", 60000)]), answers)
    go_to_trial(qtbot, window)
    press(qtbot, window, Qt.Key.Key_1, ENTER)
    (given,) = of_kind(answers, "answer_submitted")
    assert not of_kind(answers, "stimulus_offset")
    assert 0 < given.payload["dwell_ms"] == given.payload["rt_ms"] < 60000


def test_after_a_crash_the_exposure_of_the_trial_is_the_one_it_had(qtbot: QtBot, tmp_path: Path) -> None:
    answers = answers_in(tmp_path)
    first = opened(qtbot, MANIFEST, answers)
    go_to_trial(qtbot, first)
    press(qtbot, first, Qt.Key.Key_1, ENTER)
    go_to_trial(qtbot, first)
    first.hiding.stop()
    answers.close()  # as a killed process leaves it: no event says that it ended
    again = answers_in(tmp_path)
    second = opened(qtbot, MANIFEST, again)
    go_to_trial(qtbot, second)
    shown = [(one.trial, one.payload) for one in of_kind(again, "stimulus_onset")]
    told = [(trial, payload["exposure"], payload["exposure_ms"]) for trial, payload in shown]
    assert told == [("t0", 1, 250), ("t1", 1, 60), ("t1", 2, 60)]
    first.session.step = "closed"  # its file is shut
    second.close()
    again.close()


def test_hidden_for_good_is_said_once_and_only_where_it_was_for_good(qtbot: QtBot) -> None:
    canvas = RatingCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    said: list[str] = []
    canvas.gone.connect(lambda: said.append("gone"))
    with qtbot.waitSignal(canvas.drawn):
        canvas.show_pictures([np.full((1, 8, 8, 1), 40, np.uint8)])
    canvas.cover(True)
    canvas.repaint()
    canvas.cover(False)
    with qtbot.waitSignal(canvas.gone):
        canvas.end_sight(masked=True)
    canvas.repaint()
    assert said == ["gone"]
