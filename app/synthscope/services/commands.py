"""A run as the command line that does the same."""

from __future__ import annotations

import shlex
from typing import Any

from synthscope.generators.registry import find_spec
from synthscope.records.documents import to_json
from synthscope.records.forms import form_fields
from synthscope.records.request import Input, Prompts, Restoration
from synthscope.records.run import AdapterUse, Recipe
from synthscope.services.references import OPTIONS
from synthscope.services.sources import raw_layout

VERBS = {"inpaint": "inpaint", "synthesize": "generate", "vary": "vary"}


def as_command(recipe: Recipe, *, source: str = "", mask: str = "MASK", out: str = "OUT") -> str:
    """Write the ``synthscope`` command that makes the same candidates.

    Parameters
    ----------
    source, mask, out : str
        Files to name; a recipe knows its source only by name once it has left its project.
    """
    request = recipe.request
    words: list[str] = ["synthscope", VERBS.get(request.task, request.task)]
    words += [request.restoration.kind] if request.restoration else []
    name = source or (request.source.path or request.source.name if request.source else "")
    name = f"./{name}" if name.startswith("-") else name
    if request.task == "synthesize":
        words += ["--example", name] if name else []
        words += ["--size", *map(str, request.size)]
    else:
        words += [name]
    if request.mask is not None:
        words += ["--mask", mask]
    words += [*reading_words(request.source), "--generator", recipe.generator, *_changed_parameters(recipe)]
    words += ["--count", str(len(recipe.seeds)), "--seed", str(recipe.seeds[0])]
    if request.region is not None:
        words += ["--box", ",".join(f"{a}:{b}" for a, b in zip(request.region.start, request.region.stop, strict=True))]
    words += ["--feather", repr(request.feather)] if request.feather else []
    words += _restoration(request.restoration) if request.restoration else []
    words += ["--model", recipe.model] if recipe.model else []
    words += prompt_words(request.prompts)
    words += [word for use in recipe.adapters for word in ("--adapter", adapter_word(use))]
    words += ["--class", request.label] if request.label else []
    words += ["--labels", "LABELS"] if request.control else []
    option = OPTIONS[find_spec(recipe.generator).second]
    words += [option, request.reference.path or request.reference.name] if request.reference else []
    words += ["--device", recipe.device] if recipe.device != "auto" else []
    words += ["--out", out]
    return shlex.join(words)


def prompt_words(prompts: Prompts) -> list[str]:
    """Say prompts."""
    options = {
        "--prompt": prompts.prompt, "--negative": prompts.negative, "--source-prompt": prompts.source,
        "--target-prompt": prompts.target, "--instruction": prompts.instruction,
    }  # fmt: skip
    return [f"{option}={told}" for option, told in options.items() if told]  # a prompt may begin with a dash


def adapter_word(use: AdapterUse) -> str:
    """Say an adapter and its weight."""
    return use.name if use.weight == 1 and "=" not in use.name else f"{use.name}={use.weight!r}"


def reading_words(source: Input | None) -> list[str]:
    """Say how the file was read: a person may have corrected what it tells of itself."""
    if source is None:
        return []
    words = ["--dataset", source.dataset] if source.dataset else []
    layout = raw_layout(source)
    if layout is not None:
        shape = "x".join(map(str, layout.shape))
        words += ["--raw", f"{shape}:{layout.dtype}:{layout.byte_order}:{layout.offset}"]
    steps = ",".join(repr(float(source.space.voxel_size[i])) for i in source.space.spatial)
    return [*words, "--axes", source.space.axes, "--voxel-size", steps, "--unit", source.space.unit]


def _restoration(wanted: Restoration) -> list[str]:
    """Say what is undone, and how."""
    words = ["--factor", str(wanted.factor)] if wanted.factors else []
    words += ["--noise", repr(wanted.noise)] if wanted.noise else []
    words += ["--psf", repr(wanted.psf)] if wanted.psf else []
    return [*words, "--sample" if wanted.sample else "--mean"]


def _changed_parameters(recipe: Recipe) -> list[str]:
    """Name the parameters that the task uses and that differ from their defaults."""
    spec = find_spec(recipe.generator)
    defaults = to_json(spec.parameters())
    idle = {one.name for one in form_fields(spec.parameters) if not one.serves(recipe.request.task)}
    given = recipe.parameters.items()
    changed = {name: value for name, value in given if name not in idle and defaults.get(name) != value}
    return [word for name, value in changed.items() for word in ("--set", f"{name}={value_word(value)}")]


def value_word(value: Any) -> str:
    """Say the value of a parameter; nothing for one that is not set."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
