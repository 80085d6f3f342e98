"""The command that opens the rating window."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtWidgets import QApplication

from synthscope.errors import InputError
from synthscope.qt.rating.window import RatingWindow
from synthscope.rating import chosen_slot, rate
from synthscope.records.study import Question, Showing
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.studies.pack.writing import write_pack

SLOTS = tuple(Slot(name, False, (Trial(f"t-{name}", 1, ("0a11",)),)) for name in ("a", "b"))
MANIFEST = PackManifest(
    "s", "x", "rating", (Question("q", "scale", "How good?"),), Showing(), (1, 8, 8, 1), ("0a11",), SLOTS
)


@pytest.mark.parametrize("name", ["", "c"])
def test_a_slot_must_be_named_and_known(name):
    with pytest.raises(InputError, match="a, b"):
        chosen_slot(MANIFEST, name)


def test_rate_keeps_answers_in_two_copies(tmp_path, qtbot, monkeypatch):
    pack = write_pack(tmp_path / "s.ratepack", MANIFEST, lambda _: np.zeros((1, 8, 8, 1), np.uint8))
    monkeypatch.setattr(RatingWindow, "showFullScreen", lambda self: self.close())
    monkeypatch.setattr("qtpy.QtWidgets.QApplication.exec", lambda *_: 0)
    rate(pack, "a", tmp_path / "out", tmp_path / "two")
    assert (tmp_path / "out" / "responses_a.db").exists()
    assert '"session_close"' in (tmp_path / "two" / "responses_a.jsonl").read_text().replace(" ", "")


def test_the_window_covers_the_whole_screen_without_a_window_manager_too(tmp_path, qtbot, monkeypatch):
    pack = write_pack(tmp_path / "s.ratepack", MANIFEST, lambda _: np.zeros((1, 8, 8, 1), np.uint8))
    found = []

    def look(*_: object) -> int:
        window = next(one for one in QApplication.topLevelWidgets() if isinstance(one, RatingWindow))
        qtbot.waitExposed(window)
        found.append(window.geometry() == window.screen().geometry())
        window.close()
        return 0

    monkeypatch.setattr("qtpy.QtWidgets.QApplication.exec", look)
    rate(pack, "a", tmp_path / "out", tmp_path / "two")
    assert found == [True]
