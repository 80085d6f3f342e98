"""Drawing codes: windows, rounds, odds; samples of priors whose distribution is known."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.generators.autoencoding.quantised.untaught import untaught
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.autoencoding.quantised.codes import UNKNOWN, to_values
from synthscope.generators.autoencoding.quantised.course import in_use, surprise
from synthscope.generators.autoencoding.quantised.drawing import CodeField, draw_codes, picked
from synthscope.generators.autoencoding.quantised.hiding import hidden_codes
from synthscope.generators.autoencoding.quantised.windows import looks, owners, round_ends, starts

SIDE = 8


def of_one_kind(side: int, same: float) -> CodeField:
    """A prior whose every conditional is exact: all codes of a field are 0 or all are 1, the latter with odds `same`.

    It stands for a network that has learned this distribution perfectly; what is tested is what is drawn from it.
    """

    def prior(codes: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        del label
        ones = (codes == 1).flatten(1).any(dim=1)[:, None, None].expand(codes.shape)
        known = (codes != UNKNOWN).flatten(1).any(dim=1)[:, None, None].expand(codes.shape)
        one = torch.where(known, ones.double(), torch.full(codes.shape, same, dtype=torch.float64))
        return torch.stack([(1 - one), one], dim=1).log()

    network = SimpleNamespace(configuration=SimpleNamespace(side=side, levels=(2,), codes=2), prior=prior)
    return CodeField(network, torch.zeros(1, dtype=torch.int64))  # type: ignore[arg-type]


def drawn(field: CodeField, codes: torch.Tensor, rounds: int, seed: int, temperature: float = 1.0) -> torch.Tensor:
    for _ in draw_codes(field, codes, rounds, temperature, np.random.default_rng(seed)):
        pass
    return codes


def unknown(*shape: int) -> torch.Tensor:
    return torch.full(shape, UNKNOWN)


def test_codes_drawn_one_by_one_are_a_sample_of_the_prior():
    field = of_one_kind(4, 0.3)
    fields = [drawn(field, unknown(4, 4), 16, seed) for seed in range(400)]
    assert all(len(torch.unique(one)) == 1 for one in fields)
    share = np.mean([float(one[0, 0]) for one in fields])
    assert share == pytest.approx(0.3, abs=3.5 * np.sqrt(0.3 * 0.7 / 400))


def test_codes_of_one_round_do_not_know_of_each_other():
    fields = [drawn(of_one_kind(4, 0.5), unknown(4, 4), 1, seed) for seed in range(20)]
    assert all(len(torch.unique(one)) == 2 for one in fields)


def test_known_codes_stay_and_lead_the_others():
    codes = unknown(6, 9)
    codes[2, 3] = 1
    assert (drawn(of_one_kind(4, 0.0), codes, 3, 0)[:4, :6] == 1).all()


def test_near_temperature_0_the_likeliest_code_is_taken():
    assert all((drawn(of_one_kind(4, 0.6), unknown(4, 4), 2, seed, 0.0) == 1).all() for seed in range(5))


@given(count=st.integers(1, 400), rounds=st.integers(1, 500))
def test_rounds_draw_all_codes_and_never_none(count, rounds):
    ends = round_ends(count, rounds)
    assert ends[-1] == count
    assert len(ends) <= min(count, rounds)
    assert all(later > earlier for earlier, later in zip((0, *ends), ends, strict=False))


def test_with_as_many_rounds_as_codes_each_is_drawn_by_itself():
    assert round_ends(16, 16) == tuple(range(1, 17))
    assert round_ends(16, 500) == tuple(range(1, 17))


def test_what_lies_beyond_the_image_stays_unknown():
    codes = drawn(of_one_kind(6, 0.5), unknown(6, 6), 4, 0)
    assert (codes != UNKNOWN).all()
    cut = unknown(6, 6)
    for _ in draw_codes(of_one_kind(6, 0.5), cut, 4, 1.0, np.random.default_rng(0), (4, 5)):
        pass
    assert (cut[:4, :5] != UNKNOWN).all()
    assert int((cut == UNKNOWN).sum()) == 36 - 20


def test_rounds_draw_few_codes_first_and_many_last():
    per_round = np.diff((0, *round_ends(1000, 10)))
    assert per_round.tolist() == sorted(per_round)
    assert round_ends(1000, 10)[4] == int(np.ceil(1000 * (1 - np.cos(np.pi / 4))))


def test_nothing_unknown_takes_no_round():
    codes = torch.zeros(8, 8, dtype=torch.int64)
    assert list(draw_codes(of_one_kind(4, 0.5), codes, 5, 1.0, np.random.default_rng(0))) == []


def test_codes_are_picked_as_often_as_they_are_likely():
    probabilities = torch.tensor([0.1, 0.0, 0.6, 0.3], dtype=torch.float64).expand(4000, 4)
    found = picked(probabilities, torch.from_numpy(np.random.default_rng(0).random(4000)))
    share = np.bincount(found.numpy(), minlength=4) / 4000
    assert share == pytest.approx([0.1, 0.0, 0.6, 0.3], abs=0.03)
    assert share[1] == 0
    certain = torch.tensor([[0.0, 1.0, 0.0]], dtype=torch.float64)
    assert picked(certain, torch.tensor([0.0], dtype=torch.float64)).tolist() == [1]  # never what cannot be


@given(length=st.integers(SIDE, 90))
def test_a_cell_is_looked_at_far_from_the_ends_of_its_window(length):
    begins, own = starts(length, SIDE), owners(length, SIDE)
    cells = np.arange(length)
    place = cells - begins[own]
    assert begins[-1] == length - SIDE
    assert ((place >= 0) & (place < SIDE)).all()
    from_end = np.minimum(place, SIDE - 1 - place)
    inside = (cells >= SIDE // 4) & (cells < length - SIDE // 4)
    assert (from_end[inside] >= SIDE // 4 - 1).all()


def test_only_windows_that_are_needed_are_looked_at_and_each_cell_once():
    cells = np.array([[0, 0], [1, 1], [39, 59], [20, 30]])
    parts = list(looks(cells, (40, 60), SIDE, 2))
    assert sum(len(corners) for corners, _ in parts) == 3
    assert sum((window >= 0).sum() for _, window in parts) == len(cells)
    many = np.argwhere(np.ones((40, 60), dtype=bool))
    counted = sum((window >= 0).astype(int) for _, window in looks(many, (40, 60), SIDE, 16))
    assert (counted == 1).all()


def test_a_field_of_one_window_is_seen_as_the_network_sees_it():
    network = untaught()
    side = network.configuration.side
    codes = torch.randint(0, network.configuration.codes, (side, side), generator=torch.Generator().manual_seed(0))
    codes[1:3, 2:6] = UNKNOWN
    cells = np.argwhere(codes.numpy() == UNKNOWN)
    label = torch.zeros(1, dtype=torch.int64)
    whole = F.softmax(network.prior(codes[None], label)[0].double(), dim=0)
    for which, probabilities in CodeField(network, label).odds(codes, cells, 1.0):
        expected = whole[:, cells[which, 0], cells[which, 1]].T
        assert torch.allclose(probabilities, expected, atol=1e-6)


def test_an_estimate_is_what_is_known_and_elsewhere_the_mean_of_what_may_be():
    codes = unknown(4, 4)
    field = of_one_kind(4, 0.3)
    assert torch.allclose(field.estimate(codes), torch.tensor(2 * 0.3 - 1))
    codes[0, 0] = 1
    assert torch.allclose(field.estimate(codes), torch.tensor(1.0))
    assert torch.equal(field.estimate(torch.zeros(4, 4, dtype=torch.int64))[0], -torch.ones(4, 4))
    assert to_values(codes[None], (2,))[0, 0, 0, 0] == 1


def test_any_number_of_codes_is_hidden_as_often_as_any_other():
    hidden = hidden_codes(3200, 4, np.random.default_rng(0), boxed=0.0)
    counts = np.bincount(hidden.sum(axis=(1, 2)), minlength=17)
    assert counts[0] == 0
    assert counts[1:] == pytest.approx(np.full(16, 200), abs=60)
    assert hidden.mean(axis=0) == pytest.approx(np.full((4, 4), 17 / 32), abs=0.04)


def test_a_boxed_lesson_hides_within_a_box():
    hidden = hidden_codes(500, 8, np.random.default_rng(0), boxed=1.0)
    sizes = [np.ptp(np.argwhere(one), axis=0) + 1 for one in hidden]
    assert hidden.any(axis=(1, 2)).all()
    assert np.mean([rows * columns for rows, columns in sizes]) < 0.5 * 64


def test_who_knows_nothing_is_surprised_by_the_logarithm_of_the_number_of_codes():
    codes = torch.randint(0, 12, (5, 4, 4), generator=torch.Generator().manual_seed(0))
    hidden = torch.from_numpy(hidden_codes(5, 4, np.random.default_rng(0)))
    assert surprise(torch.zeros(5, 12, 4, 4), codes, hidden).tolist() == pytest.approx([np.log(12)] * 5)
    sure = 50.0 * F.one_hot(codes, 12).movedim(-1, 1)
    assert surprise(sure, codes, hidden).max() < 1e-6
    wrong = sure.clone()
    wrong[:, :, ~hidden[0]] = 0  # what is not hidden does not count
    assert surprise(wrong[:1], codes[:1], hidden[:1]).max() < 1e-6


def test_codes_in_use_are_counted_by_how_evenly_they_occur():
    assert in_use(torch.arange(16).reshape(1, 4, 4), 240) == pytest.approx(16)
    assert in_use(torch.zeros(1, 4, 4, dtype=torch.int64), 240) == pytest.approx(1)
