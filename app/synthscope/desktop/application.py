"""The application: one QApplication, one window, and what happens when something unforeseen does."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from qtpy.QtCore import QObject, QTimer, Signal
from qtpy.QtWidgets import QApplication

from synthscope.desktop.crash import CrashReporter
from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.screen import held_screen
from synthscope.desktop.settings import SettingsStore, config_folder, log_folder
from synthscope.desktop.warming import Warming
from synthscope.services.shared_models import share_models

NAME = "Synthscope"
SETTLE_MS = 1000
"""After a panel was made, so that what it is busy with at first has been done."""


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """Give the QApplication of this process, made now if there is none.

    Raises
    ------
    Unavailable
        If there is no screen that a window could be opened on.
    """
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # napari keeps its own settings; ours stay apart, so that a plain napari remembers its own window
    os.environ.setdefault("NAPARI_CONFIG", str(config_folder() / "napari.yaml"))
    with held_screen(os.environ):
        application = QApplication([sys.argv[0], *arguments])
    application.setApplicationName(NAME)
    application.setApplicationDisplayName(NAME)
    application.setDesktopFileName("synthscope")
    application.setStyle("Fusion")
    return application


def make_window(store: SettingsStore) -> MainWindow:
    """Make the window, not yet shown."""
    return MainWindow(store)


def run(paths: Sequence[Path] = ()) -> int:
    """Open the window, stay until it is closed, and give the exit status."""
    application = make_application()
    store = SettingsStore(config_folder())
    share_models(store.value.shared_models)  # before anything lists models, and before a worker starts
    window = make_window(store)
    teller = Teller()
    teller.told.connect(window.notices.set_value)
    reporter = CrashReporter(log_folder(), teller.told.emit)
    reporter.install()
    window.showMaximized() if window.settings.maximized else window.show()
    # the start page is on screen before the viewer is made
    QTimer.singleShot(0, lambda: prepare(window))
    if paths:
        QTimer.singleShot(0, lambda: window.open_paths(paths))
    try:
        return int(application.exec())
    finally:
        reporter.uninstall()


def prepare(window: MainWindow) -> None:
    """Make the workspace behind the start page, for a window that stays until the program ends.

    napari collects garbage whenever a layer is removed. What is there now stays to the end, so the collector need
    not walk through it each time: that took a fifth of a second per layer. Panels and compiled code that come later
    are counted in, once they have been made.
    """
    workspace = window.prepare_workspace()
    settling = QTimer(workspace)
    settling.setSingleShot(True)
    settling.setInterval(SETTLE_MS)
    settling.timeout.connect(settle)
    workspace.made.connect(lambda _panel: settling.start())
    warming = Warming(workspace)
    warming.ready.connect(settling.start)
    settle()
    warming.start()


def settle() -> None:
    """Let the collector no longer walk through what there is."""
    gc.collect()
    gc.freeze()


class Teller(QObject):
    """Carries sentences from any thread to the window's."""

    told = Signal(object)
