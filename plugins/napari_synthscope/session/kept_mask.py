"""The mask as the project keeps it while it is painted, and how it is found again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_synthscope.session.mask_told import origins_of
from synthscope.errors import MaskError, SynthscopeError
from synthscope.io.faults import writing_faults
from synthscope.io.opening import open_image
from synthscope.records.documents import digest
from synthscope.records.image import Image, PixelArray
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.request import Input, Region
from synthscope.records.space import Space
from synthscope.services.mask_origins import as_used, origins_in
from synthscope.services.naming import unused
from synthscope.services.sources import locate

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.services.project import Project

ENDING = ".ome.tif"


@dataclass(frozen=True, eq=False)
class KeptMask:
    """A mask and where it is painted.

    Parameters
    ----------
    pixels : PixelArray
        Of the mask axes of the source: all of it when it is taken down, the painted box when it is read.
    box : Region
        Where it is painted, in these axes.
    origins : tuple of MaskOrigin
        What found parts of it.
    """

    pixels: PixelArray
    box: Region
    origins: tuple[MaskOrigin, ...] = ()


def painted_part(session: Session) -> KeptMask | None:
    """Say what is painted: the whole mask and the box, nothing copied.

    The voxels are read when they are written, beside the window; whoever paints meanwhile causes another save.
    """
    if session.painted is None:
        return None
    try:
        fitted = session.mask_pixels()
    except SynthscopeError:
        return None
    return None if fitted.box is None else KeptMask(fitted.pixels, fitted.box, origins_of(session.mask))


def write_mask(project: Project, source: Input, mask: KeptMask) -> Input:
    """Keep a mask under the name of its source: what was painted on another image stays beside it."""
    part, name = np.asarray(mask.pixels[mask.box.slices]) != 0, f"mask-{digest(source)[:12]}"
    told = as_used(mask.origins, mask.pixels)
    return project.save_mask(part, mask.box.start, source.space.mask_space(), name, told)


def set_aside(project: Project, kept: Input, image: Image) -> SynthscopeError | None:
    """Give a mask that cannot be shown a name that the next mask of this image will not take; None if it is gone."""
    try:
        path = locate(kept, project.folder)
        aside = unused(path.with_name(f"{path.name.removesuffix(ENDING)}-kept{ENDING}"), ENDING)
        with writing_faults(path):
            path.rename(aside)
    except SynthscopeError:
        return None
    where = aside.relative_to(project.folder).as_posix() if aside.is_relative_to(project.folder) else str(aside)
    return MaskError(f"The mask that was kept does not lie on {image.name}; it stays in {where} of the project.")


def read_mask(project: Project, kept: Input, image: Image) -> KeptMask:
    """Read the painted part of a mask, where it lies and what found it, by its own file.

    The file is rewritten with every stroke and may be newer than the document: the program may have ended
    between the two.
    """
    mask = open_image(locate(kept, project.folder))
    own = image.space.mask_space()
    if mask.space.axes == own.axes:
        box = _box_of(mask.space, own, mask.shape)
        if box is not None and all(b <= n for b, n in zip(box.stop, image.mask_shape, strict=True)):
            return KeptMask(np.asarray(mask.pixels[...]) != 0, box, origins_in(mask))
    raise MaskError(f"The mask that was kept does not lie on {image.name}; it is in {kept.path} of the project.")


def _box_of(part: Space, whole: Space, shape: tuple[int, ...]) -> Region | None:
    """Find where a part of a mask begins, from the origins of both; None where it begins before the whole."""
    pairs = zip(part.origin, whole.origin, whole.voxel_size, strict=True)
    start = tuple(round((there - here) / step) for there, here, step in pairs)
    return None if min(start) < 0 else Region(start, tuple(a + n for a, n in zip(start, shape, strict=True)))
