"""The panels in a plain napari, for docs/napari.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthscope.desktop.tour import Pause, Shot, Step, Wait

SETTLE = Pause(1500)


def make_napari() -> Any:
    """Open a plain napari; gives the viewer."""
    import napari
    from napari.settings import get_settings

    get_settings().application.confirm_close_window = False
    viewer = napari.Viewer(show=False)
    viewer.window.resize(1440, 900)
    viewer.window.show()
    return viewer


def steps(viewer: Any) -> Iterator[Step]:
    """Open a sample as anyone would, dock two panels, mark a place."""
    yield SETTLE
    viewer.open_sample("synthscope", "composite")
    yield Wait("the sample", lambda: len(viewer.layers) > 0)
    _, mask_panel = viewer.window.add_plugin_dock_widget("synthscope", "Mask")
    yield SETTLE
    _, panel = viewer.window.add_plugin_dock_widget("synthscope", "Generate", tabify=True)
    yield SETTLE
    mask_panel.new_mask()
    mask = mask_panel.session.mask
    mask.data[12, 150:180, 150:190] = 1
    mask.refresh()
    mask_panel.session.mask_written()
    viewer.dims.set_current_step(0, 12)
    yield Wait("the plan", panel.bar.run.isEnabled)
    panel.bar.run.click()
    yield Wait("the candidates", lambda: len(panel.tray.strip.value()) == panel.settings.value().count)
    panel.tray.strip.step(1)
    yield SETTLE
    yield Shot("panels", "The same panels in a plain napari.")
