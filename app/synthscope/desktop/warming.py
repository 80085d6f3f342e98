"""What napari compiles when the first labels are shown, compiled before anybody waits for it."""

from __future__ import annotations

import threading

import numpy as np
from qtpy.QtCore import QObject, Signal


class Warming(QObject):
    """Compiles beside the window what napari needs to colour labels: it took a second when the first mask was made.

    Signals
    -------
    ready()
        It is done.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = threading.Thread(target=self._work, name="synthscope warming")

    def start(self) -> None:
        """Begin; the program does not end before it has come to its end."""
        self._thread.start()

    def wait(self) -> None:
        """Wait until it is done."""
        self._thread.join()

    def _work(self) -> None:
        from napari.utils.colormaps import DirectLabelColormap

        # the colours of a mask: napari compiles for the type of the labels and the number of colours
        colours = DirectLabelColormap(color_dict={None: "red", 0: "transparent"})
        colours.map(np.zeros((2, 2), np.uint8))
        try:
            self.ready.emit()
        except RuntimeError:  # the window was closed meanwhile, and this object with it
            return
