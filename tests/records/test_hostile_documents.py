"""What a damaged or hostile document may hold: a sentence, never another error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import DocumentError
from synthscope.records.documents import canonical, from_json, to_json
from synthscope.records.forms import problems
from synthscope.records.project import SessionDocument
from synthscope.records.request import Region, Request
from synthscope.records.run import Candidate, Provenance, Recipe

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
RECIPE = Recipe(Request("inpaint", region=Region((0, 0), (4, 4))), "harmonic", "1", {}, (0,))


def read_or_refused(kind: type, data: Any) -> bool:
    """Tell whether a document is read, or refused with a sentence; any other error passes through."""
    try:
        return isinstance(from_json(kind, data), kind)
    except DocumentError as error:
        return error.sentence.endswith(".")


@pytest.mark.parametrize("kind", [Recipe, Candidate, Provenance, SessionDocument, Request])
@given(data=anything)
def test_anything_is_read_or_refused_with_a_sentence(kind: type, data: Any) -> None:
    assert read_or_refused(kind, data)


@given(data=anything, name=st.sampled_from(list(to_json(RECIPE)) + list(to_json(RECIPE.request))))
def test_one_wrong_value_is_read_or_refused_with_a_sentence(data: Any, name: str) -> None:
    document = to_json(RECIPE)
    (document if name in document else document["request"])[name] = data
    assert read_or_refused(Recipe, document)


def test_numbers_beyond_all_bounds_are_refused() -> None:
    document = to_json(Candidate("r/1", 0, "x", (1,), "")) | {"seconds": 10**400}
    with pytest.raises(DocumentError, match=r"Candidate\.seconds"):
        from_json(Candidate, document)


def test_what_a_record_itself_refuses_is_a_damaged_document() -> None:
    with pytest.raises(DocumentError, match="is empty"):
        from_json(Request, {"task": "inpaint", "region": {"start": [3], "stop": [1]}})


def test_a_parameter_beyond_all_numbers_has_a_sentence() -> None:
    from synthscope.generators.classical.specs import EXEMPLAR

    assert "beyond all numbers" in problems(replace(EXEMPLAR.parameters(), patch=10**400))["patch"]


def test_a_name_that_is_no_text_still_has_a_hash() -> None:
    assert canonical({"name": "bad\udcff.tif"}) == b'{"name":"bad\\udcff.tif"}'
    assert canonical({"name": "µ"}) == '{"name":"µ"}'.encode()


def test_a_recipe_leaves_without_folders_of_its_model() -> None:
    for model in ("/home/someone/models/rocks", "C:\\Users\\someone\\rocks", "rocks"):
        assert replace(RECIPE, model=model).exported().model == "rocks"
