"""What raters read before they begin."""

from dataclasses import replace

import pytest

from synthscope.records.study import PARADIGMS, Arm, Showing, StudyDesign
from synthscope.services.studies.consent import consent_template, introduction_of

DESIGN = StudyDesign("Soil", "rating", (Arm("secretgan", False, ()), Arm("scan 7", True, ())))


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_no_arm_is_named(paradigm):
    design = replace(DESIGN, paradigm=paradigm)
    text = introduction_of(design) + consent_template(design, 80)
    assert "secretgan" not in text
    assert "scan 7" not in text


def test_the_consent_says_what_is_logged_and_how_long_it_takes():
    text = consent_template(DESIGN, 75)
    assert "75 images" in text
    assert "about 10 minutes" in text
    assert "zoom" in text
    silent = consent_template(replace(DESIGN, showing=Showing(viewing=False)), 75)
    assert "zoom" not in silent


def test_the_consent_says_that_answers_can_be_erased_and_what_stays():
    text = consent_template(DESIGN, 75)
    assert "Answers that are left out can be erased" in text
    assert "Hashes and counts stay" in text
    assert "[name] does it when you ask" in text, "who does it is for the designer to say"


def test_the_consent_names_changes_between_reference_and_result_only_where_they_can_be_made():
    flips = "changes between reference and result"
    assert flips not in consent_template(DESIGN, 75)
    assert flips in consent_template(replace(DESIGN, showing=Showing(flicker=True)), 75)
    assert flips not in consent_template(replace(DESIGN, showing=Showing(flicker=True, viewing=False)), 75)
