"""A line-up as the command line that does the same."""

from __future__ import annotations

import shlex

from synthscope.records.lineup import Contender, LineupRecipe
from synthscope.records.request import Input
from synthscope.services.commands import adapter_word, prompt_words, reading_words, value_word
from synthscope.services.lineup.contenders import named


def as_command(
    recipe: LineupRecipe, images: str, source: Input | None = None, *, mask: str = "", out: str = "OUT"
) -> str:
    """Write the ``synthscope lineup`` command that makes the same candidates.

    Parameters
    ----------
    recipe : LineupRecipe
        Its subjects are not looked at.
    images : str
        The image, or the folder.
    source : Input, optional
        How the image was read; a folder's images are read by what they tell of themselves.
    mask : str
        File to name; empty where there is none.
    """
    words = ["synthscope", "lineup", f"./{images}" if images.startswith("-") else images]
    words += ["--mask", mask] if mask else []
    words += reading_words(source)
    words += ["--task", recipe.task] if recipe.task != "inpaint" else []
    for one in named(recipe.contenders):
        words += _contender(one)
    words += ["--intact"] if recipe.intact else []
    words += prompt_words(recipe.prompts)
    words += ["--seeds", str(recipe.seeds), "--seed", str(recipe.seed), "--context", repr(recipe.context)]
    words += ["--side", str(recipe.side)] if recipe.side else []
    words += ["--domain", recipe.domain] if recipe.domain != "any" else []
    words += ["--device", recipe.device] if recipe.device != "auto" else []
    return shlex.join([*words, "--out", out])


def _contender(one: Contender) -> list[str]:
    words = ["--contender", f"{one.generator}:{one.model}" if one.model else one.generator]
    for name, value in one.parameters.items():
        words += ["--set", f"{one.name}.{name}={value_word(value)}"]
    for use in one.adapters:
        words += ["--adapter", f"{one.name}.{adapter_word(use)}"]
    return words
