"""The folder of a model while it is trained: its card, its weights, its curves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from synthscope.errors import DocumentError, FileError
from synthscope.generators.training import Checkpoint
from synthscope.imaging.regions import block_space
from synthscope.io.models import read_card, write_card, write_model
from synthscope.records.documents import to_json
from synthscope.records.events import Made, Measured
from synthscope.records.generator import GeneratorSpec
from synthscope.records.model import ModelCard, TrainingState, TunedBase
from synthscope.records.training import PROGRESS, REAL, TrainingRecipe
from synthscope.services.curves import add_point, finite, read_curves
from synthscope.services.environment import describe_environment
from synthscope.services.run_folder import now
from synthscope.services.training_alarms import alarms_of
from synthscope.services.training_data import Material
from synthscope.services.training_figures import COMPARED

INTENDED_USE = (
    "Research: to fill, vary and make images like those it learned from, of the same material, instrument and voxel "
    "size. Not for diagnosis, and not as evidence of what was not imaged."
)
_SHORT = {"bfloat16": ", products in bfloat16"}
"""What the card says of the device beside its name, by the precision of a checkpoint."""


class ModelFolder:
    """Keeps the best model so far in a folder, with all that is known of it.

    Parameters
    ----------
    path : Path
        Of an existing folder; the folder of a training that is resumed holds its figures already.
    """

    def __init__(
        self, path: Path, recipe: TrainingRecipe, spec: GeneratorSpec, parameters: Any, material: Material, device: str,
        base: TunedBase | None = None,
    ) -> None:  # fmt: skip
        self.path = path
        self._recipe = recipe
        self._spec = spec
        self._parameters = parameters
        self._material = material
        self._device = device
        self._base = base
        self._card = _existing(path)
        self._points = list(read_curves(path))
        self._compared = {
            point.step: values
            for point in self._points
            if (values := {name: value for name, value in point.values.items() if name in COMPARED})
        }
        figures = self._card.figures if self._card else {}
        self._floor = {name: value for name, value in figures.items() if name.endswith(REAL)}
        self._loss: dict[str, float] = {}
        self._examined: dict[str, float] = {}
        self._remarks = tuple(one for one in self._card.remarks if one not in self._alarms()) if self._card else ()
        self._planned = self._card.planned_steps if self._card else 0

    def plan(self, steps: float) -> None:
        """Note how many steps the training will have."""
        self._planned = int(steps)

    def keep(self, checkpoint: Checkpoint, state: TrainingState) -> Made:
        """Write a checkpoint as the model, and say so."""
        self._loss = finite({"held_out_loss": checkpoint.held_out_loss, **checkpoint.figures})
        self._remarks = (*self._material.remarks, *checkpoint.remarks)
        self._card = write_model(self.path, checkpoint.weights, self._describe(checkpoint, state))
        return self._made(self._card)

    def measure(self, point: Measured, floor: dict[str, float] | None = None) -> Measured:
        """Note a point of the curves, and on the card what was measured of the model on it, and alarms.

        The point is given back with real against real and the part of the training that is done beside it.
        """
        values = finite(dict(point.values))
        if floor is not None:
            self._compared[point.step] = values
            self._floor = floor
        done = min(point.step / self._planned, 1.0) if self._planned else 0.0
        point = Measured(point.step, {**values, **(floor or {}), PROGRESS: round(done, 4)})
        self._points.append(point)
        add_point(self.path, point)
        if self._card is not None:
            self._rewrite(replace(self._card, figures=self._figures(self._card.steps), remarks=self._said()))
        return point

    def examine(self, figures: dict[str, float]) -> None:
        """Note what was found of the best weights at the end; they are on the card with the last checkpoint."""
        self._examined = figures

    def mark(self, state: TrainingState, remark: str = "") -> None:
        """Write down how the training stands, and why; where there is no model yet, there is nothing to mark."""
        if self._card is not None and self._card.state != "finished":
            self._remarks += (remark,) * bool(remark)
            self._rewrite(replace(self._card, state=state, remarks=self._said()))

    def summary(self) -> dict[str, Any]:
        """Give the result of a training as JSON."""
        assert self._card is not None, "a training ends with a checkpoint"
        card = self._card
        return {
            "model": card.name,
            "folder": str(self.path),
            "generator": card.generator,
            "steps": card.steps,
            "seconds": card.seconds,
            "held_out": dict(card.figures),
            "alarms": [to_json(alarm) for alarm in alarms_of(self._points)],
            "card": to_json(card),
        }

    def _alarms(self) -> tuple[str, ...]:
        return tuple(alarm.words for alarm in alarms_of(self._points))

    def _said(self) -> tuple[str, ...]:
        """Give the remarks of the training, and its alarms, which are news of the model as well."""
        return (*self._remarks, *self._alarms())

    def _rewrite(self, card: ModelCard) -> None:
        if card != self._card:
            self._card = card
            write_card(self.path, card)

    def _made(self, card: ModelCard) -> Made:
        said = {
            "name": card.name,
            "generator": card.generator,
            "step": card.steps,
            "planned_steps": card.planned_steps,
            "state": card.state,
            "figures": dict(card.figures),
        }
        return Made("model", str(self.path), said)

    def _figures(self, step: int) -> dict[str, float]:
        """Give what was measured at a step, or else at the last one before it, or else at the first one."""
        steps = sorted(self._compared)
        before = [one for one in steps if one <= step]
        nearest = before[-1:] or steps[:1]
        compared = self._compared[nearest[0]] if nearest else {}
        return {**self._loss, **compared, **self._floor, **self._examined}

    def _describe(self, checkpoint: Checkpoint, state: TrainingState) -> ModelCard:
        material, space = self._material, self._material.space
        z, y, x, _ = block_space(space).voxel_size
        return ModelCard(
            name=self._recipe.name or self.path.name,
            generator=self._spec.id,
            generator_version=self._spec.version,
            architecture=dict(checkpoint.architecture),
            training=to_json(self._parameters),
            images=material.images,
            normalisation=(material.data.normalisation.low, material.data.normalisation.high),
            percentiles=self._recipe.percentiles,
            limits=material.limits,
            channels=material.channels,
            channel_names=space.channel_names,
            rgb=space.is_rgb,
            dtype=material.dtype,
            voxel_size=(z, y, x),
            unit=space.unit,
            depth=material.depth,
            labels=material.data.classes,
            label_values=material.data.label_values,
            weights_sha256="",
            parameters=sum(int(values.size) for values in checkpoint.weights.values()),
            steps=checkpoint.step,
            planned_steps=checkpoint.planned_steps,
            seed=self._recipe.seed,
            seconds=checkpoint.seconds,
            environment=describe_environment(f"{self._device}{_SHORT.get(checkpoint.precision, '')}"),
            state=state,
            figures=self._figures(checkpoint.step),
            remarks=self._said(),
            licence=self._recipe.licence,
            intended_use=INTENDED_USE if self._base is None else self._use_of_adapter(self._base),
            made=now(),
            part=self._spec.trains_adapter,
            base=self._base,
        )

    def _use_of_adapter(self, base: TunedBase) -> str:
        words = self._parameters.prompt
        return f"Joined to {base.name!r} as an adapter, and called by its words, {words!r}. {INTENDED_USE}"


def _existing(path: Path) -> ModelCard | None:
    try:
        return read_card(path)
    except (FileError, DocumentError):
        return None
