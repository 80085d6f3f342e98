"""What generators of single slices say of stacks."""

from __future__ import annotations

from typing import Any

from synthscope.records.generator import Setting


def slice_by_slice(setting: Setting, _parameters: Any) -> tuple[str, ...]:
    """Say that slices know nothing of each other; moments of a series do not continue each other anyhow."""
    if setting.slices < 2 or setting.is_series:
        return ()
    return ("Slices are made one by one: what is made does not continue from one slice to the next.",)
