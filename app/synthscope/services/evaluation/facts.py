"""What a card says of its sets and of the program: counts, hashes, versions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.records.documents import digest
from synthscope.records.evaluation import EvaluationRecipe, SetFacts
from synthscope.services.environment import describe_environment
from synthscope.services.evaluation.arms import Arms
from synthscope.services.evaluation.fields import Fields, field_hash


def facts(recipe: EvaluationRecipe, arms: Arms) -> tuple[SetFacts, ...]:
    """Say what is known of the real set, of all that are judged, and of the training images."""
    real = SetFacts(
        arms.real.name, "real", len(recipe.real.images), len(arms.real), _units(arms.real), _set_hash(arms.real)
    )
    training = [_fact(arms.training, "training")] if arms.training is not None else []
    return (real, *(_fact(arm.fields, arm.role) for arm in arms.judged), *training)


def _fact(fields: Fields, role: str) -> SetFacts:
    return SetFacts(fields.name, role, len(fields.inputs), len(fields), _units(fields), _set_hash(fields))


def _units(fields: Fields) -> int:
    return len(np.unique(fields.units))


def _set_hash(fields: Fields) -> str:
    return digest(sorted(field_hash(fields.read(i)) for i in range(len(fields))))


def environment() -> Mapping[str, str]:
    """Name the versions of what a card is made by."""
    found = describe_environment("cpu")
    return {"synthscope": found.synthscope, "python": found.python, "platform": found.platform, **found.packages}
