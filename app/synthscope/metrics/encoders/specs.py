"""The encoders, as the registry lists them."""

from __future__ import annotations

from synthscope.records.metric import ExtractorSpec

_HERE = "synthscope.metrics.encoders"
_RESIZED = "bilinear, antialiased, in 32-bit float, after scaling to 0..1 by the limits of the real set"
"""Recorded beside every score: other rules give other numbers (Parmar et al. 2022)."""

RANDOM_PYRAMID = ExtractorSpec(
    id="random-pyramid",
    title="Random convolutions",
    implementation=f"{_HERE}.random_pyramid:RandomPyramid",
    is_encoder=True,
    least_side=32,
    summary="Fixed random filters at three scales: nothing is learned, nothing is downloaded.",
    citation="Saxe et al. 2011",
)
ORIENTED_FILTERS = ExtractorSpec(
    id="oriented-filters",
    title="Oriented filters",
    implementation=f"{_HERE}.oriented_filters:OrientedFilters",
    is_encoder=True,
    least_side=32,
    summary="Energy in five bands of frequency and eight directions, and how unevenly it lies: nothing is learned.",
    citation="Field 1987; Kovesi 1999",
)
MATERIALS = ExtractorSpec(
    id="materials",
    title="Materials",
    implementation=f"{_HERE}.materials:Materials",
    is_encoder=True,
    is_network=True,
    least_side=32,
    bundled="encoders/materials",
    summary="A small network that learned without labels on public images of soils, rocks, fibres, roots and cells.",
    citation="Bardes, Ponce & LeCun 2022",
)
INCEPTION = ExtractorSpec(
    id="inception",
    title="Inception-v3",
    implementation=f"{_HERE}.inception:Inception",
    is_encoder=True,
    is_network=True,
    least_side=32,
    weights="inception-fid",
    resize=f"to 299 x 299: {_RESIZED}",
    summary="What FID and KID are defined with: learned on photographs. Pictures are resized to 299 x 299.",
    citation="Szegedy et al. 2016; Heusel et al. 2017",
)
DINOV2 = ExtractorSpec(
    id="dinov2",
    title="DINOv2",
    implementation=f"{_HERE}.transformer:Dinov2",
    is_encoder=True,
    is_network=True,
    least_side=32,
    weights="dinov2",
    resize=f"to 224 x 224: {_RESIZED}",
    summary="A vision transformer that learned without labels on photographs; agrees best with people on those.",
    citation="Oquab et al. 2023; Stein et al. 2023",
)
CLIP = ExtractorSpec(
    id="clip",
    title="CLIP",
    implementation=f"{_HERE}.transformer:Clip",
    is_encoder=True,
    is_network=True,
    least_side=32,
    weights="clip",
    resize=f"to the side that the model has: {_RESIZED}",
    summary="A vision transformer that learned from captions of photographs.",
    citation="Radford et al. 2021",
)
