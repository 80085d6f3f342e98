"""Imports only go down; the manifest is valid; the public face is what it says."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import synthscope

ROOT = Path(__file__).parents[2]


def test_import_contracts_are_kept() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def test_the_public_face_holds_what_it_names_and_no_more() -> None:
    for name in synthscope.__all__:
        assert getattr(synthscope, name).__doc__, name
    assert sorted(synthscope.__all__) == sorted(synthscope._HOMES)
    assert dir(synthscope) == sorted(synthscope.__all__)


def test_the_manifest_is_named_like_the_distribution() -> None:
    from npe2 import PluginManifest

    (point,) = [p for p in entry_points(group="napari.manifest") if p.name == "synthscope"]
    manifest = PluginManifest.from_distribution("synthscope")
    assert manifest.name == "synthscope" == point.name
