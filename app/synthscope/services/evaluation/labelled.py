"""Label maps beside fields: those that are given for the real images, and those that generated ones were made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.errors import DocumentError, InputError
from synthscope.imaging.fields import Field
from synthscope.imaging.label_codec import unpack_labels
from synthscope.metrics.trust.utility import Lessons
from synthscope.records.evaluation import EvaluationRecipe
from synthscope.records.image import Image
from synthscope.services.evaluation.copying import LazyFields
from synthscope.services.evaluation.fields import Fields, read_field
from synthscope.services.label_maps import check_labels
from synthscope.services.provenance import provenance_of
from synthscope.services.sources import open_input


class LazyLabels(Sequence[np.ndarray]):
    """Labels (Z, Y, X) of fields, each read where it is looked at."""

    def __init__(self, maps: Sequence[Image], fields: Sequence[Field]) -> None:
        self._maps, self._fields = maps, fields

    def __len__(self) -> int:
        return len(self._fields)

    def __getitem__(self, index: Any) -> Any:
        field = self._fields[index]
        return read_field(self._maps[field.image], field)[..., 0].astype(np.int64)


@dataclass(frozen=True, eq=False)
class LabelMaps:
    """Label maps of the images of an arm, one for each, opened and not read."""

    maps: tuple[Image, ...]

    def lessons(self, fields: Fields, specimens: tuple[str, ...]) -> Lessons:
        """Give fields of those images with their labels."""
        return Lessons(LazyFields([fields]), LazyLabels(self.maps, fields.fields), specimens)

    def values(self, fields: Fields) -> list[int]:
        """Give the labels that occur in fields of those images, rising."""
        return sorted({int(value) for one in LazyLabels(self.maps, fields.fields) for value in np.unique(one)})


def maps_of_real(recipe: EvaluationRecipe, images: Sequence[Image], project: Path | None) -> LabelMaps | None:
    """Open the label maps that a recipe names; None where it names none.

    Raises
    ------
    InputError
        If they are not one for each real image, or one does not fit its image.
    """
    if not recipe.utility_labels:
        return None
    given = zip(recipe.utility_labels, images, strict=True)
    return LabelMaps(tuple(check_labels(open_input(one, project), image) for one, image in given))


def maps_of_made(fields: Fields) -> LabelMaps | None:
    """Give the label maps that images were made from, as their records hold them; None unless each has one."""
    found = [_map_in(image) for image in fields.images]
    maps = tuple(one for one in found if one is not None)
    return LabelMaps(maps) if maps and len(maps) == len(found) else None


def check_values(name: str, known: Sequence[int], made: Sequence[int]) -> None:
    """Refuse a generated set whose labels are none of those of the real images.

    Raises
    ------
    InputError
        Naming the set, the label, and those that are known.
    """
    strange = [value for value in made if value not in (0, *known)]
    if strange:
        words = ", ".join(map(str, known))
        raise InputError(
            f"{name!r} was made from maps with the label {strange[0]}, and the label maps of the real images hold "
            f"{words}; give maps whose numbers mean the same."
        )


def _map_in(image: Image) -> Image | None:
    try:
        packed = provenance_of(image).labels
    except DocumentError:
        return None
    if packed is None or packed.shape != image.mask_shape:
        return None
    return Image(unpack_labels(packed), image.space.mask_space(), f"label map of {image.name}")
