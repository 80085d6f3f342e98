"""How known voxels lead a fill: the network is told of them, or its estimate is corrected by them at each step."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from synthscope.generators.diffusion.field import Scene
from synthscope.generators.diffusion.guidance import Differentiable, guided
from synthscope.generators.diffusion.measurements import Masked
from synthscope.generators.diffusion.parameters import Lead, PriorParameters
from synthscope.generators.diffusion.samplers import Denoiser
from synthscope.records.request import Task


@dataclass(frozen=True, eq=False)
class Led:
    """D(x; sigma) of a field whose known voxels are a measurement of it; the network is not told of them.

    A guide needs the prior's own denoiser: sigma^2 J is the covariance of x0 given x alone, and a network that is
    told y answers with the mean given x and y, to which y would be added a second time. Plane, class and label map
    are no part of y, and are told. Of a known voxel the mean given y is its value, which therefore stands where the
    guide left it elsewhere: it goes its exact way from noise, whatever the solver.
    """

    guide: Denoiser
    scene: Scene

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise, correct, and put what is known back."""
        return torch.where(self.scene.unknown, self.guide(x, sigma), self.scene.known)


def led(lead: Lead, field: Differentiable, scene: Scene) -> Denoiser:
    """Make a denoiser of a field that knows what of it is known; `scene.told` says whether the network does."""
    if lead == "condition":
        return field
    return Led(guided(lead, field, Masked(~scene.unknown), scene.known[None]), scene)


def parameters_for(task: Task, parameters: PriorParameters) -> PriorParameters:
    """Give what counts for a task: how known voxels lead is chosen for fills alone."""
    return parameters if task == "inpaint" else replace(parameters, lead="condition")
