"""The one adapter between napari layers and our images, and what derived layers inherit.

An image is **one** layer, channels included: a layer shows its axes in the order ``c t z y x`` (and
colour samples last), so that masks, which have no channels, line up from the right as napari aligns
layers. The order of the file is kept beside, and `image_of` gives it back: image to layer to image is
exact. Arrays are transposed as views and never copied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import numpy as np

from napari_synthscope.canvas.contrast import display_limits, display_range
from napari_synthscope.canvas.transposing import transposed
from napari_synthscope.canvas.units import shown_unit, unit_of
from synthscope.errors import InputError
from synthscope.records.image import Image, Origin, PixelArray
from synthscope.records.space import Space

KEY = "synthscope"
SUFFIX = " · synthetic"
LIVE = "live preview"
"""The role of a layer that shows what would be made, and is no result."""
EDGES = "edges"
"""The role of a layer that shows what leads a generator: for looking alone."""
SHOWN_ORDER = "ctzyxs"
GUESSES = {2: "yx", 3: "zyx", 4: "tzyx", 5: "ctzyx"}
SPATIAL = ("scale", "translate", "rotate", "shear", "affine", "units", "axis_labels")

LayerData = tuple[Any, dict[str, Any], str]


def layer_data(image: Image, **changes: Any) -> LayerData:
    """Turn an image into what napari makes a layer of.

    Parameters
    ----------
    image : Image
        May be lazy and of several levels.
    **changes
        Replace or add arguments of the layer, such as ``colormap`` or ``name``.

    Returns
    -------
    tuple
        (data, arguments, ``"image"``); data is a list for an image with levels.
    """
    order = shown_axes(image.space.axes)
    arrays = [transposed(array, image.space.axes, order) for array in (image.pixels, *image.levels)]
    rgb = image.space.is_rgb
    arguments: dict[str, Any] = {
        "name": shown_name(image),
        "rgb": rgb,
        "multiscale": len(arrays) > 1,
        "metadata": {KEY: _record(image)},
        **_spatial_arguments(image.space),
    }
    if not rgb and "contrast_limits" not in changes:
        arguments["contrast_limits"] = display_limits(arrays[-1])
    return (arrays if len(arrays) > 1 else arrays[0]), arguments | changes, "image"


def labels_data(image: Image, *, role: str = "", **changes: Any) -> LayerData:
    """Turn an image of labels into what napari makes a labels layer of; its axes have neither c nor s.

    `role` says what the labels are for, such as ``truth``; labels with a role are nobody's mask.
    """
    data, arguments, _ = layer_data(image)
    unwanted = ("rgb", "contrast_limits")
    kept = {name: value for name, value in arguments.items() if name not in unwanted}
    if role:
        kept["metadata"][KEY]["role"] = role
    return data, kept | changes, "labels"


def add_image(viewer: Any, image: Image, **changes: Any) -> Any:
    """Show an image as one new layer and give that layer."""
    return add_prepared(viewer, layer_data(image, **changes))


def add_prepared(viewer: Any, data: LayerData) -> Any:
    """Show what `layer_data` or `labels_data` gave (perhaps in another thread) and give the new layer."""
    layer = made_layer(data)
    viewer.add_layer(layer)
    return layer


def made_layer(data: LayerData) -> Any:
    """Make a layer of what `layer_data` or `labels_data` gave, shown by no viewer yet."""
    from napari.layers import Image as ImageLayer
    from napari.layers import Labels

    pixels, arguments, kind = data
    if kind == "labels":
        return Labels(pixels, **arguments)
    layer = ImageLayer(pixels, **arguments)
    _widen_range(layer)
    return layer


def add_labels(viewer: Any, image: Image, **changes: Any) -> Any:
    """Show an image of labels as one new layer and give that layer."""
    return add_prepared(viewer, labels_data(image, **changes))


def image_of(layer: Any, *, axes: str = "") -> Image:
    """Give the image that an image or labels layer shows, with the changes made to it in napari.

    Parameters
    ----------
    layer : napari.layers.Image or napari.layers.Labels
        Of any program: without our record, axes come from its axis labels, or are guessed (and
        ``origin.axes_guessed`` says so).
    axes : str
        The axes of the layer's array, where they are known better.

    Raises
    ------
    InputError
        If the layer has axes that no image of ours can have.
    """
    record: Mapping[str, Any] = layer.metadata.get(KEY, {})
    order, guessed = _axes_of(layer, record, axes)
    levels = list(layer.data) if layer.multiscale else [layer.data]
    own = record.get("axes", order)
    own = own if sorted(own) == sorted(order) else order
    arrays = [transposed(array, order, own) for array in levels]
    synthetic = record.get("synthetic")
    origin = record.get("origin", Origin())
    image = Image(
        arrays[0],
        _space_of(layer, record, order, own),
        name=layer.name.removesuffix(SUFFIX),
        provenance=record.get("provenance"),
        levels=tuple(arrays[1:]),
        origin=Origin(origin.path, origin.format, origin.dataset, guessed, origin.raw) if guessed else origin,
    )
    fits = synthetic is not None and tuple(synthetic.shape) == image.mask_shape
    return image.with_(synthetic=synthetic) if fits else image


def labels_pixels(layer: Any, image: Image | None) -> PixelArray:
    """Give the voxels of a labels layer, of a pyramid the finest, on the mask axes of an image.

    They stay as they are where it has not as many axes.
    """
    pixels: PixelArray = layer.data[0] if layer.multiscale else layer.data
    axes = "" if image is None else image.space.mask_axes
    if not axes or layer.ndim != len(axes):
        return pixels
    turned: PixelArray = transposed(pixels, shown_axes(axes), axes)
    return turned


def uuid_of(layer: Any) -> str:
    """Give what identifies a layer for as long as it lives, whatever it is called."""
    record = layer.metadata.setdefault(KEY, {})
    identity: str = record.setdefault("uuid", uuid4().hex)
    return identity


def find_layer(viewer: Any, identity: str) -> Any | None:
    """Find the layer of a `uuid_of`; None when it is gone."""
    for layer in viewer.layers:
        if layer.metadata.get(KEY, {}).get("uuid") == identity:
            return layer
    return None


def spatial(layer: Any, *, mask: bool = False) -> dict[str, Any]:
    """Give what a layer derived from `layer` inherits: scale, translate, rotate, shear, affine, units, labels.

    Parameters
    ----------
    layer : napari layer
        The source.
    mask : bool
        Leave out the channel axis, which masks do not have.
    """
    labels = list(layer.axis_labels)
    keep = [i for i, label in enumerate(labels) if not (mask and label == "c")]
    if len(keep) == layer.ndim:
        return {name: getattr(layer, name) for name in SPATIAL}
    linear = np.ix_(keep, keep)
    homogeneous = [*keep, layer.ndim]
    return {
        "scale": np.asarray(layer.scale)[keep],
        "translate": np.asarray(layer.translate)[keep],
        "rotate": np.asarray(layer.rotate)[linear],
        "shear": _shear_matrix(layer)[linear],
        "affine": np.asarray(layer.affine.affine_matrix)[np.ix_(homogeneous, homogeneous)],
        "units": tuple(layer.units[i] for i in keep),
        "axis_labels": tuple(labels[i] for i in keep),
    }


def shown_axes(axes: str) -> str:
    """Give axes in the order they are shown in."""
    return "".join(sorted(axes, key=SHOWN_ORDER.index))


def shown_name(image: Image) -> str:
    """Give the name of an image's layer, which says when there are synthetic voxels in it."""
    name = image.name or "Image"
    return name if image.synthetic is None or name.endswith(SUFFIX) else name + SUFFIX


def _record(image: Image) -> dict[str, Any]:
    return {
        "uuid": uuid4().hex,
        "axes": image.space.axes,
        "unit": image.space.unit,
        "time_unit": image.space.time_unit,
        "channel_names": image.space.channel_names,
        "samples": _samples(image.space),
        "synthetic": image.synthetic,
        "provenance": image.provenance,
        "origin": image.origin,
    }


def _samples(space: Space) -> tuple[float, float]:
    """Give step and origin of the colour axis: napari knows none, and exact is exact."""
    return (space.voxel_size[-1], space.origin[-1]) if space.is_rgb else (1.0, 0.0)


def _spatial_arguments(space: Space) -> dict[str, Any]:
    order = shown_axes(space.axes).removesuffix("s")
    where = [space.axes.index(letter) for letter in order]
    return {
        "scale": tuple(space.voxel_size[i] for i in where),
        "translate": tuple(space.origin[i] for i in where),
        "units": tuple(shown_unit(letter, space.unit, space.time_unit) for letter in order),
        "axis_labels": tuple(order),
    }


def _axes_of(layer: Any, record: Mapping[str, Any], told: str) -> tuple[str, bool]:
    """Give the axes of a layer's array, and whether they are a guess."""
    samples = "s" if getattr(layer, "rgb", False) else ""
    if told:
        return told, False
    labels = "".join(layer.axis_labels)
    named = len(labels) == layer.ndim == len(set(labels)) and set("yx") <= set(labels) <= set("ctzyx")
    if named:
        guessed = bool(record.get("origin", Origin()).axes_guessed)
        return labels + samples, guessed
    if layer.ndim not in GUESSES:
        raise InputError(
            f"Layer {layer.name!r} has {layer.ndim} axes without known names; name its axes c, t, z, y, x in napari."
        )
    return GUESSES[layer.ndim] + samples, True


def _space_of(layer: Any, record: Mapping[str, Any], order: str, own: str) -> Space:
    """Read a layer's space in the order `order` and give it in the order `own`."""
    step, start = record.get("samples", (1.0, 0.0)) if order.endswith("s") else (None, None)
    steps = [float(v) for v in layer.scale] + ([] if step is None else [step])
    starts = [float(v) for v in layer.translate] + ([] if start is None else [start])
    where = [order.index(letter) for letter in own]
    names: Sequence[str] = record.get("channel_names", ())
    return Space(
        own,
        tuple(steps[i] for i in where),
        unit_of(layer, order, "zyx", record.get("unit", "")),
        tuple(starts[i] for i in where),
        tuple(names),
        unit_of(layer, order, "t", record.get("time_unit", "")) if "t" in order else record.get("time_unit", "second"),
    )


def _shear_matrix(layer: Any) -> np.ndarray:
    """Give a layer's shear as the matrix that napari also takes: napari stores the upper triangle alone."""
    matrix = np.eye(layer.ndim)
    shear = np.asarray(layer.shear, dtype=float)
    if shear.ndim == 2:
        return shear
    matrix[np.triu_indices(layer.ndim, 1)] = shear
    return matrix


def _widen_range(layer: Any) -> None:
    """Let the contrast slider reach what the dtype can hold; napari takes this only after the limits."""
    if layer.rgb:
        return
    limits = tuple(layer.contrast_limits)
    layer.contrast_limits_range = display_range(layer.dtype, limits)
    layer.contrast_limits = limits
