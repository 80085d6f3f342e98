"""Simulated stacks with known truth, for napari's sample menu and for our start page."""

from __future__ import annotations

from napari_synthscope.canvas.layers import LayerData, labels_data, layer_data
from synthscope.phantoms.phantom import Phantom, finished
from synthscope.phantoms.samples import find_sample
from synthscope.records.events import Job
from synthscope.records.image import Image


def simulate(key: str) -> Job[Phantom]:
    """Simulate the sample of that key, saying its progress."""
    return find_sample(key).make()


def truth_layers(phantom: Phantom) -> tuple[LayerData, ...]:
    """Give the truth of a phantom as hidden labels layers."""
    space = phantom.image.space.mask_space()
    return tuple(
        labels_data(Image(truth.labels, space, name=f"truth: {truth.name}"), role="truth", visible=False)
        for truth in phantom.truth
    )


def rock() -> list[LayerData]:
    """Give packed grains scanned by microCT, with ring artefacts."""
    return _layers("rock")


def composite() -> list[LayerData]:
    """Give a ceramic-matrix fibre composite with cracks and voids."""
    return _layers("composite")


def roots() -> list[LayerData]:
    """Give a root system on a scanner."""
    return _layers("roots")


def cells() -> list[LayerData]:
    """Give cells in brightfield and fluorescence."""
    return _layers("cells")


def _layers(key: str) -> list[LayerData]:
    phantom = finished(simulate(key))
    return [layer_data(phantom.image), *truth_layers(phantom)]
