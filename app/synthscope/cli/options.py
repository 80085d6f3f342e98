"""The options that commands share: each is written once, and groups of them are taken as one record."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from synthscope.cli.inputs import read_adapter, read_image, read_parameters
from synthscope.generators.registry import find_spec
from synthscope.records.image import Image
from synthscope.records.request import Prompts, Task
from synthscope.services.choosing import Choice, check_device
from synthscope.services.prompt_sets import find_set, with_set
from synthscope.services.references import second_of

ImagePath = Annotated[Path, typer.Argument(help="Image file or folder of slices.")]
Generator = Annotated[str, typer.Option("--generator", "-g", help="Id of the generator; see `synthscope generators`.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; nothing in it is overwritten.")]
Count = Annotated[int, typer.Option(help="Number of candidates.")]
Seed = Annotated[int, typer.Option(help="Seed of the first candidate; the others follow by one each.")]
Settings = Annotated[list[str], typer.Option("--set", help="A parameter of the generator: NAME=VALUE.")]


def known_device(name: str) -> str:
    """Refuse a device that there is none of, in the words of the planner.

    Raises
    ------
    ParameterError
    """
    if name:
        check_device(name)
    return name


Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.", callback=known_device)]
IdleDevice = Annotated[
    str, typer.Option(help="Taken by every command; this one works on the CPU.", callback=known_device)
]
IdleSeed = Annotated[int, typer.Option(help="Taken by every command; nothing here is random.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
Model = Annotated[str, typer.Option(help="Folder or name of a trained model, for generators that need one.")]
ClassName = Annotated[str, typer.Option("--class", help="One of the classes that the model knows.")]
Labels = Annotated[
    Path | None, typer.Option(help="Label map that leads what is made, for models that learned from some.")
]
Reference = Annotated[
    Path | None, typer.Option(help="A second image of the same shape, for generators that lead from one to another.")
]
ControlImage = Annotated[
    Path | None, typer.Option(help="Edges, a label map or depth of the same rows and columns, for ControlNets.")
]
Prompt = Annotated[str, typer.Option(help="What the image shall show, for generators that read words.")]
Negative = Annotated[str, typer.Option(help="What it shall not show.")]
SourcePrompt = Annotated[str, typer.Option(help="What the image shows now, for generators that edit by two prompts.")]
TargetPrompt = Annotated[str, typer.Option(help="What it shall show instead.")]
Instruction = Annotated[str, typer.Option(help="What is to be done to the image.")]
Preset = Annotated[
    str, typer.Option(help="Fill words that are not given from a prompt set; see `synthscope generators --presets`.")
]
Adapters = Annotated[
    list[str],
    typer.Option("--adapter", help="A ControlNet, LoRA, embedding or prior joined to the model: NAME or NAME=WEIGHT."),
]
RegionOnly = Annotated[bool, typer.Option("--region", help="Write only the region of context, not the whole image.")]
Box = Annotated[str, typer.Option(help="What the generator may see: FIRST:STOP for every axis, by commas.")]
Feather = Annotated[
    float, typer.Option(help="Even out the border inside the mask over this width, in the unit of the voxel size.")
]
Axes = Annotated[str, typer.Option(help="Axes of the image, such as zyx, where the file does not tell.")]
Dataset = Annotated[str, typer.Option(help="Data set inside an HDF5 or Zarr file; number or name of a TIFF's series.")]
Raw = Annotated[str, typer.Option(help="Layout of a RAW file: SHAPE:DTYPE[:ORDER[:OFFSET]], 40x500x500:uint16.")]

VoxelSize = Annotated[str, typer.Option(help="Voxel size per spatial axis, by commas, where the file is wrong.")]
Unit = Annotated[str, typer.Option(help="Unit of the voxel size.")]
Slices = Annotated[str, typer.Option(help="For a 2D mask on a stack: slices FIRST:STOP.")]
AllSlices = Annotated[bool, typer.Option("--all-slices", help="A 2D mask is meant for all slices.")]


@dataclass(frozen=True)
class Reading:
    """How an image is read, where its file does not tell, or tells wrong."""

    axes: Axes = ""
    dataset: Dataset = ""
    raw: Raw = ""
    voxel_size: VoxelSize = ""
    unit: Unit = ""

    @property
    def told(self) -> dict[str, str]:
        """Give what was told, by the name of its option."""
        return {one.name.replace("_", "-"): getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}

    def open(self, path: Path) -> Image:
        """Open an image as the options say."""
        return read_image(
            path, axes=self.axes, dataset=self.dataset, raw=self.raw, voxel_size=self.voxel_size, unit=self.unit
        )


@dataclass(frozen=True)
class Making:
    """What makes candidates, how many, and where they go."""

    generator: Generator
    out: Out
    count: Count = 1
    seed: Seed = 0
    set_: Settings = field(default_factory=list)
    model: Model = ""
    label: ClassName = ""
    labels: Labels = None
    reference: Reference = None
    control_image: ControlImage = None
    prompt: Prompt = ""
    negative: Negative = ""
    source_prompt: SourcePrompt = ""
    target_prompt: TargetPrompt = ""
    instruction: Instruction = ""
    preset: Preset = ""
    adapters: Adapters = field(default_factory=list)
    device: Device = "auto"
    as_json: Json = False

    @property
    def second(self) -> Path | None:
        """The second image, by whichever name it was given."""
        return second_of(self.reference, self.control_image, self.generator)

    @property
    def prompts(self) -> Prompts:
        """The words that were given, and those of the prompt set that was named."""
        given = Prompts(self.prompt, self.negative, self.source_prompt, self.target_prompt, self.instruction)
        return with_set(given, find_set(self.preset), find_spec(self.generator)) if self.preset else given

    def choice(self, task: Task, **more: Any) -> Choice:
        """Give the choice of a task."""
        return Choice(
            task, self.generator, read_parameters(self.generator, self.set_, task), self.count, self.seed,
            model=self.model, label=self.label, device=self.device, prompts=self.prompts,
            adapters=tuple(map(read_adapter, self.adapters)), **more,
        )  # fmt: skip


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take records such as `Reading` and `Making`; the parser sees their fields as its options."""
    hints = get_type_hints(command, include_extras=True)
    hints.pop("return", None)
    groups = {name: kind for name, kind in hints.items() if is_dataclass(kind)}

    @wraps(command)
    def run(**given: Any) -> None:
        records = {
            name: kind(**{one.name: given.pop(one.name) for one in fields(kind)})  # type: ignore[operator]
            for name, kind in groups.items()
        }
        command(**records, **given)

    flat = []
    for parameter in inspect.signature(command).parameters.values():
        kind = groups.get(parameter.name)
        own = parameter.replace(annotation=hints[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
        flat += [own] if kind is None else _fields_of(kind)
    run.__signature__ = inspect.Signature(flat)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in flat}
    return run


def _fields_of(kind: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    found = []
    for one in fields(kind):
        default = one.default if one.default_factory is MISSING else one.default_factory()
        without = inspect.Parameter.empty if default is MISSING else default
        hint = hints[one.name]
        found.append(inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, annotation=hint, default=without))
    return found
