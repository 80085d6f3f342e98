"""What paradigms ask."""

from __future__ import annotations

import pytest

from synthscope.records.metric import DOMAINS, Domain
from synthscope.records.study import PARADIGMS, Paradigm
from synthscope.studies.design.paradigms import PARADIGM_RULES, default_questions


@pytest.mark.parametrize("paradigm", PARADIGMS)
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_paradigm_asks_something_in_every_domain(paradigm: Paradigm, domain: Domain) -> None:
    questions = default_questions(paradigm, domain)
    assert questions
    assert len({one.id for one in questions}) == len(questions)
    for one in questions:
        assert one.prompt.endswith(("?", "."))
        assert (len(one.labels) >= 5) == (one.kind in ("confidence", "scale"))
    assert (questions[0].kind == "choice") == (PARADIGM_RULES[paradigm].catch == "place")


def test_confidence_has_six_steps_without_a_middle() -> None:
    (question,) = default_questions("real-or-synthetic")
    assert len(question.labels) == 6
    assert [label.split()[-1] for label in question.labels] == ["real"] * 3 + ["synthetic"] * 3


def test_aspects_are_those_of_the_field_in_its_words() -> None:
    asked = default_questions("rating", "root")
    assert [one.id for one in asked] == ["structure", "texture", "noise", "contrast", "artefact", "usability"]
    assert "roots" in asked[0].prompt
    assert len({default_questions("rating", domain)[0].prompt for domain in DOMAINS}) == len(DOMAINS)
