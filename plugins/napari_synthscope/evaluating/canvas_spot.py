"""A judged field on the canvas: its image, a frame round it, its nearest real field beside it at the same contrast."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Signal

from napari_synthscope.canvas.layers import KEY, add_image, image_of, shown_axes
from napari_synthscope.canvas.placing import LOOK, add_quietly, moved
from napari_synthscope.evaluating.spot_place import middle_of, place_words, source_of, start_of
from synthscope.qt.theme import DARK
from synthscope.records.colours import SYNTHETIC
from synthscope.records.evaluation import EvaluationRecipe, Spot
from synthscope.records.image import Image
from synthscope.records.request import Input
from synthscope.services.sources import locate, open_input

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

ROLE = "evidence"
GAP = 0.08
"""Between the field and its neighbour, in widths of the field."""
LABELS = ["judged", "nearest real"]
FILLED = 0.88
"""Part of the canvas that field and neighbour fill."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is to be shown: where it lies, and what its layer is, if there is one."""

    source: Input
    spot: Spot
    layer: Any | None


@dataclass(frozen=True, eq=False)
class Found:
    """What was read for it beside the window: the image if no layer shows it, the plane of the nearest real field."""

    image: Image | None
    nearest: np.ndarray | None


class CanvasSpot(QObject):
    """Shows one judged field at a time.

    Signals
    -------
    shown(str)
        What is on the canvas now, in a sentence.
    """

    shown = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._own: list[weakref.ref[Any]] = []

    def show(self, recipe: EvaluationRecipe, spot: Spot, nearest: Spot | None, said: str = "") -> None:
        """Show a field; `shown` follows.

        Parameters
        ----------
        recipe : EvaluationRecipe
            As it lies in the project, where it says in which files the images are.
        nearest : Spot, optional
            Of the real or the training set.
        said : str
            By what it is nearest, in words.

        Raises
        ------
        InputError
            If the field is one of a control, which no file holds.
        """
        session = self._session
        wanted = Wanted(source := source_of(recipe, spot), spot, self._layer_of(source))
        beside = None if nearest is None or nearest.image < 0 else source_of(recipe, nearest)
        project = session.project.folder

        def read() -> Found:
            image = open_input(wanted.source, project) if wanted.layer is None else None
            plane = None
            if beside is not None and nearest is not None:
                plane = middle_of(open_input(beside, project), nearest)
            return Found(image, plane)

        words = f"On the canvas: {source.name}, {place_words(spot)}"
        words += f", beside {beside.name}, {place_words(nearest)}" if beside is not None and nearest else ""
        words += f": {said}" if beside is not None and said else ""
        session.errands.run(read, lambda found: self._show(wanted, found, words), session.said.emit)

    def clear(self) -> None:
        """Take frame and neighbour off the canvas; images that were opened stay."""
        layers = self._session.viewer.layers
        for held in self._own:
            layer = held()
            if layer is not None and layer in layers:
                layers.remove(layer)
        self._own = []

    def _layer_of(self, source: Input) -> Any | None:
        """Find the layer that shows an image: the one it came from, or one of the same file."""
        from napari.layers import Image as ImageLayer

        held = self._session.evaluations.layer_of(source)
        if held is not None or not source.path:
            return held
        path = str(locate(source, self._session.project.folder))
        for layer in self._session.viewer.layers:
            origin = layer.metadata.get(KEY, {}).get("origin")
            if isinstance(layer, ImageLayer) and origin is not None and origin.path == path:
                return layer
        return None

    def _show(self, wanted: Wanted, found: Found, words: str) -> None:
        viewer = self._session.viewer
        self.clear()
        layer = wanted.layer
        if found.image is not None:
            layer = add_image(viewer, found.image)
            self._session.evaluations.hold(wanted.source, layer)
        if layer is None or layer not in viewer.layers:
            return
        _bring_up(viewer, layer)
        axes = image_of(layer).space.axes
        start = start_of(axes, wanted.spot)
        _go_to(viewer, layer, axes, start)
        if found.nearest is not None:
            self._add(self._neighbour(layer, axes, wanted.spot, found.nearest))
        frame = _frame(layer, axes, wanted.spot, found.nearest is not None)
        self._add(frame)
        _look_at(viewer, frame)
        self.shown.emit(words)

    def _add(self, layer: Any) -> None:
        add_quietly(self._session.viewer, layer)
        self._own.append(weakref.ref(layer))

    def _neighbour(self, layer: Any, axes: str, spot: Spot, plane: np.ndarray) -> Any:
        """Make the layer of the nearest real field, right of the field."""
        from napari.layers import Image as ImageLayer

        place = dict(zip(axes, start_of(axes, spot), strict=True)) | {"x": spot.stop[2] + _gap(spot)}
        arguments = _plane_arguments(layer, axes, [place[a] for a in axes])
        channel = _channel(self._session.viewer, axes)
        pixels = plane if layer.rgb else plane[..., min(channel, plane.shape[-1] - 1)]
        look = {} if layer.rgb else {name: getattr(layer, name) for name in LOOK}
        return ImageLayer(
            pixels, rgb=layer.rgb, name="nearest real field", metadata={KEY: {"role": ROLE}}, **arguments, **look
        )


def _gap(spot: Spot) -> float:
    return GAP * (spot.stop[2] - spot.start[2])


def _bring_up(viewer: Any, layer: Any) -> None:
    """Show a layer, and hide images that lie over it."""
    layer.visible = True
    for other in list(viewer.layers)[viewer.layers.index(layer) + 1 :]:
        if type(other) is type(layer) and other.visible:
            other.visible = False


def _go_to(viewer: Any, layer: Any, axes: str, start: tuple[int, ...]) -> None:
    """Turn to the slice of a field; channels stay as they are."""
    order = shown_axes(axes).removesuffix("s")
    place = dict(zip(axes, start, strict=True))
    world = layer.data_to_world([place[a] for a in order])
    first = viewer.dims.ndim - len(order)
    for i, axis in enumerate(order):
        if axis in "tz":
            viewer.dims.set_point(first + i, world[i])


def _look_at(viewer: Any, frame: Any) -> None:
    """Move the camera so that a frame fills the canvas.

    napari's own `fit_to_view` wants layers of as many axes as the viewer shows.
    """
    low, high = (np.asarray(edge)[-2:] for edge in frame.extent.world)
    camera, canvas = viewer.scene.camera, np.asarray(viewer.canvas.size, float)
    camera.center = (*camera.center[:-2], *((low + high) / 2))
    camera.zoom = FILLED * float(np.min(canvas / np.maximum(high - low, np.finfo(float).tiny)))


def _channel(viewer: Any, axes: str) -> int:
    """Give the channel that is shown."""
    order = shown_axes(axes).removesuffix("s")
    if "c" not in order:
        return 0
    place = viewer.dims.ndim - len(order) + order.index("c")
    return int(viewer.dims.current_step[place])


def _plane_arguments(layer: Any, axes: str, start: list[float]) -> dict[str, Any]:
    """Give the spatial arguments of a plane (Y, X) that begins at a voxel of `layer`; it shows on every slice."""
    arguments = moved(layer, axes, start, mask=True)
    keep = slice(len(arguments["axis_labels"]) - 2, None)
    return {
        "scale": np.asarray(arguments["scale"])[keep],
        "translate": np.asarray(arguments["translate"])[keep],
        "units": tuple(arguments["units"])[keep],
        "axis_labels": tuple(arguments["axis_labels"])[keep],
    }


def _frame(layer: Any, axes: str, spot: Spot, beside: bool) -> Any:
    """Make the layer that frames a field, and its neighbour."""
    from napari.layers import Shapes

    (y0, x0), (y1, x1) = spot.start[1:], spot.stop[1:]
    corners = [_rectangle(y0, x0, y1, x1)]
    if beside:
        right = x1 + _gap(spot)
        corners.append(_rectangle(y0, right, y1, right + x1 - x0))
    frame = Shapes(
        corners,
        shape_type="rectangle",
        name="judged field and its nearest real one" if beside else "judged field",
        edge_color=[SYNTHETIC, DARK.text][: len(corners)],
        face_color="transparent",
        edge_width=max(1.0, (x1 - x0) / 100),
        text={
            "string": ["judged", "nearest real"][: len(corners)],
            "anchor": "upper_left",
            "size": 12,
            "color": "white",
        },
        metadata={KEY: {"role": ROLE}},
        **_plane_arguments(layer, axes, [0.0] * len(axes)),
    )
    frame.editable = False
    return frame


def _rectangle(top: float, left: float, bottom: float, right: float) -> np.ndarray:
    return np.array([[top, left], [top, right], [bottom, right], [bottom, left]], float) - 0.5
