"""How much memory work takes at its height, as torch allocates it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch.profiler import ProfilerActivity, profile


def height_of(work: Callable[[], Any]) -> int:
    """Give the most bytes of tensors that were held at a time; those that share the memory of an array are not seen."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as watched:
        work()
    changes = [e for e in watched.profiler.kineto_results.events() if e.name() == "[memory]"]
    held = height = 0
    for change in sorted(changes, key=lambda e: e.start_ns()):
        held += change.nbytes()
        height = max(height, held)
    return height
