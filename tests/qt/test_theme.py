"""Colours that can be read by everybody, and a sheet that is whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QLabel, QWidget

from synthscope.qt.buttons import Fold, IconButton
from synthscope.qt.theme import (
    DARK,
    LIGHT,
    Tokens,
    apply_theme,
    icon,
    set_role,
    stylesheet,
    tokens_named,
    tokens_of,
)
from synthscope.records.colours import SYNTHETIC


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("behind", ["background", "surface"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "warning"])
def test_words_can_be_read(tokens: Tokens, ink: str, behind: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, behind)) >= 4.5


@pytest.mark.parametrize(
    ("ink", "behind"),
    [
        ("on_accent", "accent"),
        ("on_warning", "warning"),
        ("text", "accent_soft"),
        ("text", "warning_soft"),
        ("text", "raised"),
        ("accent", "accent_soft"),
        ("warning", "warning_soft"),
    ],
)
def test_words_on_colour_can_be_read(tokens: Tokens, ink: str, behind: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, behind)) >= 4.5


def test_accent_and_warning_differ_without_red_and_green(tokens: Tokens) -> None:
    # Those who confuse red with green still see blue against yellow.
    accent, warning = QColor(tokens.accent), QColor(tokens.warning)
    assert accent.blue() - warning.blue() > 100


def test_synthetic_stands_out_from_every_grey() -> None:
    assert QColor(SYNTHETIC).saturationF() > 0.6


def test_figures_outline_synthetic_voxels_in_the_colour_of_the_canvas() -> None:
    from synthscope.io.figures import OUTLINE

    assert OUTLINE == SYNTHETIC


def test_the_sheet_has_no_open_names(tokens: Tokens) -> None:
    sheet = stylesheet(tokens)
    assert not re.search(r"\$[a-z]", sheet.split("*/", 1)[1])
    assert tokens.accent in sheet


def test_every_picture_of_the_sheet_is_there(tokens: Tokens) -> None:
    paths = re.findall(r'url\("([^"]+)"\)', stylesheet(tokens))
    assert paths
    assert all(Path(path).is_file() for path in paths)


def test_no_text_is_smaller_than_13_pixels(tokens: Tokens) -> None:
    assert min(int(n) for n in re.findall(r"font-size: (\d+)px", stylesheet(tokens))) >= 13


def test_a_widget_knows_the_theme_it_stands_in(shown: Callable[..., QWidget], tokens: Tokens) -> None:
    outer = QWidget()
    inner = QLabel("a", outer)
    shown(outer, tokens)
    assert tokens_of(inner) is tokens


def test_icons_follow_a_change_of_theme(shown: Callable[..., QWidget]) -> None:
    outer = QWidget()
    button = IconButton("brush", "Brush", parent=outer)
    shown(outer, LIGHT)
    bright = button.icon().pixmap(18, 18).toImage()
    apply_theme(outer, DARK)
    assert button.icon().pixmap(18, 18).toImage() != bright


def test_names_of_viewer_themes_map_to_ours() -> None:
    assert tokens_named("light") is LIGHT
    assert tokens_named("dark") is DARK
    assert tokens_named("system") is DARK


def test_all_colours_are_hex(tokens: Tokens) -> None:
    colours = [getattr(tokens, f.name) for f in fields(tokens) if f.name != "name"]
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in colours)


def test_an_icon_of_the_family_is_drawn(qapp: object) -> None:
    assert not icon("brush", "#000000").isNull()


def test_a_fold_opens_and_closes(shown: Callable[..., QWidget]) -> None:
    content = QLabel("inside")
    fold = Fold("More", content)
    shown(fold)
    heard: list[bool] = []
    fold.toggled.connect(heard.append)
    fold.set_open(True)
    fold.set_open(True)
    assert content.isVisible()
    fold.set_open(False)
    assert heard == [True, False]
    assert not fold.is_open()


def test_a_role_changes_the_look_at_once(shown: Callable[..., QWidget]) -> None:
    outer = QWidget()
    label = QLabel("a", outer)
    shown(outer, LIGHT)
    set_role(label, "warning")
    assert label.palette().color(label.foregroundRole()).name() == LIGHT.warning
