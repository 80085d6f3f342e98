"""Temporary layers of a comparison: the difference, and the synthetic image once more for a view of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_synthscope.canvas.layers import KEY, SUFFIX, spatial, uuid_of
from napari_synthscope.canvas.outlines import NAME, outline_of
from napari_synthscope.canvas.placing import LOOK
from napari_synthscope.comparing.pair import Pair, plane_index
from synthscope.imaging.compositing import Patched
from synthscope.imaging.profiles import LazyDifference
from synthscope.imaging.regions import whole
from synthscope.records.colours import SYNTHETIC

ROLE = "comparison"
DIVERGING = ((0.60, 0.88, 1.0), (0.16, 0.48, 0.85), (0.35, 0.35, 0.35), (0.82, 0.40, 0.05), (1.0, 0.84, 0.50))
"""Blue below zero, grey at zero, orange above, brighter the further: apart for all common colour blindness."""

QUANTILE = 99.5


def diverging() -> Any:
    """Give the colours of a signed difference."""
    from napari.utils.colormaps import Colormap

    return Colormap([(*colour, 1.0) for colour in DIVERGING], name="difference")


def difference_layer(viewer: Any, real: Any, fill: Any, pair: Pair) -> tuple[Any, float]:
    """Make a layer of ``fill - real``, worked out slice by slice, and say how far its colours should reach.

    Colour images are told apart by the mean of their samples.
    """
    from napari.layers import Image as ImageLayer

    data: Any = LazyDifference(pair.part.pixels, pair.fill.pixels)
    if pair.fill.space.is_rgb:
        data = np.asarray(data, np.float32).mean(axis=-1)
    plane = np.abs(np.asarray(data[plane_index(viewer, fill)], np.float64))
    changed = plane[plane > 0]
    reach = float(np.percentile(changed, QUANTILE)) if changed.size else 1.0
    layer = ImageLayer(
        data,
        name=f"{fill.name.removesuffix(SUFFIX)} minus {real.name}",
        colormap=diverging(),
        contrast_limits=(-reach, reach),
        blending="translucent_no_depth",
        rgb=False,
        metadata={KEY: {"role": ROLE}},
        **spatial(fill),
    )
    return layer, reach


def synthetic_twins(viewer: Any, real: Any, fill: Any, pair: Pair | None) -> list[Any]:
    """Make the layers of the right view: the whole image with the fill in it, and the fill's outline."""
    return [_whole_twin(real, fill, pair), *_outline_twin(viewer, fill)]


def _whole_twin(real: Any, fill: Any, pair: Pair | None) -> Any:
    from napari.layers import Image as ImageLayer

    giver, data, several = fill, fill.data, fill.multiscale
    if pair is not None and not pair.alike and pair.region != whole(pair.real.shape):
        # A candidate is a box: its view shows it where it belongs, in the whole image.
        box = np.asarray(pair.fill.pixels[...])
        giver, data, several = real, Patched(pair.real.pixels, box, pair.region), False
    look = {} if fill.rgb else {name: getattr(real, name) for name in LOOK}
    return ImageLayer(
        data,
        name=fill.name,
        rgb=fill.rgb,
        multiscale=several,
        metadata={KEY: {"role": ROLE, "of": uuid_of(fill)}},
        interpolation2d=real.interpolation2d,
        **look,
        **spatial(giver),
    )


def _outline_twin(viewer: Any, fill: Any) -> list[Any]:
    from napari.layers import Labels
    from napari.utils.colormaps import DirectLabelColormap

    outline = outline_of(viewer, fill)
    if outline is None or not outline.visible:
        return []
    twin = Labels(
        outline.data,
        name=NAME + fill.name,
        metadata={KEY: {"role": ROLE}},
        colormap=DirectLabelColormap(color_dict={0: "transparent", 1: SYNTHETIC, None: "transparent"}),
        **spatial(outline),
    )
    twin.contour, twin.editable = 1, False
    return [twin]
