"""What can be ticked: image layers of the viewer, and the runs of the project that have images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_synthscope.canvas.layers import image_of, uuid_of
from napari_synthscope.parts.layer_list import role_of
from napari_synthscope.parts.set_members import Member, generator_title, run_images
from synthscope.errors import SynthscopeError
from synthscope.services.run_folder import RunFolder

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

MOST_RUNS = 40
"""The newest ones that are listed."""


def layer_members(session: Session) -> tuple[Member, ...]:
    """List the image layers that a person brought or accepted."""
    from napari.layers import Image as ImageLayer

    layers = [one for one in session.viewer.layers if isinstance(one, ImageLayer) and not role_of(one)]
    return tuple(Member(f"layer:{uuid_of(layer)}", layer.name, layer=layer) for layer in layers)


def run_members(folder: Path) -> tuple[Member, ...]:
    """List the runs in the folder of runs, newest first; those without an image are left out."""
    found = []
    for path in sorted(folder.glob("*/recipe.json"), reverse=True)[:MOST_RUNS]:
        run = RunFolder(path.parent)
        try:
            count, generator = len(run_images(run)), run.recipe().generator
        except SynthscopeError:
            continue
        if count:
            title = f"{generator_title(generator)}: {count} {'image' if count == 1 else 'images'}"
            found.append(Member(f"run:{run.id}", f"{title}, {_when(run.id)}", run=run.path))
    return tuple(found)


def seen_now(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Take down what layers show at this moment: lazily, no pixel is read.

    Raises
    ------
    InputError
        If a layer has axes that no image of ours can have.
    """
    return tuple(_seen(member) for member in members)


def mark_of(member: Member) -> tuple[object, ...]:
    """Give what tells whether a member would be opened as it was: a run's title counts its images."""
    if member.layer is not None:
        layer = member.layer
        return (member.key, member.title, id(layer.data), tuple(layer.scale), tuple(layer.units))
    return (member.key, member.title, _changed(member.path) if member.path is not None else 0)


def is_generated(layer: Any) -> bool:
    """Tell whether a layer holds synthetic voxels."""
    from napari_synthscope.canvas.layers import KEY

    return layer.metadata.get(KEY, {}).get("synthetic") is not None


def _seen(member: Member) -> Member:
    return member if member.layer is None else replace(member, image=image_of(member.layer))


def _changed(path: Path) -> int:
    """Give when a file, or the list of a folder, was changed; 0 when it is gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _when(run_id: str) -> str:
    """Give day and time of a run's name, as it says them (UTC): ``11-26 02:10``."""
    day, _, rest = run_id.partition("-")
    return f"{day[4:6]}-{day[6:8]} {rest[:2]}:{rest[2:4]}"
