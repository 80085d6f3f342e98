"""A line-up becomes a blinded study: its windows are sets of a study as they lie there."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.services.lineup.scene import MEANS, posed, small

from synthscope.errors import FileError
from synthscope.jobs.drain import drain
from synthscope.records.lineup import Contender
from synthscope.records.study import StudyDesign
from synthscope.services.lineup.beginning import begin_lineup
from synthscope.services.lineup.lining_up import lineup_job
from synthscope.services.lineup.windows import study_sets
from synthscope.services.sources import open_input
from synthscope.services.studies.beginning import begin_study_job
from synthscope.services.studies.designing import prepare_study_job


def test_real_windows_and_those_of_each_contender_are_the_arms_of_a_study(tmp_path: Path) -> None:
    two = (Contender("harmonic"), Contender("biharmonic"))
    begin_lineup(tmp_path / "out", small(seeds=1, contenders=two), posed(tmp_path / "images"))
    drain(lineup_job(tmp_path / "out", MEANS))
    real, made = study_sets(tmp_path / "out")
    design = StudyDesign("Real or not", "real-or-synthetic", ())
    study = drain(begin_study_job(tmp_path / "study", design, [real], made))
    try:
        arms = [(arm.name, arm.is_real, len(arm.images), arm.generator) for arm in study.design.arms]
        assert arms == [
            ("real", True, 24, ""), ("harmonic", False, 2, "harmonic"), ("biharmonic", False, 2, "biharmonic"),
        ]  # fmt: skip
        assert {one.shape for arm in study.design.arms for one in arm.images} == {(32, 32)}
        material = drain(prepare_study_job(study, open_input))
        assert {material.letters[letter] for letter in material.letters} == {"real", "harmonic", "biharmonic"}
        assert len(material.items) >= 28
    finally:
        study.close()


def test_a_folder_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        study_sets(tmp_path)
