"""What a PDF holds, as a reader of PDFs sees it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtPdf import QPdfDocument


def pages_of(path: Path) -> list[str]:
    """Give the words of every page."""
    document = QPdfDocument(None)
    assert document.load(str(path)) == QPdfDocument.Error.None_
    return [" ".join(document.getAllText(i).text().split()) for i in range(document.pageCount())]


def text_of(path: Path) -> str:
    """Give the words of all pages."""
    return " ".join(pages_of(path))


def sizes_of(path: Path) -> set[tuple[int, int]]:
    """Give the sizes of its pages in points."""
    document = QPdfDocument(None)
    assert document.load(str(path)) == QPdfDocument.Error.None_
    sizes = [document.pagePointSize(i) for i in range(document.pageCount())]
    return {(round(one.width()), round(one.height())) for one in sizes}
