"""Which axis is which: what the file says, what can be guessed, and what must be asked."""

from __future__ import annotations

from dataclasses import dataclass

from synthscope.errors import AmbiguousAxes, FileError, InputError
from synthscope.io.reading import UNKNOWN
from synthscope.records.space import Space

_FEW = (2, 3, 4)
"""So many pages may be channels as well as slices."""

_FOUR = ("tzyx", "czyx", "zcyx", "tcyx", "zyxc")
_FIVE = ("tczyx", "tzcyx", "cztyx", "tzyxc")
_SIX = ("tczyxs", "tzcyxs")


@dataclass(frozen=True)
class Axes:
    """Letters of an array's axes, whether they are a guess, and the readings that fit."""

    letters: str
    guessed: bool = False
    choices: tuple[str, ...] = ()


def told_axes(letters: str, shape: tuple[int, ...], name: str) -> Axes:
    """Check the axes that a person gave.

    Raises
    ------
    InputError
        If they do not fit the shape.
    """
    letters = letters.strip().casefold()
    if len(letters) != len(shape):
        raise InputError(
            f"Axes {letters!r} name {len(letters)} axes, but {name} has {len(shape)} of lengths {shape}; "
            "give one letter of tzyxcs for each."
        )
    Space(letters)
    return Axes(letters)


def found_axes(letters: str, shape: tuple[int, ...], name: str) -> Axes:
    """Complete the axes that a file names, `UNKNOWN` where it does not.

    Returns
    -------
    Axes
        With empty letters and the choices where nothing can be assumed.

    Raises
    ------
    FileError
        If no image has so many axes.
    """
    if len(shape) < 2:
        raise FileError(f"{name} holds a list of {shape[0] if shape else 0} numbers and no image; choose another.")
    if len(shape) > 6:
        raise FileError(f"{name} has {len(shape)} axes of lengths {shape}; at most six can be read.")
    letters = letters or UNKNOWN * len(shape)
    if _is_whole(letters):
        return Axes(letters)
    if UNKNOWN in letters and letters.endswith("yxs"):
        plain = found_axes(letters[:-1], shape[:-1], name)
        return Axes(plain.letters and plain.letters + "s", True, tuple(c + "s" for c in plain.choices))
    if letters.count(UNKNOWN) == 1 and letters.endswith("yx") and shape[-1] not in _FEW:
        return _name_one(letters, shape)
    return _guess(shape)


def ask(axes: Axes, shape: tuple[int, ...], name: str) -> AmbiguousAxes:
    """Give the error that asks for the axes of an array."""
    choices = ", ".join(axes.choices)
    return AmbiguousAxes(
        f"The axes of {name} ({' × '.join(map(str, shape))}) cannot be known from the file; say which they are: "
        f"{choices}.",
        shape=shape,
        choices=axes.choices,
    )


def _is_whole(letters: str) -> bool:
    return UNKNOWN not in letters and "y" in letters and "x" in letters and len(set(letters)) == len(letters)


def _name_one(letters: str, shape: tuple[int, ...]) -> Axes:
    """Name the one axis that the file leaves open: slices, unless it is as short as channels are."""
    free = [a for a in "zct" if a not in letters]
    readings = tuple(letters.replace(UNKNOWN, a) for a in free)
    open_to_choice = shape[letters.index(UNKNOWN)] in _FEW or "z" not in free
    return Axes("", True, readings) if open_to_choice and len(readings) > 1 else Axes(readings[0], True)


def _guess(shape: tuple[int, ...]) -> Axes:
    """Guess by shape alone."""
    if len(shape) == 2:
        return Axes("yx")
    if 1 in shape[:-2]:
        return _with_singletons(shape)
    if len(shape) == 3:
        return _guess_three(shape)
    return Axes("", True, _many_choices(shape))


def _guess_three(shape: tuple[int, ...]) -> Axes:
    choices = ["zyx"]
    if shape[0] in _FEW:
        choices += ["cyx", "tyx"]
    if shape[-1] in _FEW:
        choices += ["yxs", "yxc"] if shape[-1] > 2 else ["yxc"]
    return Axes("zyx", True) if len(choices) == 1 else Axes("", True, tuple(choices))


def _many_choices(shape: tuple[int, ...]) -> tuple[str, ...]:
    choices = {4: _FOUR, 5: _FIVE, 6: _SIX}[len(shape)]
    if shape[-1] in (3, 4) and len(shape) < 6:
        return (*choices, *(("zyxs", "tyxs") if len(shape) == 4 else ("tzyxs", "zcyxs")))
    return choices


def _with_singletons(shape: tuple[int, ...]) -> Axes:
    """Axes of length 1 at the front harm nobody: the others decide, these take what letters are left."""
    single = [i for i, n in enumerate(shape[:-2]) if n == 1]
    rest = _guess(tuple(n for i, n in enumerate(shape) if i not in single))
    readings = tuple(_fill(letters, single, len(shape)) for letters in (rest.choices or (rest.letters,)))
    return Axes("", True, readings) if rest.choices else Axes(readings[0], True)


def _fill(letters: str, single: list[int], ndim: int) -> str:
    spare, rest = iter([a for a in "ztc" if a not in letters] + ["s"]), iter(letters)
    return "".join(next(spare) if i in single else next(rest) for i in range(ndim))
