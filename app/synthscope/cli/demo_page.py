"""The page that a demo leaves: pictures, numbers, files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from synthscope.io.atomic import write_text

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 32px auto; padding: 0 16px; color: #1d2127; }
img { max-width: 100%; border: 1px solid #c8ccd2; border-radius: 4px; }
figure { margin: 24px 0; } figcaption { color: #4a5058; margin-top: 4px; }
table { border-collapse: collapse; }
th, td { padding: 4px 12px 4px 0; text-align: left; border-bottom: 1px solid #e3e6ea; }
code { background: #f1f3f5; padding: 1px 4px; border-radius: 3px; }
"""


@dataclass(frozen=True)
class Page:
    """What the page says.

    Parameters
    ----------
    pictures : sequence of (file, caption)
    columns, rows
        The table of candidates.
    facts : sequence of str
        Sentences of what was shown to hold.
    links : sequence of (file, words)
        Other pages that lie beside this one.
    """

    title: str
    pictures: Sequence[tuple[Path, str]]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    facts: Sequence[str]
    links: Sequence[tuple[Path, str]] = ()


def write_page(path: Path, page: Page) -> Path:
    """Write the page as HTML beside its pictures."""
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(page.title)}</title>'
    parts = [head, f"<style>{STYLE}</style><h1>{escape(page.title)}</h1>"]
    parts += ["<ul>", *(f"<li>{escape(fact)}</li>" for fact in page.facts), "</ul>"]
    parts += [_link(path.parent, file, words) for file, words in page.links]
    parts += [_table(page)]
    parts += [_figure(path.parent, picture, caption) for picture, caption in page.pictures]
    return write_text(path, "\n".join([*parts, "</html>\n"]))


def _table(page: Page) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in page.columns)
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in page.rows)
    return f"<table><tr>{head}</tr>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _link(folder: Path, file: Path, words: str) -> str:
    return f'<p><a href="{escape(file.relative_to(folder).as_posix())}">{escape(words)}</a></p>'


def _figure(folder: Path, picture: Path, caption: str) -> str:
    name = escape(picture.relative_to(folder).as_posix())
    return f'<figure><img src="{name}" alt="{escape(caption)}"><figcaption>{escape(caption)}</figcaption></figure>'
