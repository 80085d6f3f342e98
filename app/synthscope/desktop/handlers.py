"""What each action of the shell does; panels carry out their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog

from synthscope.desktop.actions import OPEN
from synthscope.desktop.helping import key_groups, show_about, write_diagnostics
from synthscope.desktop.palette import Palette
from synthscope.desktop.weights_window import WeightsWindow
from synthscope.qt.sentence import Said
from synthscope.qt.theme import apply_theme, tokens_named

if TYPE_CHECKING:
    from synthscope.desktop.main_window import MainWindow

Handler = Callable[["MainWindow"], Any]

FILE_FILTER = (
    "Images (*.tif *.tiff *.png *.jpg *.jpeg *.nrrd *.nhdr *.nii *.nii.gz *.h5 *.hdf5 *.nxs *.raw *.bin *.vol);;"
    "All files (*)"
)


def open_stack(window: MainWindow) -> None:
    """Ask for files and open them."""
    names, _ = QFileDialog.getOpenFileNames(window, "Open stack", window.settings.last_folder, FILE_FILTER)
    _open(window, [Path(name) for name in names])


def open_folder(window: MainWindow) -> None:
    """Ask for a folder of slices and open it."""
    name = QFileDialog.getExistingDirectory(window, "Open folder of slices", window.settings.last_folder)
    _open(window, [Path(name)] if name else [])


def new_project(window: MainWindow) -> None:
    """Begin a project in an empty folder."""
    window.projects.new()


def open_project(window: MainWindow) -> None:
    """Open the folder of an earlier project."""
    window.projects.choose()


def undo(window: MainWindow) -> None:
    """Take back the last change of the session."""
    window.session.undo()


def redo(window: MainWindow) -> None:
    """Do again what was taken back last."""
    window.session.redo()


def theme_dark(window: MainWindow) -> None:
    """Light text on dark grey."""
    window.set_theme("dark")


def theme_light(window: MainWindow) -> None:
    """Dark text on light grey."""
    window.set_theme("light")


def toggle_outline(window: MainWindow) -> None:
    """Show or hide the outlines of synthetic voxels."""
    shown = not window.settings.outline_shown
    window.store.change(outline_shown=shown)
    panel: Any = window.enter_workspace().panel(OPEN)
    panel.show_outlines(shown)


def toggle_layers(window: MainWindow) -> None:
    """Show or hide the list of layers."""
    nested = window.enter_workspace().nested
    nested.show_layers(not nested.layers_shown)
    window.store.change(layers_shown=nested.layers_shown)


def toggle_side(window: MainWindow) -> None:
    """Show or hide the open panel."""
    workspace = window.enter_workspace()
    workspace.show_side(not workspace.rail.current())


def whole_image(window: MainWindow) -> None:
    """Zoom so that the whole image fits."""
    window.enter_workspace().viewer.reset_view()


def weights(window: MainWindow) -> None:
    """Show what others trained: here, to be fetched, to be imported."""
    window.enter_workspace()
    shown = WeightsWindow(window.session, window)
    shown.checkpoints.shared_chosen.connect(lambda folder: window.store.change(shared_models=folder))
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    apply_theme(shown, tokens_named(window.settings.theme))
    shown.show()


def start_page(window: MainWindow) -> None:
    """Go back to the start page."""
    window.enter_start_page()


def close(window: MainWindow) -> None:
    """Close the program."""
    window.close()


def find_action(window: MainWindow) -> None:
    """Let a person type what to do."""
    actions = window.actions_by_id.values()
    palette = Palette(actions, window.can, window.run, tokens_named(window.settings.theme), window)
    palette.open_over(window)


def cheat_sheet(window: MainWindow) -> None:
    """Lay all shortcuts over the window."""
    window.sheet.set_value(key_groups(window.actions_by_id.values()))
    window.sheet.toggle()


def diagnostics(window: MainWindow) -> None:
    """Ask where to, and save the diagnostics."""
    start = str(Path(window.settings.last_folder) / "synthscope-diagnostics.zip")
    name, _ = QFileDialog.getSaveFileName(window, "Save diagnostics", start, "ZIP (*.zip)")
    if name:
        path = write_diagnostics(Path(name))
        window.notices.set_value(Said(f"Diagnostics are saved as {path.name}. They hold no pixels and no names."))


def about(window: MainWindow) -> None:
    """Say what this is."""
    show_about(window)


def _open(window: MainWindow, paths: list[Path]) -> None:
    if paths:
        window.store.change(last_folder=str(paths[0].parent))
        window.open_paths(paths)


HANDLERS: Mapping[str, Handler] = {
    "file.open_stack": open_stack,
    "file.open_folder": open_folder,
    "file.new_project": new_project,
    "file.open_project": open_project,
    "file.weights": weights,
    "file.start_page": start_page,
    "file.quit": close,
    "edit.undo": undo,
    "edit.redo": redo,
    "edit.palette": find_action,
    "view.theme_dark": theme_dark,
    "view.theme_light": theme_light,
    "view.outline": toggle_outline,
    "view.layers": toggle_layers,
    "view.side_panel": toggle_side,
    "view.reset": whole_image,
    "help.cheat_sheet": cheat_sheet,
    "help.diagnostics": diagnostics,
    "help.about": about,
}
