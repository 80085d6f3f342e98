"""Our colours as napari themes, so that viewer and shell look like one program."""

from __future__ import annotations

from typing import Literal

from synthscope.qt.theme import DARK, LIGHT, Tokens

PREFIX = "synthscope_"

# napari writes text of one colour on `current` (the chosen layer, pressed buttons): a calmer accent.
_CURRENT = {"dark": "#2b648f", "light": "#a9cdeb"}
# Grey values are judged against what surrounds them: neutral, neither black nor white on the light side.
_CANVAS = {"dark": "#000000", "light": "#d9dde2"}
_SECONDARY = {"dark": "#59626d", "light": "#aab4bf"}


def theme_name(name: Literal["dark", "light"]) -> str:
    """Give the napari theme of ours that goes with dark or light, registered if need be."""
    from napari.utils.theme import available_themes, register_theme

    theme_id = PREFIX + name
    if theme_id not in available_themes():
        register_theme(theme_id, _theme(theme_id, DARK if name == "dark" else LIGHT), "synthscope")
    return theme_id


def _theme(theme_id: str, tokens: Tokens) -> dict[str, str]:
    return {
        "id": theme_id,
        "label": theme_id,
        "type": tokens.name,
        "syntax_style": "native" if tokens.name == "dark" else "default",
        "canvas": _CANVAS[tokens.name],
        "console": tokens.surface,
        "background": tokens.background,
        "foreground": tokens.raised,
        "primary": tokens.border,
        "secondary": _SECONDARY[tokens.name],
        "highlight": tokens.muted,
        "text": tokens.text,
        "icon": tokens.text,
        "warning": tokens.warning,
        "error": tokens.warning,
        "current": _CURRENT[tokens.name],
    }
