"""What all pretrained generators share: slices and tiles in, the pipeline's steps as events, slices out."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.errors import WorkError
from synthscope.generators.asked import unknown_of
from synthscope.generators.devices import choose_device
from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.costs import SIDE
from synthscope.generators.pretrained.counting import calls_of
from synthscope.generators.pretrained.estimates import estimate
from synthscope.generators.pretrained.joining import joined
from synthscope.generators.pretrained.loading import Loaded, load_pipeline, quiet
from synthscope.generators.pretrained.pixels import Colours
from synthscope.generators.pretrained.placing import Held
from synthscope.generators.pretrained.resizing import resized, shown_at
from synthscope.generators.pretrained.round_trip import there_and_back
from synthscope.generators.pretrained.stepping import stepped
from synthscope.generators.pretrained.tiling import Slices
from synthscope.jobs.failures import is_memory_error
from synthscope.records.events import Job, Noted, Preview, Progress
from synthscope.records.generator import Inputs
from synthscope.records.request import Task

MULTIPLE = 8
"""Sides are multiples of it: that of the deepest latent of the usual autoencoders; a larger one is taken where told."""
SHOWN = 4
"""A preview may take at most one part in so many of the time."""


class Editor(ABC):
    """One pretrained generator: `identity`, and how its pipeline is put together and asked."""

    identity: ClassVar[str]
    multiple: ClassVar[int] = MULTIPLE
    """What the sides of a tile are multiples of, whatever the model."""
    led: ClassVar[int] = -1
    """Which of a guided pair follows the words or the class: -1 the last, 0 the first. It is shown in previews."""

    @abstractmethod
    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: Any) -> Any:
        """Put the pipeline together for a run."""

    @abstractmethod
    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Run the pipeline on one tile, and give its colours (1, 3, Y, X) of 0 to 1."""

    def passes(self, task: Task, parameters: Any) -> int:  # noqa: ARG002 - some know tasks of fewer steps
        """Say how often the network is asked for a tile: bars are drawn by it."""
        return int(parameters.steps)

    def beside(self, inputs: Inputs, parameters: Any, colours: Colours, z: int) -> np.ndarray | None:  # noqa: ARG002
        """Give what is shown beside a slice, as a picture (Y, X, 3) of 0 to 1: by itself the second image."""
        return None if inputs.reference is None else colours.shown(inputs.reference[z])

    def brought(self, beside: Tensor | None, sides: tuple[int, int], inputs: Inputs, parameters: Any) -> Tensor | None:  # noqa: ARG002
        """Bring a tile of what is shown beside to the sides at which the model is asked."""
        found: Tensor | None = resized(beside, *sides)
        return found

    def networks(self, loaded: Loaded, pipeline: Any) -> tuple[nn.Module, ...]:  # noqa: ARG002 - some have more
        """Give the networks whose calls are the steps of a tile."""
        return (loaded.denoiser,)

    def calls(self, loaded: Loaded, pipeline: Any, inputs: Inputs, parameters: Any) -> int:  # noqa: ARG002
        """Say how often the networks are asked for a tile: as `passes`, by the model's own schedule."""
        steps = int(parameters.steps)
        return calls_of(loaded.components.get("scheduler"), steps, self.passes(inputs.task, parameters))

    def device(self, wanted: str) -> str:
        """Name the device that work asked of `wanted` is done on."""
        return str(choose_device(wanted))

    def generate(self, inputs: Inputs, parameters: Any, seed: int) -> Job[np.ndarray]:
        """Make one candidate, slice by slice and tile by tile.

        Raises
        ------
        InputError
            If a size or a source is missing, or the image has channels that no pipeline knows.
        MaskError
            If the mask is empty, leaves nothing known, or does not fit.
        WorkError
            If the pipeline gives what is no number.
        """
        unknown = unknown_of(inputs)
        yield Progress(0, 1, "Loading the model")
        loaded = load_pipeline(inputs, self.identity, parameters.precision)
        colours = Colours(loaded.card, inputs)
        pipeline = self.pipeline(loaded, inputs, parameters)
        with joined(pipeline, inputs.adapters, loaded.card) as remarks:
            ask = Asking(self, loaded, pipeline, inputs, parameters)
            made = yield from self._made(ask, colours, unknown, seed)
        yield Noted(remarks=remarks)
        return made

    def _made(self, ask: Asking, colours: Colours, unknown: np.ndarray, seed: int) -> Job[np.ndarray]:
        """Make all slices, say what was found on the way, and let go of what was held."""
        try:
            slices = Slices(ask, colours, unknown, ask.inputs, seed)
            made = yield from slices.make()
            yield colours.chroma.noted()
            yield slices.round_trip()
            yield ask.held.noted()
        finally:
            ask.held.release()
        return made


class Asking:
    """A pipeline that is asked for one tile after another."""

    def __init__(self, editor: Editor, loaded: Loaded, pipeline: Any, inputs: Inputs, parameters: Any) -> None:
        self._editor, self._loaded, self._pipeline = editor, loaded, pipeline
        self.inputs, self.parameters = inputs, parameters
        self.side = int(loaded.card.architecture.get("side") or SIDE)
        self.name = loaded.card.name
        self.passes = editor.calls(loaded, pipeline, inputs, parameters)
        self._networks = editor.networks(loaded, pipeline)
        self.held = Held(pipeline, loaded, parameters.memory, self._most_pixels())

    def tile(
        self, image: Tensor | None, mask: Tensor | None, second: Tensor | None, sides: tuple[int, int], seed: list[int],
        show: Callable[[Tensor], Preview], part: tuple[int, int],
    ) -> Job[Tensor]:  # fmt: skip
        """Make one tile of any sides; small ones are shown to the model enlarged.

        Where memory runs out, the model is held the next thriftier way, once, and the tile is begun anew.

        Parameters
        ----------
        show : callable
            Turns colours of the tile into a picture of the work.
        part : (int, int)
            The tile's number, from 0, and how many there are.

        Returns
        -------
        Tensor (1, 3, rows, columns) of 0 to 1
        """
        return (yield from self.answer(image, mask, second, sides, seed, show, part)).clamp(0, 1)

    def answer(
        self, image: Tensor | None, mask: Tensor | None, second: Tensor | None, sides: tuple[int, int], seed: list[int],
        show: Callable[[Tensor], Preview] | None, part: tuple[int, int],
    ) -> Job[Tensor]:  # fmt: skip
        """Ask about one tile as `tile` does, and give what is answered, of any range; no `show`, no picture."""
        rows, columns = self._sides(sides)
        while True:
            # The first word of a seed sequence of two is of 32 bits: any seed and any tile has a noise of its own.
            word = int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])
            asked = Asked(
                self.inputs.task, rows, columns, self.inputs.prompts, self.parameters,
                torch.Generator("cpu").manual_seed(word), resized(image, rows, columns),
                None if mask is None else (resized(mask, rows, columns) > 0).float(),
                self._editor.brought(second, (rows, columns), self.inputs, self.parameters), self.inputs.label, sides,
                {one.part: one.weight for one in self.inputs.adapters},
            )  # fmt: skip
            try:
                found = yield from self._attempt(asked, shown_at(show, sides), part)
                break
            except (RuntimeError, MemoryError) as error:
                if not is_memory_error(error):
                    raise
                short = error.with_traceback(None)  # its frames hold tensors
            self.held.relieve(short)
        if not bool(torch.isfinite(found).all()):
            raise WorkError(
                f"Model {self.name!r} gave values that are no numbers; choose the number format float32, or another "
                "model."
            )
        answered: Tensor = resized(found.float().cpu(), *sides)
        return answered

    def beside(self, colours: Colours, z: int) -> np.ndarray | None:
        """Give the picture (Y, X, 3) of 0 to 1 that is shown beside a slice; None for none."""
        return self._editor.beside(self.inputs, self.parameters, colours, z)

    def _attempt(self, asked: Asked, show: Callable[[Tensor], Preview] | None, part: tuple[int, int]) -> Job[Tensor]:
        """Run the pipeline once: a step of its network is an event, and now and then a picture of the work."""
        number, total = part
        work = stepped(self._networks, lambda: self._answered(asked))
        words = f"Tile {number + 1} of {total}, " if total > 1 else ""
        count, last, spent = 0, time.monotonic(), 0.0
        while True:
            try:
                step = next(work)
            except StopIteration as end:
                found: Tensor = end.value
                return found
            count += 1
            yield Progress(number + min(count / self.passes, 1), total, f"{words}step {count} of {self.passes}")
            if show is not None and self.held.is_whole and time.monotonic() - last > SHOWN * spent:
                began = time.monotonic()
                picture = estimate(self._loaded, step, self._editor.led)
                if picture is not None:
                    yield show(picture)
                last, spent = time.monotonic(), time.monotonic() - began

    def _answered(self, asked: Asked) -> Tensor:
        with quiet():
            return self._editor.ask(self._pipeline, asked)

    def round_trip(self, image: Tensor | None, sides: tuple[int, int]) -> Tensor | None:
        """Send a tile through the model's autoencoder and back, at the sides at which the model is asked."""
        image = resized(image, *self._sides(sides))
        try:
            back = None if image is None else there_and_back(self._loaded, image)
        except (RuntimeError, MemoryError) as error:
            if not is_memory_error(error):
                raise
            return None  # the image is made: a figure beside it is not worth its loss
        return resized(back, *sides)

    def _most_pixels(self) -> int:
        """Count the pixels of the largest tile: a new image is made as a whole, others in tiles of the model's side."""
        rows, columns = (self.inputs.size or (1, 1, 1))[1:]
        return max(rows * columns, self.side**2)

    def _sides(self, sides: tuple[int, int]) -> tuple[int, int]:
        """Give the sides at which the model is asked: multiples, of an area that is not smaller than what it knows."""
        scale = max(1.0, self.side / math.sqrt(math.prod(sides))) if self.parameters.enlarge else 1.0
        rows, columns = (max(math.ceil(n * scale / self.multiple) * self.multiple, self.multiple) for n in sides)
        return rows, columns

    @property
    def multiple(self) -> int:
        """What sides are multiples of: of all the halvings on the way to the narrowest layer."""
        return math.lcm(self._editor.multiple, int(self._loaded.card.architecture.get("multiple") or 1))
