"""Pretrained models in the window: found by words, agreed to, handed to the worker."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtWidgets import QFileDialog
from safetensors.numpy import save_file

from synthscope.desktop import checkpoints_page
from synthscope.desktop.checkpoints_page import CheckpointsPage
from synthscope.errors import SynthscopeError
from synthscope.jobs.drain import drain
from synthscope.qt.dialogs.base import BaseChooser
from synthscope.qt.dialogs.frame import AskDialog
from synthscope.qt.job_card import JobRow
from synthscope.services import fetching_pretrained, models, pretrained

LEFT = Qt.MouseButton.LeftButton


class Work(QObject):
    progressed = Signal(object)
    ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.added: list[tuple[str, dict[str, Any], str]] = []

    def add(self, kind: str, payload: dict[str, Any], title: str) -> str:
        self.added.append((kind, payload, title))
        return f"job-{len(self.added)}"

    def jobs(self) -> tuple[Any, ...]:
        return ()


class Errands:
    """Does errands at once."""

    def run(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Any], None]) -> None:
        try:
            result = work()
        except SynthscopeError as error:
            failed(error)
        else:
            then(result)


@pytest.fixture
def work(qtbot: QtBot) -> Work:
    return Work()


@pytest.fixture
def page(work: Work, qtbot: QtBot, tmp_path: Path, monkeypatch) -> CheckpointsPage:
    for module in (models, pretrained, fetching_pretrained):
        monkeypatch.setattr(module, "user_models", lambda: tmp_path / "models")
    page = CheckpointsPage(SimpleNamespace(work=work, errands=Errands(), has_project=False))
    qtbot.addWidget(page)
    page.show()
    return page


def shown(page: CheckpointsPage) -> list[str]:
    return [row.card.id for row in page.list.value()]


def single_file(path: Path) -> Path:
    """Write the names that a whole pipeline in one file has, with one number of each."""
    shapes = {
        "model.diffusion_model.input_blocks.0.0.weight": (32, 4, 3, 3),
        "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (32, 8),
        "first_stage_model.decoder.conv_in.weight": (1,), "cond_stage_model.transformer.text_model.more": (1,),
    }  # fmt: skip
    save_file({name: np.zeros(shape, np.float32) for name, shape in shapes.items()}, path)
    return path


def configuration(folder: Path) -> Path:
    """Write the configuration of a pipeline, without weights."""
    (folder / "unet").mkdir(parents=True)
    index = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}
    (folder / "model_index.json").write_text(json.dumps(index))
    (folder / "unet" / "config.json").write_text(json.dumps({"in_channels": 4, "cross_attention_dim": 8}))
    return folder


def install(tmp_path: Path) -> Path:
    """Take in something small under the name of a model of the catalogue."""
    save_file({"lora.weight": np.zeros((2, 2), np.float32)}, tmp_path / "some.safetensors")
    return drain(pretrained.import_pretrained(tmp_path / "some.safetensors", None, "sd-1.5"))


def test_typing_finds_by_task_and_licence(page: CheckpointsPage, qtbot: QtBot) -> None:
    everything = shown(page)
    qtbot.keyClicks(page.words, "instruction")
    assert shown(page) == ["instruct-pix2pix", "sdxl-instruct-pix2pix"]
    page.words.clear()
    qtbot.mouseClick(page.open_only, LEFT, pos=page.open_only.rect().center() - page.open_only.rect().center() / 1.1)
    assert page.open_only.isChecked()
    assert set(everything) - set(shown(page)) == {"dit-xl-2-256"}


def test_an_open_model_is_fetched_after_one_agreement(page: CheckpointsPage, qtbot: QtBot, work: Work) -> None:
    tile = page.list.tiles["sd-1.5"]
    qtbot.mouseClick(tile.fetch, LEFT)
    assert "about 4.27 GB (2.13 GB in half precision)" in tile.consent.text()
    assert not tile.licence.isVisible()
    assert work.added == []
    tile.half.setChecked(True)
    qtbot.mouseClick(tile.agree, LEFT)
    payload = {"checkpoint": "sd-1.5", "consent": True, "licence_accepted": False, "half": True}
    assert work.added == [("fetch-pretrained", payload, "Fetch Stable Diffusion 1.5")]
    assert tile.state.text() == "Waiting for the worker…"
    work.progressed.emit(JobRow("job-1", "Fetch", "running", 0.42, "Fetching unet/config.json"))
    assert tile.state.text() == "Fetching unet/config.json, 42%"
    page.fetch("sd-1.5", False, False)
    assert len(work.added) == 1


def test_a_licence_that_binds_is_ticked_before_anything(page: CheckpointsPage, qtbot: QtBot, work: Work) -> None:
    tile = page.list.tiles["dit-xl-2-256"]
    qtbot.mouseClick(tile.fetch, LEFT)
    assert tile.licence.text() == "I accept the licence CC-BY-NC-4.0 (not for commercial use)"
    assert not tile.agree.isEnabled()
    qtbot.mouseClick(tile.agree, LEFT)
    assert work.added == []
    tile.licence.click()
    qtbot.mouseClick(tile.agree, LEFT)
    assert work.added[0][1]["licence_accepted"] is True
    qtbot.mouseClick(tile.fetch, LEFT)
    assert not tile.licence.isChecked()
    assert not tile.agree.isEnabled()


def test_a_folder_or_a_file_is_taken_in_by_the_worker(
    page: CheckpointsPage, qtbot: QtBot, work: Work, monkeypatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: "/disk/pipeline")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_told: ("/disk/lora.safetensors", ""))
    qtbot.mouseClick(page.folder, LEFT)
    qtbot.mouseClick(page.file, LEFT)
    assert [(kind, Path(payload["path"]).name) for kind, payload, _ in work.added] == [
        ("import-pretrained", "pipeline"), ("import-pretrained", "lora.safetensors"),
    ]  # fmt: skip
    work.ended.emit(SimpleNamespace(id="job-2", state="failed", error="It is a pickle."))
    assert page.said.text() == "It is a pickle."


def test_a_pipeline_in_one_file_asks_by_whose_configuration(
    page: CheckpointsPage, qtbot: QtBot, work: Work, tmp_path: Path, monkeypatch
) -> None:
    file, base = single_file(tmp_path / "v1.safetensors"), configuration(tmp_path / "small")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_told: (str(file), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(base))
    qtbot.mouseClick(page.file, LEFT)
    dialog = page.findChild(AskDialog)
    assert "v1.safetensors is a whole pipeline of Stable Diffusion 1 with 4 input channels" in dialog._about.text()
    assert "get 'sd-1.5' first" in dialog._reason.text()
    assert not dialog._go.isEnabled()
    qtbot.mouseClick(dialog.findChild(BaseChooser).another, LEFT)
    qtbot.mouseClick(dialog._go, LEFT)
    assert work.added == [
        ("import-pretrained", {"path": str(file), "base": str(base), "project": ""}, "Import v1.safetensors"),
    ]  # fmt: skip
    file.write_bytes(file.read_bytes()[:-1])
    qtbot.mouseClick(page.file, LEFT)
    assert "cut short" in page.said.text()


def test_a_shared_folder_is_chosen(page: CheckpointsPage, qtbot: QtBot, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: "/lab/models")
    with qtbot.waitSignal(page.shared_chosen) as told:
        qtbot.mouseClick(page.shared, LEFT)
    assert told.args == ["/lab/models"]
    assert "/lab/models are listed when the program is started again" in page.said.text()


def test_a_model_is_verified_and_removed(page: CheckpointsPage, qtbot: QtBot, tmp_path: Path) -> None:
    folder = install(tmp_path)
    page.refresh()
    tile = page.list.tiles["sd-1.5"]
    assert tile.state.text().startswith("Here as 'sd-1.5', ")
    assert not tile.fetch.isVisible()
    qtbot.mouseClick(tile.verify, LEFT)
    assert page.said.text() == "All files of sd-1.5 are those that were taken in."
    (path,) = (folder / "pipeline").iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    qtbot.mouseClick(tile.verify, LEFT)
    assert "SHA-256 differs" in page.said.text()
    qtbot.mouseClick(tile.remove, LEFT)
    assert not folder.exists()
    assert "sd-1.5 is removed" in page.said.text()
    assert tile.fetch.isVisible()


def test_a_shared_model_is_not_removed_from_here(page: CheckpointsPage, tmp_path: Path, monkeypatch) -> None:
    install(tmp_path)
    (tmp_path / "models").rename(tmp_path / "shared")
    monkeypatch.setenv("SYNTHSCOPE_MODELS", str(tmp_path / "shared"))
    page.refresh()
    tile = page.list.tiles["sd-1.5"]
    assert tile.state.text().startswith("Here in the shared folder as 'sd-1.5'")
    assert not tile.remove.isVisible()
    page.remove("sd-1.5")
    assert "neither of this project nor installed" in page.said.text()
    assert (tmp_path / "shared" / "sd-1.5").is_dir()


def test_the_page_and_the_worker_name_the_work_alike() -> None:
    from synthscope.worker import load_kinds

    assert {checkpoints_page.FETCH, checkpoints_page.IMPORT} <= set(load_kinds())
