"""A rater's session: order of steps, early and missing answers, pause, withdrawal, resume, a full disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthscope.errors import DiskFull, FileError, InputError
from synthscope.records.study import Question, Showing
from synthscope.records.study_events import Mark
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.services.rating.answers import TIE, check_answer
from synthscope.services.rating.session import RatingSession
from synthscope.services.rating.withdrawing import erase_answers, is_erasable
from synthscope.services.studies.answers import doubled, events_by_slot
from synthscope.studies.store import responses as store
from synthscope.studies.store.chain import heads_of
from synthscope.studies.store.replaying import progress_of
from synthscope.studies.store.responses import Responses

SLOT = Slot("a", False, (Trial("t0", 0, ("c0",)), Trial("t1", 1, ("c1",)), Trial("t2", 1, ("c0",))))
PAIR = Trial("t", 1, ("c0", "c1"))


class Clock:
    now = 0

    def __call__(self):
        return self.now

    def wait(self, ms):
        self.now += int(ms * 1e6)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def manifest():
    question = Question("q", "confidence", "Real or synthetic?")
    return PackManifest(
        "s", "Soil", "real-or-synthetic", (question,), Showing(least=300), (1, 4, 4, 1), ("c0", "c1"), (SLOT,)
    )


@pytest.fixture
def opening(tmp_path, manifest, clock):
    opened = []

    def open_():
        if opened:
            opened[-1].close()
        opened.append(Responses.open(tmp_path / "a.db", slot="a", study="s", mirror=tmp_path / "two" / "a.jsonl"))
        return RatingSession(manifest, SLOT, opened[-1], clock), opened[-1]

    yield open_
    opened[-1].close()


def ready(opening):
    session, responses = opening()
    session.start("r1", "Synthscope 0")
    if session.step == "consent":
        session.consent()
    session.check_display({"ramp": 18})
    return session, responses


def rate(session, clock, value=3):
    session.arm()
    session.onset()
    clock.wait(400)
    assert session.answer("q", value)
    assert session.confirm()


def kinds(responses):
    return [event.kind for event in responses.events()]


def test_a_whole_session_is_kept_in_its_order(opening, clock):
    session, responses = ready(opening)
    rate(session, clock)
    assert session.step == "break"
    session.resume()
    rate(session, clock)
    rate(session, clock)
    assert session.step == "done"
    assert session.close() == responses.events()[-1].hash
    trial = ["trial_armed", "stimulus_onset", "first_interaction", "answer_submitted"]
    opening_events = ["session_open", "consent_given", "display_check"]
    first = ["block_start", *trial, "break_start", "break_end"]
    assert kinds(responses) == [*opening_events, *first, "block_start", *trial, *trial, "session_close"]


def test_an_answer_before_the_least_time_is_not_taken(opening, clock):
    session, responses = ready(opening)
    session.arm()
    session.onset()
    clock.wait(299)
    assert not session.answer("q", 2)
    assert not session.confirm()
    clock.wait(1)
    assert session.answer("q", 2)
    session.undo("q")
    assert not session.confirm()
    assert "answer_submitted" not in kinds(responses)


def test_nothing_is_shown_before_consent(opening):
    session, _ = opening()
    session.start("r1", "Synthscope 0")
    with pytest.raises(InputError, match="consent"):
        session.arm()


def test_after_a_kill_the_same_trial_comes_again_as_a_second_exposure(opening, clock):
    session, _ = ready(opening)
    rate(session, clock)
    session.resume()
    session.arm()
    session.onset()
    again, responses = ready(opening)
    assert again.arm().id == "t1"
    again.onset()
    assert responses.events()[-1].payload["exposure"] == 2
    assert [event.trial for event in responses.events() if event.kind == "trial_interrupted"] == ["t1"]


def test_a_pause_interrupts_the_trial_and_is_no_withdrawal(opening):
    session, responses = ready(opening)
    session.arm()
    session.onset()
    session.pause()
    session.resume()
    assert session.arm().id == "t0"
    assert not session.progress.withdrawn
    assert "trial_interrupted" in kinds(responses)


@pytest.mark.parametrize("keep", [True, False])
def test_withdrawal_says_what_happens_to_answers_and_closes_the_slot(opening, keep):
    session, responses = ready(opening)
    session.withdraw(keep=keep)
    assert responses.events()[-1].payload == {"keep": keep}
    session.close()
    assert is_erasable(session) is not keep
    again, responses = opening()
    before = responses.events()
    if keep:
        with pytest.raises(InputError, match="withdrawn"):
            again.start("r1", "Synthscope 0")
        with pytest.raises(InputError, match="only after a withdrawal that does not leave"):
            erase_answers(again)
    else:
        again.start("r1", "Synthscope 0")
        assert again.step == "withdrawn"
    assert responses.events() == before


def test_who_withdrew_may_erase_the_answers_and_the_place_stays_closed(opening):
    session, responses = ready(opening)
    heads = heads_of(responses.events())
    with pytest.raises(InputError, match="only after a withdrawal"):
        erase_answers(session)
    session.withdraw(keep=False)
    session.close()
    head = erase_answers(session)
    (marker,) = heads_of(responses.events()).items()
    assert marker[1] == head
    assert set(responses.events()[1].payload["erased"]) == set(heads)
    assert not is_erasable(session)
    found = events_by_slot(responses.events())["a"]
    assert (found.withdrawn, found.keep, found.submitted) == (True, False, {})
    again, _ = opening()
    with pytest.raises(InputError, match="were erased"):
        again.start("r1", "Synthscope 0")


def test_an_erasing_that_fails_at_the_second_copy_is_tried_again(opening, monkeypatch):
    session, responses = ready(opening)
    session.withdraw(keep=False)
    session.close()
    replace = Path.replace

    def refused(self, target):
        if self.suffix == ".jsonl":
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    for _ in range(2):
        with pytest.raises(FileError, match=r"jsonl may not be written; change its permissions"):
            erase_answers(session)
        assert is_erasable(session)
    monkeypatch.setattr(Path, "replace", replace)
    head = erase_answers(session)
    assert responses.events()[-1].hash == head
    assert not is_erasable(session)


@pytest.mark.parametrize("keep", [True, False])
def test_a_clock_that_is_set_back_loses_no_withdrawal(opening, monkeypatch, keep):
    session, responses = ready(opening)
    monkeypatch.setattr(store, "_now", lambda: "2001-01-01T00:00:00+00:00")
    session.withdraw(keep=keep)
    found = events_by_slot(responses.events())["a"]
    assert found.events[-1].at < found.events[0].at
    assert (found.withdrawn, found.keep) == (True, keep)


def test_who_withdrew_at_one_computer_has_withdrawn_at_both(opening, tmp_path, manifest, clock):
    here, responses = ready(opening)
    there = Responses.open(tmp_path / "b.db", slot="a", study="s", mirror=tmp_path / "two" / "b.jsonl")
    other = RatingSession(manifest, SLOT, there, clock)
    here.withdraw(keep=True)
    other.start("r1", "Synthscope 0")
    other.consent()
    assert events_by_slot((*responses.events(), *there.events()))["a"].withdrawn
    assert progress_of(SLOT, (*responses.events(), *there.events())).withdrawn
    other.withdraw(keep=False)
    assert not events_by_slot((*responses.events(), *there.events()))["a"].keep
    there.close()


@pytest.mark.parametrize("year", [2001, 2099])
def test_of_two_computers_no_clock_decides_which_answer_counts(opening, tmp_path, manifest, clock, monkeypatch, year):
    with monkeypatch.context() as patch:
        patch.setattr(store, "_now", lambda: f"{year}-01-01T00:00:00+00:00")
        here, few = ready(opening)
        rate(here, clock, value=2)
    there = Responses.open(tmp_path / "b.db", slot="a", study="s", mirror=tmp_path / "two" / "b.jsonl")
    other = RatingSession(manifest, SLOT, there, clock)
    other.start("r1", "Synthscope 0")
    other.consent()
    other.check_display({})
    rate(other, clock, value=5)
    other.close()
    again = RatingSession(manifest, SLOT, there, clock)  # opened once more at the same place
    again.start("r1", "Synthscope 0")
    again.check_display({})
    rate(again, clock, value=4)
    many, few = there.events(), few.events()
    there.close()
    for events in ((*few, *many), (*many, *few)):
        found = events_by_slot(events)["a"]
        given = {trial: event.payload["answers"]["q"] for trial, event in found.submitted.items()}
        assert given == {"t0": 5, "t1": 4}
        said = doubled("a", found)
        assert said.startswith("a answered 1 trials at more than one place; all answers are kept")
        assert f"1 of session {many[0].session[:8]}." in said
    assert doubled("a", events_by_slot(many)["a"]) == ""
    assert {event.payload["exposure"] for event in many if event.kind == "answer_submitted"} == {1}


def test_a_kill_between_drawing_and_saving_the_onset_counts_as_seen(opening, clock):
    session, _ = ready(opening)
    session.arm()  # its picture may be on the screen when the program dies
    again, responses = ready(opening)
    assert [event.trial for event in responses.events() if event.kind == "trial_interrupted"] == ["t0"]
    assert again.progress.exposures == {"t0": 1}
    rate(again, clock)
    shown = [event.payload["exposure"] for event in responses.events() if "exposure" in event.payload]
    assert shown == [2, 2]  # of the onset and of the answer


def test_a_full_disk_stops_before_the_next_picture_and_the_answer_may_be_confirmed_again(opening, clock, monkeypatch):
    session, responses = ready(opening)
    session.arm()
    session.onset()
    clock.wait(400)
    session.answer("q", 3)

    def full(*_):
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(responses, "_save", full)
        with pytest.raises(DiskFull):
            session.confirm()
    assert (session.step, session.trial.id, session.answers) == ("shown", "t0", {"q": 3})
    assert session.confirm()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("confidence", 6, 7),
        ("scale", 1, True),
        ("choice", 1, 2),
        ("choice", TIE, -1),
        ("marks", [Mark("point", ((1.0, 2.0),), 1, 0, "seam")], [Mark("point", ((1.0, 2.0),), 2)]),
        ("marks", [], [Mark("point", ((1.0, 2.0),), 0, 0, "unknown")]),
        ("count", 0, -1),
        ("trace", [[(0, 1), (2, 3)]], [[(0, 1)]]),
        ("text", "", 3),
    ],
)
def test_each_kind_of_question_takes_its_own_answers(kind, good, bad):
    question = Question("q", kind, "?", tie=True, reasons=("seam",))
    check_answer(question, PAIR, good)
    with pytest.raises(InputError, match="'q'"):
        check_answer(question, PAIR, bad)


@pytest.mark.parametrize(
    ("seen", "frame", "dwell"), [(34, 1000 / 60, 2000 / 60), (3, 1000 / 60, 1000 / 60), (34, 0, 34)]
)
def test_a_hidden_picture_was_seen_for_whole_frames_as_measured_at_the_first_try(
    opening, clock, monkeypatch, seen, frame, dwell
):
    session, responses = ready(opening)
    session.arm()
    session.onset()
    clock.wait(seen)
    with monkeypatch.context() as patch:
        patch.setattr(responses, "_save", lambda *_: (_ for _ in ()).throw(DiskFull("The disk is full.")))
        with pytest.raises(DiskFull):
            session.offset(frame)
    clock.wait(5000)
    session.offset(frame)
    assert session.answer("q", 2)
    assert session.confirm()
    submitted = next(event for event in responses.events() if event.kind == "answer_submitted")
    assert submitted.payload["dwell_ms"] == pytest.approx(dwell)
    assert submitted.payload["rt_ms"] == seen + 5000
