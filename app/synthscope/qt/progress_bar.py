"""A bar that is drawn with the rest of the window, never at once."""

from __future__ import annotations

from qtpy.QtWidgets import QProgressBar, QWidget

STEPS = 1000
"""Parts of the bar."""


class ProgressBar(QProgressBar):
    """Shows a share of work that is done.

    Qt's own bar draws itself, and with it the canvas behind it, within each `setValue` that is seen; this one waits
    for the window's next turn, however many values come before it.

    Parameters
    ----------
    name : str
        What a screen reader calls it.
    """

    def __init__(self, name: str = "Progress", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setAccessibleName(name)

    def set_fraction(self, fraction: float | None) -> None:
        """Show a share from 0 to 1; None while it cannot be known."""
        high, value = (0, 0) if fraction is None else (STEPS, round(fraction * STEPS))  # 0 to 0: a running stripe
        if (self.minimum(), self.maximum(), self.value()) == (0, high, value):
            return
        self.setUpdatesEnabled(False)  # without it Qt draws here and now
        self.setRange(0, high)
        self.setValue(value)
        self.setUpdatesEnabled(True)
