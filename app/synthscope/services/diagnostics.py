"""A bundle for a report of trouble: versions, device, log; no pixels, no names."""

from __future__ import annotations

import json
import os
import platform
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from synthscope.generators.registry import list_generators
from synthscope.io.atomic import replacing
from synthscope.services.environment import describe_environment


def describe_machine() -> dict[str, Any]:
    """Say what the machine has: cores, memory, system."""
    memory = psutil.virtual_memory()
    return {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "memory": memory.total,
        "memory_available": memory.available,
    }


def bundle(path: Path, *, logs: Mapping[str, str] | None = None, device: Mapping[str, Any] | None = None) -> Path:
    """Write a ZIP with what helps to find a fault.

    Parameters
    ----------
    logs : mapping
        Name to text; home folders and user names are taken out.
    device : mapping
        What the worker reported about devices.
    """
    generators = [{"id": row.id, "available": row.available, "reason": row.reason} for row in list_generators()]
    report = {
        "environment": asdict(describe_environment("unknown")),
        "machine": describe_machine(),
        "device": dict(device or {}),
        "generators": generators,
    }
    with replacing(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.json", json.dumps(report, indent=2, sort_keys=True))
        for name, text in (logs or {}).items():
            archive.writestr(name, without_names(text))
    return path


def without_names(text: str) -> str:
    """Take home folders and the user's name out of a text."""
    home = str(Path.home())
    if len(home) > 1:
        text = text.replace(home, "~")
    return re.sub(r"((?:/home|/Users|[A-Z]:\\Users)[/\\])[^/\\\s\"']+", r"\1user", text)
