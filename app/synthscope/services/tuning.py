"""Fine-tuning: which pretrained model is tuned, and what a step of it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from synthscope.errors import FileError, InputError
from synthscope.generators.pretrained.costs import SECONDS_A_PASS, SECONDS_OF_AUTOENCODER, SIDE, STABLE_DIFFUSION
from synthscope.io.models import read_card
from synthscope.records.generator import GeneratorSpec
from synthscope.records.model import ModelCard, TunedBase
from synthscope.records.training import TrainingRecipe
from synthscope.services.model_fit import check_generator
from synthscope.services.models import find_model, list_models
from synthscope.services.recorded_models import find_recorded, reference_to


@dataclass(frozen=True)
class FoundBase:
    """The base of a fine-tuning: its folder, and what the adapter's card will say of it."""

    folder: Path
    card: ModelCard

    @property
    def told(self) -> TunedBase:
        """Name, hash, licence and source."""
        return TunedBase(self.card.name, self.card.weights_sha256, self.card.licence, self.card.source)


def choose_base(spec: GeneratorSpec, recipe: TrainingRecipe, project: Path | None) -> TrainingRecipe:
    """Give a recipe with its base found and known by its hash.

    Raises
    ------
    InputError
        If one is named and none is tuned, or the other way round; if it does not serve the generator.
    FileError, DocumentError
        If there is none of that name, or it is damaged.
    """
    if not spec.trains_adapter:
        if recipe.base:
            raise InputError(f"{spec.title} learns from your images alone; leave the base {recipe.base!r} out.")
        return recipe
    if not recipe.base:
        rows = list_models(project)
        known = ", ".join(row.name for row in rows if row.card and row.card.can_serve(spec.id)) or "none yet"
        raise InputError(f"{spec.title} is tuned beside a pretrained base; import one, or choose one of: {known}.")
    folder = find_model(recipe.base, project)
    card = read_card(folder)
    check_generator(card, spec.id)
    return replace(recipe, base=reference_to(folder, project), base_sha256=card.weights_sha256)


def locate_base(recipe: TrainingRecipe, project: Path | None) -> FoundBase | None:
    """Find the base of a recipe, wherever it lies now; None where nothing is tuned.

    Raises
    ------
    FileError
        If it is not here, or is another.
    """
    if not recipe.base:
        return None
    found = find_recorded(recipe.base, recipe.base_sha256, project)
    if found is None:
        name = PurePath(recipe.base).name
        raise FileError(f"The base {name!r} (SHA-256 {recipe.base_sha256}) is not here; import it.")
    return FoundBase(found, read_card(found))


def seconds_per_step(base: ModelCard, parameters: Any) -> float:
    """Estimate a step of a fine-tuning on two cores.

    The way back takes twice as long as the way there, and activations that are computed again once more; each
    patch is encoded besides.
    """
    side = parameters.resolution or int(base.architecture.get("side") or SIDE)
    passes = 4 if parameters.checkpointing else 3
    images = parameters.batch * (2 if parameters.prior_weight else 1)
    of_one = SECONDS_A_PASS * passes + SECONDS_OF_AUTOENCODER / 3
    return float(base.parameters / STABLE_DIFFUSION * images * of_one * (side / SIDE) ** 2)


def without_places(recipe: TrainingRecipe) -> TrainingRecipe:
    """Give a recipe whose base says no folder of this computer: its name stays."""
    return replace(recipe, base=PurePath(recipe.base.replace("\\", "/")).name) if recipe.base else recipe
