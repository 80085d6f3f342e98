"""The runs of a project under the settings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from tests.services.gaussian import ID, GaussianParameters, register
from tests.services.snapshots import two_steps

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.candidate_tray import CandidateTray
from napari_synthscope.generating.results import Results
from napari_synthscope.session.session import Session
from synthscope.generators.registry import resolve
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.run import Candidate
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.planning import plan
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job

Settled = Callable[[Callable[[], Any]], None]


def test_the_proof_of_the_chosen_candidate_is_read_beside_the_window(
    qtbot: QtBot,
    viewer: ViewerModel,
    session: Session,
    stack: np.ndarray,
    settled: Settled,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_image(viewer, Image(stack, Space("zyx"), "ring"))
    mask = session.new_mask()
    mask.data[4:7, 20:26, 30:38] = 1
    session.mask_written()
    fitted, image = session.mask_pixels(), session.source_image()
    planned = plan(image, fitted.box, fitted.pixels, Choice("inpaint", "harmonic", context=8))
    run = session.project.new_run(planned, session.project.add_source(image))
    drain(run_job(run.path, resolve, project=session.project.folder))
    tray = CandidateTray(session, session.runs, session.stage)
    results = Results(session, tray)
    qtbot.addWidget(tray)
    qtbot.addWidget(results)
    readers: list[threading.Thread] = []

    def read(folder: RunFolder) -> tuple[Candidate, ...]:
        readers.append(threading.current_thread())
        return candidates(folder)

    candidates = RunFolder.candidates
    monkeypatch.setattr(RunFolder, "candidates", read)
    session.runs.set_current(run)
    settled(lambda: "identical" in results.card.proof.text())
    assert readers
    assert threading.main_thread() not in readers


def test_candidates_that_are_one_image_are_named_in_the_results(
    qtbot: QtBot, viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    register(monkeypatch)
    model = two_steps(tmp_path)[1]
    tray = CandidateTray(session, session.runs, session.stage)
    results = Results(session, tray)
    qtbot.addWidget(tray)
    qtbot.addWidget(results)
    runs = []
    for contrast in (0.0, 1.0):
        choice = Choice("synthesize", ID, GaussianParameters(contrast), count=2, size=(48, 64), model=str(model))
        run = session.project.new_run(plan(None, None, None, choice), None)
        drain(run_job(run.path, resolve, project=session.project.folder))
        runs.append(run)
    session.runs.set_current(runs[0])
    settled(lambda: "Candidates 1 and 2 (seeds 0 and 1) have the same pixels" in results.card.repeats.text())
    assert not results.card.repeats.isHidden()
    session.runs.set_current(runs[1])
    settled(lambda: len(tray.strip.value()) == 2 and results.card.repeats.isHidden())
