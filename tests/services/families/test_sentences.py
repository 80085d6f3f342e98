"""What a table says of itself."""

from __future__ import annotations

from dataclasses import replace

from synthscope.records.families import Contender, FamiliesRecipe, FamiliesResult, FamilyRow, FamilyRun, Measure
from synthscope.services.families.concluding import summaries, summary_of
from synthscope.services.families.page import lines_of
from synthscope.services.families.sentences import sentences_of

RECIPE = FamiliesRecipe((), (Contender("prior"), Contender("phase-surrogate")), minutes=2, seeds=3, count=64)


def row(generator: str, *values: dict[str, float], **how: object) -> FamilyRow:
    """Give a row of runs, one for each seed, of measures without an interval."""
    runs = tuple(
        FamilyRun(generator, seed, {name: Measure(value) for name, value in one.items()}, 64, **how)
        for seed, one in enumerate(values)
    )
    family = "diffusion" if generator == "prior" else "control"
    return FamilyRow(generator, generator or "Real against real", family, runs, summaries(runs))


def said(*rows: FamilyRow, real: dict[str, float], **changes: object) -> str:
    result = FamiliesResult(RECIPE, rows, row("", *[real] * 3), 64, 7, "Materials")
    return "\n".join(sentences_of(replace(result, **changes)).sentences)


def test_a_measure_by_which_an_image_without_structure_passes_for_real_is_named() -> None:
    worse = {"kernel_distance": 2.0, "sharpness_ratio": 0.8, "spectrum_distance": 0.5}
    surrogate = row("phase-surrogate", *[worse] * 3)
    words = said(surrogate, real={"kernel_distance": 3.0, "sharpness_ratio": 1.1, "spectrum_distance": 0.1})
    assert "comes as near as real does by: kernel distance. By these alone" in words
    assert "as near as real does" not in said(surrogate, real={"kernel_distance": 1.0, "spectrum_distance": 0.1})


def test_a_training_that_took_longer_than_it_was_given_is_named() -> None:
    prior = row("prior", {"training_seconds": 118.0}, {"training_seconds": 211.0}, {"training_seconds": 125.0})
    assert "prior: 1 of 3 trainings took 211 s, not 120 s" in said(prior, real={})
    assert "not 120 s" not in said(row("prior", *[{"training_seconds": 121.0}] * 3), real={})


def test_copies_are_named_beside_what_chance_gives() -> None:
    words = said(row("prior", {}, {}, {}, copies=5, copy_threshold=0.71), real={})
    assert "5 of 64 images (seed 0) lie nearer to a training patch than held-out ones would (0.710)" in words
    assert "by chance 0.6 would" in words


def test_what_a_training_said_of_itself_is_said_once_with_its_seeds() -> None:
    alarm = "At step 400 the samples have .31 of the diversity of real patches."
    runs = row("prior", {}, {}, {}, remarks=("The margin is blank.", alarm))
    result = FamiliesResult(RECIPE, (runs,), row("", {}), 64, 7, "Materials")
    sentences = sentences_of(result, ("The margin is blank.",)).sentences
    assert sentences.count(f"prior (seed 0, 1, 2): {alarm}") == 1
    assert sum("margin" in one for one in sentences) == 1


def test_few_blocks_and_a_single_seed_are_said() -> None:
    one = replace(RECIPE, seeds=1)
    assert "with one seed there is no spread" in said(row("prior", {}), real={}, recipe=one)
    assert "no intervals" in said(row("prior", {}), real={}, blocks=2)
    assert "Nothing here learns" in said(row("quilt", {}), real={})
    assert "2 of 3 seeds are still to come" in said(row("prior", {}), real={})


def test_a_number_has_as_many_digits_as_its_spread_over_seeds_allows() -> None:
    values = [{"spectrum_distance": one, "training_steps": 1200.0} for one in (0.1234, 0.1334, 0.1434)]
    result = FamiliesResult(RECIPE, (row("prior", *values),), row("", {}), 64, 7, "Materials")
    cells = lines_of(result)[1].cells
    assert (cells[0].value, cells[0].spread, cells[0].interval) == ("0.133", "± 0.010", "")
    assert cells[10].value == "1200"
    assert cells[2].value == "–"


def test_equal_numbers_of_all_seeds_have_no_spread() -> None:
    summary = summary_of([Measure(0.006)] * 3)  # whose mean is not exactly 0.006 in sums of floats
    assert (summary.mean, summary.spread) == (0.006, 0.0)
