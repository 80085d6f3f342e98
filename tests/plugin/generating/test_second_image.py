"""A second image in Generate: offered by who takes one, part of the run, found again with the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from tests.plugin.learner import MIXING, install_learner
from tests.services.mixing import MixingParameters

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.generating.plan_now import plan_now
from napari_synthscope.session.plan_words import command_of
from napari_synthscope.session.session import Session
from synthscope.imaging.hashing import pixel_hash
from synthscope.records.image import Image
from synthscope.records.space import Space

Settled = Callable[[Callable[[], Any]], None]
SPACE = Space("yx", (0.5, 0.5), "µm")


def grey(level: int, name: str, shape: tuple[int, int] = (40, 44)) -> Image:
    pixels = np.random.default_rng(level).integers(level, level + 9, shape).astype(np.uint8)
    return Image(pixels, SPACE, name)


@pytest.fixture(autouse=True)
def mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_learner(tmp_path / "mixed", monkeypatch, MIXING)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session) -> Iterator[GeneratePanel]:
    """A panel that varies a dark image, beside a bright one and a smaller one."""
    made = GeneratePanel(napari_viewer=viewer)
    for widget in (made, made.tray):
        qtbot.addWidget(widget)
    add_image(viewer, grey(20, "dark"))
    add_image(viewer, grey(180, "bright"))
    add_image(viewer, grey(100, "small", (40, 30)))
    assert session.source is viewer.layers["dark"]
    made.settings.generator.set_value("vary", "mixing", MixingParameters(1.0))
    made.show()
    yield made
    made.close()


def choose(panel: GeneratePanel, name: str) -> None:
    combo = panel.settings.conditions.reference
    combo.setCurrentIndex(combo.findText(name))


def test_who_takes_one_offers_every_other_image(panel: GeneratePanel) -> None:
    combo = panel.settings.conditions.reference
    assert combo.isVisible()
    assert [combo.itemText(i) for i in range(combo.count())] == ["none", "bright", "small"]
    panel.settings.generator.set_value("vary", "quilt", None)
    assert not combo.isVisible()
    choice = panel.settings.value()
    assert choice is not None
    assert choice.reference is None


def test_one_of_another_size_forbids_the_run_in_a_sentence(panel: GeneratePanel, settled: Settled) -> None:
    choose(panel, "small")
    settled(lambda: "crop the larger one" in panel.bar.reason.text())
    assert not panel.bar.run.isEnabled()
    choose(panel, "bright")
    settled(lambda: panel.bar.run.isEnabled())


def test_the_run_leads_to_it_keeps_it_and_is_made_again(
    panel: GeneratePanel, session: Session, viewer: ViewerModel, settled: Settled
) -> None:
    choose(panel, "bright")
    panel.settings.seeds.count.set_value(1)
    assert "--reference bright" in command_of(plan_now(panel.session, panel.settings), session)
    panel.run()
    settled(lambda: session.runs.current is not None and session.runs.current.candidates())
    run = session.runs.current
    assert run is not None
    bright = viewer.layers["bright"].data
    kept = run.recipe().request.reference
    assert kept is not None
    assert kept.region_sha256 == pixel_hash(bright)
    assert (session.project.folder / kept.path).exists()
    made = np.asarray(run.open(run.candidates()[0]).pixels[...]).astype(int)
    assert np.abs(made - bright).max() <= 2
    settled(lambda: panel.tray.current() is not None)
    panel.results.reproduce()
    settled(lambda: "every voxel is the same" in panel.results.card.replayed.text())
    panel.results._take_settings()
    said = panel.sentence.value()
    assert said is not None
    assert "made with the second image 'bright'" in said.text


def test_it_is_found_again_with_the_project(
    panel: GeneratePanel, session: Session, viewer: ViewerModel, settled: Settled
) -> None:
    choose(panel, "bright")
    panel.refresh()
    session.project  # noqa: B018 - opens the default one
    session.file.save()
    settled(lambda: session.project.session().reference is not None)
    viewer.layers.clear()
    assert panel.settings.conditions.second_layer() is None
    session.file.restore()
    settled(lambda: len(viewer.layers) == 2)
    assert session.source is viewer.layers["dark"]
    assert panel.settings.conditions.second_layer() is viewer.layers["bright"]


def test_one_that_was_deleted_is_chosen_no_more(panel: GeneratePanel, viewer: ViewerModel) -> None:
    choose(panel, "bright")
    viewer.layers.remove(viewer.layers["bright"])
    choice = panel.settings.value()
    assert choice is not None
    assert choice.reference is None
