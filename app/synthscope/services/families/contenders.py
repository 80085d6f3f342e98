"""Who can take part in a comparison, and by which settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from synthscope.errors import InputError, ParameterError
from synthscope.generators.registry import find_spec, list_generators
from synthscope.records.documents import from_json, to_json
from synthscope.records.families import Contender
from synthscope.records.forms import check
from synthscope.records.generator import GeneratorSpec, Setting
from synthscope.services.choosing import parameters_of

CONTROLS = ("quilt", "phase-surrogate")
"""What stands beside every comparison unless it is left out: a memoriser, and the loss of all structure."""


@dataclass(frozen=True)
class Entrant:
    """One generator that can take part; `learns` is false for a control, which takes the training part as example."""

    spec: GeneratorSpec
    learns: bool


def entrants() -> tuple[Entrant, ...]:
    """List all that can make new images of a stack, those that learn first."""
    found = [row.spec for row in list_generators() if row.spec is not None and not why_not(row.spec)]
    return tuple(Entrant(spec, spec.training is not None) for spec in sorted(found, key=lambda s: s.training is None))


def why_not(spec: GeneratorSpec) -> str:
    """Say why a generator cannot take part; empty where it can."""
    if "synthesize" not in spec.tasks:
        return "it makes no new images"
    if spec.trains_adapter or (spec.training is None and spec.needs_model):
        return "its weights come from elsewhere, so that no training time can be compared"
    if spec.training is None and spec.deterministic:
        return "it gives the same image for every seed"
    return ""


def settings_of_contender(contender: Contender) -> tuple[GeneratorSpec, Any, Any]:
    """Give spec, training record (None for a control) and parameters of a contender, checked.

    Raises
    ------
    Unavailable
        If there is no such generator.
    InputError
        If it cannot take part.
    ParameterError
        If a name is unknown or a value out of range.
    """
    spec = find_spec(contender.generator)
    reason = why_not(spec)
    if reason:
        known = ", ".join(one.spec.id for one in entrants())
        raise InputError(f"Generator {spec.id!r} cannot be compared: {reason}; choose among {known}.")
    training: Any = None
    if spec.training is not None:
        training = from_json(spec.training, _known(spec, to_json(spec.training()), contender))
        check(training)
    elif contender.training:
        raise ParameterError(f"Generator {spec.id!r} learns nothing; leave its training settings out.")
    return spec, training, parameters_of(spec.id, contender.parameters)


def check_contenders(contenders: Sequence[Contender], size: int = 0) -> None:
    """Refuse what cannot be compared, on images of `size` px where that is known.

    Raises
    ------
    InputError
        If none is named, or one twice, or one cannot make images of that size, or as `settings_of_contender` says.
    """
    names = [one.generator for one in contenders]
    if not names:
        raise InputError("No generator is named; give at least one, such as prior,quilt,phase-surrogate.")
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise InputError(f"Generator {twice!r} is named twice; name each once.")
    for one in contenders:
        spec, _, parameters = settings_of_contender(one)
        spec.assumes(Setting("synthesize", 1, (1.0, 1.0, 1.0), "pixel", sides=(size, size)), parameters)


def _known(spec: GeneratorSpec, defaults: dict[str, Any], contender: Contender) -> dict[str, Any]:
    unknown = sorted(set(contender.training) - set(defaults))
    if unknown:
        raise ParameterError(
            f"The training of {spec.id!r} has no parameter {unknown[0]!r}; it has {', '.join(defaults) or 'none'}."
        )
    return dict(contender.training)
