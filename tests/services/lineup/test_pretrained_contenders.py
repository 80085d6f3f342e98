"""A pretrained pipeline stands in a line-up beside a classical generator: its words, its model, its colour."""

from __future__ import annotations

from pathlib import Path

from tests.generators.pretrained.tiny import save
from tests.services.lineup.scene import MEANS, posed, small

from synthscope.jobs.drain import drain
from synthscope.records.lineup import Contender
from synthscope.records.request import Prompts
from synthscope.services.lineup.beginning import begin_lineup, read_result
from synthscope.services.lineup.lining_up import lineup_job
from synthscope.services.lineup.page import page_of
from synthscope.services.pretrained import import_pretrained


def test_one_set_of_words_serves_all_and_each_is_given_what_it_reads(tmp_path: Path) -> None:
    model = drain(import_pretrained(save("stable-diffusion", tmp_path / "published"), tmp_path / "models", "tiny"))
    two = (Contender("harmonic"), Contender("sd-inpaint", str(model), parameters={"steps": 2}))
    words = Prompts(prompt="grains of soil")
    begin_lineup(tmp_path / "out", small(seeds=1, contenders=two, prompts=words), posed(tmp_path / "images", 1))
    drain(lineup_job(tmp_path / "out", MEANS))
    classical, pretrained = read_result(tmp_path / "out").rows
    assert (classical.words, pretrained.words) == ((), ("Prompt: grains of soil",))
    assert pretrained.contender.model == "tiny"
    assert pretrained.cells["chroma_mean"].n == 1
    assert classical.cells["chroma_mean"].why
    assert "synthscope models fetch" in pretrained.cells["clip-score"].why
    assert str(tmp_path) not in page_of(tmp_path / "out", read_result(tmp_path / "out"))
