"""Line-ups in the Evaluate panel: those of the project, the one that runs, and the way to a study of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from napari_synthscope.parts.kept_list import KeptList, kept_comparison
from napari_synthscope.parts.panel_door import PanelDoor
from synthscope.qt.buttons import TextButton
from synthscope.qt.progress_row import ProgressRow
from synthscope.qt.sentence import Said, Sentence
from synthscope.records.lineup import LineupResult
from synthscope.records.study import StudyDesign

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.qt.lineup_view import LineupView

TIP = "The grid and the tables of several generators on the same images, as `synthscope lineup` made them"
STOP_TIP = "Stop; what was made stays, and the line-up can go on later"
EMPTY = "No line-up yet: Generate begins one under Compare generators."
STUDY = "synthscope.panel.study"
ROWS = 4


class LineupDoor(QWidget):
    """Lists and opens line-ups, and makes studies of them.

    Parameters
    ----------
    door : PanelDoor
        To the Study panel.
    """

    def __init__(self, session: Session, door: PanelDoor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._door = door
        self._view: LineupView | None = None
        self._wanted: Path | None = None
        # create
        self.kept = KeptList("Line-ups", EMPTY, ROWS)
        self.stop = TextButton("Stop", name="stop-circle-outline", tip=STOP_TIP)
        self.sentence = Sentence()
        self.button = TextButton("Open a line-up…", name="scale-balance", tip=TIP)
        self._progress = ProgressRow(self.stop, "Progress of the line-up")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.kept, self.sentence, self._progress, self.button):
            column.addWidget(widget)
        # connect
        self._connect()
        self.hear_work()

    @property
    def view(self) -> LineupView:
        """The window of a line-up; made when the first one is shown."""
        if self._view is None:
            from synthscope.qt.lineup_view import LineupView

            self._view = LineupView(self)
            self._view.resume_pressed.connect(self._resume)
            self._view.study_pressed.connect(self.make_study)
        return self._view

    def hear_work(self) -> None:
        """Hear of the line-ups of the project that is open now; none is opened for it."""
        if self._session.has_project:
            self._session.lineups.listen()
        self._session.lineups.refresh()
        self._show_job()

    def ask_folder(self) -> None:
        """Ask which line-up to open."""
        name = QFileDialog.getExistingDirectory(self, "Folder of a line-up: result.json and grid.png")
        if name:
            self.open(Path(name))

    def open(self, folder: Path) -> None:
        """Read a line-up off the window's thread, and show it; what is wrong is said in the panel."""
        self._wanted = folder
        if self._session.lineups.goes_on(folder) and not (folder / "result.json").is_file():
            self.view.begin(folder)
            self.view.show()
            return
        self._session.lineups.read(folder)

    def make_study(self, folder: Path, names: tuple[str, ...]) -> None:
        """Draft a study of some contenders, and lead to it."""
        project = self._session.project.folder

        def draft() -> tuple[StudyDesign, str]:
            from synthscope.services.lineup.studying import remark_on, study_design

            design = study_design(folder, names, project)
            return design, remark_on(design)

        self._session.errands.run(draft, self._begin_study, self._session.said.emit)

    def close_door(self) -> None:
        """Close the window of the line-up."""
        if self._view is not None:
            self._view.close()

    def _begin_study(self, drafted: tuple[StudyDesign, str]) -> None:
        design, remark = drafted
        self.view.hide()
        self._door.open(STUDY)  # first: it shows the study as soon as it is there
        self._session.studies.create(design)
        if remark:
            self._session.said.emit(remark)

    def _resume(self, folder: Path) -> None:
        lineups = self._session.lineups
        if lineups.is_kept(folder):
            lineups.resume(folder)
        else:
            self._session.said.emit(
                f"{folder.name} lies outside of this project; go on with it by: synthscope lineup --resume --out FOLDER"
            )

    def _chosen(self, folder: Path) -> None:
        line = next((one for one in self._session.lineups.lines if one.folder == folder), None)
        if line is not None and not line.has_table:
            self._session.lineups.resume(folder)
        self.open(folder)

    def _show_job(self) -> None:
        self._progress.set_value(self._session.lineups.row() if self._session.has_project else None)
        self._list()

    def _list(self) -> None:
        lineups = self._session.lineups
        running = lineups.running()
        self.kept.set_rows(kept_comparison(line, live=line.folder in running) for line in lineups.lines)
        if self._view is not None and self._view.folder is not None:
            self._view.show_running(self._view.folder in running)

    def _on_filled(self, folder: Path) -> None:
        if self._view is not None and self._view.isVisible() and folder == self._wanted:
            self._session.lineups.read(folder)

    def _on_ready(self, folder: Path, result: LineupResult) -> None:
        """Show what somebody asked for; what has come to its end meanwhile is listed."""
        if folder != self._wanted:
            return
        self.view.set_value(folder, result)
        self.view.show_running(self._session.lineups.goes_on(folder))
        self.view.show()

    def _on_ended(self, _folder: Path, job: Any) -> None:
        self._show_job()
        if job.state == "failed":
            self.sentence.set_value(Said(job.error, "error", job.details))
        elif job.state == "cancelled":
            self.sentence.set_value(Said("The line-up was stopped; choose it above to go on with it."))
        else:
            self.sentence.set_value(None)

    def _on_project(self) -> None:
        self._wanted = None
        self.close_door()
        self.sentence.set_value(None)
        self.hear_work()

    def _connect(self) -> None:
        session, lineups = self._session, self._session.lineups
        self.button.clicked.connect(self.ask_folder)
        self.stop.clicked.connect(lineups.cancel)
        self.kept.opened.connect(self._chosen)
        session.project_changed.connect(self._on_project)
        lineups.began.connect(lambda _folder: self.hear_work())  # the first one may have opened the project
        lineups.changed.connect(self._show_job)
        lineups.progressed.connect(self._progress.set_value)
        lineups.filled.connect(self._on_filled)
        lineups.ended.connect(self._on_ended)
        lineups.ready.connect(self._on_ready)
        lineups.looked_at.connect(self.open)
        lineups.retried.connect(lambda: self.sentence.set_value(None))
        lineups.listed.connect(self._list)
