"""Step 3: what is chosen, what it will cost, why it cannot be run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_synthscope.canvas.layers import KEY, add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.generating.plan_now import plan_now
from napari_synthscope.parts.generator_choice import GeneratorChoice
from napari_synthscope.parts.run_bar import memory_problem
from napari_synthscope.parts.seed_edit import MAX_SEED, SeedEdit
from napari_synthscope.session.session import Session
from synthscope.generators.classical.parameters import ExemplarParameters
from synthscope.generators.registry import find_spec, list_generators
from synthscope.qt.buttons import Fold
from synthscope.qt.record_form import RecordForm
from synthscope.records.forms import form_fields
from synthscope.records.generator import Cost
from synthscope.records.image import Image
from synthscope.records.listing import Listing
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice

Settled = Callable[[Callable[[], Any]], None]


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session) -> Iterator[GeneratePanel]:
    made = GeneratePanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    qtbot.addWidget(made.tray)
    assert made.session is session
    yield made
    made.close()


@pytest.fixture
def ready(panel: GeneratePanel, viewer: ViewerModel, stack: np.ndarray) -> GeneratePanel:
    """A panel before a stack with a painted mask."""
    add_image(viewer, Image(stack, Space("zyx", (3.0, 1.2, 1.2), "µm"), "ring"))
    paint(panel.session)
    panel.refresh()
    return panel


def test_another_image_is_offered_a_mask_of_its_own(
    ready: GeneratePanel, viewer: ViewerModel, qtbot: QtBot, rng: np.random.Generator
) -> None:
    first = ready.session.mask
    assert ready.card._draw.isHidden()
    other = Image(rng.integers(1, 9, (7, 50, 60)).astype(np.uint16), Space("zyx", (3.0, 1.2, 1.2), "µm"), "other")
    ready.session.set_source(add_image(viewer, other))
    assert not ready.card._draw.isHidden()
    qtbot.mouseClick(ready.card._draw, Qt.MouseButton.LeftButton)
    assert ready.session.mask not in (None, first)
    assert ready.session.mask.data.shape == other.shape
    assert ready.card._draw.isHidden()
    ready.session.set_mask(first)
    assert not ready.card._draw.isHidden()


def paint(session: Session) -> None:
    mask = session.new_mask()
    mask.data[4:7, 20:26, 30:38] = 1
    session.mask_written(Region((4, 20, 30), (7, 26, 38)))


def test_run_says_beside_itself_what_is_missing(panel: GeneratePanel, viewer: ViewerModel, stack: np.ndarray) -> None:
    panel.refresh()
    assert not panel.bar.run.isEnabled()
    assert "open one first" in panel.bar.reason.text()
    assert panel.step_state() == (False, "open an image first")
    viewer.add_image(stack)
    panel.refresh()
    assert "draw one first" in panel.bar.reason.text()
    panel.session.new_mask()
    panel.refresh()
    assert "mask is empty" in panel.bar.reason.text()
    assert "run" not in panel.shell_actions()


def test_a_painted_mask_is_named_in_its_unit_and_in_voxels(ready: GeneratePanel) -> None:
    assert ready.bar.run.isEnabled()
    assert ready.card._source_words.text() == "36 × 57.6 × 67.2 µm (12 × 48 × 56 voxels), uint16"
    assert ready.card._mask_words.text() == "9 × 7.2 × 9.6 µm (3 × 6 × 8 voxels), 144 marked"
    assert "candidates" in ready.bar.estimate.text()
    assert "memory" in ready.bar.estimate.text()


def test_the_context_is_a_rectangle_on_the_canvas_while_the_panel_is_open(
    ready: GeneratePanel, viewer: ViewerModel, qtbot: QtBot
) -> None:
    ready.settings.context.set_value(5)
    ready.show()
    qtbot.waitUntil(lambda: any(layer.metadata.get(KEY, {}).get("role") == "context" for layer in viewer.layers))
    frame = viewer.layers[-1]
    low, high = frame.data[0].min(axis=0), frame.data[0].max(axis=0)
    assert np.allclose(low, (14.5, 24.5))
    assert np.allclose(high, (30.5, 42.5))
    ready.settings.context.shown.setChecked(False)
    qtbot.waitUntil(lambda: frame not in viewer.layers)
    ready.settings.context.shown.setChecked(True)
    qtbot.waitUntil(lambda: len(viewer.layers) == 3)
    ready.hide()
    assert len(viewer.layers) == 2


def test_a_choice_is_shown_again_as_it_was(ready: GeneratePanel) -> None:
    parameters = ExemplarParameters(patch=13, variety=0.4)
    choice = Choice("inpaint", "exemplar", parameters, count=7, seed=12, context=33.0, feather=2.5)
    ready.settings.set_value(choice)
    assert ready.settings.value() == choice


def test_what_is_changed_after_run_does_not_touch_the_run(
    ready: GeneratePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Any] = []
    monkeypatch.setattr(ready.session.runs, "begin", begun.append)
    before = ready.settings.value()
    assert before is not None
    ready.run()
    ready.settings.seeds.count.set_value(9)
    ready.session.mask.data[:] = 0
    assert begun[0].choice == replace(before, parameters=begun[0].choice.parameters)
    assert begun[0].mask.any()


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [("count", "0", "Number of candidates"), ("count", "many", "Number"), ("seed", "-1", "Seed"), ("seed", "", "Seed")],
)
def test_an_impossible_number_is_marked_and_stops_the_run(
    ready: GeneratePanel, field: str, text: str, words: str
) -> None:
    edit = getattr(ready.settings.seeds, field)
    edit.line.setText(text)
    ready.refresh()
    assert edit.line.property("invalid")
    assert words in ready.bar.reason.text()
    assert not ready.bar.run.isEnabled()


def test_a_parameter_out_of_range_stops_the_run_with_its_sentence(ready: GeneratePanel) -> None:
    form = ready.settings.generator._form()
    assert form is not None
    form.editor("patch").line.setText("3")
    ready.refresh()
    assert "Patch size is 3 px" in ready.bar.reason.text()


def test_context_out_of_range_says_so(ready: GeneratePanel) -> None:
    ready.settings.context.width_edit.line.setText("99999")
    ready.refresh()
    assert "Context is '99999'" in ready.bar.reason.text()


def test_a_single_slice_asks_on_the_card_and_an_answer_lets_it_run(
    panel: GeneratePanel, viewer: ViewerModel, stack: np.ndarray, qtbot: QtBot
) -> None:
    viewer.add_image(stack)
    plane = np.zeros(stack.shape[1:], np.uint8)
    plane[10:14, 10:14] = 1
    viewer.add_labels(plane)
    viewer.dims.set_current_step(0, 7)
    panel.refresh()
    assert not panel.card._question.isHidden()
    assert not panel.bar.run.isEnabled()
    panel.show()
    qtbot.mouseClick(panel.card._this, Qt.MouseButton.LeftButton)
    panel.refresh()
    assert panel.session.mask_pixels().box == Region((7, 10, 10), (8, 14, 14))
    assert panel.bar.run.isEnabled()


def test_new_images_have_the_size_of_the_source_at_first(ready: GeneratePanel) -> None:
    ready.settings.generator.set_task("synthesize")
    choice = ready.settings.value()
    assert choice is not None
    assert choice.size == (12, 48, 56)
    ready.settings.inside.setChecked(True)
    choice = ready.settings.value()
    assert choice is not None
    assert choice.region == Region((4, 20, 30), (7, 26, 38))
    ready.settings.size_edit.edits[1].line.setText("0")
    assert ready.settings.value() is None


def test_varying_is_of_the_whole_image_unless_the_mask_is_wanted(ready: GeneratePanel) -> None:
    ready.settings.generator.set_task("vary")
    ready.refresh()
    assert ready._planned is not None
    assert ready._planned.mask is None
    ready.settings.inside.setChecked(True)
    ready.refresh()
    assert ready._planned is not None
    assert ready._planned.mask is not None


def test_a_flat_picture_is_offered_no_slices(panel: GeneratePanel, viewer: ViewerModel) -> None:
    viewer.add_image(np.zeros((40, 300), np.uint8))
    panel.settings.generator.set_task("synthesize")
    choice = panel.settings.value()
    assert choice is not None
    assert choice.size == (40, 128)


def test_the_command_says_what_would_run(ready: GeneratePanel, qapp: Any) -> None:
    ready.copy_command()
    words = qapp.clipboard().text()
    assert words.startswith("synthscope inpaint ring --mask MASK --axes zyx --voxel-size 3.0,1.2,1.2")
    assert " --generator exemplar --count 4 --seed 0 --box" in words


def test_a_run_that_cannot_be_written_is_a_sentence(
    ready: GeneratePanel, monkeypatch: pytest.MonkeyPatch, settled: Settled
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(ready.session.project), "new_run", full)
    ready.run()
    settled(lambda: ready.sentence.value() is not None)
    said = ready.sentence.value()
    assert said is not None
    assert "disk is full" in said.text
    assert ready.bar.run.isEnabled()


def test_a_broken_generator_is_greyed_and_says_why(qtbot: QtBot) -> None:
    listings = (*list_generators(), Listing("broken", None, "ImportError: no module"))
    choice = GeneratorChoice(listings)
    qtbot.addWidget(choice)
    place = choice.combo.findData("broken")
    item = choice.combo.model().item(place)
    assert not item.isEnabled()
    assert "ImportError: no module" in item.toolTip()


def test_every_task_lists_the_generators_that_do_it_and_remembers_which_was_chosen(qtbot: QtBot) -> None:
    choice = GeneratorChoice()
    qtbot.addWidget(choice)
    choice.combo.setCurrentIndex(choice.combo.findData("harmonic"))
    qtbot.mouseClick(choice.task_button("vary"), Qt.MouseButton.LeftButton)
    listed = {choice.combo.itemData(i) for i in range(choice.combo.count())}
    assert all("vary" in find_spec(name).tasks for name in listed)
    qtbot.mouseClick(choice.task_button("inpaint"), Qt.MouseButton.LeftButton)
    assert choice.spec is not None
    assert choice.spec.id == "harmonic"


ASKED = ("phase_fraction", "mean")


def test_a_parameter_is_shown_only_for_the_tasks_that_use_it(qtbot: QtBot) -> None:
    choice = GeneratorChoice()
    qtbot.addWidget(choice)
    choice.show()
    choice.prefer(find_spec("prior"))
    used = {"inpaint": {"steps", "border"}, "vary": {"steps", "strength", "border"}, "synthesize": {"steps", *ASKED}}
    for task, shown in used.items():
        qtbot.mouseClick(choice.task_button(task), Qt.MouseButton.LeftButton)
        (form,) = (one for one in choice.findChildren(RecordForm) if one.isVisible())
        form.findChild(Fold).set_open(True)
        names = {one.name for one in form_fields(type(form.value()))}
        more = {one.name for one in form_fields(type(form.value())) if one.more and one.name != "border"}
        assert {name for name in names if form.editor(name).isVisible()} - more == shown
        assert not form.editor("guidance").isVisible()


def test_seeds_go_on_unless_they_are_locked_and_the_last_can_be_recalled(qtbot: QtBot) -> None:
    edit = SeedEdit()
    qtbot.addWidget(edit)
    assert not edit.recall.isEnabled()
    edit.used((0, 1, 2, 3))
    assert edit.value() == (4, 4)
    edit.recall.click()
    assert edit.value() == (4, 0)
    assert edit.locked
    edit.used((0, 1, 2, 3))
    assert edit.value() == (4, 0)
    edit.use(MAX_SEED)
    assert not edit.problem()


def test_more_memory_than_there_is_stops_the_run(ready: GeneratePanel) -> None:
    planned = plan_now(ready.session, ready.settings)
    assert memory_problem(planned, ()) == ""
    ready.bar.show_plan(replace(planned, cost=Cost(1.0, 10**18)))
    assert not ready.bar.run.isEnabled()
    assert "choose a smaller size or region" in ready.bar.reason.text()


def test_what_was_open_is_offered_and_opened_again(
    ready: GeneratePanel, settled: Settled, qtbot: QtBot, tmp_path: Path
) -> None:
    session = ready.session
    ready.settings.seeds.count.set_value(7)
    ready.refresh()
    session.file.save()
    settled(lambda: session.project.session().count == 7)
    folder = session.project.folder
    session.close()
    viewer = ViewerModel()
    again = Session.of(viewer)
    again.open_project(folder)
    second = GeneratePanel(napari_viewer=viewer)
    qtbot.addWidget(second)
    qtbot.addWidget(second.tray)
    qtbot.waitUntil(lambda: again.painted is not None, timeout=20000)
    qtbot.waitUntil(lambda: second.settings.seeds.value() == (7, 0), timeout=20000)
    assert again.painted.voxels == 144
    assert again.painted.box == Region((4, 20, 30), (7, 26, 38))
    assert again.source.name == "ring"
    assert np.allclose(again.source.scale, (3.0, 1.2, 1.2))
    second.close()
    again.close()


def test_what_the_session_says_is_said_by_the_shell_alone_where_one_holds_the_panel(panel: GeneratePanel) -> None:
    panel.session.said.emit("tiny is taken in.")
    assert panel.sentence.value().text == "tiny is taken in."
    panel.foot.clear()
    panel.take_opener(lambda _panel: None)
    panel.session.said.emit("tiny is taken in.")
    assert panel.sentence.value() is None
