from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import DocumentError
from synthscope.records.documents import canonical, digest, from_json, to_json
from synthscope.records.request import Input, Pairing, Prompts, Region, Request
from synthscope.records.run import Candidate, OutsideProof, Recipe
from synthscope.records.space import Space

names = st.text(max_size=20)
spaces = st.sampled_from([Space("yx"), Space("zyx", (3.0, 1.0, 1.0), "µm"), Space("tczyx"), Space("yxs")])
inputs = st.builds(
    Input,
    name=names,
    shape=st.lists(st.integers(1, 9), min_size=2, max_size=5).map(tuple),
    dtype=st.sampled_from(["uint8", "uint16", "float32"]),
    space=spaces,
    sha256=names,
)
regions = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=4).map(
    lambda pairs: Region(tuple(a for a, _ in pairs), tuple(a + n for a, n in pairs))
)
requests = st.builds(
    Request,
    task=st.sampled_from(["synthesize", "inpaint", "vary", "translate", "restore"]),
    source=st.none() | inputs,
    mask=st.none() | inputs,
    region=st.none() | regions,
    prompts=st.builds(Prompts, prompt=names, negative=names),
    size=st.lists(st.integers(1, 9), max_size=3).map(tuple),
    pairing=st.none() | inputs.map(lambda one: Pairing((one,), (one,))),
)
recipes = st.builds(
    Recipe,
    request=requests,
    generator=names,
    generator_version=names,
    parameters=st.dictionaries(names, st.integers() | st.booleans() | names, max_size=3),
    seeds=st.lists(st.integers(0, 2**63), max_size=4).map(tuple),
)


@given(recipes)
def test_a_recipe_survives_json_and_keeps_its_hash(recipe: Recipe) -> None:
    text = json.dumps(to_json(recipe))
    back = from_json(Recipe, json.loads(text))
    assert back == recipe
    assert digest(back) == digest(recipe)


def test_a_candidate_survives_json() -> None:
    candidate = Candidate(
        "r/1", 7, "candidates/0001.ome.tif", (2, 3), "ab", Region((0, 0), (2, 3)), OutsideProof("a", "a", "image")
    )
    assert from_json(Candidate, to_json(candidate)) == candidate


def test_the_hash_does_not_depend_on_the_order_of_names() -> None:
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"axes": 3}, "str is expected"),
        ({"unknown": 1}, "no name but"),
        ({"voxel_size": [1.0, "x"]}, "float is expected"),
        ({"voxel_size": "ab"}, "a list"),
    ],
)
def test_a_damaged_document_is_refused_with_its_place(change: dict[str, object], words: str) -> None:
    document = to_json(Space("yx")) | change
    with pytest.raises(DocumentError, match=words):
        from_json(Space, document)


def test_what_leaves_the_project_names_no_path() -> None:
    one = Input("a.tif", (4, 4), "uint8", Space("yx"), path="somewhere/a.tif", stamp="1-2")
    request = Request("inpaint", source=one, mask=one, pairing=Pairing((one,), (one,)))
    assert "somewhere" not in json.dumps(to_json(request.exported()))
