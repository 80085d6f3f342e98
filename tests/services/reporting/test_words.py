"""Numbers are written with the digits that they deserve, and what is missing is said."""

from __future__ import annotations

import math
import shlex
from dataclasses import replace

import pytest
from tests.services.reporting.cards import image_set

from synthscope.metrics.registry import list_extractors, list_metrics
from synthscope.records.evaluation import EvaluationRecipe, Score
from synthscope.services.reporting.methods import command_line
from synthscope.services.reporting.publishing import one_line, placeless, shortened
from synthscope.services.reporting.references import references
from synthscope.services.reporting.ticks import axis_of
from synthscope.services.reporting.words import (
    decimals_for,
    fixed,
    interval,
    listed,
    missing,
    number,
    place,
    probability,
    ratio,
    ratio_to_floor,
    reason,
)

NAN = math.nan
SCORE = Score("kid", "prior", "KID", "sets", 2.0, 1.5, 2.5, 100, 0.5, 0.2, 0.8)


@pytest.mark.parametrize(
    ("value", "around", "text"),
    [
        (58.43, (52.2, 64.6), "58.4"),
        (269.848, (258.0, 281.0), "270"),
        (0.5123, (0.491, 0.533), "0.512"),
        (-0.214, (-0.71, 0.29), "−0.21"),
        (-0.0004, (-0.5, 0.5), "0.00"),
        (77.4, (), "77.4"),
        (0.0, (), "0.00"),
        (0.0, (0.0, 0.0), "0.00"),
        (2.5e7, (), "2.50 × 10^7"),
        (3.1e-6, (), "3.10 × 10^−6"),
        (NAN, (1.0, 2.0), "–"),
        (math.inf, (), "∞"),
        (-math.inf, (), "−∞"),
        (1.5, (NAN, NAN), "1.50"),
    ],
)
def test_a_number_has_as_many_digits_as_its_interval_allows(value: float, around: tuple[float, ...], text: str) -> None:
    assert number(value, *around) == text


def test_both_ends_of_an_interval_have_the_same_decimals() -> None:
    assert interval(-0.712, 0.2904) == "−0.71 to 0.29"
    assert interval(NAN, 1.0) == "–"


def test_a_column_has_three_digits_of_its_middle_value_whatever_stands_out() -> None:
    decimals = decimals_for([58.4, 33.1, 269.848, NAN, 0.0])
    assert [fixed(value, decimals) for value in (58.4, 33.1, 269.848, NAN)] == ["58.4", "33.1", "269.8", "–"]


def test_a_probability_is_never_nought() -> None:
    assert [probability(p) for p in (0.0, 0.0004, 0.0123, 0.5, 1.0, NAN)] == [
        "< 0.001", "< 0.001", "0.012", "0.50", "1.00", "–",
    ]  # fmt: skip


@pytest.mark.parametrize("floor", [(0.04, -0.6, 0.7), (-0.1, NAN, NAN), (0.0, 0.0, 0.0), (NAN, NAN, NAN)])
def test_no_ratio_to_a_floor_that_may_be_nothing(floor: tuple[float, float, float]) -> None:
    score = replace(SCORE, floor=floor[0], floor_low=floor[1], floor_high=floor[2])
    assert math.isnan(ratio_to_floor(score))
    assert ratio(ratio_to_floor(score)) == "–"


def test_a_ratio_is_that_of_the_values() -> None:
    assert ratio_to_floor(SCORE) == 4.0
    assert [ratio(value) for value in (4.0, 0.046, 19.5, 1234.0)] == ["× 4.0", "× 0.05", "× 20", "× 1234"]


@pytest.mark.parametrize(
    ("better", "low", "high", "where"),
    [
        ("low", 1.5, 2.5, "beyond"),
        ("low", 0.7, 2.5, "within"),
        ("low", 0.0, 0.1, "on the other side"),
        ("high", 0.0, 0.1, "beyond"),
        ("high", 1.5, 2.5, "on the other side"),
        ("none", 1.5, 2.5, "outside"),
        ("low", NAN, NAN, "beyond"),
    ],
)
def test_a_number_lies_where_its_interval_does_beside_the_floor(better, low: float, high: float, where: str) -> None:
    value = 2.0 if math.isnan(low) else (low + high) / 2
    assert place(replace(SCORE, better=better, value=value, low=low, high=high)) == where


def test_a_number_whose_best_is_one_is_beyond_on_both_sides() -> None:
    near_one = replace(SCORE, better="one", floor=1.0, floor_low=0.95, floor_high=1.05)
    assert place(replace(near_one, value=1.4, low=1.3, high=1.5)) == "beyond"
    assert place(replace(near_one, value=0.5, low=0.4, high=0.6)) == "beyond"


def test_where_a_number_lies_is_not_guessed_without_a_floor() -> None:
    assert place(replace(SCORE, floor_low=NAN)) == ""
    assert place(replace(SCORE, value=NAN, low=NAN, high=NAN)) == ""


def test_everything_that_is_missing_has_its_sentence() -> None:
    assert missing(SCORE, {}) == ()
    assert missing(replace(SCORE, value=NAN, why="Held-out real is best."), {}) == (
        "This number cannot be told from these fields.",
    )
    alone = missing(replace(SCORE, low=NAN, high=NAN), {"prior": 1})
    assert "one specimen" in alone[0]
    assert len(missing(replace(SCORE, low=NAN, floor=NAN, group="paired"), {})) == 2


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/ada/data/core.tif", "core.tif"),
        ("/home/ada lovelace/my data/core.tif", "core.tif"),
        (r"C:\Users\ada\core.tif", "core.tif"),
        ("~/core.tif", "core.tif"),
        ("Fields of '/home/ada b/core.tif' are copies", "Fields of 'core.tif' are copies"),
        ("see /work/ada/a.tif, and file:///srv/x/b.tif", "see a.tif, and b.tif"),
        ("random-pyramid/2", "random-pyramid/2"),
        ("12 to 240 become 0 to 1; N/A; 1/pixel and/or µm/px", "12 to 240 become 0 to 1; N/A; 1/pixel and/or µm/px"),
        ("</script>", "</script>"),
    ],
)
def test_of_a_path_only_the_name_of_the_file_stays(text: str, left: str) -> None:
    assert placeless(text) == left


def test_a_text_becomes_one_line_without_control_letters() -> None:
    assert one_line("a\n b\t\u202ec\x00") == "a b �c�"


def test_long_names_keep_both_ends() -> None:
    assert shortened("a" * 50 + "b" * 50, 11) == "aaaaaa…bbbb"
    assert shortened("short", 11) == "short"


def test_words_are_joined_as_in_a_sentence() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-3.2, 17.9), (5.0, 5.0), (1e-9, 3e-9), (2e6, 9e6), (0.0, 0.0)])
def test_an_axis_holds_its_values_between_round_numbers(low: float, high: float) -> None:
    axis = axis_of([low, high])
    assert axis.low <= low <= high <= axis.high
    assert 2 <= len(axis.ticks) <= 8
    assert axis.part(axis.low) == 0.0
    assert axis.part(axis.high) == pytest.approx(1.0)
    assert len({label for _, label in axis.ticks}) == len(axis.ticks)


@pytest.mark.parametrize(("low", "high"), [(0.015, 0.5), (1e-7, 3.0), (1.0, 2.0)])
def test_a_logarithmic_axis_has_some_numbers(low: float, high: float) -> None:
    axis = axis_of([low, high], logarithmic=True, tight=True)
    assert (axis.low, axis.high) == (low, high)
    assert len(axis.ticks) >= 2
    assert axis.part((low * high) ** 0.5) == pytest.approx(0.5)


def test_everything_that_is_cited_has_a_whole_reference() -> None:
    specs = [row.spec for row in (*list_metrics(), *list_extractors()) if row.spec is not None]
    found = references(spec.citation for spec in specs)
    assert len(found) > 15
    assert [one for one in found if len(one) < 40 and not one.startswith("arXiv")] == []
    assert references(["Naeem et al. 2020; Nobody 1900", "Naeem et al. 2020"])[1] == "Nobody 1900"


def test_the_reason_of_a_verdict_does_not_say_the_verdict_again() -> None:
    silent = replace(SCORE, informative=False, why="Not informative here: noise cannot be told from held-out real.")
    assert reason(silent) == "Noise cannot be told from held-out real."
    assert (
        reason(replace(SCORE, why="Held-out real ranks surely above blur.")) == "Held-out real ranks surely above blur."
    )


def test_the_command_that_makes_a_card_again_names_prompt_and_shrinking() -> None:
    recipe = EvaluationRecipe(image_set("real"), (image_set("made", prompt="a root on paper"),), copy_shrink=4)
    words = shlex.split(command_line(recipe))
    assert words[words.index("--prompt") + 1] == "a root on paper"
    assert words[words.index("--copy-shrink") + 1] == "4"
    assert "--copy-shrink" not in command_line(replace(recipe, copy_shrink=1))
