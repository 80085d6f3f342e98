"""The line-ups of a session: begun from a recipe and images, and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_synthscope.session.comparison_desk import ComparisonDesk, ComparisonKind, ComparisonLine
from napari_synthscope.session.opened_images import OpenedImages
from napari_synthscope.session.report_lines import time_of
from napari_synthscope.session.run_desk import as_seen
from synthscope.errors import MaskError, SynthscopeError
from synthscope.generators.registry import list_generators
from synthscope.imaging.regions import whole
from synthscope.records.device import Device
from synthscope.records.image import Image, PixelArray
from synthscope.records.lineup import LineupRecipe, LineupResult
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.request import Region

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.services.lineup.beginning import Posed

KIND = "lineup"
LINEUPS = "lineups"
RECIPE, RESULT = "lineup.json", "result.json"


@dataclass(frozen=True, eq=False)
class Subjects:
    """What generators are lined up on: one image, or all of a folder, and one mask.

    Parameters
    ----------
    image : Image, optional
        The present one; None where a folder is named.
    folder : Path, optional
    mask : PixelArray, optional
        Of the image's mask axes; None where whole images are varied.
    box : Region, optional
        Where it is painted.
    origins : tuple of MaskOrigin
        What found parts of it.
    """

    image: Image | None = None
    folder: Path | None = None
    mask: PixelArray | None = None
    box: Region | None = None
    origins: tuple[MaskOrigin, ...] = ()

    def fixed(self) -> Subjects:
        """Give it with a copy of the mask as it is now: a person may go on painting."""
        return self if self.mask is None else replace(self, mask=np.asarray(self.mask[...]) != 0)

    def posed(self, opened: OpenedImages | None = None) -> tuple[Posed, ...]:
        """Open the images, each with the mask; not on the window's thread.

        Parameters
        ----------
        opened : OpenedImages, optional
            Those of an earlier call, which are not opened again.

        Raises
        ------
        FileError, InputError
            If the folder holds no image, or one cannot be read.
        MaskError
            If the mask does not fit one of them.
        """
        from synthscope.services.lineup.beginning import Posed
        from synthscope.services.lineup.gathering import files_of

        images = [self.image] if self.image is not None else []
        if self.folder is not None:
            images = (opened or OpenedImages()).open_all(files_of(self.folder))
        for image in images:
            if self.mask is not None and tuple(self.mask.shape) != image.mask_shape:
                raise MaskError(
                    f"The mask is of {_sizes(self.mask.shape)} and {image.name} of {_sizes(image.mask_shape)} voxels; "
                    "one mask serves images of its own size only."
                )
        return tuple(Posed(image, self.mask, self.box, self.origins) for image in images)


@dataclass(frozen=True, eq=False)
class _Wish:
    """A forecast that is wanted, and who is to be told."""

    recipe: LineupRecipe
    subjects: Subjects
    then: Callable[[Any], None]
    failed: Callable[[SynthscopeError], None]


class LineupDesk(ComparisonDesk):
    """Begins line-ups, and forecasts one wish at a time: of those that come meanwhile only the newest is kept."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ComparisonKind(KIND, LINEUPS, list_lineups, _result))
        self._next: _Wish | None = None
        self._busy = False
        self._opened = OpenedImages()

    def forecast(
        self, recipe: LineupRecipe, subjects: Subjects, then: Callable[[Any], None],
        failed: Callable[[SynthscopeError], None],
    ) -> None:  # fmt: skip
        """Plan every contender with every image, off the window's thread; nobody is told of a wish that is outdated.

        Parameters
        ----------
        then : callable
            Is given the number of images and a `Forecast` for each contender.
        failed : callable
            Is given what is wrong with the line-up as a whole.
        """
        self._next = _Wish(recipe, subjects, then, failed)
        self._go()

    def forget(self) -> None:
        """Drop what nobody waits for any more: the forecast that is wanted, and the images that were opened for it."""
        self._next, self._opened = None, OpenedImages()

    def begin(self, recipe: LineupRecipe, subjects: Subjects) -> None:
        """Write a line-up down and have it done; `began` follows, or `failed`.

        Voxels that no file holds as they are seen are kept in the project, on another thread.
        """
        session = self._session
        project = session.project
        self.listen()
        devices = self._devices(recipe)

        def write() -> Path:
            from synthscope.services.lineup.beginning import begin_lineup

            fixed = subjects.fixed()
            posed = [replace(one, image=as_seen(one.image, whole(one.image.shape))) for one in fixed.posed()]
            return self._begun(
                project.folder, recipe,
                lambda folder: begin_lineup(folder, recipe, posed, project.folder, lambda: devices),
            )  # fmt: skip

        session.errands.run(write, lambda folder: self._add(folder, title_of(recipe)), self.failed.emit)

    def _devices(self, recipe: LineupRecipe) -> tuple[Device, ...]:
        """Give what the worker told; it is asked where nothing is known and a contender's model depends on it."""
        if not self._session.has_project:
            return ()
        pretrained = {one.spec.id for one in list_generators() if one.spec and one.spec.family == "pretrained"}
        work = self._session.work
        return work.learn_devices() if any(one.generator in pretrained for one in recipe.contenders) else work.devices

    def _go(self) -> None:
        wish = self._next
        if wish is None or self._busy:
            return
        self._next, self._busy = None, True
        project, opened = self._session.project.folder if self._session.has_project else None, self._opened
        devices = self._devices(wish.recipe)

        def work() -> Any:
            from synthscope.services.lineup.beginning import check_lineup, forecasts

            posed = wish.subjects.posed(opened)
            return len(posed), forecasts(check_lineup(wish.recipe, posed), posed, project, lambda: devices)

        self._session.errands.run(work, partial(self._answer, wish.then), partial(self._answer, wish.failed))

    def _answer(self, tell: Callable[[Any], None], outcome: Any) -> None:
        self._busy = False
        if self._next is None:
            tell(outcome)
        self._go()


def list_lineups(folder: Path) -> tuple[ComparisonLine, ...]:
    """List the line-ups in a folder, newest first."""
    return tuple(_line(path.parent) for path in sorted(folder.glob(f"*/{RECIPE}"), reverse=True))


def title_of(recipe: LineupRecipe) -> str:
    """Say who is lined up: ``Line up harmonic, exemplar``."""
    return f"Line up {', '.join(one.name or one.generator for one in recipe.contenders)}"


def _result(folder: Path) -> LineupResult:
    from synthscope.services.lineup.beginning import read_result

    return read_result(folder)


def _line(folder: Path) -> ComparisonLine:
    from synthscope.services.lineup.beginning import read_lineup, read_result

    made = time_of(folder.name)
    has_table = (folder / RESULT).is_file()
    try:
        recipe = read_lineup(folder)
        complete = has_table and read_result(folder).complete
    except SynthscopeError as error:
        return ComparisonLine(folder, folder.name, made, problem=error.sentence)
    first = recipe.subjects[0].image.name
    rest = len(recipe.subjects) - 1
    images = f"{first} and {rest} more" if rest else first
    return ComparisonLine(folder, f"{title_of(recipe)} on {images}", made, has_table, complete)


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
