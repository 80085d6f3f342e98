"""What a pretrained model left of an image stands in a candidate's tooltip and in Compare, in words."""

from __future__ import annotations

from napari_synthscope.comparing.measuring import _OWN, _own
from napari_synthscope.generating.candidate_rows import FIGURE_WORDS, figure_words
from synthscope.records.run import Candidate

NAMES = ("chroma_mean", "chroma_highest", "chroma_share", "round_trip_psnr", "round_trip_levels")
FIGURES = dict.fromkeys(NAMES, 12.5)


def test_the_tooltip_has_words_for_each_figure() -> None:
    candidate = Candidate("run/1", 1, "1.tif", (4, 4), "", None, None, 1.0, figures=FIGURES, remarks=())
    words = figure_words(candidate)
    assert {words[FIGURE_WORDS[name]] for name in NAMES} == {"12.5"}
    assert words["invented colour, mean (levels of 255)"] == "12.5"
    assert words["what the model can at best show (dB)"] == "12.5"


def test_compare_has_title_help_and_unit_for_each() -> None:
    told = {key: _own(title, key, FIGURES, help_) for key, title, help_ in _OWN if key in FIGURES}
    assert set(told) == set(NAMES)
    assert all(figure.name and figure.help for figure in told.values())
    assert told["round_trip_psnr"].unit == "dB"
    assert told["chroma_mean"].value == 12.5
