"""The comparison of families: begun, done, stopped at any moment, done again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services.families.stacks import CONTENDERS, MEANS, Stopped, small, stack, stop_after, told
from tests.services.gaussian import ID, Gaussian, register

from synthscope.errors import FileError, InputError, OutOfMemory, ParameterError, SynthscopeError, WorkError
from synthscope.imaging.hashing import pixel_hash
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.device import Device
from synthscope.records.events import Made, Progress
from synthscope.records.families import MEASURES, Contender, FamilyRun
from synthscope.records.space import Space
from synthscope.services.families.beginning import begin_families, read_families, read_result
from synthscope.services.families.comparing import compare_families_job
from synthscope.services.families.contenders import entrants
from synthscope.services.models import list_models
from synthscope.services.run_folder import RunFolder

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from pathlib import Path
import pytest
from synthscope.records.device import Device
from synthscope.records.events import Made
from synthscope.services.families.comparing import compare_families_job
from tests.services.families.stacks import MEANS
from tests.services.gaussian import register

register(pytest.MonkeyPatch())
told = after = 0
for event in compare_families_job(Path(sys.argv[1]), MEANS):
    told += isinstance(event, Made)
    after += told == 2
    if after == 6:  # in the midst of the third one
        sys.stdout.write("here\\n")
        sys.stdout.flush()
        sys.stdin.read()  # until somebody kills it
"""


@pytest.fixture(autouse=True)
def gaussian(monkeypatch):
    register(monkeypatch)


@pytest.fixture
def soil(tmp_path: Path):
    return stack(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A comparison that nothing has disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patched:
        register(patched)
        compare(folder / "cmp", stack(folder))
    return folder / "cmp"


def compare(folder: Path, image, **changes):
    begin_families(folder, small(**changes), [image])
    drain(compare_families_job(folder, MEANS))
    return read_result(folder)


def test_a_comparison_ends_with_a_table_a_grid_and_a_page(whole: Path) -> None:
    result = read_result(whole)
    assert [row.generator for row in result.rows] == [ID, "quilt", "phase-surrogate"]
    assert [row.family for row in result.rows] == ["diffusion", "control", "control"]
    assert (result.complete, result.n, len(result.real.runs)) == (True, 8, 2)
    for row in result.rows:
        assert {run.seed for run in row.runs} == {0, 1}
        assert all(run.n == 8 and not run.problem for run in row.runs)
        assert all(np.isfinite(row.summary[name].mean) for name in tuple(MEASURES)[:9])
    learned, quilt = result.rows[:2]
    assert learned.summary["training_steps"].mean == 6
    assert "training_seconds" not in quilt.summary
    assert 0 < result.real.summary["highest_correlation"].mean < quilt.summary["highest_correlation"].mean <= 1
    assert open_image(whole / result.grid).shape[-1] == 3
    page = (whole / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 4
    assert all(word in page for word in ("Real against real", "Phase surrogate", "Spectrum distance", "soil.ome.tif"))
    assert all(sentence.replace("'", "&#39;") in page for sentence in result.sentences)


def test_nothing_of_this_computer_is_in_what_is_given_away(whole: Path) -> None:
    for name in ("families.json", "report.html"):
        assert str(whole.parent) not in (whole / name).read_text(encoding="utf-8")


def test_models_and_images_can_be_used_like_any_others(whole: Path) -> None:
    result = read_result(whole)
    cards = [row.card for row in list_models(whole) if row.place == "project"]
    assert [(card.generator, card.seed, card.licence, card.state) for card in cards] == [
        (ID, 0, "CC0", "finished"), (ID, 1, "CC0", "finished"),
    ]  # fmt: skip
    seeds = []
    for run in (run for row in result.rows for run in row.runs):
        made = [one for name in run.runs for one in RunFolder(whole / name).candidates()]
        assert [one.shape for one in made] == [(32, 32)] * 8
        seeds += [(run.generator, one.seed) for one in made]
    assert len(set(seeds)) == len(seeds)


@pytest.mark.parametrize("count", [30, 75])
def test_a_comparison_that_is_stopped_goes_on_and_ends_like_one_that_was_not(
    tmp_path: Path, soil, whole: Path, count: int
) -> None:
    begin_families(tmp_path / "cut", small(), [soil])
    with pytest.raises(Stopped):
        drain(compare_families_job(tmp_path / "cut", MEANS), on_event=stop_after(count))
    drain(compare_families_job(tmp_path / "cut", MEANS))
    assert told(tmp_path / "cut") == told(whole)


def test_a_stack_that_was_copied_meanwhile_is_known_again_and_another_one_is_not(tmp_path: Path, soil) -> None:
    begin_families(tmp_path / "cut", small(), [soil])
    with pytest.raises(Stopped):
        drain(compare_families_job(tmp_path / "cut", MEANS), on_event=stop_after(30))
    path = Path(soil.origin.path)
    os.utime(path, ns=(10**18, 10**18))
    drain(compare_families_job(tmp_path / "cut", MEANS))
    assert read_result(tmp_path / "cut").complete
    write_image(path, soil.with_(pixels=np.asarray(soil.pixels) + 1))
    with pytest.raises(FileError, match="no longer holds the voxels that were used"):
        drain(compare_families_job(tmp_path / "cut", MEANS))


def test_a_process_that_is_killed_keeps_what_was_made_and_nothing_is_made_again(
    tmp_path: Path, soil, whole: Path, monkeypatch
) -> None:
    folder = tmp_path / "cut"
    begin_families(folder, small(), [soil])
    words = [sys.executable, "-c", PROGRAM, str(folder)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "here\n"
        with pytest.raises(InputError, match="at work in another program"):
            drain(compare_families_job(folder, MEANS))
        process.kill()
    done = [path for name in (ID, "quilt") for path in folder.rglob(f"{name}-seed-0*/**/*") if path.is_file()]
    before = {path: path.stat().st_mtime_ns for path in done}
    assert len(before) > 20
    trained, real = [], Gaussian.train
    monkeypatch.setattr(Gaussian, "train", lambda *given: trained.append(given[4]) or real(*given))
    drain(compare_families_job(folder, MEANS))
    assert trained == [1]
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert told(folder) == told(whole)


def test_every_seed_takes_the_steps_that_the_time_of_the_first_came_to(tmp_path: Path, soil, monkeypatch) -> None:
    given, train = [], Gaussian.train

    def noted(self, data, parameters, budget, *more):
        given.append(budget.steps)
        return train(self, data, parameters, replace(budget, minutes=budget.minutes / len(given)), *more)

    monkeypatch.setattr(Gaussian, "train", noted)
    result = compare(tmp_path / "cmp", soil, steps=0, minutes=0.1, seeds=3)
    assert given == [0, 6, 6]
    assert [run.measures["training_steps"].value for run in result.rows[0].runs] == [6, 6, 6]
    assert "with the steps that the first one's time came to" in " ".join(result.sentences)


def test_a_finished_comparison_that_is_done_again_makes_nothing(whole: Path, monkeypatch) -> None:
    first = told(whole)
    for method in ("train", "generate"):
        monkeypatch.setattr(Gaussian, method, lambda *_: pytest.fail("made again"))
    drain(compare_families_job(whole, MEANS))
    assert told(whole) == first


def test_a_generator_that_fails_leaves_its_reason_and_the_others_go_on(tmp_path: Path, soil, monkeypatch) -> None:
    def failing(*_):
        raise WorkError("The loss is not a number; lower the learning rate.")
        yield

    with monkeypatch.context() as patched:
        patched.setattr(Gaussian, "train", failing)
        result = compare(tmp_path / "cmp", soil, seeds=1)
    assert not result.complete
    assert result.rows[0].runs[0].problem == "The loss is not a number; lower the learning rate."
    assert result.rows[1].summary
    assert any("failed with seed 0: The loss" in sentence for sentence in result.sentences)
    assert "lower the learning rate" in (tmp_path / "cmp" / "report.html").read_text(encoding="utf-8")
    drain(compare_families_job(tmp_path / "cmp", MEANS))
    assert read_result(tmp_path / "cmp").complete


def test_where_all_fail_the_work_has_failed(tmp_path: Path, soil, monkeypatch) -> None:
    def failing(*_):
        raise WorkError("The network diverged.")
        yield

    monkeypatch.setattr(Gaussian, "train", failing)
    with pytest.raises(WorkError, match=r"No generator could be compared\. The network diverged\."):
        compare(tmp_path / "cmp", soil, contenders=CONTENDERS[:1], seeds=1)


def test_the_bar_never_goes_back_and_each_set_is_told(tmp_path: Path, soil) -> None:
    begin_families(tmp_path / "cmp", small(seeds=1), [soil])
    events = []
    drain(compare_families_job(tmp_path / "cmp", MEANS), on_event=events.append)
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert min(np.diff(fractions)) > -1e-9
    assert fractions[-1] == 1
    made = [event.document["generator"] for event in events if isinstance(event, Made) and event.kind == "family"]
    assert made == [ID, "quilt", "phase-surrogate"]
    assert {event.kind for event in events if isinstance(event, Made)} == {"family", "families"}


@pytest.mark.parametrize("axes", ["yx", "yxs", "tzyx"])
def test_pictures_colours_channels_and_series_can_be_compared(tmp_path: Path, axes: str) -> None:
    sizes = {"y": 128, "x": 256, "z": 2, "t": 2, "s": 3, "c": 2}
    steps = tuple(0.5 if axis in "yx" else 1.0 for axis in axes)
    space = Space(axes, steps, "µm")
    image = stack(tmp_path, tuple(sizes[axis] for axis in axes), space, dtype="uint8" if "s" in axes else "uint16")
    result = compare(tmp_path / "cmp", image, seeds=1, count=8)
    assert all(row.summary for row in result.rows)
    assert any("one seed" in sentence for sentence in result.sentences)


def test_fewer_images_are_made_where_the_held_out_part_has_no_room_for_more(tmp_path: Path) -> None:
    image = stack(tmp_path, (160, 320), Space("yx", (0.5, 0.5), "µm"))
    assert begin_families(tmp_path / "cmp", small(count=50), [image]).count == (160 // 32) * (80 // 32)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"contenders": ()}, "No generator is named"),
        ({"contenders": (Contender("quilt"), Contender("quilt"))}, "named twice"),
        ({"contenders": (Contender("biharmonic"),)}, "makes no new images; choose among"),
        ({"contenders": (Contender("nothing"),)}, "nothing"),
        ({"contenders": (Contender("quilt", {"patch": 3}),)}, "learns nothing; leave its training settings out"),
        ({"contenders": (Contender(ID, {"depth": 3}),)}, "has no parameter 'depth'"),
        ({"contenders": (Contender(ID, {"patch": 80}),)}, "another block out"),
        ({"held_out": 0.0}, "part to hold out is 0"),
        ({"held_out": 0.9}, "part to hold out is 0.9"),
        ({"size": 16}, "The size is 16; give a whole number from 32 to 512"),
        ({"size": 300}, "smaller than a patch of 300"),
        ({"count": 4}, "number of images is 4"),
        ({"seeds": 0}, "number of seeds is 0"),
        ({"minutes": 0.0}, "time budget is 0"),
        ({"seed": -1}, "Seed is -1"),
        ({"resamples": 3}, "number of draws is 3"),
        ({"device": "abacus"}, "Device is 'abacus'"),
        ({"size": 64}, "has room for 2 images of 64 px, and 8 are the least"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(tmp_path: Path, soil, changes, words: str) -> None:
    with pytest.raises(SynthscopeError, match=words):
        begin_families(tmp_path / "cmp", small(**changes), [soil])
    assert not (tmp_path / "cmp").exists()


def test_a_training_that_would_not_fit_is_named_before_a_comparison_begins(tmp_path: Path, soil) -> None:
    recipe = small(contenders=(Contender("quilt"), Contender("vae", {"patch": 32})))
    small_card, large_card = (Device("cuda:0", "A card", 8 << 30, free) for free in (64 << 20, 8 << 30))
    with pytest.raises(OutOfMemory, match=r"^Variational autoencoder cannot take part\. The training needs .* on A"):
        begin_families(tmp_path / "cmp", recipe, [soil], devices=lambda: (small_card,))
    assert not (tmp_path / "cmp").exists()
    assert begin_families(tmp_path / "cmp", recipe, [soil], devices=lambda: (large_card,)).contenders


def test_a_folder_that_holds_something_is_refused(tmp_path: Path, soil) -> None:
    begin_families(tmp_path / "cmp", small(), [soil])
    with pytest.raises(InputError, match="holds something already"):
        begin_families(tmp_path / "cmp", small(), [soil])


def test_numbers_that_were_damaged_are_measured_again(whole: Path) -> None:
    first = told(whole)
    for name in ("quilt-seed-0", "held-out", "real-1"):
        (whole / "measured" / f"{name}.json").write_text("{", encoding="utf-8")
    drain(compare_families_job(whole, MEANS))
    assert told(whole) == first


def test_images_of_no_file_are_kept_beside_the_comparison(tmp_path: Path, soil) -> None:
    loose = soil.with_(origin=type(soil.origin)())
    recipe = begin_families(tmp_path / "cmp", small(seeds=1, contenders=CONTENDERS[1:]), [loose])
    assert Path(recipe.images[0].path).parent == tmp_path / "cmp" / "sources"
    drain(compare_families_job(tmp_path / "cmp", MEANS))
    (kept,) = recipe.images
    known = replace(recipe, images=(replace(kept, sha256=pixel_hash(loose.pixels)),))
    assert read_families(tmp_path / "cmp") == known


def test_an_image_that_was_changed_is_refused(tmp_path: Path, soil) -> None:
    begin_families(tmp_path / "cmp", small(), [soil])
    stack(tmp_path, seed=5)
    with pytest.raises(InputError, match="was changed"):
        drain(compare_families_job(tmp_path / "cmp", MEANS))


def test_all_that_learn_and_make_new_images_can_take_part_and_so_can_controls() -> None:
    found = {one.spec.id: one.learns for one in entrants()}
    assert found[ID]
    assert found["prior"]
    assert not found["quilt"]
    assert not found["phase-surrogate"]
    assert "biharmonic" not in found
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_documents_can_be_read_again(tmp_path: Path, soil) -> None:
    result = compare(tmp_path / "cmp", soil, seeds=1, contenders=CONTENDERS[1:2])
    document = json.loads((tmp_path / "cmp" / "families.json").read_text(encoding="utf-8"))
    assert (document["format"], document["version"]) == ("synthscope/families-result", 1)
    assert (tmp_path / "cmp" / "comparison.json").read_text(encoding="utf-8").find('"synthscope/families"') > 0
    assert isinstance(result.rows[0].runs[0], FamilyRun)
    assert np.isnan(result.rows[0].summary["spectrum_distance"].spread)


def test_a_parameter_out_of_range_is_refused_before_any_work(tmp_path: Path, soil) -> None:
    with pytest.raises(ParameterError):
        begin_families(tmp_path / "cmp", small(contenders=(Contender("quilt", {}, {"block": 2}),)), [soil])
