"""The torch-free half of a generator: what it is, what it needs, what it will cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from synthscope.records.request import Prompts, Restoration, RestorationKind, Task
from synthscope.records.space import Space

Determinism = Literal["bit-exact here", "same device type", "statistical"]
Second = Literal["reference", "control"]
Family = Literal["classical", "diffusion", "adversarial", "autoencoding", "paired", "pretrained"]


Joints = tuple[tuple[int, ...], tuple[int, ...]]
"""Rows and columns of an image at which its pieces meet: a line at n lies between n - 1 and n."""

FINDING = "mask"
"""No task, but what may stand beside tasks in `synthscope.records.limits.For`: a mask is found by two prompts."""


@dataclass(frozen=True)
class Cost:
    """What one candidate will take, roughly: `seconds` on two CPU cores, `memory` in bytes at its height."""

    seconds: float
    memory: int


@dataclass(frozen=True)
class Workload:
    """The size of a run, known before any pixel is read.

    `box` is (Z, Y, X, C) of the region of context; `unknown` counts the voxels (Z, Y, X) to make, also where
    they are finer than those of the box. `piece` counts the voxels of the largest part of the box that is filled
    at once; 0: all of it is. `weights` is how many numbers the model is; 0 where that is not
    known.
    """

    task: Task
    box: tuple[int, int, int, int]
    unknown: int
    itemsize: int
    candidates: int
    restoration: Restoration | None = None
    weights: int = 0
    piece: int = 0


@dataclass(frozen=True)
class Taught:
    """What a training learns from, as far as the size of its network depends on it: channels, and slices of a block."""

    channels: int
    slices: int


@dataclass(frozen=True)
class Setting:
    """What a generator is to be used on.

    Parameters
    ----------
    slices : int
        How many slices are to be made, all or in part.
    voxel_size : tuple of float (z, y, x)
    is_series : bool
        The slices are moments in time.
    architecture : mapping
        That of the model's card; empty without a model.
    has_reference : bool
        A second image was chosen.
    sides : (int, int)
        Rows and columns of a new image; 0 where none is made.
    label : int
        One more than the index of the class that is wanted; 0 for none.
    scale : callable
        Gives the (low, high) in original units that the network sees as -1 and 1, read off the pixels of an example
        where there is one: only when asked for. Empty where it is not known.
    """

    task: Task
    slices: int
    voxel_size: tuple[float, float, float]
    unit: str
    is_series: bool = False
    architecture: Mapping[str, Any] = field(default_factory=dict)
    has_reference: bool = False
    sides: tuple[int, int] = (0, 0)
    label: int = 0
    scale: Callable[[], tuple[float, ...]] = tuple


@dataclass(frozen=True)
class Whole:
    """An image that was made as a whole: a new one, or one that was varied all over.

    Parameters
    ----------
    shape : tuple (Z, Y, X)
    example : tuple (Z, Y, X), optional
        What the generator saw of a source.
    """

    task: Task
    shape: tuple[int, int, int]
    example: tuple[int, int, int] | None = None


def _in_one_piece(_whole: Whole, _parameters: Any) -> Joints:
    return (), ()


def _nothing_assumed(_setting: Setting, _parameters: Any) -> tuple[str, ...]:
    return ()


def _everywhere(_parameters: Any) -> int:
    return 0


def _unknown_memory(_taught: Taught, _training: Any) -> int:
    return 0


@dataclass(frozen=True)
class GeneratorSpec:
    """What the registry lists and the form is made of.

    Parameters
    ----------
    id : str
        The fixed name that files keep.
    parameters : type
        A frozen dataclass of plain values; it drives form, check, JSON and hash.
    implementation : str
        ``module:Class`` of the working half; only the composition root resolves it.
    deterministic : bool
        True where every seed gives the same image: one candidate, no uncertainty.
    needs_mask, needs_source : bool
        For the tasks ``inpaint`` and ``synthesize`` respectively.
    cost : callable
        ``(workload, parameters) -> Cost``.
    training : type, optional
        A frozen dataclass of what may be chosen for its training; None where there is nothing to train.
        The implementation of such a generator is a `synthscope.generators.training.Trainable`.
    training_memory : callable
        ``(taught, training) -> bytes`` that a training takes at its height, besides the images: network, its copies,
        gradients, optimiser, and what a batch leaves on the way; 0 where that is not known.
    trains_adapter : str
        Its training begins with a pretrained model, the base, and gives no model but a part that is joined to one: of
        `synthscope.records.model.Part`.
    learns_labels : bool
        Whether its training takes label maps, which then lead what it makes.
    restorations : tuple of str
        Which kinds of the task ``restore`` it does.
    takes_reference : tuple of str
        Tasks for which a second image may be given beside the source: `Inputs.reference`, of the source's shape.
    second : str
        What that image is to it: a ``reference`` is like the source in shape and type; a ``control`` image shares its
        rows and columns alone (edges, a label map, depth).
    prompts : tuple of str
        Which fields of `synthscope.records.request.Prompts` it reads.
    needs_prompts : tuple of str
        Which of them it cannot do without.
    adapters : tuple of str
        Which parts of others' models may be joined to its own: of `synthscope.records.model.Part`.
    needs_adapter : str
        A part without which it cannot work, unless its model holds one.
    finds_masks : bool
        Whether it finds a mask by two prompts where none is given. Its implementation is then a
        `synthscope.generators.protocol.TellsApart`, its parameters have a `threshold`, and those that the mask is
        found by serve `FINDING`.
    live : bool
        Quick enough, on small regions, to be shown while a slider is moved.
    assumes : callable
        ``(setting, parameters) -> sentences``: what it takes for granted of the material, which every result says
        too; it raises `InputError` where that cannot be so.
    joints : callable
        ``(whole, parameters) -> (rows, columns)`` at which windows, tiles or blocks of an image meet: where seams of
        its own making would lie. None where it is made in one piece, or that cannot be told of these alone.
    reach : callable
        ``(parameters) -> voxels`` that a fill looks at around a hole, along any axis: holes that lie farther apart
        are filled one after another. 0 where all that is known counts.
    """

    id: str
    title: str
    family: Family
    tasks: tuple[Task, ...]
    parameters: type
    implementation: str
    cost: Callable[[Workload, Any], Cost]
    summary: str = ""
    deterministic: bool = False
    determinism: Determinism = "bit-exact here"
    needs_source: bool = True
    needs_model: bool = False
    is_network: bool = False
    training: type | None = None
    training_memory: Callable[[Taught, Any], int] = _unknown_memory
    trains_adapter: Literal["", "lora"] = ""
    restorations: tuple[RestorationKind, ...] = ()
    learns_labels: bool = False
    takes_reference: tuple[Task, ...] = ()
    second: Second = "reference"
    prompts: tuple[str, ...] = ()
    needs_prompts: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()
    needs_adapter: str = ""
    finds_masks: bool = False
    live: bool = False
    assumes: Callable[[Setting, Any], tuple[str, ...]] = _nothing_assumed
    joints: Callable[[Whole, Any], Joints] = _in_one_piece
    reach: Callable[[Any], int] = _everywhere
    version: str = "1"
    citation: str = ""


@dataclass(frozen=True)
class Adapter:
    """A part of another's model, as an implementation is handed it: its folder, what it is, how strongly it works."""

    folder: str
    part: str
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Inputs:
    """What an implementation is handed: pixels in memory, always laid out (Z, Y, X, C).

    Parameters
    ----------
    source : ndarray (Z, Y, X, C), optional
        The region of context in its original dtype. Where `mask` is true the values are zero, for no generator
        ever sees what it replaces; for ``vary`` they are there: what is varied is seen.
    mask : ndarray of bool (Z, Y, X), optional
        True where voxels are to be made.
    space : Space
        Of axes ``zyxc``; voxel size and unit as in the file.
    size : tuple (Z, Y, X), optional
        Size of a new image.
    limits : tuple of (float, float), optional
        Lowest and highest value of each channel of the region where it is known, and of the second image: the
        range outputs keep to.
    reference : ndarray (Z, Y, X, C), optional
        A second image, of the source's shape and dtype: what a variation leads to, or takes its style from. A control
        image has the source's Z, Y and X, one channel or three, and a dtype of its own.
    model : str
        Folder of the trained model, for generators that need one.
    normalisation : tuple of float
        The (low, high) in original units that the network sees as -1 and 1; empty for that of the model.
    is_series : bool
        The slices are moments in time: nothing lies between them.
    adapters : tuple of Adapter
        Parts of others' models that are joined to the model.
    restoration : Restoration, optional
        For ``restore``. The result is as many times larger than `source` as its factors say.
    """

    task: Task
    space: Space
    source: np.ndarray | None = None
    mask: np.ndarray | None = None
    control: np.ndarray | None = None
    reference: np.ndarray | None = None
    prompts: Prompts = field(default_factory=Prompts)
    label: str = ""
    size: tuple[int, int, int] | None = None
    limits: tuple[tuple[float, float], ...] | None = None
    model: str = ""
    normalisation: tuple[float, ...] = ()
    device: str = "cpu"
    is_series: bool = False
    adapters: tuple[Adapter, ...] = ()
    restoration: Restoration | None = None
