"""One rater's way through a slot: each step is on the disk before the next begins."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Literal

from synthscope.errors import InputError
from synthscope.records.study_events import EventKind
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.services.rating.answers import check_answer, unanswered
from synthscope.services.rating.sight import Sight, sight_of
from synthscope.services.rating.withdrawing import check_erasable
from synthscope.studies.store.replaying import SlotProgress, progress_of
from synthscope.studies.store.responses import Responses

Step = Literal["consent", "display", "ready", "armed", "shown", "break", "paused", "done", "withdrawn", "closed"]
"""`ready`: the next trial may be armed; `armed`: saved, not yet drawn; `shown`: answers are taken.

`withdrawn`: no session is open any more; the answers may be erased.
"""


class RatingSession:
    """A session from consent to its end. A verb whose event cannot be saved raises and leaves the step as it was.

    Parameters
    ----------
    responses : Responses
        Open, of this slot.
    clock : callable
        Gives monotonic time in ns.

    Attributes
    ----------
    step : Step
        Where the session stands.
    trial : Trial, optional
        The one to be armed next, or armed, or shown.
    responses : Responses
        What is on the disk.
    answers : dict
        Not yet confirmed, from the id of a question.
    """

    def __init__(
        self, manifest: PackManifest, slot: Slot, responses: Responses, clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self.manifest = manifest
        self.slot = slot
        self.step: Step = "closed"
        self.trial: Trial | None = None
        self.answers: dict[str, Any] = {}
        self.responses = responses
        self._clock = clock
        self._armed = 0
        self._block = -1
        self._touched = False
        self._sight = Sight()
        self._exposures: Counter[str] = Counter()
        self._waiting: list[Trial] = []

    @property
    def progress(self) -> SlotProgress:
        """How far the slot has come, told from what is on the disk."""
        return progress_of(self.slot, self.responses.events())

    @property
    def notice(self) -> str:
        """What the rater should know although every answer is saved; empty for nothing."""
        return self.responses.notice

    @property
    def remaining(self) -> int:
        """How many trials are not answered."""
        return len(self._waiting)

    def start(self, rater: str, program: str) -> None:
        """Begin a session; after a crash it goes on at the interrupted trial, a withdrawn place stays closed."""
        before, events = self.progress, self.responses.events()
        agreed = any(event.kind == "consent_given" for event in events)
        if before.withdrawn:
            check_erasable(before)
            self.step = "withdrawn"
            return
        self.responses.begin(rater, program, events[-1].session if events else "")
        if before.unfinished:
            self._save("crash_recovered", before.interrupted)
        if before.unfinished and before.interrupted:
            self._save("trial_interrupted", before.interrupted, {"reason": "crash"})
        self._exposures = Counter(before.exposures)
        self._waiting = [trial for trial in self.slot.trials if trial.id not in before.answered]
        self.trial = self._waiting[0] if self._waiting else None
        self.step = "done" if before.finished else "display" if agreed else "consent"

    def consent(self) -> None:
        """Take part; the SHA-256 of the text that was agreed to is kept."""
        self._must("consent")
        self._save("consent_given", "", {"sha256": sha256(self.manifest.consent.encode()).hexdigest()})
        self.step = "display"

    def check_display(self, found: Mapping[str, Any]) -> None:
        """Keep what the check of the display found; it forbids nothing."""
        self._must("display")
        self._save("display_check", "", found)
        self.step = "ready"

    def arm(self) -> Trial:
        """Save that the next trial is about to be drawn, and give it."""
        self._must("ready")
        trial = self._current()
        if trial.block != self._block:
            self._save("block_start", "", {"block": trial.block})
            self._block = trial.block
        self._save("trial_armed", trial.id)
        self._exposures[trial.id] += 1  # it may be seen before its onset is saved
        self.answers, self._armed, self.step = {}, self._clock(), "armed"
        return trial

    def onset(self) -> None:
        """Save that the picture was drawn; call it after the draw."""
        self._must("armed")
        trial, drawn = self._current(), self._clock()
        shown = self._exposures[trial.id]
        latency = (drawn - self._armed) / 1e6
        self._save("stimulus_onset", trial.id, {"exposure": shown, "exposure_ms": self.sight, "latency_ms": latency})
        self._sight, self._touched, self.step = Sight(drawn, self.sight), False, "shown"

    def offset(self, frame_ms: float = 0.0) -> None:
        """Save for how long the picture was seen, in frames of the screen; call it after the draw of what hides it."""
        self._must("shown")
        self._save("stimulus_offset", self._current().id, self._sight.hide(self._clock(), frame_ms))

    def lose_sight(self) -> None:
        """Take a trial back that was drawn but not saved as drawn: its next showing counts as one more."""
        self._must("armed")
        self._save("trial_interrupted", self._current().id, {"reason": "storage"})
        self.step = "ready"

    @property
    def sight(self) -> int:
        """For how long the pictures of the trial may be seen, in ms; 0 for any time."""
        return sight_of(self.manifest.showing, self.trial)

    @property
    def takes_answers(self) -> bool:
        """Whether the picture was seen for as long as the study asks before an answer."""
        return self.step == "shown" and self._elapsed() >= self.manifest.showing.least

    def answer(self, question: str, value: Any) -> bool:
        """Set an answer that is not yet confirmed; give False, and do nothing, where it comes too early."""
        self._must("shown")
        asked = next((each for each in self.manifest.questions if each.id == question), None)
        if asked is None:
            raise InputError(f"This study asks no question {question!r}; answer one of its own.")
        check_answer(asked, self._current(), value)
        if not self.takes_answers:
            return False
        kind: EventKind = "answer_changed" if self._touched else "first_interaction"
        self._save(kind, self._current().id, {"question": question, "value": value, "rt_ms": self._elapsed()})
        self.answers[question], self._touched = value, True
        return True

    def undo(self, question: str) -> None:
        """Take back an answer before it is confirmed."""
        self._must("shown")
        if question in self.answers:
            self._save("answer_changed", self._current().id, {"question": question, "value": None})
            del self.answers[question]

    def confirm(self) -> bool:
        """Save the answers, then go on; give False, and do nothing, where one is missing or it is too early."""
        self._must("shown")
        if not self.takes_answers or unanswered(self.manifest.questions, self.answers):
            return False
        trial, now = self._current(), self._clock()
        spent = self._sight.elapsed(now)
        shown = self._exposures[trial.id]
        dwelt = self._sight.dwelt(now)
        payload = {"answers": self.answers, "rt_ms": spent, "dwell_ms": dwelt, "exposure": shown}
        self._save("answer_submitted", trial.id, payload)
        self._waiting = self._waiting[1:]
        self.trial, self.answers = (self._waiting[0] if self._waiting else None), {}
        self.step = "ready" if self.trial else "done"
        if self.trial and self.trial.block != trial.block:
            self.step = "break"  # even where its event cannot be saved: the answer is
            self._save("break_start", "", {"asked": False})
        return True

    def note(self, kind: Literal["comment", "flag_recognised", "focus_lost", "focus_gained"], text: str = "") -> None:
        """Save a comment, that a picture was recognised, or that the window lost or gained the focus."""
        trial = self.trial.id if self.trial and self.step in ("armed", "shown") else ""
        self._save(kind, trial, {"text": text} if text else {})

    def look(self, view: Mapping[str, Any]) -> None:
        """Save zoom and slice, where the consent says that viewing is logged."""
        if self.manifest.showing.viewing and self.step == "shown":
            self._save("view_state", self._current().id, view)

    def pause(self) -> None:
        """Rest; a trial in sight is interrupted and will be shown again, as one more exposure."""
        self._must("ready", "armed", "shown")
        if self.step != "ready":
            self._save("trial_interrupted", self._current().id, {"reason": "pause"})
            self.answers, self.step = {}, "ready"
        self._save("break_start", "", {"asked": True})
        self.step = "paused"

    def resume(self) -> None:
        """Go on after a break or a pause."""
        self._must("break", "paused")
        self._save("break_end")
        self.step = "ready"

    def withdraw(self, *, keep: bool) -> None:
        """Take consent back; `keep` says whether the answers so far may be used."""
        if self.step in ("closed", "withdrawn"):
            raise InputError("The session has ended; consent can no longer be withdrawn in it.")
        self._save("consent_withdrawn", "", {"keep": keep})
        self.step, self.trial = "withdrawn", None

    def close(self) -> str:
        """End the session and give the hash of its last event, to be read aloud; a trial in sight is interrupted."""
        if self.step in ("armed", "shown"):
            self._save("trial_interrupted", self._current().id, {"reason": "closed"})
            self.step = "ready"
        head = self.responses.append("session_close").hash
        self.step = "closed"
        return head

    def _current(self) -> Trial:
        if self.trial is None:
            raise InputError("Every trial of this slot is answered; close the session.")
        return self.trial

    def _elapsed(self) -> float:
        return self._sight.elapsed(self._clock())

    def _must(self, *steps: Step) -> None:
        if self.step not in steps:
            raise InputError(f"The session stands at {self.step!r}, not at {' or '.join(steps)}; finish that first.")

    def _save(self, kind: EventKind, trial: str = "", payload: Mapping[str, Any] | None = None) -> None:
        self.responses.append(kind, trial, payload)
