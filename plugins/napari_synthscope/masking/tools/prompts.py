"""A mask from two prompts: looked for in the worker, cut live at a threshold, then a mask like any other."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QWidget

from napari_synthscope.masking.tools.bench import Bench
from napari_synthscope.masking.tools.grey import Chooser, GreyTool
from napari_synthscope.masking.tools.ground import Ground, source_pixels
from napari_synthscope.masking.tools.prompts_ask import PromptsAsk
from napari_synthscope.masking.tools.told_apart import MapView, ToldApart, region_of, told_apart
from napari_synthscope.session.mask_desk import MaskDesk
from synthscope.errors import MaskError, SynthscopeError
from synthscope.imaging.masks.differences import marked, strongest
from synthscope.jobs.rows import QueuedJob
from synthscope.qt.buttons import IconButton, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.progress_row import ProgressRow
from synthscope.qt.sentence import said_of
from synthscope.qt.theme import set_role
from synthscope.records.mask_origin import MaskOrigin
from synthscope.services.finding_masks import Finding, found_mask, plan_finding, read_finding
from synthscope.services.foreseeing import check_plan_memory

HINT = "Say what the image shows and what it shall show: where a model answers differently to both is marked."
MAP_TIP = "Show how differently each place answers to both prompts, over the image: the brighter, the more"
LOOKING = "Reading what was found…"


class PromptsTool(GreyTool):
    """Has both prompts told apart, previews the mask at the threshold, and brings it into the mask when told.

    Signals
    -------
    answered()
        A search has ended; what it found is shown.
    """

    answered = Signal()
    title = "mask of two prompts"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.found: ToldApart | None = None
        self._asked: Path | None = None
        self._map = MapView(bench.session.viewer)
        # create
        self.desk = MaskDesk(bench.session)
        self.ask = PromptsAsk(bench.session)
        self.reason = WrappingLabel(role="muted")
        self.find = TextButton("Find", name="magnify", role="primary", tip="Ask the model; the mask stays as it is")
        self.progress = ProgressRow(IconButton("close", "Cancel; the mask stays as it is"), "Progress of the search")
        self.map = QCheckBox("Show the differences")
        # lay out
        self._lay_out()
        # connect
        self._connect()
        self._show_found()

    def begin(self, layer: Any) -> None:
        """Take the tool in hand; what was found before is shown again."""
        super().begin(layer)
        self._show_found()

    def end(self) -> None:
        """Put away what is shown of it; what was found stays."""
        super().end()
        self._map.hide()

    def prepare(self) -> None:
        """Read which models there are."""
        self.ask.begin()
        self._say()

    def chooser(self) -> Chooser | None:
        """Choose what stands out from the mean of its slice by more than the threshold."""
        threshold = self.ask.threshold()
        return None if self.found is None or threshold is None else partial(marked, threshold=threshold)

    def values(self, ground: Ground) -> Any:
        """Give the differences, where they were looked for."""
        found, session = self.found, self.bench.session
        assert found is not None, "there is no chooser otherwise"
        if found.source() is not session.source:
            raise MaskError("Another image was chosen since; press Find to look for the mask in this one.")
        source_pixels(session, ground)  # refuses a mask on other voxels
        return found.on(ground)

    def slices(self, ground: Ground) -> slice:
        """Give the slices that were looked at, whichever are meant now."""
        return super().slices(ground) if self.found is None else self.found.slices

    def origin(self) -> MaskOrigin | None:
        """Give the record of what found the mask.

        Raises
        ------
        MaskError
            If nothing stands out so far.
        """
        threshold = self.ask.threshold()
        if self.found is None or threshold is None:
            return None
        return found_mask(self.found.finding, threshold)[1]

    def search(self) -> None:
        """Have the worker look for the mask in the slices that are meant."""
        self.bench.ops.attempt(self._search)
        self._say()

    def forget(self) -> None:
        """Forget what was found; the search is kept in the project."""
        self.found = None
        self._show_found()

    def _search(self) -> None:
        session, ground = self.bench.session, self.bench.ops.ground()
        source_pixels(session, ground)
        image = session.source_image()
        choice = self.ask.value(region_of(ground, self.bench.frame.where().slices(ground), image))
        if choice is None or self.desk.open_jobs():
            return
        planned = plan_finding(image, choice, project=session.project.folder)
        check_plan_memory(planned, session.work.learn_devices())
        self.bench.ops.said.emit(None)
        self.forget()
        self.desk.begin(planned)

    def _on_began(self, folder: Path) -> None:
        self._asked = folder
        self._say()

    def _on_ended(self, folder: Path, job: QueuedJob) -> None:
        self._say()
        if folder != self._asked:
            return
        self._asked = None
        session = self.bench.session
        if job.state == "done" and session.source is not None:
            self.share.setText(LOOKING)
            layer = session.source
            session.errands.run(lambda: read_finding(folder), lambda found: self._take(found, layer), self._fail)
        elif job.state == "failed":
            self._fail(MaskError(job.error))

    def _take(self, finding: Finding, layer: Any) -> None:
        self.found = told_apart(finding, layer)
        self._show_found()
        self.answered.emit()

    def _fail(self, error: SynthscopeError) -> None:
        self.share.setText("")
        self.bench.ops.said.emit(said_of(error))
        self._say()

    def _on_changed(self) -> None:
        self._say()
        self.touch()

    def _on_source(self) -> None:
        if self.found is not None and self.found.source() is not self.bench.session.source:
            self.forget()
        self._say()

    def _show_found(self) -> None:
        """Show what belongs to what was found, or nothing."""
        there = self.found is not None
        for widget in (self.share, self.map, self.button):
            widget.setVisible(there)
        set_role(self.find, "" if there else "primary")  # the next thing to press is an answer
        self.share.setText("")
        if self.found is not None:
            most = strongest(self.found.values)
            self.map.setToolTip(f"{MAP_TIP}. The strongest place has {most:.3g} times the mean of its slice")
        self._show_map()
        self.preview()

    def _show_map(self) -> None:
        self._map.hide()
        if self.found is not None and self.map.isChecked() and self._in_hand:
            found = self.found
            self.bench.ops.attempt(lambda: self._map.show(found, self.bench.ops.ground()))

    def _say(self) -> None:
        """Say what is missing, or how far the search is."""
        row, problem = self.desk.row(), self.ask.problem()
        if not problem and self.bench.session.has_project:
            self.bench.session.work.learn_devices()  # before a search is checked beside the memory
        self.progress.set_value(row)
        self.find.setEnabled(row is None and not problem)
        self.reason.setText(problem)
        self.reason.setVisible(bool(problem) and row is None)

    def _connect(self) -> None:
        desk = self.desk
        self.find.clicked.connect(self.search)
        self.progress.stop.clicked.connect(desk.cancel)
        self.map.toggled.connect(lambda _on: self._show_map())
        self.ask.value_changed.connect(self._on_changed)
        desk.began.connect(self._on_began)
        desk.ended.connect(self._on_ended)
        desk.failed.connect(self._fail)
        desk.changed.connect(self._say)
        desk.progressed.connect(self.progress.set_value)
        self.bench.session.source_changed.connect(self._on_source)

    def _lay_out(self) -> None:
        for part in (
            WrappingLabel(HINT, role="muted"), self.ask, self.reason, self.find, self.progress, self.share, self.map,
            self.button,
        ):  # fmt: skip
            self.column.addWidget(part)
