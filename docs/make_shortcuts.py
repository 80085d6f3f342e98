"""Writes the shortcuts of docs/guide.md from the program's own list of actions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from synthscope.desktop.actions import ACTIONS, MENU_ORDER

GUIDE = Path(__file__).parent / "guide.md"
BEGIN, END = "<!-- shortcuts -->\n", "<!-- end of shortcuts -->"


def rows() -> Iterator[str]:
    """Give the table, menu by menu."""
    yield "| action | keys |"
    yield "|---|---|"
    for menu in MENU_ORDER:
        for action in ACTIONS:
            if action.shortcut and action.menu.partition("/")[0] == menu:
                yield f"| {menu}: {action.title.rstrip('…')} | `{action.shortcut}` |"


def main() -> None:
    """Put the table between its marks."""
    before, _, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "\n".join(rows())
    GUIDE.write_text(f"{before}{BEGIN}\n{table}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
