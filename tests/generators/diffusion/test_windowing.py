"""Where the windows of a prior meet, told without its network, is where its field lays them."""

from __future__ import annotations

import pytest
import torch

from synthscope.generators.coding.configuration import CELL
from synthscope.generators.diffusion.configuration import WIDTHS, NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.latent.specs import LATENT_PRIOR
from synthscope.generators.diffusion.network import PriorNetwork
from synthscope.generators.diffusion.rim import RIM
from synthscope.generators.diffusion.specs import PRIOR
from synthscope.generators.diffusion.windowing import STRIDE
from synthscope.records.generator import Whole


def test_networks_of_every_size_have_one_stride() -> None:
    assert {NetworkConfiguration(widths=widths).stride for widths in WIDTHS.values()} == {STRIDE}


@pytest.mark.parametrize(("rows", "columns", "window", "periodic"), [(240, 190, 128, False), (200, 330, 96, True)])
def test_lines_are_the_borders_of_the_windows_of_a_field(rows: int, columns: int, window: int, periodic: bool) -> None:
    rim = 0 if periodic else RIM  # what is made beyond the edges, and cut away
    unknown = torch.ones(1, rows + 2 * rim, columns + 2 * rim, dtype=torch.bool)
    scene = Scene(torch.zeros(1, *unknown.shape), unknown, torch.zeros(4), periodic=periodic)
    configuration = NetworkConfiguration(widths=WIDTHS["XS"])
    field = FieldDenoiser(SlabDenoiser(PriorNetwork(configuration), configuration), scene, window)
    lines = PRIOR.joints(Whole("synthesize", (1, rows, columns)), PRIOR.parameters(window=window, periodic=periodic))
    for axis, (told, n) in enumerate(zip(lines, (rows, columns), strict=True)):
        spans = {(w.top, w.bottom) if axis == 0 else (w.left, w.right) for w in field.windows}
        ends = {end - rim for span in spans for end in span}
        borders = {end % n for end in ends if periodic or 0 < end < n} - {0}
        assert borders <= set(told)
        assert len(borders) > 1


def test_windows_of_latents_meet_at_whole_cells() -> None:
    rows, columns = LATENT_PRIOR.joints(Whole("synthesize", (1, 1024, 400)), LATENT_PRIOR.parameters(window=512))
    assert rows
    assert not columns  # one window holds them
    assert all(line % CELL == 0 for line in rows)
