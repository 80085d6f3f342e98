"""A line-up becomes a blinded study: its windows are arms with cases, and nothing in a rater's hands names them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.qt.rating.looking import files_texts, findings
from tests.services.lineup.scene import HOLE, MEANS, picture, posed, small

from synthscope.errors import FileError, InputError
from synthscope.imaging.fields import MANY
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.leaks import LeakDecision
from synthscope.records.lineup import Contender
from synthscope.records.study import Plan, Rendering, Showing, StudyDesign
from synthscope.records.study_pack import PackManifest
from synthscope.services.lineup.beginning import begin_lineup, read_result
from synthscope.services.lineup.concluding import write_result
from synthscope.services.lineup.lining_up import lineup_job
from synthscope.services.lineup.studying import remark_on, study_design
from synthscope.services.lineup.windows import study_sets
from synthscope.services.sources import open_input
from synthscope.services.studies.auditing import audit_study_job, decide_leak, pass_gate
from synthscope.services.studies.checking import check_arms, check_texts
from synthscope.services.studies.designing import prepare_study_job, schedule_study
from synthscope.services.studies.freezing import freeze_study_job
from synthscope.services.studies.rater_packs import pack_files
from synthscope.services.studies.secret_words import secret_words
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.sealing.holders import make_holder

NAMES = ("harmonic", "biharmonic")
IMAGES = 3


@pytest.fixture(scope="module")
def lined_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A line-up on three pictures that lies in a project."""
    project = tmp_path_factory.mktemp("project")
    folder = project / "lineups" / "one"
    two = tuple(map(Contender, NAMES))
    begin_lineup(folder, small(seeds=1, contenders=two), posed(project / "images", IMAGES), project)
    drain(lineup_job(folder, MEANS, project=project))
    return folder


@pytest.fixture(scope="module")
def design(lined_up: Path) -> StudyDesign:
    return study_design(lined_up, NAMES, lined_up.parents[1])


def test_real_windows_and_those_of_each_contender_are_the_arms_of_a_study(lined_up: Path, design: StudyDesign) -> None:
    arms = [(arm.name, arm.is_real, len(arm.images), arm.generator) for arm in design.arms]
    assert arms == [
        ("real", True, 36 + IMAGES, ""), ("harmonic", False, IMAGES, "harmonic"),
        ("biharmonic", False, IMAGES, "biharmonic"),
    ]  # fmt: skip
    assert {one.shape for arm in design.arms for one in arm.images} == {(32, 32)}
    real, made = study_sets(lined_up)
    assert [len(one.images) for one in (real, *made)] == [36, IMAGES, IMAGES]
    assert [arm.name for arm in study_design(lined_up, ("biharmonic",)).arms] == ["real", "biharmonic"]


def test_windows_at_one_place_are_one_case_with_what_was_there(lined_up: Path, design: StudyDesign) -> None:
    places = tuple(f"source {number + 1}" for number in range(IMAGES))
    real, *made = design.arms
    assert [arm.cases for arm in made] == [places, places]
    assert real.cases[-IMAGES:] == places
    assert len(set(real.cases)) == len(real.cases)  # of few images, each real window is a case of its own
    middle = slice((HOLE.start + HOLE.stop) // 2 - 16, (HOLE.start + HOLE.stop) // 2 + 16)
    for number, one in enumerate(real.images[-IMAGES:]):
        shown = np.asarray(open_input(one, lined_up.parents[1]).pixels[...])
        np.testing.assert_array_equal(shown, picture(number)[middle, middle])


def test_of_many_images_real_windows_are_of_the_case_of_their_image(lined_up: Path, tmp_path: Path) -> None:
    result = read_result(lined_up)
    assert [result.real_of.count(number) for number in range(IMAGES)] == [12] * IMAGES
    subjects = tuple(result.recipe.subjects[number % IMAGES] for number in range(MANY))
    many = replace(result, recipe=replace(result.recipe, subjects=subjects))
    for name in ("windows", "intact"):
        (tmp_path / name).symlink_to(lined_up / name)
    write_result(tmp_path, many)
    real = study_design(tmp_path, NAMES).arms[0]
    assert real.cases[:36] == tuple(f"source {number + 1}" for number in result.real_of)


def test_images_are_named_by_their_place_in_the_project(design: StudyDesign) -> None:
    paths = [one.path for arm in design.arms for one in arm.images]
    assert all(path.startswith("lineups/one/") for path in paths)


def test_nothing_that_a_rater_is_given_names_a_set_a_file_or_a_case(
    lined_up: Path, design: StudyDesign, tmp_path: Path
) -> None:
    assert (check_texts(design), check_arms(design)) == ("", "")
    plan = Plan(raters=1, per_arm=IMAGES, lag=2, training=0, catches=0, repeats=0)
    wanted = replace(
        design, rendering=Rendering(side=64), plan=plan, showing=Showing(interval=300, least=0), signers=("Ada",)
    )
    study = StudyFile.create(tmp_path / "study", wanted)
    project = lined_up.parents[1]
    try:
        drain(prepare_study_job(study, lambda source: open_input(source, project)))
        schedule_study(study)
        for found in drain(audit_study_job(study, permutations=19)).undecided:
            decide_leak(study, LeakDecision(found.id, "part of the question", "It is small.", "Ada"))
        pass_gate(study, "Ada")
        drain(freeze_study_job(study, [make_holder(tmp_path / "ada.json", "Ada", "a long passphrase")], "Ada"))
        words = {*secret_words(wanted), *NAMES, "source 1", "seed-0", "slice-0", "windows", "lineup", str(project)}
        (pack,) = pack_files(study.folder, study.get("manifest", PackManifest))
        shutil.unpack_archive(pack, tmp_path / "unpacked", "zip")
        texts = {place: [text] for place, text in files_texts(tmp_path / "unpacked").items()}
        assert len(texts) > 2 * IMAGES
        assert findings(texts, words) == []
    finally:
        study.close()


def test_candidates_of_one_place_are_told_of(lined_up: Path, design: StudyDesign) -> None:
    assert remark_on(design) == ""
    one = replace(
        design, arms=tuple(replace(arm, cases=("source 1",) * len(arm.images)) for arm in design.arms)
    )
    assert "Line up several images" in remark_on(one)


@pytest.mark.parametrize(("names", "words"), [((), "No generator is chosen"), (("quilt",), "no candidate of 'quilt'")])
def test_who_is_not_there_is_named(lined_up: Path, names: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        study_design(lined_up, names)


def test_a_folder_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        study_sets(tmp_path)


def test_a_window_of_what_the_masks_hid_is_no_part_of_the_sets_that_are_judged(lined_up: Path) -> None:
    hidden = open_image(lined_up / "intact" / "0001.ome.tif")
    real, _ = study_sets(lined_up)
    assert hidden.shape == (32, 32)
    assert not any("intact" in one.path for one in real.images)
