"""The one prompt of a table: told in a line or a table of images, and refused where it is several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.tables import read_told
from synthscope.records.evaluation import EvaluationRecipe, ImageSet


def one_prompt(recipe: EvaluationRecipe) -> tuple[str, str]:
    """Give the prompt of all generated sets, and why there is none; one of both is empty."""
    told = [(one.name, one.prompt) for one in recipe.generated]
    first_name, first = told[0]
    for name, prompt in told:
        if not prompt.strip():
            return "", f"no prompt is told for {name!r}"
        if prompt != first:
            return "", (
                f"one table needs one prompt, but {first_name!r} has {first!r} and {name!r} has {prompt!r}: judge "
                "them apart"
            )
    return first, ""


def prompted(sets: tuple[ImageSet, ...], prompt: str = "", table: Path | None = None) -> tuple[ImageSet, ...]:
    """Tell sets their prompt, in words or by a table; neither leaves them as they are.

    Raises
    ------
    InputError
        If both are given, or as `read_prompts` and `with_prompts` say.
    """
    if prompt and table:
        raise InputError(f"Both a prompt ({prompt!r}) and a table ({table.name}) are given; give one of both.")
    if table:
        return with_prompts(sets, read_prompts(table))
    return with_prompt(sets, prompt) if prompt else sets


def with_prompt(sets: tuple[ImageSet, ...], prompt: str) -> tuple[ImageSet, ...]:
    """Tell each set the one prompt."""
    return tuple(replace(one, prompt=prompt.strip()) for one in sets)


def read_prompts(path: Path) -> Mapping[str, str]:
    """Read a table (CSV) of the columns ``image`` and ``prompt``.

    Raises
    ------
    InputError
        If a column is missing, an image has no prompt, or two.
    """
    found = read_told(path, "prompt")
    for image, prompt in found.items():
        if not image or not prompt:
            raise InputError(f"{path.name} has a line without image or prompt ({image or prompt!r}); fill it.")
    return found


def with_prompts(sets: tuple[ImageSet, ...], prompts: Mapping[str, str]) -> tuple[ImageSet, ...]:
    """Tell each set the prompt that a table has for its images.

    Raises
    ------
    InputError
        If an image is not in the table, or those of a set have several prompts.
    """
    return tuple(replace(one, prompt=_prompt_of(one, prompts)) for one in sets)


def _prompt_of(one: ImageSet, prompts: Mapping[str, str]) -> str:
    told: dict[str, str] = {}
    for source in one.images:
        name = Path(source.path).name
        prompt = prompts.get(name) or prompts.get(Path(name).stem)
        if prompt is None:
            raise InputError(f"{name} of {one.name!r} is not in the table of prompts; add a line for it.")
        told.setdefault(prompt, name)
    if len(told) > 1:
        (a, first), (b, second) = list(told.items())[:2]
        raise InputError(
            f"{one.name!r} has several prompts ({first}: {a!r}; {second}: {b!r}), and one table needs one; judge the "
            "images of each prompt in a folder and a table of their own."
        )
    return next(iter(told))
