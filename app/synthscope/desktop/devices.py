"""Which device generators run on: asked of the worker, told in the corner."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from qtpy.QtCore import QObject, QTimer

from synthscope.desktop.status import StatusLine

LATER_SECONDS = 30
"""How long the window has been used before a worker is started only to be asked."""

GIGABYTE = 1e9


class DeviceWatch(QObject):
    """Asks the worker once per project, when it is idle; the window itself never imports PyTorch.

    A worker that has just ended a job is asked at once. Where none was needed yet, one is started
    `LATER_SECONDS` after the workspace was made: it will be there when the first run comes.
    """

    def __init__(self, status: StatusLine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._status = status
        self._session: Any = None
        self._known = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LATER_SECONDS * 1000)
        self._timer.timeout.connect(self.ask)

    def follow(self, session: Any) -> None:
        """Hear of the work of a session, also when another project is opened in it."""
        self._session = session
        session.project_changed.connect(self._listen)
        self._listen()
        self._timer.start()

    def ask(self) -> None:
        """Ask, unless the answer is known or the worker is busy: then the end of its job is the time."""
        if not self._known and self._session.has_project and not self._session.work.running:
            self._session.work.ask_devices()

    def stop(self) -> None:
        """Ask nothing more: the session has ended."""
        self._timer.stop()
        self._known = True

    def _listen(self) -> None:
        if self._session.has_project:
            self._session.work.ended.connect(self._on_ended)
            self._session.work.devices_told.connect(self._show)

    def _on_ended(self, _job: object) -> None:
        self.ask()

    def _show(self, answer: Mapping[str, Any]) -> None:
        self._known = True
        self._status.set_device(device_words(answer), str(answer.get("problem", "")))


def device_words(answer: Mapping[str, Any]) -> str:
    """Name the device that is taken first: ``NVIDIA RTX A6000, 48 GB`` or ``CPU, 8 cores``."""
    for device in answer["devices"]:
        if device["id"] != "cpu":
            memory = f", {device['memory'] / GIGABYTE:.0f} GB" if device["memory"] else ""
            return f"{device['name']}{memory}"
    cores = answer.get("cpu_count") or os.cpu_count()
    return f"CPU, {cores} cores"
