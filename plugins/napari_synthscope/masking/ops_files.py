"""Masks from files and into files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtWidgets import QFileDialog, QWidget

from napari_synthscope.canvas.layers import KEY, image_of, labels_data, shown_axes
from napari_synthscope.canvas.placing import add_quietly
from napari_synthscope.canvas.transposing import transposed
from napari_synthscope.files.found import FILE_FILTER
from napari_synthscope.files.saving import FILTER, kept_words, safe_name, with_suffix
from napari_synthscope.masking.ops import MaskOps
from napari_synthscope.masking.tools.canvas import flat_spatial
from napari_synthscope.masking.tools.overlay import over_mask
from napari_synthscope.session.mask_slot import empty_mask
from napari_synthscope.session.mask_told import origins_of, tell_origins
from synthscope.errors import MaskError, SynthscopeError
from synthscope.imaging.masks.morphology import feather
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image_job
from synthscope.qt.sentence import Said
from synthscope.records.image import Image, PixelArray
from synthscope.services.mask_origins import as_used, origins_in, with_record
from synthscope.services.masking import fit_mask

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

WEIGHTS = "feather weights"
LARGEST = 1 << 31
"""Bytes of a mask file that is read into memory, to be painted on."""


class MaskFiles:
    """Imports and exports the mask of a session; reading and writing happen beside the window."""

    def __init__(self, session: Session, ops: MaskOps) -> None:
        self._session = session
        self._ops = ops

    def ask_import(self, parent: QWidget) -> None:
        """Ask for a file and take it as the mask."""
        name, _ = QFileDialog.getOpenFileName(parent, "Import a mask", "", FILE_FILTER)
        if name:
            self.import_mask(Path(name))

    def ask_export(self, parent: QWidget) -> None:
        """Ask where to, and write the mask."""
        mask = self._session.mask
        if mask is None:
            return
        start = f"{safe_name(mask.name)}.ome.tif"
        name, chosen = QFileDialog.getSaveFileName(parent, "Export the mask", start, FILTER)
        if name:
            path = with_suffix(Path(name), chosen)
            self.export_mask(path, kept_words(Path(name), path))

    def import_mask(self, path: Path) -> None:
        """Take a file as the mask: zero stays as it is, anything else is to be made again."""
        self._ops.attempt(lambda: self._import(path))

    def export_mask(self, path: Path, remark: str = "") -> None:
        """Write the mask as an image of 0 and 255 with axes, voxel size and unit; `remark` is said at the end."""
        self._ops.attempt(lambda: self._export(path, remark))

    def _import(self, path: Path) -> None:
        image = self._session.source_image()
        self._ops.start(lambda: read_mask(path, image), lambda found: self._show(*found))

    def _export(self, path: Path, remark: str) -> None:
        mask = self._session.mask
        if mask is None:
            raise MaskError("There is no mask to export; draw one first.")
        image = image_of(mask)
        painted = image.with_(pixels=Painted(image.pixels), levels=(), synthetic=None, provenance=None)
        told, fitted = origins_of(mask), self._fitted(image)
        self._ops.start(
            lambda: write_image_job(path, with_record(painted, as_used(told, fitted))),
            lambda written: self._ops.said.emit(Said(f"The mask is saved as {written.name}.{remark}")),
        )

    def _fitted(self, image: Image) -> PixelArray:
        """Give the mask on the axes of the source, by which what found it is told; else on its own."""
        try:
            return self._session.mask_pixels().pixels
        except SynthscopeError:
            return image.pixels

    def _show(self, found: Image, pixels: np.ndarray | None) -> None:
        """Add the mask on the grid of the source; one of another grid where its own file says it lies."""
        session = self._session
        source, image = session.source, session.source_image()
        if source is None:
            return
        if pixels is not None and pixels.ndim == 2 and len(image.mask_shape) > 2:
            layer = plane_mask(source, pixels, found.name)
        elif pixels is not None:
            layer = empty_mask(source, image)
            own = image.space.mask_axes
            layer.data = np.ascontiguousarray(transposed(pixels, own, shown_axes(own)))
            layer.name = found.name
        else:
            layer = own_mask(found)
        tell_origins(layer, origins_in(found))
        session.viewer.add_layer(layer)
        session.set_mask(layer)
        self._ops.said.emit(Said(f"{found.name} is the mask now."))


def read_mask(path: Path, image: Image) -> tuple[Image, np.ndarray | None]:
    """Read a mask file and see whether it fits an image.

    Returns
    -------
    mask, pixels
        The file as it is, and uint8 0 or 1 on the mask axes of the image, or on one slice (Y, X); None
        for one of another grid that says itself where it lies.

    Raises
    ------
    MaskError
        If it fits neither by its shape nor by its voxel size.
    """
    found = open_image(path)
    if found.nbytes > LARGEST:
        raise MaskError(
            f"The mask {path.name} holds {found.nbytes / 1e9:.1f} GB, too much to be painted on; crop it first."
        )
    one_slice = len(image.mask_shape) > 2 and len(found.space.mask_axes) == 2
    try:
        fitted = np.asarray(fit_mask(found, image, all_slices=True)[...]) != 0
    except MaskError:
        if found.space.unit == "pixel" or found.space.unit != image.space.unit:
            raise
        if len(found.mask_shape) != len(image.mask_shape):
            raise
        return found, None
    plane = fitted[(0,) * (fitted.ndim - 2)] if one_slice else fitted
    return found, plane.astype(np.uint8)


def plane_mask(source: Any, pixels: np.ndarray, name: str) -> Any:
    """Make a mask layer of one slice over a stack; somebody says which slices are meant."""
    return _labels(pixels, name, flat_spatial(source))


def own_mask(found: Image) -> Any:
    """Make a mask layer that lies where its own file says."""
    data, arguments, _ = labels_data(found)
    pixels = np.asarray(data[0] if isinstance(data, list) else data)
    keep = ("scale", "translate", "units", "axis_labels")
    return _labels((pixels != 0).astype(np.uint8), found.name, {name: arguments[name] for name in keep})


def feather_layer(session: Session, ops: MaskOps, width: float) -> Callable[[], Any]:
    """Give what works out the weights of the mask feathered over `width`, as a function of no arguments.

    Raises
    ------
    MaskError
        If nothing is painted.
    """
    ground = ops.ground()
    painted = session.painted
    if painted is None:
        raise MaskError("Nothing is painted yet; draw what is to be made again first.")
    box = ground.inside(painted.box)
    wide = tuple(slice(max(s.start - 1, 0), min(s.stop + 1, n)) for s, n in zip(box, ground.shape, strict=True))
    part, size = np.array(ground.pixels[wide]) != 0, ground.voxel_size
    start = (*ground.lead, *(side.start for side in wide))
    layer = ground.layer

    def make() -> Any:
        weights = feather(part, width, size)
        return weights[(None,) * len(ground.lead)], start, layer

    return make


def weights_layer(weights: np.ndarray, start: tuple[int, ...], mask: Any) -> Any:
    """Make an image layer of feather weights, in place over the mask."""
    return over_mask(weights, start, mask, f"Feather weights of {mask.name}", WEIGHTS, (0, 1))


def show_weights(viewer: Any, layer: Any) -> None:
    """Add a layer of feather weights in place of an earlier one."""
    earlier = [x for x in viewer.layers if x.metadata.get(KEY, {}).get("role") == WEIGHTS]
    for old in earlier:
        viewer.layers.remove(old)
    add_quietly(viewer, layer)


class Painted:
    """A mask as 0 and 255, the way every program shows it; worked out when read."""

    dtype = np.dtype(np.uint8)

    def __init__(self, base: Any) -> None:
        self._base = base
        self.shape = tuple(base.shape)
        self.ndim = len(self.shape)

    def __getitem__(self, key: Any) -> np.ndarray:
        return np.where(np.asarray(self._base[key]) != 0, np.uint8(255), np.uint8(0))


def _labels(pixels: np.ndarray, name: str, where: dict[str, Any]) -> Any:
    from napari.layers import Labels
    from napari.utils.colormaps import DirectLabelColormap

    from napari_synthscope.session.mask_slot import MASK_COLOUR

    colours = DirectLabelColormap(color_dict={None: MASK_COLOUR, 0: "transparent"})
    return Labels(np.ascontiguousarray(pixels), name=name, opacity=0.5, colormap=colours, **where)
