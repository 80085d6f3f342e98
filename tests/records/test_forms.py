from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from synthscope.errors import ParameterError
from synthscope.records.forms import check, form_fields, json_schema, problems, used_by
from synthscope.records.limits import For, Ge, Gt, Help, Le, More, Unit


@dataclass(frozen=True)
class Fill:
    patch: Annotated[int, Ge(3), Le(31), Unit("px"), Help("Larger copies larger pieces.")] = 9
    tolerance: Annotated[float, Gt(0), More()] = 0.1
    mode: Literal["fast", "thorough"] = "fast"
    mirror: bool = False


def test_fields_carry_limits_units_and_words() -> None:
    patch, tolerance, mode, mirror = form_fields(Fill)
    assert (patch.low, patch.high, patch.unit, patch.help) == (3, 31, "px", "Larger copies larger pieces.")
    assert (tolerance.low, tolerance.open_low, tolerance.more) == (0, True, True)
    assert mode.choices == ("fast", "thorough")
    assert mirror.kind is bool
    assert patch.title == "Patch"


def test_a_good_record_has_no_problems() -> None:
    assert problems(Fill()) == {}
    check(Fill())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"patch": 2}, "Patch is 2 px; give a value of at least 3 and of at most 31 px."),
        ({"patch": 3.5}, "Patch is 3.5; give a whole number."),
        ({"patch": True}, "Patch is True; give a whole number."),
        ({"tolerance": 0}, "Tolerance is 0; give a value above 0."),
        ({"tolerance": float("nan")}, "Tolerance is nan; give a value above 0."),
        ({"mode": "slow"}, "Mode is 'slow'; choose one of fast, thorough."),
        ({"mirror": 1}, "Mirror is 1; give true or false."),
    ],
)
def test_a_bad_value_is_named_with_its_remedy(change: dict[str, object], words: str) -> None:
    record = Fill(**change)  # type: ignore[arg-type]
    assert list(problems(record).values()) == [words]
    with pytest.raises(ParameterError) as caught:
        check(record)
    assert caught.value.problems == {next(iter(change)): words}


def test_the_schema_says_the_same() -> None:
    schema = json_schema(Fill)
    assert schema["properties"]["patch"]["minimum"] == 3
    assert schema["properties"]["tolerance"]["exclusiveMinimum"] == 0
    assert schema["properties"]["mode"]["enum"] == ["fast", "thorough"]
    assert schema["properties"]["patch"]["default"] == 9


@dataclass(frozen=True)
class Asked:
    share: Annotated[float | None, Ge(0), Le(1)] = None
    count: int | None = 3


def test_an_optional_number_is_a_number_or_not_set() -> None:
    share, count = form_fields(Asked)
    assert (share.kind, share.optional, share.default) == (float, True, None)
    assert (count.kind, count.optional, count.default) == (int, True, 3)
    check(Asked(None, None))
    check(Asked(0.5, 4))
    assert problems(Asked(2.0, 1.5)) == {  # type: ignore[arg-type]
        "share": "Share is 2; give a value of at least 0 and of at most 1.",
        "count": "Count is 1.5; give a whole number.",
    }
    assert json_schema(Asked)["properties"]["share"]["type"] == ["number", "null"]


def test_other_optional_fields_are_refused() -> None:
    @dataclass(frozen=True)
    class Bad:
        name: str | None = None

    with pytest.raises(TypeError, match="name"):
        form_fields(Bad)


def test_a_field_without_a_default_is_refused() -> None:
    @dataclass(frozen=True)
    class Bad:
        size: int

    with pytest.raises(TypeError, match="size"):
        form_fields(Bad)


@dataclass(frozen=True)
class Many:
    everywhere: int = 1
    strength: Annotated[float, For("vary")] = 0.5
    border: Annotated[int, For("inpaint", "vary")] = 6


def test_a_field_serves_the_tasks_it_names_or_all() -> None:
    tasks = ("inpaint", "vary", "restore", "")
    served = {one.name: [task for task in tasks if one.serves(task)] for one in form_fields(Many)}
    assert served == {
        "everywhere": ["inpaint", "vary", "restore", ""],
        "strength": ["vary", ""],
        "border": ["inpaint", "vary", ""],
    }


def test_what_a_task_does_not_use_is_at_its_default() -> None:
    record = Many(2, 0.9, 3)
    assert used_by("inpaint", record) == Many(2, 0.5, 3)
    assert used_by("restore", record) == Many(2)
    assert used_by("", record) == used_by("vary", record) == record


def test_the_schema_names_the_tasks() -> None:
    assert json_schema(Many)["properties"]["border"]["tasks"] == ["inpaint", "vary"]
    assert "tasks" not in json_schema(Many)["properties"]["everywhere"]
