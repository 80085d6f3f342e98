"""Time travel: stretches of a sampler's steps gone through again, from noise that is put back."""

from __future__ import annotations

from dataclasses import dataclass

from synthscope.errors import ParameterError
from synthscope.generators.diffusion.parameters import PriorParameters


@dataclass(frozen=True)
class Travel:
    """Every `length` steps back up by fresh noise and down again, until a stretch was gone `repeats` times.

    RePaint's jumps and resamplings (Lugmayr et al. 2022, Section 4.2), DDNM's time travel (Wang, Yu & Zhang 2023,
    Algorithm 4). Stretches are laid from the lowest noise level up; the step to no noise is taken once, and so are
    the first steps where no whole stretch is left for them. A stretch longer than all steps is all of them.
    """

    length: int = 1
    repeats: int = 1

    def __post_init__(self) -> None:
        """Refuse stretches of no step."""
        if min(self.length, self.repeats) < 1:
            raise ParameterError(
                f"Time travel of {self.length} steps, {self.repeats} times over, cannot be; give at least 1 for each."
            )

    def route(self, steps: int) -> tuple[int, ...]:
        """Give the number of the noise level at which each move begins; it ends at the next one.

        A level that is not the one just reached is gone back to.
        """
        length = min(self.length, max(steps - 1, 1))
        first = (steps - 1) % length
        begins = range(first, steps - 1, length)
        stretches = (n for begin in begins for n in self.repeats * tuple(range(begin, begin + length)))
        return (*range(first), *stretches, steps - 1)


ONCE = Travel()
"""No time travel."""


def travel_of(parameters: PriorParameters) -> Travel:
    """Give the time travel of a fill, which goes with projection alone."""
    if parameters.lead != "projection":
        return ONCE
    return Travel(parameters.travel_length, parameters.travel_repeats)
