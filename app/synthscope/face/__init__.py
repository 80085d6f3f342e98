"""Composition root of the Python face: the verbs as plain functions, for a script or a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.errors import InputError
from synthscope.io.opening import Reading, open_image
from synthscope.jobs.drain import drain
from synthscope.records.events import Event
from synthscope.records.image import Image, PixelArray
from synthscope.records.request import Prompts, Task
from synthscope.records.run import AdapterUse
from synthscope.records.space import Space
from synthscope.services.choosing import Choice, parameters_of
from synthscope.services.comparing import compare_images
from synthscope.services.describing import describe_generators, describe_image
from synthscope.services.label_maps import check_labels, open_labels
from synthscope.services.mask_origins import origins_in
from synthscope.services.masking import fit_mask
from synthscope.services.models import describe_models
from synthscope.services.prompting import prompts_of
from synthscope.services.provenance import provenance_of
from synthscope.services.references import open_reference, second_of
from synthscope.services.replaying import Replay, replay_job
from synthscope.services.verbs import Outcome, make_job
from synthscope.worker import known_devices, resolve

Source = Image | np.ndarray | str | Path
Listener = Callable[[Event], None]
Words = Prompts | Mapping[str, str] | None
"""What a generator is told: a mapping has the fields of `Prompts` as its keys."""


def info(source: Source, *, full: bool = False) -> dict[str, Any]:
    """Say what an image is: shape, dtype, axes, voxel size, range, hash, provenance.

    Parameters
    ----------
    source : Image, ndarray, str or Path
        An array of 2 or 3 axes is taken as (Y, X) or (Z, Y, X).
    full : bool
        Read all voxels of a large image too.
    """
    return describe_image(as_image(source), full=full)


def generators() -> list[dict[str, Any]]:
    """List the generators: id, title, family, tasks, whether it can be used, JSON schema of its parameters."""
    return describe_generators()


def inpaint(
    source: Source,
    mask: Source,
    out: str | Path,
    *,
    generator: str = "exemplar",
    count: int = 1,
    seed: int = 0,
    parameters: Mapping[str, Any] | None = None,
    context: float = 64,
    feather: float = 0,
    model: str | Path = "",
    label: str = "",
    labels: Source | None = None,
    reference: Source | None = None,
    control_image: Source | None = None,
    prompts: Words = None,
    adapters: Mapping[str, float] | None = None,
    device: str = "auto",
    on_event: Listener | None = None,
) -> Outcome:
    """Fill the masked region of an image; all other voxels stay as they are, bit for bit.

    Parameters
    ----------
    mask : Image, ndarray, str or Path
        Non-zero is to be made; of the image's axes without channels.
    out : str or Path
        Folder for the results; nothing in it is overwritten.
    context : float
        Width of what the generator may see around the mask, in voxels of the finest spatial axis.
    feather : float
        Width inside the border, in the unit of the voxel size, within which what does not fit the
        surroundings is evened out.
    model : str or Path
        Folder or name of a trained model, for generators that need one.
    label : str
        One of the classes that the model knows.
    labels, reference : Image, ndarray, str or Path, optional
        A label map of the image's axes without channels, which leads what is made, for models that learned from some;
        a second image, alike in axes, shape and dtype, for generators that take one.
    control_image : Image, ndarray, str or Path, optional
        Edges, a label map or depth, of the image's rows and columns, for ControlNets: in place of `reference`.
    prompts : Prompts or mapping, optional
        Words for generators that read them: ``prompt``, ``negative``, ``source``, ``target``, ``instruction``.
    adapters : mapping, optional
        Names or folders of ControlNets, LoRAs, embeddings and priors, and how strongly each works: 1 as it was trained.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``, for generators that compute on more than one.

    Raises
    ------
    SynthscopeError
        With a sentence that names the thing, the value and the remedy.
    """
    image = as_image(source)
    drawn = as_image(mask, name="mask")
    painted = fit_mask(drawn, image)
    choice = choice_of(
        "inpaint", generator, count, seed, parameters, context=context, feather=feather, model=str(model),
        device=device, label=label, labels=pixels_of(labels, image), prompts=prompts_of(prompts),
        reference=_second(reference, control_image, generator, image), adapters=adapters_of(adapters),
        mask_origins=origins_in(drawn),
    )  # fmt: skip
    return make(image, painted, choice, out, on_event)


def generate(
    size: tuple[int, ...],
    out: str | Path,
    *,
    generator: str = "quilt",
    example: Source | None = None,
    count: int = 1,
    seed: int = 0,
    parameters: Mapping[str, Any] | None = None,
    model: str | Path = "",
    label: str = "",
    labels: Source | None = None,
    prompts: Words = None,
    adapters: Mapping[str, float] | None = None,
    device: str = "auto",
    on_event: Listener | None = None,
) -> Outcome:
    """Make new images of `size` (H, W) or (D, H, W); a label map is of that size, the rest is as in `inpaint`."""
    choice = choice_of(
        "synthesize", generator, count, seed, parameters, size=tuple(size), model=str(model), device=device,
        label=label, labels=pixels_of(labels), prompts=prompts_of(prompts), adapters=adapters_of(adapters),
    )  # fmt: skip
    return make(None if example is None else as_image(example), None, choice, out, on_event)


def vary(
    source: Source,
    out: str | Path,
    *,
    generator: str = "quilt",
    count: int = 1,
    seed: int = 0,
    parameters: Mapping[str, Any] | None = None,
    mask: Source | None = None,
    feather: float = 0,
    model: str | Path = "",
    label: str = "",
    labels: Source | None = None,
    reference: Source | None = None,
    control_image: Source | None = None,
    prompts: Words = None,
    adapters: Mapping[str, float] | None = None,
    device: str = "auto",
    on_event: Listener | None = None,
) -> Outcome:
    """Make variations of an image, or of what lies inside a mask; the other arguments as in `inpaint`."""
    image = as_image(source)
    drawn = None if mask is None else as_image(mask, name="mask")
    painted = None if drawn is None else fit_mask(drawn, image)
    choice = choice_of(
        "vary", generator, count, seed, parameters, feather=feather, model=str(model), device=device,
        label=label, labels=pixels_of(labels, image), reference=_second(reference, control_image, generator, image),
        prompts=prompts_of(prompts), adapters=adapters_of(adapters),
        mask_origins=() if drawn is None else origins_in(drawn),
    )  # fmt: skip
    return make(image, painted, choice, out, on_event)


def compare(reference: Source, other: Source) -> dict[str, Any]:
    """Compare two images of one shape: difference, seam and spectrum figures."""
    return compare_images(as_image(reference), as_image(other))


def replay(
    path: str | Path,
    *,
    source: str | Path | None = None,
    reference: str | Path | None = None,
    control_image: str | Path | None = None,
    model: str | Path | None = None,
    adapters: Iterable[str | Path] = (),
    device: str = "",
    on_event: Listener | None = None,
) -> Replay:
    """Make the result in a file again from its own record, and report the largest difference.

    Parameters
    ----------
    source, reference : str or Path, optional
        The example it was made from, and the second image, where they are not beside it.
    control_image : str or Path, optional
        The same for ControlNets, in place of `reference`.
    model : str or Path, optional
        Folder of the model it was made by, if it is not installed.
    adapters : iterable of str or Path
        Folders or safetensors files of adapters it was made with, where they are not installed.
    device : str
        Where to make it, instead of the recorded device.
    """
    if control_image:
        generator = provenance_of(open_image(Path(path), Reading())).recipe.generator
        reference = second_of(Path(reference) if reference else None, Path(control_image), generator)
    named, second, trained = (Path(one) if one else None for one in (source, reference, model))
    job = replay_job(
        Path(path), resolve, source=named, model=trained, device=device, reference=second,
        adapters=tuple(map(Path, adapters)),
    )  # fmt: skip
    return drain(job, on_event)


def models(project: str | Path | None = None) -> list[dict[str, Any]]:
    """List the models of a project, the installed and the bundled ones: name, folder, generator, figures, reason."""
    return describe_models(None if project is None else Path(project))


def as_image(source: Source, *, name: str = "image") -> Image:
    """Take an image as it is, open a file, or give an array its plain axes.

    Raises
    ------
    InputError
        If an array has neither 2 nor 3 axes: then its axes must be told by an `Image`; or if it holds no real
        numbers, or none at all.
    """
    if isinstance(source, Image):
        return source
    if isinstance(source, str | Path):
        return open_image(Path(source))
    array = np.asarray(source)
    axes = {2: "yx", 3: "zyx"}.get(array.ndim)
    if array.dtype.kind not in "biuf" or array.size == 0:
        raise InputError(f"The {name} is an array of {array.shape} {array.dtype}; give real numbers, and some of them.")
    if axes is None:
        raise InputError(f"An array of {array.ndim} axes must name them: give Image(array, Space('tczyx')).")
    return Image(array.astype(array.dtype.newbyteorder("="), copy=False), Space(axes), name)


def as_labels(source: Source, axes: str = "") -> Image:
    """Take a label map as it is, open a file, or give an array the axes that it has."""
    return open_labels(Path(source), axes) if isinstance(source, str | Path) else as_image(source, name="label map")


def pixels_of(labels: Source | None, image: Image | None = None) -> PixelArray | None:
    """Give the voxels of a label map, on the axes of the image that it belongs to, if to one."""
    if labels is None:
        return None
    opened = as_labels(labels, "" if image is None else image.space.mask_axes)
    return (opened if image is None else check_labels(opened, image)).pixels


def _second(reference: Source | None, control: Source | None, generator: str, image: Image) -> Image | None:
    named = control if second_of(reference, control, generator) is control else reference
    opened = open_reference(Path(named), image) if isinstance(named, str | Path) else named
    return None if opened is None else as_image(opened, name="second image")


def choice_of(
    task: Task, generator: str, count: int, seed: int, parameters: Mapping[str, Any] | None, **more: Any
) -> Choice:
    """Give a choice of plain values, its parameters checked."""
    return Choice(task, generator, parameters_of(generator, parameters or {}), count, seed, **more)


def adapters_of(adapters: Mapping[str, float] | None) -> tuple[AdapterUse, ...]:
    """Give the parts that are joined to a model, in the order of the mapping."""
    return tuple(AdapterUse(str(name), "", float(weight)) for name, weight in (adapters or {}).items())


def make(
    image: Image | None, mask: PixelArray | None, choice: Choice, out: str | Path, on_event: Listener | None
) -> Outcome:
    """Run a choice to its end."""
    return drain(make_job(image, mask, choice, Path(out), resolve, devices=known_devices), on_event)
