"""Weights by others: what a tile says, and that a fetch asks first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from synthscope.qt.theme import Tokens
from synthscope.qt.weights_list import WeightsList, state_words
from synthscope.records.weights import StoredFile, StoredWeights
from synthscope.records.weights_catalogue import ALEXNET, CLIP, INCEPTION
from synthscope.services.weights import WeightsRow

FILE = StoredFile("fid.pt", 87_335_461, "7f" * 32)
STORED = StoredWeights("inception-fid", "Inception", "Apache-2.0", (FILE,), "fid.pt", "7f" * 32, "known")
HERE = WeightsRow(INCEPTION, STORED, "", 87_336_000)
MISSING = WeightsRow(ALEXNET, None)
BEGUN = WeightsRow(CLIP, None, "", 5_000_000)
DAMAGED = WeightsRow(INCEPTION, None, "Weights 'inception-fid' have lost fid.pt.", 300)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def listed(shown: Callable[..., WeightsList], tokens: Tokens) -> WeightsList:
    found = shown(WeightsList(), tokens)
    found.set_value([HERE, MISSING, BEGUN])
    return found


def test_what_is_set_is_given(listed: WeightsList) -> None:
    assert listed.value() == (HERE, MISSING, BEGUN)
    listed.set_value([DAMAGED])
    assert listed.value() == (DAMAGED, MISSING, BEGUN)


def test_a_tile_says_how_weights_stand() -> None:
    assert state_words(HERE) == "Here, 87.3 MB; the file is one whose SHA-256 Synthscope knows."
    assert state_words(MISSING) == "Not here; about 233 MB to fetch."
    assert state_words(BEGUN) == "Not here; about 606 MB to fetch; 5 MB of it have come."
    assert state_words(DAMAGED) == DAMAGED.reason


def test_buttons_are_those_that_make_sense(listed: WeightsList) -> None:
    here, missing, begun = listed.tiles.values()
    assert [tile.fetch.isVisible() for tile in (here, missing, begun)] == [False, True, True]
    assert [tile.verify.isVisible() for tile in (here, missing, begun)] == [True, False, False]
    assert [tile.remove.isVisible() for tile in (here, missing, begun)] == [True, False, True]


def test_nothing_is_fetched_before_its_meaning_was_read_and_agreed_to(listed: WeightsList, qtbot: QtBot) -> None:
    agreed: list[str] = []
    listed.fetch_agreed.connect(agreed.append)
    tile = listed.tiles["alexnet-features"]
    qtbot.mouseClick(tile.fetch, LEFT)
    assert agreed == []
    assert tile.agree.isVisible()
    assert "about 233 MB from download.pytorch.org, licence BSD-3-Clause" in tile.consent.text()
    qtbot.mouseClick(tile.refuse, LEFT)
    assert not tile.agree.isVisible()
    assert agreed == []
    qtbot.mouseClick(tile.fetch, LEFT)
    qtbot.mouseClick(tile.agree, LEFT)
    assert agreed == ["alexnet-features"]
    assert not tile.agree.isVisible()


def test_other_buttons_name_their_weights(listed: WeightsList, qtbot: QtBot) -> None:
    heard: list[tuple[str, str]] = []
    listed.import_wanted.connect(lambda name: heard.append(("import", name)))
    listed.verify_wanted.connect(lambda name: heard.append(("verify", name)))
    listed.remove_wanted.connect(lambda name: heard.append(("remove", name)))
    tile = listed.tiles["inception-fid"]
    for button in (tile.take_in, tile.verify, tile.remove):
        qtbot.mouseClick(button, LEFT)
    assert heard == [(word, "inception-fid") for word in ("import", "verify", "remove")]
