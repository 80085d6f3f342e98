"""The one list of actions."""

from __future__ import annotations

import pytest
from qtpy.QtGui import QKeySequence

from synthscope.desktop.actions import ACTIONS, MENU_ORDER, Action, by_id, sample_actions
from synthscope.desktop.handlers import HANDLERS
from synthscope.desktop.helping import CANVAS, key_groups
from synthscope.desktop.palette import matching, rank
from synthscope.desktop.predicates import PREDICATES


def test_ids_and_shortcuts_are_unique() -> None:
    assert len(by_id()) == len(ACTIONS)


@pytest.mark.parametrize("twin", [Action("a", "B", "File"), Action("b", "B", "File", "Ctrl+A")])
def test_twins_are_refused_with_both_named(twin: Action) -> None:
    with pytest.raises(ValueError, match=r"'a'.*'a'|'b'.*'a'"):
        by_id((Action("a", "A", "File", "Ctrl+A"), twin))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.id)
def test_every_action_can_be_shown_asked_and_carried_out(action: Action) -> None:
    assert action.menu.partition("/")[0] in MENU_ORDER
    assert action.enabled_when in PREDICATES
    assert not action.checked_when or action.checked_when in PREDICATES
    assert action.panel or action.id in HANDLERS
    assert action.tooltip
    assert not action.shortcut or not QKeySequence(action.shortcut).isEmpty()


def test_every_handler_has_its_action() -> None:
    assert set(HANDLERS) <= set(by_id())


def test_samples_become_actions() -> None:
    (made,) = sample_actions([("rock", "Rock", "A plug.")])
    assert (made.id, made.word, made.tooltip) == ("sample.rock", "rock", "A plug.")


def test_the_sheet_holds_every_shortcut_once() -> None:
    groups = key_groups(ACTIONS)
    shown = [keys for group in groups if group is not CANVAS for keys, _ in group.keys]
    assert len(shown) == len(set(shown)) == sum(bool(a.shortcut) for a in ACTIONS)


def test_what_is_typed_finds_titles_before_tooltips() -> None:
    assert matching("diff", ACTIONS)[0].id == "compare.difference"
    assert matching("theme dark", ACTIONS)[0].id == "view.theme_dark"
    assert matching("no such thing at all", ACTIONS) == []


def test_nothing_typed_keeps_the_order_of_the_menus() -> None:
    assert matching("", ACTIONS) == list(ACTIONS)
    assert all(rank("", action) for action in ACTIONS)
