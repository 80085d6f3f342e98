"""Structure of the public images: what is found against what was annotated or is known of them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from skimage import io
from tests.metrics.grainy import frame_of

from synthscope.imaging.objects import whole_only
from synthscope.metrics.structure.cells import Cells, cell_labels
from synthscope.metrics.structure.fibres import Fibres
from synthscope.metrics.structure.phases import Phases
from synthscope.metrics.structure.roots import Roots

TOP = 150
"""Rows above hold the frame of the paper."""


def annotated_length(path: Path) -> float:
    """Length of all root polylines below the frame of the paper, in pixels."""
    total = 0.0
    for polyline in ET.parse(path).iter("polyline"):
        points = np.array([[float(p.get("y", 0)), float(p.get("x", 0))] for p in polyline.iter("point")])
        middle = (points[1:, 0] + points[:-1, 0]) / 2
        total += float(np.hypot(*np.diff(points, axis=0).T)[middle >= TOP].sum())
    return total


@pytest.mark.slow
def test_the_length_of_rape_roots_is_what_people_drew(real_data: Path) -> None:
    paths = sorted((real_data / "plant_roots" / "osr").glob("*.rsml"))
    chosen = [paths[0], paths[3]]
    fields = np.stack([io.imread(path.with_suffix(".jpg"))[TOP:2200, 480:1500] for path in chosen])[:, None]
    frame = frame_of(fields[:, :, ::4, ::4])
    ratios = Roots().extract(fields, frame)[:, 0] / [annotated_length(path) for path in chosen]
    assert ratios == pytest.approx([1, 1], abs=0.15)


def test_most_nuclei_are_found_at_about_their_size(real_data: Path) -> None:
    folder = real_data / "cells" / "nuclei_stardist"
    image, truth = io.imread(folder / "img2d.tif"), io.imread(folder / "mask2d.tif")
    fields = image[None, None, ..., None]
    frame = frame_of(fields)
    labels = cell_labels(fields[0, 0], frame)
    inside = (labels > 0) & (truth > 0)
    assert inside.sum() / ((labels > 0) | (truth > 0)).sum() > 0.75
    assert 0.8 < labels.max() / (len(np.unique(truth)) - 1) < 1.1
    pairs = np.unique(np.stack([labels[inside], truth[inside]]), axis=1, return_counts=True)
    sizes = np.bincount(labels.ravel())[pairs[0][0]] + np.bincount(truth.ravel())[pairs[0][1]] - pairs[1]
    hits = int((pairs[1] / sizes > 0.5).sum())
    assert 2 * hits / (labels.max() + len(np.unique(truth)) - 1) > 0.75  # F1 at an overlap of one half
    found = dict(zip(Cells().layout(frame).names, Cells().extract(fields, frame)[0], strict=True))
    whole = np.unique(whole_only(truth), return_counts=True)[1][1:]
    assert found["area"] == pytest.approx(np.median(whole), rel=0.1)


def test_carbon_fibres_are_five_pixels_thick_and_soil_is_two_fifths_pores(real_data: Path) -> None:
    bundle = io.imread(real_data / "fibre_composites" / "carbon0103.png")[240:580, 240:580]
    fields = bundle[None, None, ..., None]
    frame = frame_of(fields)
    found = dict(zip(Fibres().layout(frame).names, Fibres().extract(fields, frame)[0], strict=True))
    assert found["radius"] == pytest.approx(5.2, abs=0.4)
    # Round sections of this radius, as many as were counted, cover what the threshold says.
    assert np.pi * found["radius"] ** 2 * found["count"] == pytest.approx(found["fraction"], rel=0.15)
    stack = sorted((real_data / "rock_soil_microct" / "soil_core_stack").glob("*.tif"))
    soil = io.imread(stack[0])[None, None, ..., None]
    frame = frame_of(soil)
    found = dict(zip(Phases().layout(frame).names, Phases().extract(soil, frame)[0], strict=False))
    assert 0.3 < found["porosity"] < 0.5
    # Cauchy: the mean chord is pi times the area over the length of the boundary.
    assert found["chord-dark"] == pytest.approx(np.pi * found["porosity"] / found["boundary"], rel=0.05)
