"""Fields of any size from a style-based generator: noise over the whole, made window by window, without seams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.adversarial.rivals import Dice
from synthscope.generators.adversarial.style.configuration import StyleConfiguration
from synthscope.generators.adversarial.style.network import Ask, StyleGenerator, draw_noise, places
from synthscope.generators.adversarial.style.reach import Span, reaches

WINDOW = 256
"""Side of the windows that larger fields are made in."""


@dataclass(frozen=True, eq=False)
class Field:
    """All noise of a field (rows x columns), and its styles (1, layers, latent).

    `origins` says at which step of its own level each map begins; on a torus each map is one period and begins at 0.
    """

    rows: int
    columns: int
    styles: Tensor
    noise: tuple[Tensor, ...]
    periodic: bool = False


def draw_field(
    configuration: StyleConfiguration, rows: int, columns: int, styles: Tensor, dice: Dice, *, periodic: bool = False
) -> Field:
    """Draw the noise of a field.

    Raises
    ------
    InputError
        If opposite edges are to meet, and a side is no multiple of the coarsest step.
    """
    if not periodic:
        return Field(rows, columns, styles, draw_noise(configuration, 1, (0, rows), (0, columns), dice))
    step = configuration.stride
    if rows % step or columns % step:
        raise InputError(
            f"A field of {rows} x {columns} px cannot be closed; give sides that are multiples of {step}."
        )
    maps = [dice.normal(1, configuration.latent, rows // step, columns // step)]
    for level in range(configuration.levels):
        side = step >> level
        maps += [dice.normal(1, 1, rows // side, columns // side) for _ in range(2)]
    return Field(rows, columns, styles, tuple(maps), periodic=True)


def windows(rows: int, columns: int) -> Iterator[tuple[Span, Span]]:
    """Divide a field into windows that touch."""
    for top in range(0, rows, WINDOW):
        for left in range(0, columns, WINDOW):
            yield (top, min(top + WINDOW, rows)), (left, min(left + WINDOW, columns))


def make_window(generator: StyleGenerator, field: Field, rows: Span, columns: Span) -> Tensor:
    """Make a window (1, C, H, W) of a field: the same pixels whichever windows it is divided into."""
    return generator(Ask(field.styles, noise_of(generator.configuration, field, rows, columns), rows, columns))


def noise_of(configuration: StyleConfiguration, field: Field, rows: Span, columns: Span) -> tuple[Tensor, ...]:
    """Cut the noise that a window needs out of that of its field."""
    levels = configuration.levels
    wanted = places(reaches(rows, levels), reaches(columns, levels))
    whole = places(reaches((0, field.rows), levels), reaches((0, field.columns), levels))
    cut = []
    for noise, place, origin in zip(field.noise, wanted, whole, strict=True):
        index = []
        for axis, (span, (first, _)) in enumerate(zip(place, origin, strict=True)):
            steps = torch.arange(*span, device=noise.device)
            index.append(steps % noise.shape[2 + axis] if field.periodic else steps - first)
        cut.append(noise[:, :, index[0][:, None], index[1]])
    return tuple(cut)
