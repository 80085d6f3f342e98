"""What every test shares."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # two busy processes starve each other otherwise

import numpy as np
import pytest

os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="synthscope-tests-")  # what tests learn of times and models

DATA = Path(os.environ.get("SYNTHSCOPE_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture
def real_data() -> Path:
    """The folder of public images; see docs/data.md for where each comes from."""
    if not DATA.is_dir():
        pytest.skip("the public images are not here; set SYNTHSCOPE_DATA to their folder (docs/data.md)")
    return DATA


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test that looks for torch in this process see no traces of tests that ran before it."""
    for name in list(sys.modules):
        if name.partition(".")[0] in {"torch", "torchvision", "diffusers", "accelerate", "lpips"}:
            monkeypatch.delitem(sys.modules, name)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261121)
