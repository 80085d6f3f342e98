"""The folder of models that many use: named by a variable, or by the settings of the window; it is only read."""

from __future__ import annotations

import os
from pathlib import Path

SHARED = "SYNTHSCOPE_MODELS"
"""The variable that names a folder of models which many use."""


def shared_models() -> Path | None:
    """Give the folder of models that many use, as the variable ``SYNTHSCOPE_MODELS`` names it; it is only read."""
    told = os.environ.get(SHARED, "").strip()
    return Path(told).expanduser() if told else None


def share_models(folder: str) -> None:
    """Let this program, and the workers that it starts, read a folder of models that many use.

    A folder that ``SYNTHSCOPE_MODELS`` names already comes first; an empty word changes nothing.
    """
    if folder and not os.environ.get(SHARED, "").strip():
        os.environ[SHARED] = folder
