"""Designs are kept as they are typed."""

from dataclasses import replace

import pytest

from synthscope.errors import DocumentError, FileError
from synthscope.records.study import Plan, Question, StudyDesign
from synthscope.services.studies.drafts import new_study, read_draft, write_draft

DESIGN = StudyDesign(
    "Soil, real or not", "rating", (), (Question("structure", "scale", "Structure", ("bad", "fair", "good")),),
    plan=Plan(raters=3),
)  # fmt: skip


def test_a_draft_comes_back_as_it_was(tmp_path):
    folder = new_study(tmp_path, DESIGN.title)
    write_draft(folder, DESIGN)
    assert read_draft(folder) == DESIGN
    write_draft(folder, replace(DESIGN, title="Another title"))
    assert read_draft(folder).title == "Another title"


def test_two_studies_of_one_second_lie_apart(tmp_path):
    folders = {new_study(tmp_path, "same") for _ in range(3)}
    assert len(folders) == 3


def test_a_missing_or_damaged_draft_is_a_sentence(tmp_path):
    with pytest.raises(FileError, match=r"draft\.json"):
        read_draft(tmp_path)
    (tmp_path / "draft.json").write_text("{}")
    with pytest.raises(DocumentError, match=r"draft\.json"):
        read_draft(tmp_path)
