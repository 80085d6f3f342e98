"""The durable queue against a plain list that does the same."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from synthscope.errors import InputError
from synthscope.jobs.queue import JobQueue

ALLOWED = {
    "mark_running": {"waiting"},
    "mark_done": {"running"},
    "mark_failed": {"running"},
    "cancel": {"waiting", "running", "interrupted"},
    "retry": {"failed", "cancelled", "interrupted"},
    "resume": {"interrupted"},
    "discard": {"interrupted"},
}
BECOMES = {
    "mark_running": "running",
    "mark_done": "done",
    "mark_failed": "failed",
    "cancel": "cancelled",
    "retry": "waiting",
    "resume": "waiting",
    "discard": "cancelled",
}


class QueueMachine(RuleBasedStateMachine):
    """A list of [id, state, attempts] in order is all the truth there is."""

    jobs = Bundle("jobs")

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.queue = JobQueue(self.folder / "queue.sqlite")
        self.model: list[list] = []

    def teardown(self):
        self.queue.close()
        shutil.rmtree(self.folder)

    @rule(target=jobs, title=st.text(max_size=5))
    def add(self, title):
        job = self.queue.add("run", {"title": title}, title)
        self.model.append([job, "waiting", 0])
        return job

    @rule(job=jobs, verb=st.sampled_from(sorted(ALLOWED)))
    def turn(self, job, verb):
        row = next((row for row in self.model if row[0] == job), None)
        arguments = (job, "It failed.") if verb == "mark_failed" else (job,)
        if row is None or row[1] not in ALLOWED[verb]:
            try:
                getattr(self.queue, verb)(*arguments)
            except InputError:
                return
            raise AssertionError(f"{verb} of {row} was not refused")
        getattr(self.queue, verb)(*arguments)
        row[1] = BECOMES[verb]
        row[2] += verb == "mark_running"
        if verb in ("retry", "resume"):
            self.model.remove(row)
            self.model.insert(0 if verb == "resume" else len(self.model), row)

    @rule(job=jobs, place=st.integers(-2, 6))
    def move_to(self, job, place):
        waiting = [row for row in self.model if row[1] == "waiting"]
        row = next((row for row in waiting if row[0] == job), None)
        if row is None:
            return
        self.queue.move_to(job, place)
        slots = [self.model.index(other) for other in waiting]
        waiting.remove(row)
        waiting.insert(max(place, 0), row)
        for slot, other in zip(slots, waiting, strict=True):
            self.model[slot] = other

    @rule()
    def remove_finished(self):
        before = len(self.model)
        self.model = [row for row in self.model if row[1] not in ("done", "failed", "cancelled")]
        assert self.queue.remove_finished() == before - len(self.model)

    @rule()
    def crash(self):
        self.queue.close()
        self.queue = JobQueue(self.queue.path)
        for row in self.model:
            row[1] = "interrupted" if row[1] == "running" else row[1]

    @invariant()
    def same(self):
        assert [[row.id, row.state, row.attempts] for row in self.queue.list()] == self.model
        waiting = [row[0] for row in self.model if row[1] == "waiting"]
        following = self.queue.next_waiting()
        assert (following.id if following else None) == (waiting[0] if waiting else None)
        assert [job.id for job in self.queue.interrupted()] == [r[0] for r in self.model if r[1] == "interrupted"]


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
