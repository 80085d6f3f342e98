"""Pictures of the next trial are read before they are asked for, each once."""

from __future__ import annotations

from threading import Event, get_ident

import numpy as np
import pytest

from synthscope.errors import FileError
from synthscope.records.study_pack import Trial
from synthscope.services.rating.ahead import Ahead

TRIAL = Trial("t", 1, ("a", "b"), "r")


@pytest.fixture
def read():
    return []


@pytest.fixture
def ahead(read):
    done = Event()

    def picture(code):
        read.append((code, get_ident()))
        if code == "broken":
            raise FileError("The picture is gone.")
        if code == "b":
            done.set()
        return np.full((1, 2, 2, 1), ord(code), np.uint8)

    made = Ahead(picture)
    made.done = done
    yield made
    made.close()


def test_a_trial_is_read_in_another_thread_before_it_is_asked_for(ahead, read):
    ahead.begin(TRIAL)
    assert ahead.done.wait(10)
    assert [picture[0, 0, 0, 0] for picture in ahead.take(TRIAL)] == [ord(code) for code in "rab"]
    assert [code for code, _ in read] == ["r", "a", "b"]
    assert get_ident() not in {thread for _, thread in read}


def test_a_trial_that_was_not_foreseen_is_read_all_the_same(ahead):
    ahead.begin(TRIAL)
    (picture,) = ahead.take(Trial("other", 1, ("x",)))
    assert picture[0, 0, 0, 0] == ord("x")


def test_a_picture_that_cannot_be_read_is_told_when_it_is_asked_for_and_read_anew_then(ahead, read):
    broken = Trial("t", 1, ("broken",))
    ahead.begin(broken)
    for _ in range(2):
        with pytest.raises(FileError, match="gone"):
            ahead.take(broken)
    assert len(read) == 2
