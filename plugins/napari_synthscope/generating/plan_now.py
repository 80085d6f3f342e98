"""What a run of the settings as they are now would do, and what of them is kept with the project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from napari_synthscope.canvas.layers import uuid_of
from napari_synthscope.generating.run_settings import WITHOUT_BORDER, RunSettings
from napari_synthscope.session.session_file import Chosen
from synthscope.errors import InputError
from synthscope.records.documents import to_json
from synthscope.services.planning import Plan, plan

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


def plan_now(session: Session, settings: RunSettings, *, to_show: bool = False) -> Plan:
    """Work out a run of the source, what is marked and the settings.

    Parameters
    ----------
    to_show : bool
        Only show it: whether a mask that was found was edited since is not worked out, which reads all of it.

    Raises
    ------
    SynthscopeError
        With a sentence that says what is missing or wrong.
    """
    problem = settings.problem()
    choice = settings.value()
    if problem or choice is None:
        raise InputError(problem)
    if to_show:
        choice = replace(choice, mask_origins=())
    project = session.project.folder if session.has_project else None
    if choice.task == "synthesize" and session.source is None:
        return plan(None, None, None, choice, project=project)
    image = session.source_image()
    if choice.task in WITHOUT_BORDER or not settings.uses_mask:
        return plan(image, None, None, choice, project=project)
    fitted = session.mask_pixels()
    return plan(image, fitted.box, fitted.pixels, choice, project=project)


def note_now(session: Session, settings: RunSettings) -> None:
    """Keep the settings with the project, where they can be read."""
    choice, second = settings.value(), settings.conditions.second_layer()
    if choice is None:
        return
    session.file.note(Chosen(
        choice.generator, to_json(choice.parameters), choice.seed, choice.count, feather=choice.feather,
        model=choice.model, label=choice.label, reference="" if second is None else uuid_of(second),
        prompts=settings.words.whole_value(), adapters=choice.adapters,
    ))  # fmt: skip
