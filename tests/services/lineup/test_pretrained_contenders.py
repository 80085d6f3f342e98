"""A pretrained pipeline stands in a line-up beside a classical generator: its words, its model, its colour."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tests.generators.pretrained.tiny import save
from tests.metrics.tiny_clip import write_clip
from tests.services.lineup.scene import MEANS, posed, small

from synthscope.io import weights as store
from synthscope.jobs.drain import drain
from synthscope.records.device import Device
from synthscope.records.lineup import STUDY_MEASURES, Contender, LineupRow
from synthscope.records.request import Prompts
from synthscope.services import taking_weights, weights
from synthscope.services.lineup.beginning import begin_lineup, forecasts, read_lineup, read_result
from synthscope.services.lineup.lining_up import lineup_job
from synthscope.services.lineup.page import page_of, told
from synthscope.services.pretrained import import_pretrained
from synthscope.services.taking_weights import import_weights
from synthscope.worker import mend_torchvision

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def lined_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A line-up with words, made where there are no weights of a CLIP."""
    place = tmp_path_factory.mktemp("words")
    model = drain(import_pretrained(save("stable-diffusion", place / "published"), place / "models", "tiny"))
    two = (Contender("harmonic"), Contender("sd-inpaint", str(model), parameters={"steps": 2}))
    words = Prompts(prompt="grains of soil")
    begin_lineup(place / "out", small(seeds=2, contenders=two, prompts=words), posed(place / "images", 1))
    drain(lineup_job(place / "out", MEANS))
    return place / "out"


def test_one_set_of_words_serves_all_and_each_is_given_what_it_reads(lined_up: Path) -> None:
    classical, pretrained = read_result(lined_up).rows
    assert (classical.words, pretrained.words) == ((), ("Prompt: grains of soil",))
    assert pretrained.contender.model == "tiny"
    assert pretrained.cells["chroma_mean"].n == 2
    assert classical.cells["chroma_mean"].why
    assert "synthscope models fetch" in pretrained.cells["clip-score"].why
    assert str(lined_up.parent) not in page_of(lined_up, read_result(lined_up))


def test_main_memory_refuses_no_model_that_a_graphics_card_holds(
    lined_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, images = read_lineup(lined_up), posed(tmp_path / "images", 1)
    needed = forecasts(recipe, images)[1].cost.memory
    free = SimpleNamespace(available=needed - 1)
    monkeypatch.setattr("synthscope.services.memory.psutil.virtual_memory", lambda: free)
    card = Device("cuda:0", "Big Card", 80 * 10**9, 70 * 10**9)
    assert "are free" in forecasts(recipe, images)[1].problem
    assert forecasts(recipe, images, devices=lambda: (card,))[1].problem == ""


def test_with_the_weights_of_a_clip_every_window_is_scored_by_the_words(
    lined_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend_torchvision()
    for module in (store, taking_weights, weights):
        monkeypatch.setattr(module, "weights_home", lambda: tmp_path / "weights")
    import_weights(write_clip(tmp_path / "captioned"), lambda _name: None)
    drain(lineup_job(lined_up, MEANS))
    rows = read_result(lined_up).rows
    for row, count in zip(rows, (1, 2), strict=True):
        cell, values = row.cells["clip-score"], scores(row)
        assert cell.n == len(values) == count
        assert cell.mean == pytest.approx(np.mean(values))
        assert 0 <= cell.mean <= 100
    cell = rows[1].cells["clip-score"]
    assert cell.spread == pytest.approx(np.std(scores(rows[1]), ddof=1))
    assert 0 <= cell.real <= 100
    assert rows[0].cells["clip-score"].real == cell.real
    shown = told(cell, STUDY_MEASURES["clip-score"])
    assert " ± " in shown.value
    assert shown.below[-1] == "n 2"


def scores(row: LineupRow) -> list[float]:
    return [one["clip-score"] for shot in row.shots for one in shot.figures]
