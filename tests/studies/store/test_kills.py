"""No acknowledged answer is lost when the program is killed at any moment."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from synthscope.studies.store.chain import verify
from synthscope.studies.store.recovery import recover
from synthscope.studies.store.responses import Responses

KILLS = 20


def killed_once(folder, seconds):
    """Let a rater answer, kill it after `seconds` of answering, and give the ids of the acknowledged events."""
    script = Path(__file__).with_name("writer.py")
    with subprocess.Popen([sys.executable, str(script), str(folder)], stdout=subprocess.PIPE, text=True) as process:
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        rest = process.stdout.read()
    return [line for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_twenty_kills_lose_nothing(tmp_path):
    generator = random.Random(6)
    acknowledged = []
    for _ in range(KILLS):
        acknowledged += [line.strip() for line in killed_once(tmp_path, generator.uniform(0, 0.05))]
    events = recover(tmp_path / "a.db", tmp_path / "mirror" / "a.jsonl")
    assert len(acknowledged) >= KILLS
    assert set(acknowledged) <= {event.id for event in events}
    assert verify(events) == ()
    assert len({event.session for event in events}) == KILLS
    opened = Responses.open(tmp_path / "a.db", slot="s", study="x", mirror=tmp_path / "mirror" / "a.jsonl")
    assert {event.id for event in opened.events()} == {event.id for event in events}
    opened.close()
