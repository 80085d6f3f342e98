"""A study from images in files to an audited draft with schedules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services.studies.images import COUNT, arms_in, kept

from synthscope.errors import FileError, InputError
from synthscope.jobs.drain import drain
from synthscope.records.documents import canonical
from synthscope.records.leaks import LeakDecision, LeakReport
from synthscope.records.space import Space
from synthscope.records.study import Arm, Plan, Rendering, StudyDesign
from synthscope.records.study_material import StudyMaterial
from synthscope.services.sources import open_input
from synthscope.services.studies.auditing import audit_study_job, decide_leak, pass_gate
from synthscope.services.studies.designing import prepare_study_job, read_picture, schedule_study, secret_of
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.design.balance import balance_of

PLAN = Plan(raters=3, per_arm=10, lag=8, training=2, catches=2)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[StudyFile]:
    design = StudyDesign(
        "Soil", "real-or-synthetic", arms_in(tmp_path / "images"), plan=PLAN, rendering=Rendering(side=64), seed=4
    )
    opened = StudyFile.create(tmp_path / "study", design)
    yield opened
    opened.close()


def test_a_study_goes_from_images_to_an_audited_draft(study: StudyFile) -> None:
    material = drain(prepare_study_job(study, open_input))
    assert len(material.items) == 2 * COUNT + PLAN.catches
    assert material.rendering.shape == (1, 64, 64, 1)
    assert sorted(material.letters) == ["A", "B"]
    assert study.get("material", StudyMaterial) == material
    files = sorted((study.folder / "renders").iterdir())
    assert len({path.stat().st_size for path in files}) == 1
    assert [path.stem for path in files] == sorted(item.code for item in material.items)
    assert read_picture(study.folder, material.items[0].code).dtype == np.uint8

    schedule = schedule_study(study)
    balance = balance_of(schedule, material.items)
    assert (balance.arms, balance.sides, balance.case_neighbours) == (0, 0, 0)

    report = drain(audit_study_job(study, permutations=199))
    assert report.passes
    assert {one.group for one in report.findings if one.found} == {"source grey", "source file"}
    assert study.get("leaks", LeakReport) == report
    pass_gate(study, "Ada")
    assert study.state == "audited"
    with pytest.raises(InputError, match="is audited, and its pictures are fixed"):
        drain(prepare_study_job(study, open_input))


def test_what_raters_are_given_names_nothing(study: StudyFile) -> None:
    material = drain(prepare_study_job(study, open_input))
    text = canonical(schedule_study(study).slots).decode()
    names = ["plug", "gan", "scan", "real", *(item.item for item in material.items if "-" in item.item)]
    assert not [name for name in names if f'"{name}' in text or (name in ("plug", "gan") and name in text)]


def test_preparing_again_makes_the_same(study: StudyFile) -> None:
    first = drain(prepare_study_job(study, open_input))
    pictures = {item.code: read_picture(study.folder, item.code) for item in first.items}
    assert drain(prepare_study_job(study, open_input)) == first
    assert secret_of(study) == secret_of(study)
    for code, picture in pictures.items():
        np.testing.assert_array_equal(read_picture(study.folder, code), picture)


def test_another_voxel_size_blocks_and_grey_steps_are_decided_on(study: StudyFile, tmp_path: Path) -> None:
    arms = arms_in(tmp_path / "finer", voxel=1.0)
    study.put("design", replace(study.design, arms=arms, rendering=Rendering(side=64, quantise=False)))
    drain(prepare_study_job(study, open_input))
    report = drain(audit_study_job(study, permutations=199))
    assert [one.group for one in report.blocking] == ["voxel size"]
    with pytest.raises(InputError, match="Voxel size of the sources tells all real from my gan"):
        pass_gate(study, "Ada")


def test_an_undecided_leak_stops_and_a_decided_one_does_not(study: StudyFile) -> None:
    study.put("design", replace(study.design, rendering=Rendering(side=64, field=64, quantise=False)))
    drain(prepare_study_job(study, open_input))
    report = drain(audit_study_job(study, permutations=199))
    with pytest.raises(InputError, match="soft leaks are undecided, the first: Grey values"):
        pass_gate(study, "Ada")
    for finding in report.undecided:
        report = decide_leak(study, LeakDecision(finding.id, "part of the question", "It gives 8 bits.", "Ada"))
    pass_gate(study, "Ada")
    assert study.state == "audited"


def test_pictures_that_were_made_anew_are_audited_anew(study: StudyFile) -> None:
    drain(prepare_study_job(study, open_input))
    drain(audit_study_job(study, permutations=19))
    study.put("design", replace(study.design, rendering=Rendering(side=128)))
    drain(prepare_study_job(study, open_input))
    with pytest.raises(InputError, match="made anew"):
        pass_gate(study, "Ada")


def test_what_is_missing_is_a_sentence(study: StudyFile) -> None:
    real, other = study.design.arms
    for arms, words in (
        ((real, replace(other, name="plug 7")), "Two arms are called 'plug 7'"),
        ((real, replace(other, images=())), "Arm 'my gan' holds no images"),
    ):
        study.put("design", replace(study.design, arms=arms))
        with pytest.raises(InputError, match=words):
            drain(prepare_study_job(study, open_input))
    with pytest.raises(InputError, match="holds no 'material'"):
        schedule_study(study)
    with pytest.raises(FileError, match="does not exist"):
        read_picture(study.folder, "00")


def test_stacks_and_colours_are_shown(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    folder = tmp_path / "stacks"
    folder.mkdir()
    images = [
        kept(folder, f"s{i}", rng.integers(0, 255, (5, 70, 90, 3)).astype(np.uint8), Space("zyxs")) for i in range(6)
    ]
    arms = (Arm("a", False, tuple(images[:3])), Arm("b", False, tuple(images[3:])))
    plan = Plan(raters=1, per_arm=3, training=0, repeats=0, catches=1)
    design = StudyDesign("t", "rating", arms, plan=plan, rendering=Rendering(side=64, depth=3))
    study = StudyFile.create(tmp_path / "study", design)
    try:
        material = drain(prepare_study_job(study, open_input))
        assert material.rendering.shape == (3, 64, 64, 3)
        assert material.rendering.field == 70
        assert schedule_study(study).slots[0].trials
    finally:
        study.close()
