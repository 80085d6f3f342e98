"""Changes of what a discriminator sees: nothing at probability 0, exact at 1, and led by the overfitting."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from synthscope.generators.adversarial.augmentation import FULL, MOST, Augmentation, cut_out, relit, shifted
from synthscope.generators.adversarial.rivals import Dice, Watch

CPU = torch.device("cpu")
ALL = torch.ones(6)


@pytest.fixture
def pixels() -> torch.Tensor:
    return torch.randn(6, 2, 16, 16, generator=torch.Generator().manual_seed(0))


def test_nothing_is_changed_at_probability_0(pixels):
    assert Augmentation()(pixels, Dice(0, CPU)) is pixels


def test_a_shift_moves_all_channels_by_whole_pixels_and_mirrors_what_comes_in(pixels):
    moved = shifted(pixels, ALL, Dice(3, CPU)).numpy()
    padded = np.pad(pixels.numpy(), ((0, 0), (0, 0), (2, 2), (2, 2)), mode="reflect")
    for number in range(6):
        found = [
            (y, x) for y in range(5) for x in range(5)
            if np.array_equal(padded[number, :, y : y + 16, x : x + 16], moved[number])
        ]  # fmt: skip
        assert len(found) == 1


def test_those_that_are_not_chosen_stay(pixels):
    half = torch.tensor([1.0, 0, 1, 0, 1, 0])
    for change in (shifted, cut_out, lambda p, c, d: relit(p, c, c, d)):
        changed = change(pixels, half, Dice(1, CPU))
        assert torch.equal(changed[1::2], pixels[1::2])


def test_relighting_is_a_straight_line_of_the_values(pixels):
    changed = relit(pixels, ALL, ALL, Dice(2, CPU))
    for before, after in zip(pixels.flatten(1), changed.flatten(1), strict=True):
        slope, offset = np.polyfit(before.numpy(), after.numpy(), 1)
        assert np.allclose(after, slope * before + offset, atol=1e-4)
        assert slope > 0


def test_a_square_is_cut_out_and_the_rest_stays(pixels):
    changed = cut_out(pixels, ALL, Dice(2, CPU))
    gone = (changed == 0).all(dim=1)
    assert 0 < int(gone.sum(dim=(1, 2)).max()) <= 8 * 8
    assert torch.equal(changed.movedim(1, -1)[~gone], pixels.movedim(1, -1)[~gone])


def test_the_probability_follows_the_overfitting_and_never_reaches_one(pixels):
    augmentation = Augmentation()
    augmentation.follow(0.9, FULL // 4)
    assert float(augmentation.probability) == pytest.approx(0.25)
    augmentation.follow(0.1, FULL // 8)
    assert float(augmentation.probability) == pytest.approx(0.125)
    augmentation.follow(0.9, 10 * FULL)
    assert float(augmentation.probability) == MOST
    leaf = pixels.clone().requires_grad_()
    augmentation(leaf, Dice(0, CPU)).sum().backward()
    assert torch.isfinite(leaf.grad).all()


def test_overfitting_is_the_published_ratio():
    watch = Watch()
    watch.note(torch.tensor([3.0, 5.0]), torch.tensor([1.0, 2.0]), torch.tensor([-2.0, -4.0]))
    assert watch.overfitting == pytest.approx((4 - 1.5) / (4 + 3))  # Karras et al. 2020, Eq. 1
    assert float(watch.accuracy) == 1.0
    assert float(watch.matches) == 1.0


def test_a_discriminator_that_knows_nothing_is_right_half_the_time():
    watch, rng = Watch(), torch.Generator().manual_seed(0)
    for _ in range(200):
        watch.note(*(torch.randn(64, generator=rng) for _ in range(3)))
    assert float(watch.accuracy) == pytest.approx(0.5, abs=0.08)


def watched(means: tuple[float, float, float]) -> list[float]:
    """Give the overfitting after each of 300 matches whose logits have a deviation of one."""
    watch, rng, found = Watch(), torch.Generator().manual_seed(1), []
    for _ in range(300):
        watch.note(*(mean + torch.randn(8, generator=rng) for mean in means))
        found.append(watch.overfitting)
    return found


def test_a_discriminator_that_tells_nothing_apart_knows_nothing_by_heart():
    found = watched((0.0, 0.0, 0.0))[2:]
    assert sum(one != 0 for one in found) < 0.05 * len(found)


def test_what_is_known_by_heart_is_found_in_spite_of_scatter():
    found = watched((0.5, 0.1, 0.0))[50:]
    assert all(one > 0 for one in found)
    assert sum(found) / len(found) == pytest.approx(0.8, abs=0.1)
