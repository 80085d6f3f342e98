"""The places of a slot: which sessions go on from one another, and which place comes first."""

from __future__ import annotations

import itertools

import pytest

from synthscope.records.study_events import Event
from synthscope.studies.store.places import places_of


def session(name: str, previous: str, *trials: str, at: str = "2026") -> list[Event]:
    opened = Event(name, 0, f"{name}0", "session_open", at, 0, payload={"previous": previous})
    given = [Event(name, n, f"{name}{n}", "answer_submitted", at, n, trial) for n, trial in enumerate(trials, 1)]
    return [opened, *given]


def sessions(*chains: list[Event]) -> list[list[str]]:
    """Give the sessions of each place, the same for every order in which they come in."""
    found = []
    for order in itertools.permutations(chains):
        places = places_of(event for chain in order for event in chain)
        found.append([list(dict.fromkeys(event.session for event in place)) for place in places])
    assert all(one == found[0] for one in found)
    return found[0]


def test_sessions_that_go_on_from_one_another_are_one_place_whatever_their_clocks_say() -> None:
    first, second, third = (session("c", "", "t0", at="2099"), session("a", "c", "t1"), session("b", "a", at="1999"))
    assert sessions(first, second, third) == [["c", "a", "b"]]


def test_the_place_with_the_most_answers_comes_first_and_of_equal_ones_the_lower_name() -> None:
    found = sessions(session("a", "", "t0"), session("b", "", "t0", "t1"), session("c", "", "t2"))
    assert found == [["b"], ["a"], ["c"]]


def test_a_copied_file_that_was_gone_on_from_twice_makes_two_places() -> None:
    both = session("r", "", "t0"), session("b", "r", "t1", "t2"), session("a", "r", "t1")
    assert sessions(*both) == [["b"], ["a"], ["r"]]


@pytest.mark.parametrize("previous", ["a", "lost"])
def test_a_session_that_names_itself_or_one_that_is_not_there_is_a_place(previous: str) -> None:
    assert sessions(session("a", previous, "t0")) == [["a"]]
