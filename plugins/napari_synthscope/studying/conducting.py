"""What the cards of a study ask for, carried out: drafts kept, schedules tried, acts and jobs begun."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal

from napari_synthscope.session.study_facts import StudyFacts, take_cut
from napari_synthscope.studying.acts import Verb
from napari_synthscope.studying.images_step import arms_of, by_order, image_sets
from napari_synthscope.studying.wizard import Wizard
from synthscope.errors import SynthscopeError
from synthscope.records.documents import to_json
from synthscope.records.study import StudyDesign
from synthscope.services.studies.checking import check_arms, try_schedule
from synthscope.services.studies.drafts import write_draft

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

DEBOUNCE = 250
NAMELESS = "Give your name first: it stands in the log of the study."


class Conductor(QObject):
    """Carries out what the wizard of one study asks for.

    Signals
    -------
    said(str)
        Something that a person should know; empty where what was said before holds no more.
    """

    said = Signal(str)

    def __init__(self, session: Session, wizard: Wizard) -> None:
        super().__init__(wizard)
        self._session = session
        self._wizard = wizard
        self._desk = session.studies
        self._folder: Path | None = None
        self._kept: StudyDesign | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._connect()

    @property
    def folder(self) -> Path | None:
        """The study that is shown; None for none."""
        return self._folder

    def open(self, folder: Path) -> None:
        """Show a study once it is read."""
        self.leave()
        self._folder, self._kept = folder, None
        self._desk.read(folder)

    def leave(self) -> None:
        """Keep what is typed, and show no study any more."""
        self.keep()
        self._folder = None

    def take(self, facts: StudyFacts) -> bool:
        """Show what was read, where it is of the study that is shown; tells whether it is."""
        if facts.folder != self._folder:
            return False
        first = self._kept is None
        if first:
            self._kept = facts.design
        self._wizard.set_facts(facts)
        if facts.cut and not facts.busy:
            self._take_cut(facts)
        if first:
            self._try_schedule()
        return True

    def keep(self) -> None:
        """Keep the design as it is typed now."""
        self._timer.stop()
        if self._folder is None or self._kept is None or self._session.closed:
            return
        design = self._wizard.design
        if design != self._kept and self._may_change():
            self._kept = design
            self._desk.keep(self._folder, design)

    def close(self) -> None:
        """Keep the design at once: the window goes, and with it what waits."""
        self._timer.stop()
        if self._folder is not None and self._kept is not None and self._may_change():
            with suppress(SynthscopeError):  # nobody is left to be told, and what was kept before stays
                write_draft(self._folder, self._wizard.design)
        self._folder = None

    def _may_change(self) -> bool:
        facts = self._wizard.facts
        return facts is not None and facts.frozen is None and facts.folder == self._folder

    def _on_typed(self) -> None:
        self.keep()
        self._try_schedule()

    def _try_schedule(self) -> None:
        """Try the schedule of the design, beside the window."""
        if not self._may_change():
            return
        design = self._wizard.design
        if check_arms(design):
            self._wizard.set_schedule(0, "")
            return

        def work() -> tuple[int, str]:
            try:
                return max(len(slot.trials) for slot in try_schedule(design).slots), ""
            except SynthscopeError as error:
                return 0, error.sentence

        def told(found: tuple[int, str]) -> None:
            if self._folder is not None and self._wizard.design == design:
                self._wizard.set_schedule(*found)

        self._session.errands.run(work, told, self._desk.refused.emit)

    def _remember(self, name: str) -> None:
        """Let what is replaced now be taken back."""
        folder, box = self._folder, [self._wizard.design]

        def swap() -> bool:
            if self._folder != folder or not self._may_change():
                return False
            now = self._wizard.design
            self._wizard.set_design(box[0])
            box[0] = now
            return True

        self._session.undo_stack.push(name, swap, swap)

    def work(self, act: str, title: str, **more: Any) -> None:
        """Have an act done by the worker, after what is typed was kept."""
        if self._folder is not None:
            self.keep()
            self._desk.work(self._folder, act, f"Study: {title}", **more)

    def do(self, word: str, verb: Verb) -> None:
        """Do something to the study, off the window's thread."""
        if self._folder is not None:
            self.said.emit("")
            self._desk.do(self._folder, word, verb)

    def named(self, do: Callable[[str], None]) -> None:
        """Do something under the name of who decides; where there is none, ask for it."""
        name = self._wizard.by()
        if name:
            do(name)
            return
        self.said.emit(NAMELESS)
        self._wizard.name.setFocus()

    def _add_sets(self) -> None:
        step, project = self._wizard.steps["images"], self._session.project
        ticked, rule, folder = step.ticked(), step.rule(), self._folder

        def told(arms: Any) -> None:
            if self._folder == folder:
                self._remember("adding images")
                step.arms.add(arms)

        self._session.errands.run(lambda: arms_of(image_sets(ticked, project), rule), told, self._desk.refused.emit)

    def _cut_sets(self) -> None:
        step, project = self._wizard.steps["images"], self._session.project
        ticked, cut, folder = step.ticked(), step.cut.value(), self._folder
        if cut is None or folder is None:
            self.said.emit("Fields, side and slices are whole numbers above 0.")
            return

        def told(sets: Any) -> None:
            payload = [{"set": to_json(one), "real": real} for one, real in sets]
            self._desk.work(folder, "cut", "Study: fields", sets=payload, size=list(cut.size), most=cut.most)

        self._session.errands.run(lambda: image_sets(ticked, project), told, self._desk.refused.emit)

    def _take_cut(self, facts: StudyFacts) -> None:
        """Take arms that were cut into the design, and keep it before they are forgotten beside it."""
        step, folder = self._wizard.steps["images"], facts.folder
        self._remember("adding images")
        step.arms.add(by_order(facts.cut) if step.rule() == "order" else facts.cut)
        design = self._kept = self._wizard.design
        self._session.errands.run(lambda: take_cut(folder, design), lambda _none: None, self._desk.refused.emit)

    def _power(self) -> None:
        asked = self._wizard.steps["people"].power.value()
        if asked is not None:
            self.work("power", "power", power=asked)

    def _connect(self) -> None:
        wizard, steps = self._wizard, self._wizard.steps
        self._timer.timeout.connect(self._on_typed)
        wizard.design_changed.connect(self._timer.start)
        wizard.replacing.connect(self._remember)
        steps["images"].add_pressed.connect(self._add_sets)
        steps["images"].cut_pressed.connect(self._cut_sets)
        steps["showing"].preview_pressed.connect(lambda: self.work("preview", "pictures"))
        steps["people"].power.pressed.connect(self._power)
        steps["leaks"].look_pressed.connect(lambda: self.work("audit", "leak gate", by=wizard.by()))
