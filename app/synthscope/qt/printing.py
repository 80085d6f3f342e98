"""A page as PDF, by QtWebEngine in a process of its own: ``python -m synthscope.qt.printing PAGE PDF``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtpy.QtWebEngineCore import QWebEnginePage

NO_ENGINE = 3
"""Exit status where the browser engine cannot be loaded; why stands on standard error."""
MARGINS = (13.0, 14.0, 13.0, 14.0)
"""Millimetres at the left, top, right and bottom of an A4 sheet."""


def main(words: Sequence[str]) -> int:
    """Print the page that the first word names into the file of the second; without words only load the engine."""
    try:
        from qtpy.QtWebEngineCore import QWebEnginePage
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        return NO_ENGINE
    from qtpy.QtCore import QEvent
    from qtpy.QtWidgets import QApplication

    if not words:
        return 0
    application = QApplication(["synthscope"])
    page = QWebEnginePage()
    _print_when_loaded(page, Path(words[0]).resolve(), Path(words[1]).resolve(), application)
    status = int(application.exec())
    page.deleteLater()  # now, by the next line: a page must not outlive its profile
    application.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    return status


def _print_when_loaded(page: QWebEnginePage, source: Path, target: Path, application: object) -> None:
    from qtpy.QtCore import QMarginsF, QUrl
    from qtpy.QtGui import QPageLayout, QPageSize
    from qtpy.QtWebEngineCore import QWebEngineSettings

    sheet = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(*MARGINS),
        QPageLayout.Unit.Millimeter,
    )  # fmt: skip
    leave = application.exit  # type: ignore[attr-defined]

    def loaded(well: bool) -> None:
        if well:
            page.printToPdf(str(target), sheet)
        else:
            leave(1)

    page.settings().setAttribute(QWebEngineSettings.WebAttribute.JavascriptEnabled, False)
    page.loadFinished.connect(loaded)
    page.pdfPrintingFinished.connect(lambda _, well: leave(0 if well else 1))
    page.renderProcessTerminated.connect(lambda *_: leave(1))
    page.load(QUrl.fromLocalFile(str(source)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
