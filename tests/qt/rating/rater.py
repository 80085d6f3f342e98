"""A rater made of key events, in the program's own process: answers a pack, and says on standard output what was taken.

``python -m tests.qt.rating.rater JOB.json`` with ``arguments`` of the program, ``report`` (a file for everything that
could be found in the process; empty for none) and ``plants`` (words put where they must be found). It ends when the
study does.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from qtpy.QtCore import QSettings, Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication
from tests.qt.rating.looking import clipboard_texts, heap_texts, reachable_texts, widget_texts

from synthscope import rating
from synthscope.qt.rating.window import RatingWindow

ENTER = Qt.Key.Key_Return
SIDES = {"left": Qt.Key.Key_Left, "right": Qt.Key.Key_Right, "up": Qt.Key.Key_Up, "down": Qt.Key.Key_Down}
CONFIDENCES = 6
EVERY_MS = 10


def value_for(trial: str) -> int:
    """Give the confidence that this rater has in a trial: the same at every showing."""
    return 1 + hashlib.sha256(trial.encode()).digest()[0] % CONFIDENCES


class Rater:
    """Presses keys in whatever window of the program is open."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.seen: set[str] = set()
        self.found: dict[str, set[str]] = {}
        self._is_busy = False
        self.timer = QTimer()
        self.timer.timeout.connect(self.tick)
        self.timer.start(EVERY_MS)

    def tick(self) -> None:
        """Press what is due; once at a time, for pressing lets other events through."""
        windows = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, RatingWindow)]
        if not windows or self._is_busy or not windows[0].isVisible():
            return
        self._is_busy = True
        try:
            self.act(windows[0])
        finally:
            self._is_busy = False

    def act(self, window: RatingWindow) -> None:
        """Do what is due at this step."""
        step = window.session.step
        self.look(window, step)
        if step == "shown":
            self.answer(window)
        elif step == "display":
            self.check(window)
        elif step in ("consent", "break", "paused", "done"):
            QTest.keyClick(window, ENTER)
        elif step == "closed":
            self.report()
            self.timer.stop()
            window.close()

    def answer(self, window: RatingWindow) -> None:
        """Answer the trial in sight, and say so once it was taken."""
        session, trial = window.session, window.session.trial
        assert trial is not None
        if self.job["report"] and "comment" not in self.seen:
            self.wander(window)
            return
        number = CONFIDENCES + 1 - value_for(trial.id) if session.slot.mirrored else value_for(trial.id)
        QTest.keyClick(window, Qt.Key.Key_0 + number)
        QTest.keyClick(window, ENTER)
        if session.trial is not trial:
            sys.stdout.write(f"{trial.id}\n")
            sys.stdout.flush()

    def wander(self, window: RatingWindow) -> None:
        """Go through what else a trial offers: help, a comment, recognised, a pause, stopping."""
        QTest.keyClick(window, Qt.Key.Key_H)
        self.look(window, "help")
        QTest.keyClick(window, Qt.Key.Key_H)
        QTest.keyClick(window, Qt.Key.Key_C)
        QTest.keyClicks(window.entry, "Rather crisp")
        self.look(window, "comment")
        QTest.keyClick(window.entry, ENTER)
        QTest.keyClick(window, Qt.Key.Key_R)
        QTest.keyClick(window, Qt.Key.Key_Escape)
        self.look(window, "stop")
        QTest.keyClick(window, Qt.Key.Key_Escape)

    def check(self, window: RatingWindow) -> None:
        """Go through the check of the display."""
        check = window.checker.check
        patches = {"dark": check.patches[0], "light": check.patches[1]}
        side = patches.get(check.stage, "")
        QTest.keyClick(window, SIDES[side] if side else Qt.Key.Key_Y if check.stage == "ramp" else ENTER)

    def look(self, window: RatingWindow, step: str) -> None:
        """Take down every text that there is, once at each step."""
        if not self.job["report"] or step in self.seen:
            return
        self.plant(window)
        self.seen.add(step)
        places = {"widgets": widget_texts(), "clipboard": clipboard_texts(), "reachable": reachable_texts(window)}
        if step in ("shown", "closed"):
            places["heap"] = heap_texts()
        for name, texts in places.items():
            self.found.setdefault(name, set()).update(texts)

    def plant(self, window: RatingWindow) -> None:
        """Put words where a careless change could put them."""
        plants = self.job["plants"]
        if not plants:
            return
        window.words.setToolTip(f"from {plants['tooltip']}.tif")
        window.canvas.setObjectName(plants["name"])
        window.setWindowTitle(plants["title"])
        QApplication.clipboard().setText(plants["clipboard"])
        window.session.note_of_mine = [{"deep": (plants["attribute"],)}]  # type: ignore[attr-defined]
        kept = plants["closure"]
        window.canvas.moved_by_me = lambda: kept  # type: ignore[attr-defined]
        QSettings("Synthscope", "rating").setValue("recent", [plants["settings"]])
        QSettings("Synthscope", "rating").sync()

    def report(self) -> None:
        """Write down what was found."""
        if self.job["report"]:
            found = {name: sorted(texts) for name, texts in self.found.items()}
            Path(self.job["report"]).write_text(json.dumps({"steps": sorted(self.seen), "texts": found}))


def main() -> int:
    """Rate as the job says."""
    job = json.loads(Path(sys.argv[1]).read_text())
    application = QApplication([])
    rater = Rater(job)
    status = rating.main(job["arguments"])
    del rater, application
    return status


if __name__ == "__main__":
    sys.exit(main())
