"""How often a schedule asks its network: not once a step for all of them."""

from __future__ import annotations

from typing import Any

from synthscope.errors import InputError


def calls_of(scheduler: Any, steps: int, taken: int) -> int:
    """Count the calls of a network by a schedule of `steps`, of which only the last `taken` are gone.

    Most schedules ask once a step; those of second order (Heun) ask twice, but for the last one, and PNDM begins
    with one more.

    Raises
    ------
    InputError
        If the schedule cannot be divided into so many steps.
    """
    if scheduler is None:
        return taken
    try:
        scheduler.set_timesteps(steps)
    except (ValueError, IndexError) as error:
        raise InputError(
            f"The schedule of this model ({type(scheduler).__name__}) cannot be gone in {steps} steps; choose another "
            "number of them.", details=str(error),
        ) from error  # fmt: skip
    return max(1, len(scheduler.timesteps) - (steps - taken) * int(getattr(scheduler, "order", 1)))


def begun(strength: float, steps: int) -> float:
    """Give a strength by which at least one step of a schedule is gone: of fewer pipelines make nothing."""
    return min(1.0, max(strength, (1 + 1e-6) / steps))
