"""The Help menu: shortcuts, diagnostics, about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import QMessageBox, QWidget

from synthscope.desktop.actions import MENU_ORDER, Action
from synthscope.desktop.crash import recent_reports
from synthscope.desktop.settings import log_folder
from synthscope.qt.cheat_sheet import KeyGroup
from synthscope.services.diagnostics import bundle
from synthscope.services.environment import program_version

CANVAS = KeyGroup(
    "On the canvas",
    (
        ("2", "Brush (on a mask)"),
        ("1", "Eraser (on a mask)"),
        ("3", "Polygon (on a mask)"),
        ("4", "Fill (on a mask)"),
        ("[ ]", "Smaller, larger brush"),
        ("← →", "Slice down, slice up"),
        ("Space", "Hold to move the view"),
        ("V", "Show or hide the layer"),
    ),
)
"""Keys of napari itself that the work needs."""


def key_groups(actions: Iterable[Action]) -> tuple[KeyGroup, ...]:
    """Collect all shortcuts by menu, and those of the canvas."""
    actions = tuple(actions)
    groups = []
    for menu in MENU_ORDER:
        keys = tuple(
            (QKeySequence(a.shortcut).toString(QKeySequence.SequenceFormat.NativeText), a.title.rstrip("…"))
            for a in actions
            if a.shortcut and a.menu.partition("/")[0] == menu
        )
        if keys:
            groups.append(KeyGroup(menu, keys))
    return (*groups, CANVAS)


def write_diagnostics(path: Path) -> Path:
    """Write versions, device, log and the last crash reports as one ZIP without names."""
    reports = recent_reports(log_folder())
    return bundle(path, logs={r.name: r.read_text(encoding="utf-8", errors="replace") for r in reports})


def show_about(parent: QWidget) -> None:
    """Say what this is, its version and its licence."""
    QMessageBox.about(
        parent,
        "About Synthscope",
        f"<h3>Synthscope {program_version()}</h3>"
        "<p>Repair, generate and judge scientific image stacks, with evidence beside every synthetic voxel.</p>"
        "<p>BSD-3-Clause. Built on napari, Qt, NumPy, SciPy, scikit-image and PyTorch.<br>"
        "All data stay on this computer.</p>",
    )
