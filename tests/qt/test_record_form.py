"""Set, get, equal; and what is wrong is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QLabel, QLineEdit

from synthscope.errors import ParameterError
from synthscope.generators.registry import list_generators
from synthscope.qt.buttons import Fold, IconButton
from synthscope.qt.record_form import RecordForm
from synthscope.qt.theme import Tokens
from synthscope.records.forms import FormField, form_fields, problems
from synthscope.records.limits import For, Ge, Gt, Help, Le, More, Title, Unit
from synthscope.records.listing import Listing


@dataclass(frozen=True)
class Sample:
    patch: Annotated[int, Ge(3), Le(101), Unit("px"), Help("Larger keeps longer structures.")] = 17
    strength: Annotated[float, Gt(0), Le(1)] = 0.5
    mode: Literal["fast", "very_good"] = "fast"
    keep: Annotated[bool, Title("Keep grey values")] = True
    name: str = "abc"
    count: Literal[1, 2, 4] = 2
    sigma: Annotated[float, Ge(0), Unit("µm"), More()] = 2.5
    share: Annotated[float | None, Ge(0), Le(1), Unit("%")] = None


def values_of(described: FormField) -> st.SearchStrategy[Any]:
    if described.optional:
        return st.none() | values_of(replace(described, optional=False))
    if described.choices:
        return st.sampled_from(described.choices)
    if described.kind is bool:
        return st.booleans()
    if described.kind is int:
        return st.integers()
    if described.kind is float:
        return st.floats(allow_nan=False)
    return st.text(st.characters(categories=("L", "N", "P", "S")), max_size=40)


def records_of(record_type: type) -> st.SearchStrategy[Any]:
    return st.builds(record_type, **{d.name: values_of(d) for d in form_fields(record_type)})


def line_of(form: RecordForm, name: str) -> QLineEdit:
    line = form.editor(name).focusProxy()
    assert isinstance(line, QLineEdit)
    return line


def type_in(line: QLineEdit, text: str) -> None:
    line.selectAll()
    QTest.keyClicks(line, text)


def test_a_new_form_shows_the_defaults(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    assert form.value() == Sample()
    assert form.problems() == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(record=records_of(Sample))
def test_set_get_equal(qtbot: QtBot, record: Sample) -> None:
    form = RecordForm(Sample)
    form.set_value(record)
    assert form.value() == record
    assert form.problems() == problems(record)
    form.deleteLater()


@pytest.mark.parametrize("listing", list_generators(), ids=lambda listing: listing.id)
def test_every_registered_generator_has_a_form(listing: Listing, shown: Callable[..., RecordForm]) -> None:
    assert listing.spec is not None, listing.reason
    form = shown(RecordForm(listing.spec.parameters))
    assert form.problems() == {}

    @settings(deadline=None, max_examples=20)
    @given(record=records_of(listing.spec.parameters))
    def set_get_equal(record: Any) -> None:
        form.set_value(record)
        assert form.value() == record

    set_get_equal()


def test_typing_tells_the_new_record(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    heard: list[Sample] = []
    form.value_changed.connect(heard.append)
    type_in(line_of(form, "patch"), "33")
    assert heard[-1] == replace(Sample(), patch=33)


def test_an_optional_number_may_be_left_empty_and_says_so(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    line = line_of(form, "share")
    assert (line.text(), line.placeholderText(), form.value().share) == ("", "not set", None)
    type_in(line, "0.25")
    assert form.value().share == 0.25
    back = next(one for one in form.findChildren(IconButton) if one.isVisible() and "Back to not set" in one.toolTip())
    back.click()
    assert (line.text(), form.value().share) == ("", None)
    type_in(line, "2")
    assert "of at most 1" in form.problems()["share"]
    type_in(line, "much")
    assert form.problems()["share"] == "Share is 'much'; give a number, or leave it empty."
    type_in(line, "0.5")
    line.clear()
    assert form.problems() == {}


def test_a_number_out_of_range_is_coloured_and_explained(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    heard: list[dict[str, str]] = []
    form.problems_changed.connect(heard.append)
    line = line_of(form, "strength")
    type_in(line, "3")
    assert line.property("invalid") is True
    assert "of at most 1" in line.toolTip()
    assert heard[-1] == {"strength": line.toolTip()}
    type_in(line, "0.25")
    assert heard[-1] == {}
    assert line.property("invalid") is False
    assert form.value().strength == 0.25


@pytest.mark.parametrize("text", ["0,5", "abc", "", "1e"])
def test_what_is_no_number_can_be_typed_and_is_refused(text: str, shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    line = line_of(form, "strength")
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)
    assert repr(text) in form.problems()["strength"]
    assert ("with a point" in form.problems()["strength"]) == ("," in text)
    with pytest.raises(ParameterError, match="give a number") as caught:
        form.value()
    assert list(caught.value.problems) == ["strength"]


def test_a_fraction_is_no_whole_number(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    type_in(line_of(form, "patch"), "3.5")
    assert "give a whole number" in form.problems()["patch"]


def test_arrow_keys_count_without_rounding_noise(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    patch, strength = line_of(form, "patch"), line_of(form, "strength")
    QTest.keyClick(patch, Qt.Key.Key_Up)
    QTest.keyClick(patch, Qt.Key.Key_PageDown)
    for _ in range(3):
        QTest.keyClick(strength, Qt.Key.Key_Down)
    assert form.value() == replace(Sample(), patch=8, strength=0.47)
    assert strength.text() == "0.47"


def test_one_field_goes_back_to_its_default(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    form.set_value(replace(Sample(), patch=5, strength=0.1))
    (button,) = [b for b in form.findChildren(IconButton) if b.isVisible() and b.toolTip() == "Back to 17 px"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert form.value() == replace(Sample(), strength=0.1)
    assert not button.isVisible()


def test_reset_restores_all(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    form.set_value(Sample(3, 1.0, "very_good", False, "", 4, 0.0))
    form.reset()
    assert form.value() == Sample()


def test_what_is_good_for_most_lies_in_the_fold(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    assert not form.editor("sigma").isVisible()
    fold = form.findChild(Fold)
    QTest.mouseClick(fold.findChild(IconButton), Qt.MouseButton.LeftButton)
    assert form.editor("sigma").isVisible()
    assert form.editor("patch").isVisible()


def test_a_problem_in_the_fold_opens_it(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    form.set_value(replace(Sample(), sigma=-1.0))
    assert form.editor("sigma").isVisible()


def test_a_word_that_is_no_choice_is_refused(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    with pytest.raises(ParameterError, match="choose one of fast, very_good"):
        form.set_value(replace(Sample(), mode="slow"))  # type: ignore[arg-type]
    assert form.value() == Sample()


def test_fields_have_names_and_help_for_those_who_cannot_see_them(
    shown: Callable[..., RecordForm], tokens: Tokens
) -> None:
    form = shown(RecordForm(Sample), tokens)
    line = line_of(form, "patch")
    assert line.accessibleName() == "Patch, px"
    assert line.toolTip() == "Larger keeps longer structures."
    assert form.editor("keep").accessibleName() == "Keep grey values"


def test_a_text_is_shown_as_it_is(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    type_in(form.editor("name"), "soil core")
    assert form.value().name == "soil core"


def test_scrolling_past_a_choice_leaves_it_alone(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Sample))
    box = form.editor("mode")
    down = QWheelEvent(
        QPointF(5, 5),
        QPointF(box.mapToGlobal(QPoint(5, 5))),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    form.setFocus()
    QApplication.sendEvent(box, down)
    assert form.value() == Sample()


@dataclass(frozen=True)
class Served:
    steps: Annotated[int, Ge(1)] = 18
    strength: Annotated[float, Ge(0), Le(1), For("vary")] = 0.5
    keep: Annotated[bool, For("inpaint")] = True
    guidance: Annotated[float, For("restore"), More()] = 2.0


def visible(form: RecordForm) -> set[str]:
    return {name for name in ("steps", "strength", "keep", "guidance") if form.editor(name).isVisible()}


def words(form: RecordForm) -> set[str]:
    return {label.text() for label in form.findChildren(QLabel) if label.isVisible() and label.text()}


def test_only_the_fields_that_a_task_uses_are_shown(shown: Callable[..., RecordForm]) -> None:
    form = shown(RecordForm(Served))
    form.show_for("inpaint")
    assert visible(form) == {"steps", "keep"}
    assert words(form) == {"Steps"}
    assert not form.findChild(Fold).isVisible()
    form.show_for("vary")
    assert visible(form) == {"steps", "strength"}
    assert words(form) == {"Steps", "Strength"}
    form.show_for("restore")
    form.findChild(Fold).set_open(True)
    assert visible(form) == {"steps", "guidance"}


def test_what_a_task_does_not_use_counts_as_its_default_and_is_there_when_it_comes_back(
    shown: Callable[..., RecordForm],
) -> None:
    form = shown(RecordForm(Served))
    form.show_for("vary")
    type_in(line_of(form, "strength"), "0.7")
    assert form.value() == Served(strength=0.7)
    form.show_for("inpaint")
    assert form.value() == Served()
    form.show_for("vary")
    assert form.value() == Served(strength=0.7)


@pytest.mark.parametrize("typed", ["7", "often"])
def test_a_wrong_value_forbids_only_the_tasks_that_use_it(shown: Callable[..., RecordForm], typed: str) -> None:
    form = shown(RecordForm(Served))
    form.show_for("vary")
    type_in(line_of(form, "strength"), typed)
    assert set(form.problems()) == {"strength"}
    form.show_for("inpaint")
    assert form.problems() == {}
    assert form.value() == Served()
    form.show_for("vary")
    assert set(form.problems()) == {"strength"}
