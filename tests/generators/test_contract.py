"""What every registered generator promises, whoever wrote it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

from synthscope.errors import DocumentError, InputError, MaskError, Unavailable
from synthscope.generators.registry import find_spec, generator_ids, list_generators, resolve
from synthscope.records.documents import from_json, to_json
from synthscope.records.events import Made, Preview, Progress
from synthscope.records.forms import check, form_fields, json_schema
from synthscope.records.generator import Workload

from .trained import SMALLEST

CASES = [(listing.id, task) for listing in list_generators() if listing.spec for task in listing.spec.tasks]
KINDS = ("plane", "stack", "colour")
DTYPES = ("uint8", "uint16", "float32")
every_case = pytest.mark.parametrize(("generator", "task"), CASES)
every_kind = pytest.mark.parametrize("kind", KINDS)
every_generator = pytest.mark.parametrize("generator", generator_ids())


@every_case
@every_kind
@pytest.mark.parametrize("dtype", DTYPES)
def test_shape_dtype_and_range_are_the_sources_and_same_seed_gives_same_bytes(
    make, make_inputs, generator, task, kind, dtype
):
    inputs = make_inputs(task, kind, dtype)
    made = make(generator, inputs, 7)
    size = inputs.size or inputs.source.shape[:3]
    assert made.shape == (*size, inputs.source.shape[3])
    assert made.dtype == inputs.source.dtype
    assert np.isfinite(made).all()
    assert made.min() >= inputs.limits[0][0]
    assert made.max() <= inputs.limits[0][1]
    assert made.tobytes() == make(generator, inputs, 7).tobytes()


@every_case
@every_kind
def test_another_seed_gives_another_image_unless_deterministic(make, make_inputs, generator, task, kind):
    inputs = make_inputs(task, kind, "uint16")
    same = make(generator, inputs, 1).tobytes() == make(generator, inputs, 2).tobytes()
    assert same == find_spec(generator).deterministic


@every_kind
@pytest.mark.parametrize("generator", [g for g, task in CASES if task == "inpaint"])
@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_what_lies_under_the_mask_is_never_used(make, make_inputs, generator, kind, dtype):
    inputs = make_inputs("inpaint", kind, dtype)
    soiled = inputs.source.copy()
    soiled[inputs.mask] = np.nan if dtype == "float32" else np.iinfo(dtype).max
    made = make(generator, inputs, 3)
    assert np.array_equal(made, make(generator, replace(inputs, source=soiled), 3))


@pytest.mark.parametrize("generator", [g for g, task in CASES if task == "inpaint"])
def test_inputs_are_left_as_they_were(make, make_inputs, generator):
    inputs = make_inputs("inpaint", "plane", "uint16")
    source, mask = inputs.source.copy(), inputs.mask.copy()
    make(generator, inputs)
    assert np.array_equal(inputs.source, source)
    assert np.array_equal(inputs.mask, mask)


@every_case
def test_closing_after_the_first_event_ends_the_work(make_inputs, equip, tmp_path, monkeypatch, generator, task):
    monkeypatch.chdir(tmp_path)
    inputs = make_inputs(task, "plane", "uint8")
    job = resolve(generator).generate(equip(generator, inputs), find_spec(generator).parameters(), 0)
    assert isinstance(next(job), Progress | Preview | Made)
    job.close()
    with pytest.raises(StopIteration):
        next(job)
    assert not list(tmp_path.iterdir())


@every_case
def test_previews_are_images_in_original_units(make_inputs, equip, generator, task):
    inputs = make_inputs(task, "colour", "uint16")
    job = resolve(generator).generate(equip(generator, inputs), find_spec(generator).parameters(), 0)
    events = list(job)
    for preview in (event for event in events if isinstance(event, Preview)):
        assert preview.pixels.ndim in (3, 4)
        assert preview.pixels.dtype == inputs.source.dtype
        assert preview.pixels.shape[-1] == inputs.source.shape[-1]


@every_generator
def test_default_parameters_pass_their_own_check_and_survive_json(generator):
    record_type = find_spec(generator).parameters
    record = record_type()
    check(record)
    assert from_json(record_type, json.loads(json.dumps(to_json(record)))) == record
    assert json_schema(record_type)["properties"].keys() == to_json(record).keys()


@every_generator
def test_every_parameter_is_explained(generator):
    for described in form_fields(find_spec(generator).parameters):
        assert described.title
        assert described.help.endswith(".")


@every_case
def test_cost_is_positive_and_grows_with_the_work(generator, task):
    spec = find_spec(generator)
    small, large = (
        spec.cost(Workload(task, (1, side, side, 1), side * side // 10, 2, 1), spec.parameters()) for side in (64, 512)
    )
    assert 0 < small.seconds < large.seconds
    assert 0 < small.memory < large.memory


@pytest.mark.parametrize("generator", [g for g, task in CASES if task == "inpaint"])
@pytest.mark.parametrize("covered", [0.0, 1.0], ids=["empty", "full"])
def test_a_mask_that_marks_nothing_or_all_is_refused_in_a_sentence(make, make_inputs, generator, covered):
    inputs = make_inputs("inpaint", "plane", "uint8")
    mask = np.full(inputs.mask.shape, bool(covered))
    with pytest.raises(MaskError, match=r"mask"):
        make(generator, replace(inputs, mask=mask))


@pytest.mark.parametrize("generator", [g for g, task in CASES if task == "inpaint"])
def test_a_mask_of_another_shape_is_refused(make, make_inputs, generator):
    inputs = make_inputs("inpaint", "plane", "uint8")
    with pytest.raises(MaskError, match="shape"):
        make(generator, replace(inputs, mask=inputs.mask[:, 1:]))


@pytest.mark.parametrize(
    ("generator", "task"), [(g, task) for g, task in CASES if task != "synthesize" or find_spec(g).needs_source]
)
def test_a_missing_source_is_refused(make, make_inputs, generator, task):
    with pytest.raises(InputError, match="source"):
        make(generator, replace(make_inputs(task, "plane", "uint8"), source=None))


@pytest.mark.parametrize("generator", [g for g, task in CASES if task == "synthesize"])
def test_a_new_image_without_a_size_is_refused(make, make_inputs, generator):
    with pytest.raises(InputError, match="size"):
        make(generator, replace(make_inputs("synthesize", "plane", "uint8"), size=None))


@every_case
def test_voxels_that_are_not_numbers_do_no_harm(make, make_inputs, generator, task):
    inputs = make_inputs(task, "plane", "float32")
    source = inputs.source.copy()
    source[0, 30:33, 28:31] = np.nan
    made = make(generator, replace(inputs, source=source))
    assert np.isfinite(made if inputs.mask is None else made[inputs.mask]).all()


@pytest.mark.parametrize("generator", sorted(SMALLEST))
def test_a_card_that_names_other_classes_than_the_network_knows_is_refused(
    make, make_inputs, equip, generator, tmp_path
):
    inputs = equip(generator, make_inputs(find_spec(generator).tasks[0], "plane", "uint8"))
    changed = shutil.copytree(Path(inputs.model), tmp_path / "model", ignore=shutil.ignore_patterns("state"))
    card = json.loads((changed / "model.json").read_text())
    (changed / "model.json").write_text(json.dumps({**card, "labels": ["sand", "clay"]}))
    with pytest.raises(DocumentError, match=r"names 2 classes \(sand, clay\) and its network knows 0"):
        make(generator, replace(inputs, model=str(changed)))


def test_the_specs_are_listed_without_torch():
    code = (
        "import sys; from synthscope.generators.registry import list_generators; "
        "assert all(row.available for row in list_generators()); "
        "assert not {'torch', 'diffusers', 'skimage.restoration'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_generator_is_refused_with_the_known_names():
    with pytest.raises(Unavailable, match="exemplar"):
        find_spec("dream")


@pytest.mark.parametrize("value", ["no_such_module:SPEC", "math:pi", "synthscope.generators.classical.specs:QUILT"])
def test_a_broken_entry_point_is_a_greyed_row_that_says_why(value):
    (row,) = list_generators([EntryPoint("broken", value, "synthscope.generators")])
    assert not row.available
    assert row.reason
