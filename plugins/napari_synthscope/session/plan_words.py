"""A plan as the command line that does the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from synthscope.services.planning import Plan, make_recipe

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


def command_of(planned: Plan, session: Session) -> str:
    """Write the command line of a plan; a layer that no file holds goes by its name."""
    from synthscope.services.commands import as_command
    from synthscope.services.models import find_model
    from synthscope.services.sources import reference

    image = session.source_image() if planned.region is not None else None
    images = (image, planned.choice.reference)
    recipe = make_recipe(planned, *(None if one is None else reference(one) for one in images))
    project = session.project.folder if session.has_project else None
    if recipe.model:  # by its folder, as its adapters: a command line does not know the project
        adapters = tuple(replace(use, name=str(find_model(use.name, project))) for use in recipe.adapters)
        recipe = replace(recipe, model=str(find_model(recipe.model, project)), adapters=adapters)
    return as_command(recipe, source=(image.origin.path or image.name) if image is not None else "")
