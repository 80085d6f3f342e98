"""What the tests of masks share."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def artefacts() -> ModuleType:
    """Simulated artefacts; loaded by path, as tests are no packages."""
    spec = importlib.util.spec_from_file_location("artefacts", Path(__file__).with_name("artefacts.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
