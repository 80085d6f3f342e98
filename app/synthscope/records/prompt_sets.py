"""Words that are kept under a name: brought along with the program, or saved in a project."""

from __future__ import annotations

from dataclasses import dataclass

from synthscope.records.request import Prompts

PROMPT_SETS_FORMAT = "synthscope/prompt-sets"


@dataclass(frozen=True)
class PromptSet:
    """Words for one kind of image, and whose they are.

    Parameters
    ----------
    id : str
        What a command line names it by.
    title : str
        What a person reads.
    origin : str
        Where the words are from; empty for a person's own.
    """

    id: str
    title: str
    prompts: Prompts
    origin: str = ""


@dataclass(frozen=True)
class PromptSetsDocument:
    """``prompt-sets.json``, of the program or of a project."""

    sets: tuple[PromptSet, ...] = ()
    format: str = PROMPT_SETS_FORMAT
    version: int = 1
