"""Undo and redo."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import MaskError
from synthscope.imaging.masks.history import MaskHistory, difference, flip

SHAPE = (4, 6, 7)
STATES = st.lists(hnp.arrays(bool, SHAPE), min_size=1, max_size=6)
MOVES = st.lists(st.sampled_from(["undo", "redo"]), max_size=15)


@given(STATES, MOVES)
@settings(max_examples=60)
def test_undo_and_redo_restore_every_state_bit_by_bit(states: list, moves: list) -> None:
    history, mask, known = MaskHistory(), np.zeros(SHAPE, bool), [np.zeros(SHAPE, bool)]
    for number, state in enumerate(states):
        if history.push(str(number), mask, state):
            known.append(state)
        mask = state.copy()
    at = len(known) - 1
    for move in moves:
        change = history.undo(mask) if move == "undo" else history.redo(mask)
        wanted = at - 1 if move == "undo" else at + 1
        assert (change is not None) == (0 <= wanted < len(known))
        at = wanted if change is not None else at
        np.testing.assert_array_equal(mask, known[at])


@given(hnp.arrays(bool, (3, 4)), hnp.arrays(bool, (3, 4)), st.integers(0, 5), st.integers(0, 5))
def test_a_change_within_a_box_touches_only_the_box(before: np.ndarray, after: np.ndarray, y: int, x: int) -> None:
    mask = np.zeros((9, 10), bool)
    box = (slice(y, y + 3), slice(x, x + 4))
    mask[box] = before
    was = mask.copy()
    history = MaskHistory()
    history.push("stroke", before, after, box)
    mask[box] = after
    history.undo(mask)
    np.testing.assert_array_equal(mask, was)


def test_a_new_operation_forgets_what_was_taken_back() -> None:
    history, mask = MaskHistory(), np.zeros((3, 3), bool)
    painted = mask.copy()
    painted[1, 1] = True
    history.push("paint", mask, painted)
    mask = painted.copy()
    history.undo(mask)
    assert history.redo_names == ("paint",)
    history.push("invert", mask, ~mask)
    assert history.redo_names == ()
    assert history.undo_names == ("invert",)


def test_names_come_in_the_order_they_will_be_taken_back() -> None:
    history, mask = MaskHistory(), np.zeros((3, 3), bool)
    for k, name in enumerate(("threshold", "grow", "fill")):
        after = mask.copy()
        after[k, k] = True
        history.push(name, mask, after)
        mask = after
    assert history.undo_names == ("fill", "grow", "threshold")
    assert history.undo(mask).name == "fill"
    assert history.redo_names == ("fill",)


def test_an_operation_that_changes_nothing_is_not_remembered() -> None:
    history = MaskHistory()
    assert history.push("nothing", np.ones((2, 2), bool), np.ones((2, 2), bool)) is None
    assert history.undo_names == ()


def test_memory_is_bounded_and_the_newest_is_kept(rng: np.random.Generator) -> None:
    history, mask = MaskHistory(max_bytes=20_000), np.zeros((256, 256), bool)
    for k in range(12):
        after = rng.random(mask.shape) < 0.5
        history.push(str(k), mask, after)
        mask = after
    assert history.nbytes <= 20_000
    assert 1 <= len(history.undo_names) < 12
    assert history.undo_names[0] == "11"
    tiny = MaskHistory(max_bytes=1)
    tiny.push("large", np.zeros((256, 256), bool), mask)
    assert tiny.undo_names == ("large",)


def test_the_number_of_steps_is_bounded() -> None:
    history, mask = MaskHistory(max_steps=3), np.zeros((3, 3), bool)
    for k in range(5):
        history.push(str(k), mask, ~mask)
        mask = ~mask
    assert history.undo_names == ("4", "3", "2")


def test_a_stroke_in_a_large_stack_costs_bytes() -> None:
    before = np.zeros((40, 500, 500), bool)
    after = before.copy()
    after[20, 100:130, 100:130] = True
    change = difference("stroke", before, after)
    assert change.box == (slice(20, 21), slice(100, 130), slice(100, 130))
    assert change.nbytes < 50


def test_labels_of_any_whole_type_can_be_undone() -> None:
    labels = np.zeros((4, 4), np.uint16)
    after = labels.copy()
    after[1:3, 1:3] = 1
    history = MaskHistory()
    history.push("paint", labels, after)
    mask = after.copy()
    history.undo(mask)
    np.testing.assert_array_equal(mask, labels)
    history.redo(mask)
    np.testing.assert_array_equal(mask, after)
    history.clear()
    assert history.undo(mask) is None


def test_a_history_of_another_mask_is_refused_and_kept() -> None:
    history = MaskHistory()
    history.push("paint", np.zeros((9, 9), bool), np.ones((9, 9), bool))
    with pytest.raises(MaskError, match="another mask"):
        history.undo(np.zeros((5, 5), bool))
    assert history.undo_names == ("paint",)
    with pytest.raises(MaskError, match="another mask"):
        flip(np.zeros((9, 9)), difference("x", np.zeros((9, 9), bool), np.ones((9, 9), bool)))


def test_states_of_two_shapes_are_refused() -> None:
    with pytest.raises(MaskError, match="do not fit"):
        difference("x", np.zeros((2, 2), bool), np.zeros((2, 3), bool))
