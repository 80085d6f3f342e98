"""Colours, sizes, icons and the stylesheet: light and dark, one accent, one warning colour."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Literal

from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QColor, QIcon, QPalette
from qtpy.QtWidgets import QWidget

GRID = 4
"""All distances are multiples of this many pixels."""

ICON_SIZE = 18
"""Side of an icon in a button, in pixels."""

Role = Literal["panel", "card", "title", "muted", "accent", "warning", "primary", "quiet", "chip", "badge", ""]


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as ``#rrggbb``.

    `background` is behind panels, `surface` behind what is edited, `raised` behind what is pressed.
    The ``*_soft`` ones lie behind text; ``on_*`` are for text on the strong colour.
    """

    name: Literal["light", "dark"]
    background: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_soft: str
    on_accent: str
    warning: str
    warning_soft: str
    on_warning: str


# Blue and orange stay apart for all common kinds of colour blindness (Okabe and Ito 2008), and every
# text colour has a contrast of at least 4.5 to what it stands on (WCAG 2.2, 1.4.3).
LIGHT = Tokens(
    name="light",
    background="#f4f5f7",
    surface="#ffffff",
    raised="#e6e9ee",
    border="#c3cad3",
    text="#1b2127",
    muted="#55606b",
    disabled="#98a1ab",
    accent="#0a64a9",
    accent_soft="#dcebf8",
    on_accent="#ffffff",
    warning="#a84300",
    warning_soft="#fdebdc",
    on_warning="#ffffff",
)
DARK = Tokens(
    name="dark",
    background="#262930",
    surface="#1d2026",
    raised="#383e47",
    border="#4b535e",
    text="#e9edf1",
    muted="#a9b3bd",
    disabled="#6f7984",
    accent="#62b5f3",
    accent_soft="#23415a",
    on_accent="#0b1a26",
    warning="#ffb056",
    warning_soft="#4a361f",
    on_warning="#241400",
)


def tokens_named(name: str) -> Tokens:
    """Give the colours that go with a viewer theme; unknown names count as dark when they say so."""
    return LIGHT if "light" in name.lower() else DARK


def tokens_of(widget: QWidget) -> Tokens:
    """Give the colours that fit where a widget stands: bright text means a dark theme."""
    widget.ensurePolished()
    text: QColor = widget.palette().color(QPalette.ColorRole.WindowText)
    return DARK if text.lightnessF() > 0.5 else LIGHT


def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """Draw an icon of the one family (Material Design Icons 6), such as ``brush``.

    Raises
    ------
    Exception
        If the family has no icon of that name.
    """
    import qtawesome

    made: QIcon = qtawesome.icon(f"mdi6.{name}", color=colour, color_disabled=disabled or colour)
    return made


def icon_size() -> QSize:
    """Give the size of icons in buttons."""
    return QSize(ICON_SIZE, ICON_SIZE)


def set_role(widget: QWidget, role: Role) -> None:
    """Give a widget its part in the stylesheet; may change at any time."""
    set_mark(widget, "role", role)


def set_mark(widget: QWidget, name: str, value: str | bool) -> None:
    """Set a property that the stylesheet looks at, and restyle when it changed."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def apply_theme(widget: QWidget, tokens: Tokens) -> None:
    """Dress a panel or a window and all that is in it."""
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
    widget.setProperty("role", "panel")
    widget.setStyleSheet(stylesheet(tokens))


def stylesheet(tokens: Tokens) -> str:
    """Write the Qt stylesheet of a theme."""
    folder = Path(str(files("synthscope_resources")))
    values: dict[str, Any] = {f.name: getattr(tokens, f.name) for f in fields(tokens)}
    values["icons"] = (folder / "icons").as_posix()
    return Template((folder / "themes" / "synthscope.qss").read_text(encoding="utf-8")).substitute(values)
