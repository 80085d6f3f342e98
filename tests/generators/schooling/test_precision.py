"""In which numbers a training multiplies: bfloat16 where a device computes in it and it was measured to be enough."""

from __future__ import annotations

import pytest
import torch
from tests.generators.grains import grain_data, run

from synthscope.generators.devices import computes_in_bfloat16
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.generators.diffusion.trainer import train_prior
from synthscope.generators.schooling import school
from synthscope.generators.training import Budget

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("told", "does"),
    [({"avx512_bf16": True}, True), ({"amx_bf16": True, "avx2": True}, True), ({"avx512_f": True}, False), ({}, False)],
)
def test_a_processor_is_asked_what_it_computes_in(told, does, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: told, raising=False)
    assert computes_in_bfloat16(CPU) is does


def test_a_torch_that_does_not_tell_is_taken_not_to(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert not computes_in_bfloat16(CPU)


@pytest.mark.parametrize(
    ("able", "brief", "precision"), [(True, True, "bf16"), (True, False, "no"), (False, True, "no")]
)
def test_a_processor_takes_it_where_it_is_able_and_what_is_taught_allows(able, brief, precision, monkeypatch):
    monkeypatch.setattr(school, "computes_in_bfloat16", lambda _device: able)
    with school.accelerated("cpu", brief=brief) as accelerator:
        assert accelerator.mixed_precision == precision


@pytest.mark.parametrize(("able", "precision"), [(True, "bfloat16"), (False, "float32")])
def test_a_prior_learns_in_either_keeps_weights_of_float32_and_says_which(able, precision, tmp_path, monkeypatch):
    monkeypatch.setattr(school, "computes_in_bfloat16", lambda _device: able)
    training = PriorTraining(size="XS", patch=32, batch=4)
    _, last = run(train_prior(grain_data(), training, Budget(2.0, 60), 0, tmp_path, "cpu"))
    assert last.precision == precision
    assert all(values.dtype == "float32" for values in last.weights.values())
    assert last.held_out_loss < 0.9  # of a network that says nothing it is 1
