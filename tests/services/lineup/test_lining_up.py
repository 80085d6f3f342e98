"""The line-up from recipe to table: what is measured, what fails, and what a kill leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services.lineup.scene import HOLE, MEANS, SIDE, hole, origin, picture, posed, small, told

from synthscope.errors import InputError, ParameterError, WorkError
from synthscope.generators.classical.harmonic import Harmonic
from synthscope.imaging.seams import seam_ratio
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.lineup import LINEUP_MEASURES, Contender
from synthscope.records.request import Prompts
from synthscope.records.timing import Timings
from synthscope.services import adapters
from synthscope.services.lineup import beginning, picturing
from synthscope.services.lineup.beginning import begin_lineup, forecasts, read_lineup, read_result
from synthscope.services.lineup.contenders import by_model
from synthscope.services.lineup.lining_up import lineup_job
from synthscope.services.lineup.measuring import NO_TRUTH
from synthscope.services.mask_origins import origins_in
from synthscope.services.provenance import provenance_of
from synthscope.services.run_folder import RunFolder
from synthscope.services.sources import open_input


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    begin_lineup(folder / "out", small(), posed(folder / "images"))
    drain(lineup_job(folder / "out", MEANS))
    return folder / "out"


def test_every_contender_has_its_candidates_and_its_row(whole: Path) -> None:
    result = read_result(whole)
    assert result.complete
    assert [row.contender.name for row in result.rows] == ["harmonic", "exemplar"]
    assert [[shot.seeds for shot in row.shots] for row in result.rows] == [[(0,), (0,)], [(0, 1), (0, 1)]]
    assert all(set(row.cells) == set(LINEUP_MEASURES) for row in result.rows)
    for name in ("grid.png", "report.html", "table.csv", "table.md", "result.json"):
        assert (whole / name).stat().st_size > 0


def test_similarity_is_that_of_the_fill_inside_the_mask_with_the_hidden_truth(whole: Path) -> None:
    shot = read_result(whole).rows[0].shots[1]
    run = RunFolder(whole / shot.run)
    stored = run.open(run.candidates()[0])
    box = run.candidates()[0].box
    assert box is not None
    real = picture(1)[box.slices].astype(float)
    made = np.asarray(stored.pixels[...]).astype(float)
    inside = np.zeros((SIDE, SIDE), bool)
    inside[HOLE, HOLE] = True
    error = ((real - made)[inside[box.slices]] ** 2).mean()
    windows = [open_image(path) for path in sorted((whole / "windows/real").glob("*.tif"))]
    values = np.concatenate([np.asarray(one.pixels[...]).ravel() for one in windows]
                            + [picture(i)[HOLE, HOLE].ravel() for i in (0, 1)])  # fmt: skip
    data_range = float(values.max()) - float(values.min())
    assert shot.figures[0]["psnr"] == pytest.approx(10 * np.log10(data_range**2 / error), rel=1e-6)
    assert 0 < shot.figures[0]["ssim"] < 1


def test_the_mean_and_spread_of_a_row_are_those_of_its_candidates(whole: Path) -> None:
    row = read_result(whole).rows[1]
    values = [figures["ssim"] for shot in row.shots for figures in shot.figures]
    cell = row.cells["ssim"]
    assert cell.n == 4
    assert (cell.mean, cell.spread) == pytest.approx((np.mean(values), np.std(values, ddof=1)))


def test_the_untouched_source_stands_beside_the_seam(whole: Path) -> None:
    row = read_result(whole).rows[0]
    mask = np.zeros((1, SIDE, SIDE), bool)
    mask[0, HOLE, HOLE] = True
    shot = row.shots[0]
    box = RunFolder(whole / shot.run).candidates()[0].box
    assert box is not None
    own = [seam_ratio(picture(i)[box.slices][None, ..., None], mask[0][box.slices][None]) for i in (0, 1)]
    assert row.cells["seam_ratio"].real == pytest.approx(np.mean(own), abs=1e-3)


def test_sets_that_are_too_small_say_so_and_others_have_real_against_real(whole: Path) -> None:
    few, enough = read_result(whole).rows
    assert "2 windows of harmonic are too few" in few.cells["kid"].why
    assert np.isfinite([enough.cells["kid"].mean, enough.cells["kid"].real]).all()
    assert "synthscope models fetch" in enough.cells["fid"].why
    assert "No prompt was given" in enough.cells["clip-score"].why
    assert (whole / read_result(whole).card / "card.html").is_file()


def test_no_window_of_the_real_set_holds_a_voxel_of_the_mask(whole: Path) -> None:
    shown = [np.asarray(open_image(one).pixels[...]) for one in sorted((whole / "windows/real").glob("*.tif"))]
    edges = [(y, x) for y in range(0, SIDE, 32) for x in range(0, SIDE, 32) if not {y, x} <= {32, 64}]
    places = [picture(i)[y : y + 32, x : x + 32] for i in (0, 1) for y, x in edges]
    assert len(shown) == read_result(whole).real_windows == 24
    assert all(any(np.array_equal(one, place) for place in places) for one in shown)


def test_the_words_of_the_markdown_are_escaped_once(whole: Path) -> None:
    text = (whole / "table.md").read_text("utf-8")
    assert "synthscope models fetch" in text
    assert "\\\\" not in text


def test_nothing_in_the_table_names_a_folder_of_this_computer(whole: Path) -> None:
    for name in ("result.json", "report.html", "table.csv", "table.md"):
        assert str(whole.parent) not in (whole / name).read_text("utf-8")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    begin_lineup(folder / "out", small(seeds=1), posed(folder / "images"))
    drain(lineup_job(folder / "out", MEANS))
    return folder / "out"


@pytest.mark.parametrize("events", [4, 13])
def test_a_killed_line_up_goes_on_to_the_result_of_an_undisturbed_one(
    tmp_path: Path, undisturbed: Path, events: int
) -> None:
    out = tmp_path / "out"
    begin_lineup(out, small(seeds=1), posed(tmp_path / "images"))
    program = (
        "import os, signal, sys; from pathlib import Path; from tests.services.lineup.scene import MEANS;"
        "from synthscope.services.lineup.lining_up import lineup_job\n"
        "for n, _ in enumerate(lineup_job(Path(sys.argv[1]), MEANS)):\n"
        "    if n == int(sys.argv[2]): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", program, out, str(events)], cwd=root, check=False)
    assert ended.returncode == -signal.SIGKILL
    drain(lineup_job(out, MEANS))
    assert told(out) == told(undisturbed)


def test_images_that_were_copied_meanwhile_are_known_again(tmp_path: Path, undisturbed: Path) -> None:
    out, subjects = tmp_path / "out", posed(tmp_path / "images")
    begin_lineup(out, small(seeds=1), subjects)
    drain(lineup_job(out, MEANS))
    for one in subjects:
        os.utime(one.image.origin.path, ns=(10**18, 10**18))
    drain(lineup_job(out, MEANS))
    assert told(out) == told(undisturbed)


def test_one_that_fails_is_a_row_that_says_why_and_the_others_go_on(tmp_path: Path, monkeypatch) -> None:
    def broken(*_):
        raise WorkError("The chimney is blocked.")
        yield

    begin_lineup(tmp_path / "out", small(seeds=1), posed(tmp_path / "images", 1))
    with monkeypatch.context() as patched:
        patched.setattr(Harmonic, "generate", broken)
        drain(lineup_job(tmp_path / "out", MEANS))
        result = read_result(tmp_path / "out")
        assert not result.complete
        assert [row.problem for row in result.rows] == ["The chimney is blocked.", ""]
        assert any("harmonic made nothing of slice-0" in sentence for sentence in result.sentences)
    drain(lineup_job(tmp_path / "out", MEANS))
    assert read_result(tmp_path / "out").complete


def test_without_a_word_that_the_masked_part_is_intact_nothing_is_compared_with_it(tmp_path: Path) -> None:
    begin_lineup(tmp_path / "out", small(seeds=1, intact=False), posed(tmp_path / "images", 1))
    drain(lineup_job(tmp_path / "out", MEANS))
    cells = read_result(tmp_path / "out").rows[0].cells
    assert [cells[name].why for name in ("ssim", "psnr", "lpips-alex")] == [NO_TRUTH] * 3


def test_whole_images_are_varied_without_a_mask(tmp_path: Path) -> None:
    pictures = [replace(one, mask=None) for one in posed(tmp_path / "images", 1)]
    wanted = small(task="vary", contenders=(Contender("quilt", parameters={"block": 24}),), seeds=1, side=48)
    begin_lineup(tmp_path / "out", wanted, pictures)
    drain(lineup_job(tmp_path / "out", MEANS))
    row = read_result(tmp_path / "out").rows[0]
    real = picture(0)[None, ..., None]
    made = RunFolder(tmp_path / "out" / row.shots[0].run)
    stored = np.asarray(made.open(made.candidates()[0]).pixels[...])[None, ..., None]
    assert stored.shape == real.shape
    assert row.cells["ssim"].mean < 1


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"contenders": (Contender("quilt"), Contender("prior"))}, InputError, "quilt: Generator 'quilt' does not inp"),
        ({"contenders": (Contender("quilt"), Contender("prior"))}, InputError, "prior: "),
        ({"contenders": ()}, InputError, "No generator is named"),
        ({"contenders": (Contender("harmonic"), Contender("harmonic"))}, InputError, "named twice"),
        ({"contenders": (Contender("harmonic", name="a/b"),)}, InputError, "cannot be called 'a/b'"),
        ({"contenders": (Contender("harmonic", name="Real"),)}, InputError, "cannot be called 'Real'"),
        ({"prompts": Prompts(prompt="soil")}, ParameterError, "Prompt is given, but none of these generators reads"),
        ({"seeds": 0}, ParameterError, "The number of seeds is 0"),
        ({"task": "restore"}, ParameterError, "Task is 'restore'"),
        ({"side": 8}, ParameterError, "The side of windows is 8"),
    ],
)
def test_what_cannot_be_is_said_before_anything_starts(tmp_path: Path, changes, error, sentence: str) -> None:
    with pytest.raises(error) as told_error:
        begin_lineup(tmp_path / "out", small(**changes), posed(tmp_path / "images", 1))
    assert sentence in str(told_error.value)
    assert not (tmp_path / "out").exists()


def test_a_taken_folder_is_refused(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds something already"):
        begin_lineup(whole, small(), posed(tmp_path / "images"))


def test_costs_are_told_for_all_images_and_seeds(tmp_path: Path) -> None:
    recipe = read_lineup_of(tmp_path)
    one = forecasts(replace(recipe, seeds=1), posed(tmp_path / "one", 1))[1].cost
    four = forecasts(replace(recipe, seeds=2), posed(tmp_path / "two", 2))[1].cost
    assert four.seconds == pytest.approx(4 * one.seconds)
    assert four.memory == one.memory


def test_a_forecast_lists_no_models_that_nothing_needs_and_reads_the_times_once(tmp_path: Path, monkeypatch) -> None:
    reads: list[int] = []
    monkeypatch.setattr(adapters, "list_models", lambda _project: pytest.fail("no part is missing"))
    monkeypatch.setattr(beginning, "read_timings", lambda: reads.append(1) or Timings())
    assert all(not one.problem for one in forecasts(small(), posed(tmp_path, 2)))
    assert reads == [1]


def test_what_found_a_mask_stays_with_the_line_up_and_with_each_candidate(tmp_path: Path) -> None:
    found, painted_on = origin(hole()), hole()
    painted_on[:4] = 1
    first, second = posed(tmp_path / "images")
    subjects = (replace(first, origins=(found,)), replace(second, mask=painted_on, origins=(found,)))
    begin_lineup(tmp_path / "out", small(seeds=1), subjects)
    told_of = [(found,), (replace(found, edited=True),)]
    kept = [open_input(one.mask, tmp_path / "out") for one in read_lineup(tmp_path / "out").subjects]
    assert [origins_in(one) for one in kept] == told_of
    drain(lineup_job(tmp_path / "out", MEANS))
    for row in read_result(tmp_path / "out").rows:
        runs = [RunFolder(tmp_path / "out" / shot.run) for shot in row.shots]
        made = [provenance_of(run.open(run.candidates()[0])) for run in runs]
        assert [one.recipe.request.mask_origins for one in made] == told_of


def test_each_tile_of_the_grid_is_read_once_and_stays_that_of_a_fresh_drawing(tmp_path: Path, monkeypatch) -> None:
    reads: list[str] = []

    def noted(name: str) -> None:
        own = getattr(picturing, name)
        monkeypatch.setattr(picturing, name, lambda *given: reads.append(name) or own(*given))

    noted("composed")
    noted("mask_block")
    begin_lineup(tmp_path / "out", small(), posed(tmp_path / "images"))
    drain(lineup_job(tmp_path / "out", MEANS))
    assert (reads.count("composed"), reads.count("mask_block")) == (6, 2)  # harmonic has one candidate of each image
    grown = (tmp_path / "out/grid.png").read_bytes()
    drain(lineup_job(tmp_path / "out", MEANS))
    assert reads.count("composed") == 12
    assert (tmp_path / "out/grid.png").read_bytes() == grown


def read_lineup_of(folder: Path):
    begin_lineup(folder / "out", small(), posed(folder / "images", 1))
    return read_lineup(folder / "out")


def test_contenders_of_one_model_come_after_one_another() -> None:
    told_order = [Contender("a", "m"), Contender("b", "n"), Contender("c", "m"), Contender("d"), Contender("a", "n")]
    assert [(one.generator, one.model) for one in by_model(told_order)] == [
        ("a", "m"), ("c", "m"), ("b", "n"), ("a", "n"), ("d", ""),
    ]  # fmt: skip
