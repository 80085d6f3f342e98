"""The bricks stand alone: no napari, no networks, and heavy parts only when they are used."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys

import synthscope.qt

SCRIPT = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_no_brick_brings_napari_or_networks_and_curves_wait_for_pyqtgraph() -> None:
    found = pkgutil.walk_packages(synthscope.qt.__path__, "synthscope.qt.")
    names = [module.name for module in found if not module.name.endswith(".plot_canvas")]
    assert "synthscope.qt.dialogs.raw" in names
    done = subprocess.run([sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert loaded.isdisjoint({"napari", "torch", "diffusers", "vispy", "pyqtgraph", "matplotlib"})
