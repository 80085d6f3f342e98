"""The style-based generator's fields: no padding, no seams, no border, whatever the windows."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.errors import InputError
from synthscope.generators.adversarial.discriminator import (
    MOST,
    Discriminator,
    Sight,
    gain_of,
    laplacian,
    spread_of_groups,
)
from synthscope.generators.adversarial.rivals import Dice
from synthscope.generators.adversarial.style import fields
from synthscope.generators.adversarial.style.configuration import StyleConfiguration, halvings, widths_for
from synthscope.generators.adversarial.style.fields import Field, draw_field, make_window
from synthscope.generators.adversarial.style.fitting import Target, fit, misfit
from synthscope.generators.adversarial.style.generator import crossed
from synthscope.generators.adversarial.style.network import StyleGenerator, mixed
from synthscope.generators.adversarial.style.reach import reaches
from synthscope.generators.adversarial.style.synthesis import StyledConvolution

CPU = torch.device("cpu")
SMALL = StyleConfiguration(2, (12, 8, 8), latent=8, mapping=2, mean=(0.0, 0.0), spread=(1.0, 1.0), patch=16)
NONE = torch.zeros(1, dtype=torch.int64)


@pytest.fixture(scope="module")
def generator() -> StyleGenerator:
    torch.manual_seed(0)
    return StyleGenerator(SMALL).eval().requires_grad_(False)


def field_of(generator: StyleGenerator, rows: int, columns: int, seed: int = 0, *, periodic: bool = False) -> Field:
    dice = Dice(seed, CPU)
    styles = generator.styles(dice.normal(1, SMALL.latent), NONE)
    return draw_field(SMALL, rows, columns, styles, dice, periodic=periodic)


def test_a_window_is_the_same_wherever_its_field_is_cut(generator):
    field = field_of(generator, 45, 38)
    whole = make_window(generator, field, (0, 45), (0, 38))
    assert whole.shape == (1, 2, 45, 38)
    for rows in ((0, 20), (20, 45), (7, 9)):
        for columns in ((0, 38), (11, 30)):
            part = make_window(generator, field, rows, columns)
            assert torch.allclose(part, whole[:, :, slice(*rows), slice(*columns)], atol=1e-5)


def test_large_fields_are_made_in_windows_without_a_seam(generator, monkeypatch):
    monkeypatch.setattr(fields, "WINDOW", 16)
    field = field_of(generator, 50, 40)
    pieced = torch.zeros(1, 2, 50, 40)
    for rows, columns in fields.windows(50, 40):
        pieced[:, :, slice(*rows), slice(*columns)] = make_window(generator, field, rows, columns)
    assert torch.allclose(pieced, make_window(generator, field, (0, 50), (0, 40)), atol=1e-5)


def test_pixels_are_alike_everywhere_the_border_is_no_other_place(generator):
    sides = (0, 32), (0, 32)
    made = torch.cat([make_window(generator, field_of(generator, 32, 32, seed), *sides) for seed in range(60)])
    spread = made.std(dim=0).mean(dim=0)
    border = torch.cat([part.flatten() for part in (spread[:4], spread[-4:], spread[:, :4], spread[:, -4:])])
    assert float(border.mean() / spread[8:-8, 8:-8].mean()) == pytest.approx(1.0, abs=0.1)


def test_a_closed_field_goes_on_across_its_edges(generator):
    field = field_of(generator, 24, 16, periodic=True)
    one = make_window(generator, field, (0, 24), (0, 16))
    more = make_window(generator, field, (0, 48), (0, 48))
    assert torch.allclose(more, one.repeat(1, 1, 2, 3), atol=1e-5)
    shifted = make_window(generator, field, (5, 29), (9, 25))
    assert torch.allclose(shifted, one.roll((-5, -9), dims=(2, 3)), atol=1e-5)


def test_a_field_that_cannot_be_closed_is_refused(generator):
    with pytest.raises(InputError, match="multiples of 4"):
        field_of(generator, 26, 16, periodic=True)


def test_scaling_inputs_and_results_is_scaling_the_weights_of_each_image():
    torch.manual_seed(1)
    layer = StyledConvolution(5, 3, latent=4)
    torch.nn.init.normal_(layer.bias)
    torch.nn.init.zeros_(layer.bias)
    x, w, noise = torch.randn(2, 5, 9, 9), torch.randn(2, 4), torch.zeros(2, 1, 7, 7)
    made = layer(x, w, noise)
    for number in range(2):
        weight = layer.weight * layer.style(w)[number][None, :, None, None]  # Karras et al. 2020, Eq. 1
        weight = weight / (weight.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).sqrt()  # Eq. 3
        expected = F.leaky_relu(F.conv2d(x[number, None], weight), 0.2) * 2**0.5
        assert torch.allclose(made[number], expected[0], atol=1e-5)


@pytest.mark.parametrize("window", [(0, 64), (3, 40), (-7, 20)])
def test_what_a_window_needs_is_what_its_convolutions_eat(window):
    coarse_to_fine = reaches(window, 5)
    for reach in coarse_to_fine:
        assert reach.first == (reach.taken[0] + 1, reach.taken[1] - 1)
        assert reach.second == (reach.taken[0] + 2, reach.taken[1] - 2)
    assert coarse_to_fine[-1].second == window
    for coarse, fine in pairwise(coarse_to_fine):
        assert 2 * coarse.second[0] < fine.taken[0]  # a step at either end lies between two coarser ones
        assert fine.taken[1] < 2 * coarse.second[1]


def test_patches_from_16_to_512_are_halved_to_about_four_steps():
    assert [halvings(side) for side in (16, 64, 96, 128, 512)] == [2, 4, 4, 5, 7]
    assert widths_for("S", 64) == (64, 64, 48, 24, 12)


def test_styles_cross_at_the_layer_that_is_asked_for():
    one, other = torch.zeros(2, 5, 3), torch.ones(2, 5, 3)
    assert mixed(one, other, torch.tensor([2, 5])).sum(dim=(1, 2)).tolist() == [9, 0]


def test_fitted_latents_make_the_image_again_and_leave_the_rest_to_chance(generator):
    truth = make_window(generator, field_of(generator, 24, 60, 5), (0, 24), (0, 60))
    known = torch.zeros(24, 60, dtype=torch.bool)
    known[:, :16] = True
    target = Target(torch.where(known, truth, torch.zeros(())), known)
    found = [_fitted(generator, target, seed) for seed in (0, 1)]
    fresh = make_window(generator, field_of(generator, 24, 60, 9), (0, 24), (0, 60))
    made = [make_window(generator, field, (0, 24), (0, 60)) for field in found]
    for one in made:
        assert float(misfit(one, target)) < 0.1 * float(misfit(fresh, target))
    assert float((made[0] - made[1])[..., 40:].std()) > 0.3 * float(fresh[..., 40:].std())


def test_the_coarse_half_of_two_fields_comes_from_one_and_the_fine_half_from_the_other(generator):
    a, b = field_of(generator, 16, 16, 1), field_of(generator, 16, 16, 2)
    for level, only in ((0, b), (SMALL.levels, None)):
        field = crossed(a, b, level)
        made = make_window(generator, field, (0, 16), (0, 16))
        if only is not None:
            expected = make_window(generator, Field(16, 16, b.styles, (a.noise[0], *b.noise[1:])), (0, 16), (0, 16))
            assert torch.equal(made, expected)
        else:
            assert all(torch.equal(x, y) for x, y in zip(field.noise, a.noise, strict=True))


def test_the_discriminator_is_told_the_spread_of_groups_of_four():
    x = torch.zeros(8, 1, 2, 2)
    x[:4, :, 0, 0] = torch.tensor([1.0, -1.0, 1.0, -1.0])[:, None]
    told = spread_of_groups(x)
    assert told[:4].flatten().tolist() == pytest.approx([0.25] * 16, abs=1e-3)
    assert told[4:].flatten().tolist() == pytest.approx([0.0] * 16, abs=1e-3)


def test_the_laplacian_of_a_bowl_is_four_and_borders_see_themselves():
    y, x = torch.meshgrid(torch.arange(5.0), torch.arange(6.0), indexing="ij")
    found = laplacian((x**2 + y**2)[None, None])[0, 0]
    assert torch.equal(found[1:-1, 1:-1], torch.full((3, 4), 4.0))
    assert found[0, 0] == 1 + 1  # to the right 1 more, below 1 more, and itself twice
    assert float(found.sum()) == 0  # nothing flows out


def test_fine_texture_is_seen_at_the_spread_of_pixels_however_weak_it_is():
    rng = torch.Generator().manual_seed(0)
    ramp = torch.linspace(-1, 1, 32)[:, None, None].expand(32, 1, 32)[:, :, None].expand(32, 1, 32, 32)
    fine = torch.randn(32, 1, 32, 32, generator=rng)
    for strength in (1e-3, 1e-1):
        pixels = torch.cat([ramp + strength * fine, 3 * (ramp + strength * fine)], dim=1)
        seen = Sight(gain_of(pixels))(pixels)
        assert torch.equal(seen[:, :2], pixels)
        assert seen[:, 2:].std(dim=(0, 2, 3)).tolist() == pytest.approx([0.5, 0.5], rel=1e-3)


def test_what_is_constant_has_no_detail_to_be_weighed():
    (gain,) = gain_of(torch.ones(4, 1, 8, 8))
    assert gain == pytest.approx(MOST)
    assert float(Sight((gain,))(torch.ones(4, 1, 8, 8))[:, 1].abs().max()) == 0


def test_the_discriminator_of_classes_judges_an_image_by_its_class():
    torch.manual_seed(0)
    judge = Discriminator((1.0,), 16, (8, 8), classes=2)
    pixels = torch.randn(4, 1, 16, 16)
    here, there = (judge(pixels, torch.full((4,), label)) for label in (1, 2))
    assert not torch.allclose(here, there)


def _fitted(generator: StyleGenerator, target: Target, seed: int) -> Field:
    job = fit(generator, target, NONE, 120, Dice([seed, 3], CPU))
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value
