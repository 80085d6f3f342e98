"""A model card for tests, as a training would write it."""

from __future__ import annotations

from synthscope.records.model import ModelCard, TrainingImage
from synthscope.records.request import Region
from synthscope.records.run import Environment

IMAGE = TrainingImage(
    name="soil.ome.tif",
    sha256="ab" * 32,
    shape=(64, 500, 500),
    dtype="uint16",
    axes="zyx",
    voxel_size=(3.0, 1.2, 1.2),
    unit="µm",
    train=(Region((0, 0, 0), (64, 500, 311)),),
    held_out=(Region((0, 0, 375), (64, 500, 500)),),
    licence="CC BY 4.0",
)
CARD = ModelCard(
    name="soil",
    generator="prior",
    generator_version="1",
    architecture={},
    training={"size": "S", "patch": 64, "free_orientation": True},
    images=(IMAGE,),
    normalisation=(1000.0, 40000.0),
    limits=((12.0, 65001.0),),
    channels=1,
    dtype="uint16",
    voxel_size=(3.0, 1.2, 1.2),
    unit="µm",
    weights_sha256="cd" * 32,
    parameters=1_040_000,
    steps=1800,
    planned_steps=2400,
    seed=7,
    seconds=611.0,
    environment=Environment("0.1.0", "3.11", "Linux", "cpu"),
    state="stopped",
    depth=True,
    figures={
        "held_out_loss": 0.211,
        "spectrum_distance": 0.14,
        "spectrum_distance_real": 0.11,
        "sharpness_ratio": 0.96,
        "two_point_distance": 0.02,
        "two_point_distance_real": 0.015,
    },
    licence="CC BY 4.0",
    intended_use="Filling holes in microCT stacks of soil like the ones that it learned from.",
    made="2026-11-25T16:02:11+00:00",
)
