"""Compare generators: the same image, mask, words and seeds for several, as one piece of work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from napari_synthscope.generating.lineup_settings import LineupSettings
from napari_synthscope.session.lineup_desk import Subjects
from napari_synthscope.words import bytes_words, seconds_words
from synthscope.errors import SynthscopeError
from synthscope.qt.buttons import Fold, IconButton, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.progress_row import ProgressRow
from synthscope.qt.sentence import Said, Sentence, said_of
from synthscope.qt.theme import set_role
from synthscope.records.lineup import LineupRecipe

if TYPE_CHECKING:
    from napari_synthscope.generating.run_settings import RunSettings
    from napari_synthscope.parts.panel_door import PanelDoor
    from napari_synthscope.session.session import Session
    from synthscope.services.lineup.beginning import Forecast

DEBOUNCE = 160
EVALUATE = "synthscope.panel.evaluate"
TITLE = "Compare generators…"
ABOUT = (
    "Gives each of them the same image, mask, words and seeds, puts their candidates side by side, and measures them. "
    "Each works with its settings as they stand in the form above."
)
TIP = "All of them, one after another; what is made stays, whenever it is stopped"
STOP_TIP = "Stop; what was made stays, and the line-up can go on later"
LEAD = "Open Evaluate"
UNFEATHERED = "The mask is not feathered in a line-up."


class LineupCard(QFrame):
    """Begins line-ups, follows them, and leads to where they are shown.

    Parameters
    ----------
    form : RunSettings
        Of the run beside it.
    door : PanelDoor
        To the Evaluate panel.

    Signals
    -------
    wanted()
        It is to be brought in sight.
    """

    wanted = Signal()

    def __init__(self, session: Session, form: RunSettings, door: PanelDoor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._form = form
        self._door = door
        self._asked: object = None
        set_role(self, "card")
        # create
        self.settings = LineupSettings(session, form)
        self.compare = TextButton("Compare", name="scale-balance", tip=TIP)
        self.copy = IconButton("console-line", "Copy the command line that does the same")
        self.reason = WrappingLabel(role="warning")
        self.estimate = WrappingLabel(role="muted")
        self.sentence = Sentence()
        self.stop = TextButton("Stop", name="stop-circle-outline", tip=STOP_TIP)
        self._progress = ProgressRow(self.stop, "Progress of the line-up")
        self._timer = QTimer(self)
        # lay out
        self._lay_out()
        # connect
        self._connect()
        self.hear_work()

    def show_open(self) -> None:
        """Open, and ask to be brought in sight once that is laid out."""
        self.fold.set_open(True)
        QTimer.singleShot(0, self, self.wanted.emit)

    def hear_work(self) -> None:
        """Hear of the line-ups of the project that is open now; none is opened for it."""
        if self._session.has_project:
            self._session.lineups.listen()
            self._session.work.devices_told.connect(self._on_devices, Qt.ConnectionType.UniqueConnection)
        self._show_job()
        self._timer.start()

    def begin(self) -> None:
        """Begin a line-up of the settings as they are now."""
        self.sentence.set_value(None)
        try:
            recipe, subjects = self.settings.value(), self.settings.subjects()
        except SynthscopeError as error:
            self.sentence.set_value(said_of(error))
            return
        self.compare.setEnabled(False)  # until it is written down: two presses are one wish
        self._session.lineups.begin(recipe, subjects)

    def copy_command(self) -> None:
        """Put the command line that does the same on the clipboard."""
        try:
            words = command_of(self.settings.value(), self.settings.subjects(), self._session)
        except SynthscopeError as error:
            self.sentence.set_value(said_of(error))
            return
        QGuiApplication.clipboard().setText(words)
        masked = " Save the mask as a file and name it in place of MASK." if "--mask" in words else ""
        self.sentence.set_value(Said(f"The command was copied.{masked}"))

    def refresh(self) -> None:
        """Work out again what a line-up would do, beside the window."""
        token = self._asked = object()
        if not self.fold.is_open():
            self._session.lineups.forget()
            return
        self.settings.refresh()
        try:
            recipe, subjects = self.settings.value(ticked=False), self.settings.subjects()
        except SynthscopeError as error:
            self._show_plan(error.sentence, "")
            return
        self._session.lineups.forecast(
            recipe, subjects, lambda found: self._told(token, recipe, found), lambda error: self._untold(token, error)
        )

    def close_card(self) -> None:
        """Stop working things out."""
        self._timer.stop()
        self._session.lineups.forget()

    def _told(self, token: object, recipe: LineupRecipe, found: tuple[int, tuple[Forecast, ...]]) -> None:
        """Show what a plan of all that could take part says of those that do."""
        if token is not self._asked:
            return
        images, forecasts = found
        choice = self.settings.choice
        choice.tell({one.name: one.problem for one in forecasts})
        ticked = choice.generators()
        reason = choice.missing() or ("" if ticked else "Nothing is ticked; tick the generators to compare.")
        chosen = [one for one in forecasts if one.name in ticked]
        words = "" if reason else forecast_words(recipe, images, chosen)
        feathered = recipe.task == "inpaint" and (self._form.feather.value() or 0) > 0
        self._show_plan(reason, "\n".join(filter(None, (words, UNFEATHERED if words and feathered else ""))))

    def _untold(self, token: object, error: SynthscopeError) -> None:
        if token is self._asked:
            self.settings.choice.tell({})
            self._show_plan(error.sentence, "")

    def _show_plan(self, reason: str, estimate: str) -> None:
        for button in (self.compare, self.copy):
            button.setEnabled(bool(estimate))
        for label, words in ((self.reason, reason), (self.estimate, estimate)):
            label.setText(words)
            label.setVisible(bool(words))

    def _show_job(self) -> None:
        self._progress.set_value(self._session.lineups.row() if self._session.has_project else None)

    def _on_began(self, folder: Path) -> None:
        """Lead to where the grid fills."""
        self.hear_work()  # the first one may have opened the project
        self.sentence.set_value(Said("Its grid fills in Evaluate while it runs.", action=LEAD))
        self._door.open(EVALUATE)
        self._session.lineups.look_at(folder)

    def _on_ended(self, _folder: Path, job: Any) -> None:
        self._show_job()
        if job.state == "failed":
            self.sentence.set_value(Said(job.error, "error", job.details))
        elif job.state == "cancelled":
            self.sentence.set_value(Said("The line-up was stopped; Evaluate lists it, to go on.", action=LEAD))
        else:
            self.sentence.set_value(Said("The line-up is ready.", action=LEAD))
        self.refresh()

    def _on_devices(self, _told: object) -> None:
        """Look again at whose model can be held."""
        self._timer.start()

    def _failed(self, error: SynthscopeError) -> None:
        self.sentence.set_value(said_of(error))
        self.refresh()

    def _connect(self) -> None:
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.refresh)
        session, lineups = self._session, self._session.lineups
        for signal in (
            self.settings.value_changed, self._form.value_changed, session.source_changed, session.mask_changed,
            session.models.changed,
        ):  # fmt: skip
            signal.connect(self._timer.start)
        self.fold.toggled.connect(lambda _open: self.refresh())
        self.compare.clicked.connect(self.begin)
        self.copy.clicked.connect(self.copy_command)
        self.stop.clicked.connect(lineups.cancel)
        self.sentence.acted.connect(lambda: self._door.open(EVALUATE))
        session.project_changed.connect(self.hear_work)
        lineups.began.connect(self._on_began)
        lineups.changed.connect(self._show_job)
        lineups.progressed.connect(self._progress.set_value)
        lineups.ended.connect(self._on_ended)
        lineups.failed.connect(self._failed)
        lineups.retried.connect(lambda: self.sentence.set_value(None))

    def _lay_out(self) -> None:
        self.compare.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.compare, 1)
        buttons.addWidget(self.copy)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addWidget(WrappingLabel(ABOUT, role="muted"))
        inner.addWidget(self.settings)
        inner.addLayout(buttons)
        for label in (self.reason, self.estimate):
            inner.addWidget(label)
        self.fold = Fold(TITLE, inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.fold, self.sentence, self._progress):
            column.addWidget(widget)


def forecast_words(recipe: LineupRecipe, images: int, chosen: list[Forecast]) -> str:
    """Say what a line-up takes: ``About 3 min to make 2 candidates each by 4 generators · 85 MB of memory``."""
    words = seconds_words(sum(one.cost.seconds for one in chosen))
    seeds = "1 candidate" if recipe.seeds == 1 else f"{recipe.seeds} candidates"
    many = "" if images == 1 else f" of {images} images"
    by = "1 generator" if len(chosen) == 1 else f"{len(chosen)} generators"
    memory = bytes_words(max(one.cost.memory for one in chosen))
    what = f"{words[0].upper()}{words[1:]} to make {seeds} each{many} by {by}"
    return f"{what}, then they are measured · {memory} of memory"


def command_of(recipe: LineupRecipe, subjects: Subjects, session: Session) -> str:
    """Write the command line of a line-up; models and adapters by their folders, a layer by its name."""
    from synthscope.services.lineup.command import as_command
    from synthscope.services.models import find_model
    from synthscope.services.sources import reference

    project = session.project.folder if session.has_project else None
    found = tuple(
        replace(
            one, model=str(find_model(one.model, project)) if one.model else "",
            adapters=tuple(replace(use, name=str(find_model(use.name, project))) for use in one.adapters),
        )
        for one in recipe.contenders
    )  # fmt: skip
    image = subjects.image
    images = str(subjects.folder) if image is None else image.origin.path or image.name
    source = None if image is None else reference(image)
    mask = "" if subjects.mask is None else "MASK"
    return as_command(replace(recipe, contenders=found), images, source, mask=mask)
