"""Takes the pictures of docs/report-card.md and docs/studies-report.md from finished reports.

``python docs/make_report_pictures.py soil=soil.html root=root.html`` opens each page (of ``synthscope evaluate ...
--report soil.html``, or the report of a study) in a browser engine and keeps some of its parts as
``images/report-soil-numbers.png`` and so on. ``study=study-report.html`` is that of ``synthscope demo``,
``marked=OUT/report.html`` that of ``python docs/marked_study.py DATA OUT``. Without a display a virtual one is used.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from PIL import Image as Picture
from qtpy.QtCore import QEventLoop, QTimer, QUrl

from synthscope.cli.display import has_display, virtual_display

IMAGES = Path(__file__).resolve().parent / "images"
PARTS = ("short", "numbers", "fields", "curves", "controls", "grade", "answer", "pictures", "maps")
WIDTH, HEIGHT = 1180, 1400
TALLEST = 1000  # pixels that are kept of a part
ROWS = {"maps": 768}  # of parts that are cut between two rows
LARGEST = 350_000  # bytes of a picture
PAUSE = 900  # milliseconds that the engine is given to draw


def main() -> int:
    """Take the pictures of every page that is named."""
    pages = dict(word.partition("=")[::2] for word in sys.argv[1:])
    if not pages or not all(pages.values()):
        sys.exit("Give report cards by names: soil=soil.html")
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")
    with ExitStack() as stack:
        if not has_display() and not stack.enter_context(virtual_display()):
            sys.exit("There is no display and no Xvfb; install one of them.")
        for name, page in pages.items():
            take(name, Path(page).resolve())
    return 0


def take(name: str, page: Path) -> None:
    """Keep the parts of one page."""
    from PySide6.QtWebEngineWidgets import QWebEngineView
    from qtpy.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    view = QWebEngineView()
    view.resize(WIDTH, HEIGHT)
    view.show()
    loop = QEventLoop()
    view.loadFinished.connect(lambda _: loop.quit())
    view.load(QUrl.fromLocalFile(str(page)))
    loop.exec()
    for part in PARTS:
        section = f"document.getElementById('{part}')"
        if not ask(view, f"Boolean({section})"):
            continue
        ask(view, f"{section}.scrollIntoView()")
        wait(PAUSE)
        left, top, wide, tall = (
            int(ask(view, f"{section}.getBoundingClientRect().{side}")) for side in ("left", "top", "width", "height")
        )
        path = IMAGES / f"report-{name}-{part}.png"
        view.grab().copy(left - 8, top, wide + 16, min(tall, ROWS.get(part, TALLEST))).save(str(path))
        keep_small(path)
    view.close()
    application.processEvents()


def ask(view: Any, program: str) -> Any:
    """Give what a line of script says of the page."""
    loop, said = QEventLoop(), []
    view.page().runJavaScript(program, lambda answer: (said.append(answer), loop.quit()))
    loop.exec()
    return said[0]


def wait(milliseconds: int) -> None:
    """Let the engine draw."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def keep_small(path: Path) -> None:
    """Write a picture with a palette, as small as the pages of the docs want them."""
    picture = Picture.open(path).convert("RGB")
    for colours in (256, 128, 64, 32):
        picture.quantize(colours).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return
    while path.stat().st_size > LARGEST:
        picture = picture.crop((0, 0, picture.width, picture.height * 4 // 5))
        picture.quantize(32).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
