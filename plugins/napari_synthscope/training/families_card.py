"""Compare families: several generators on the same stack for the same time, as one piece of work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QFrame, QVBoxLayout, QWidget

from napari_synthscope.parts.kept_list import KeptList, kept_comparison
from napari_synthscope.training.families_choice import FamiliesChoice
from napari_synthscope.words import seconds_words
from synthscope.errors import InputError, SynthscopeError
from synthscope.qt.buttons import Fold, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.progress_row import ProgressRow
from synthscope.qt.sentence import Said, Sentence, said_of
from synthscope.qt.theme import set_role
from synthscope.records.families import FamiliesRecipe, FamiliesResult
from synthscope.records.image import Image

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from napari_synthscope.training.settings import TrainSettings
    from synthscope.qt.families_view import FamiliesView
    from synthscope.services.families.estimating import Duration

DEBOUNCE = 120
ABOUT = "Trains each of them on the image above for the same time, makes images, and measures all beside real ones."
TIP = "All of them, one after another, on the image above; what is made stays, whenever it is stopped"
STOP_TIP = "Stop; what was trained and made stays, and the comparison can go on later"


class FamiliesCard(QFrame):
    """Begins comparisons, follows them, and opens their tables.

    Parameters
    ----------
    settings : TrainSettings
        Of the training beside it: what is held out, the device, and the settings of the generator chosen there.
    images : callable
        Gives what is learned from, or raises what is wrong with it.
    """

    def __init__(
        self, session: Session, settings: TrainSettings, images: Callable[[], tuple[Image, ...]],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._images = images
        set_role(self, "card")
        # create
        self.choice = FamiliesChoice()
        self.compare = TextButton("Compare", name="scale-balance", tip=TIP)
        self.reason = WrappingLabel(role="warning")
        self.estimate = WrappingLabel(role="muted")
        self.sentence = Sentence()
        self.stop = TextButton("Stop", name="stop-circle-outline", tip=STOP_TIP)
        self.kept = KeptList("Comparisons", "No comparison yet: each one is kept in the project and listed here.", 4)
        self._view: FamiliesView | None = None
        self._progress = ProgressRow(self.stop, "Progress of the comparison")
        self._timer = QTimer(self)
        # lay out
        self._lay_out()
        # connect
        self._connect()
        self.hear_work()

    @property
    def view(self) -> FamiliesView:
        """The window of a table; made when the first one is shown."""
        if self._view is None:
            from synthscope.qt.families_view import FamiliesView

            self._view = FamiliesView(self)
            self._view.resume_pressed.connect(self._session.comparisons.resume)
        return self._view

    def hear_work(self) -> None:
        """Hear of the comparisons of the project that is open now; none is opened for it."""
        if self._session.has_project:
            self._session.comparisons.listen()
        self._session.comparisons.refresh()
        self._show_job()
        self._timer.start()

    def begin(self) -> None:
        """Begin a comparison of the settings as they are now."""
        self.sentence.set_value(None)
        try:
            recipe, images, _ = self._plan()
        except SynthscopeError as error:
            self.sentence.set_value(said_of(error))
            return
        self.compare.setEnabled(False)  # until it is written down: two presses are one wish
        self._session.comparisons.begin(recipe, images)

    def open(self, folder: Path) -> None:
        """Open the table of a comparison; `FamiliesView` shows it as soon as it is read."""
        self._session.comparisons.read(folder)

    def refresh(self) -> None:
        """Work out again what a comparison would do."""
        if not self.fold.is_open():
            return
        reason, estimate = "", ""
        try:
            recipe, _images, duration = self._plan()
            estimate = duration_words(recipe, duration)
        except SynthscopeError as error:
            reason = error.sentence
        self.compare.setEnabled(not reason)
        for label, words in ((self.reason, reason), (self.estimate, estimate)):
            label.setText(words)
            label.setVisible(bool(words))

    def close_card(self) -> None:
        """Stop working things out, and close the table."""
        self._timer.stop()
        if self._view is not None:
            self._view.close()

    def _plan(self) -> tuple[FamiliesRecipe, tuple[Image, ...], Duration]:
        from synthscope.services.families.beginning import check_families
        from synthscope.services.families.estimating import duration_of

        problem = self.choice.problem() or self._settings.problem()
        training = self._settings.value()
        if problem or training is None:
            raise InputError(problem or "The settings of the training are not complete; look at them above.")
        recipe = self.choice.value(training, self._settings.generator.parameters())
        assert recipe is not None, "the choice has no problem"
        images = tuple(image.with_(synthetic=None) for image in self._images())
        checked = check_families(recipe, images)
        return checked, images, duration_of(checked, images)

    def _show_job(self) -> None:
        self._progress.set_value(self._session.comparisons.row() if self._session.has_project else None)
        self._list()

    def _list(self) -> None:
        comparisons = self._session.comparisons
        running = comparisons.running()
        self.kept.set_rows(kept_comparison(line, live=line.folder in running) for line in comparisons.lines)

    def _chosen(self, folder: Path) -> None:
        line = next((one for one in self._session.comparisons.lines if one.folder == folder), None)
        if line is not None and not line.has_table:
            if not self._session.comparisons.goes_on(folder):
                self._session.comparisons.resume(folder)
            return
        self.open(folder)

    def _on_ended(self, _folder: Path, job: Any) -> None:
        self._show_job()
        if job.state == "failed":
            self.sentence.set_value(Said(job.error, "error", job.details))
        elif job.state == "cancelled":
            self.sentence.set_value(Said("The comparison was stopped; choose it below to go on with it."))
        self.refresh()

    def _on_ready(self, folder: Path, result: FamiliesResult) -> None:
        self.view.set_value(folder, result)
        self.view.show()

    def _failed(self, error: SynthscopeError) -> None:
        self.sentence.set_value(said_of(error))
        self.refresh()

    def _connect(self) -> None:
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.refresh)
        session, comparisons = self._session, self._session.comparisons
        for signal in (self.choice.value_changed, self._settings.value_changed, session.source_changed):
            signal.connect(self._timer.start)
        self.fold.toggled.connect(lambda _open: self.refresh())
        self.compare.clicked.connect(self.begin)
        self.stop.clicked.connect(comparisons.cancel)
        self.kept.opened.connect(self._chosen)
        session.project_changed.connect(self.hear_work)
        comparisons.began.connect(lambda _folder: self.hear_work())  # the first one may have opened the project
        comparisons.changed.connect(self._show_job)
        comparisons.progressed.connect(self._progress.set_value)
        comparisons.ended.connect(self._on_ended)
        comparisons.ready.connect(self._on_ready)
        comparisons.failed.connect(self._failed)
        comparisons.retried.connect(lambda: self.sentence.set_value(None))
        comparisons.listed.connect(self._list)

    def _lay_out(self) -> None:
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        for widget in (WrappingLabel(ABOUT, role="muted"), self.choice, self.compare, self.reason, self.estimate):
            inner.addWidget(widget)
        inner.addWidget(self.kept)
        self.fold = Fold("Compare families…", inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.fold, self.sentence, self._progress):
            column.addWidget(widget)


def duration_words(recipe: FamiliesRecipe, duration: Duration) -> str:
    """Say what a comparison takes: ``About 33 min in all: 3 trainings of 10 min, then 192 images of each …``."""
    words = seconds_words(duration.seconds)
    trainings = f"{duration.trainings} trainings of {recipe.minutes:g} min" if duration.trainings else "no training"
    return (
        f"{words[0].upper()}{words[1:]} in all: {trainings}, and {recipe.count} images of {recipe.size} px for each of "
        f"{len(recipe.contenders)} generators and {recipe.seeds} seeds"
    )
