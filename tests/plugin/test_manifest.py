"""The plugin as napari finds it."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from npe2 import PluginManifest

import napari_synthscope
from synthscope.phantoms.samples import SAMPLES

MANIFEST = PluginManifest.from_file(Path(napari_synthscope.__file__).parent / "napari.yaml")
COMMANDS = {command.id: command for command in MANIFEST.contributions.commands or ()}
NAPARI_MENUS = r"napari/(layers/(annotate|filter|measure|data)|file/(io_utilities|new_layer))"


def test_the_name_is_that_of_the_distribution_and_its_entry_point() -> None:
    (entry,) = [e for e in entry_points(group="napari.manifest") if e.value == "napari_synthscope:napari.yaml"]
    assert entry.name == MANIFEST.name == "synthscope"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_leads_to_something_that_can_be_called(command: str) -> None:
    module, _, name = str(COMMANDS[command].python_name).partition(":")
    imported = __import__(module, fromlist=[name])
    assert callable(getattr(imported, name))


def test_widgets_are_the_panels_and_each_is_in_the_submenu() -> None:
    widgets = [widget.command for widget in MANIFEST.contributions.widgets or ()]
    listed = [item.command for item in MANIFEST.contributions.menus["synthscope/workflow"]]
    assert set(widgets) <= set(listed)
    assert all(re.fullmatch(r"synthscope\.panel\.[a-z]+", widget) for widget in widgets)


def test_menus_of_napari_hold_one_submenu_of_ours_each() -> None:
    for menu, items in MANIFEST.contributions.menus.items():
        if menu.startswith("napari/"):
            assert re.fullmatch(NAPARI_MENUS, menu)
            assert [getattr(item, "submenu", None) for item in items] == ["synthscope/workflow"]


def test_samples_are_those_of_the_start_page() -> None:
    assert [sample.key for sample in MANIFEST.contributions.sample_data or ()] == [sample.key for sample in SAMPLES]


def test_no_file_of_others_is_claimed() -> None:
    patterns = [p for reader in MANIFEST.contributions.readers or () for p in reader.filename_patterns]
    assert "*" not in patterns
    assert all(pattern.startswith("*.") for pattern in patterns)


def test_the_panels_made_at_the_start_import_no_library_that_takes_its_time() -> None:
    slow = ("torch", "dask.array", "zarr", "matplotlib", "skimage", "h5py", "pyqtgraph")
    program = (
        "import sys, napari_synthscope.opening.panel, napari_synthscope.jobs.panel; "
        f"sys.exit(' '.join(name for name in {slow} if name in sys.modules))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.stderr.strip() == ""
