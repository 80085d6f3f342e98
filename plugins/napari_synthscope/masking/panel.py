"""Step 2, Mask: mark what is to be made again, with tools, by grey value, or by finding artefacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.masking.ops import Deed, MaskOps
from napari_synthscope.masking.ops_card import OpsCard
from napari_synthscope.masking.ops_files import MaskFiles, feather_layer, show_weights, weights_layer
from napari_synthscope.masking.room_card import RoomCard
from napari_synthscope.masking.tools.card import ToolsCard
from napari_synthscope.masking.tools.foot import Foot
from napari_synthscope.masking.tools.ground import Ground
from napari_synthscope.masking.tools.words import painted_words
from napari_synthscope.parts.dressing import dress
from napari_synthscope.parts.scrolled import scrolled
from napari_synthscope.parts.work_card import WorkCard
from napari_synthscope.session.painted_mask import new_painted_mask
from napari_synthscope.session.session import Session
from synthscope.errors import MaskError, SynthscopeError
from synthscope.qt.buttons import TextButton
from synthscope.qt.flow import Flow
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.sentence import Said

PANEL_WIDTH = 340
OFFERED = ("brush", "erase", "lasso", "wand", "threshold", "prompts", "artefacts")
"""Tools that the shell's list of actions takes in hand, too."""
SETTLING = 60  # milliseconds until labels have claimed their height
FEATHERED = (
    "The next run evens out the border of the fill over {width:g} {unit}; Generate, More changes that. "
    "The layer shows how much stays as it is made: 1 inside, less towards the border."
)


class MaskPanel(QWidget):
    """Everything that makes or changes a mask.

    Signals
    -------
    step_changed()
        What `step_state` or `shell_actions` would say may be another.
    """

    step_changed = Signal()

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = Session.of(napari_viewer)
        self.ops = MaskOps(self.session, self)
        self.files = MaskFiles(self.session, self.ops)
        # create
        self.card = WorkCard(self.session)
        self.words = WrappingLabel(role="muted")
        self.buttons = {
            "new_mask": TextButton("New", tip="Add an empty mask on this image (Ctrl+Alt+M)"),
            "clear": TextButton("Clear", tip="Take all paint out of the mask; can be undone"),
            "import_mask": TextButton("Import…", tip="Take an image file as the mask: zero stays"),
            "export_mask": TextButton("Export…", tip="Save the mask as OME-TIFF or OME-Zarr"),
            "bring": TextButton("Bring onto the image", name="grid", tip="Make a mask on the voxels of the image"),
        }
        self.tools = ToolsCard(self.ops)
        self.changes = OpsCard(self.ops)
        self.room = RoomCard(self.ops)
        self.foot = Foot()
        # lay out
        self._lay_out()
        dress(self, napari_viewer)
        # connect
        self._connect()
        self.refresh()

    def step_state(self) -> tuple[bool, str]:
        """Tell whether something is painted, and what is missing otherwise."""
        if self.session.source is None and self.session.mask is None:
            return False, "open an image first"
        return self.session.painted is not None, ""

    def shell_actions(self) -> Mapping[str, Callable[[], Any]]:
        """Give what can be done at this moment, by the words of the shell's list of actions."""
        if self.session.source is None and self.session.mask is None:
            return {}
        choose = self.tools.choose
        offers: dict[str, Callable[[], Any]] = {name: partial(choose, name) for name in OFFERED}
        offers |= {"new_mask": self.new_mask, "import_mask": self._ask_import}
        if self.session.mask is not None:
            offers |= {"export_mask": self._ask_export}
        if self.session.painted is not None and not self.ops.busy:
            offers |= {word: partial(self.changes.do, word) for word in ("grow", "shrink", "invert")}
            offers |= {"clear": self.clear}
        return offers

    def new_mask(self) -> None:
        """Add an empty mask on the source and take the brush."""
        if self.ops.attempt(self.session.new_mask):
            self.tools.choose("brush")

    def clear(self) -> None:
        """Take all paint away; one step of undo."""
        self.ops.attempt(lambda: self.ops.apply(Deed("clear the mask", lambda mask, _: np.zeros_like(mask))))

    def bring(self) -> None:
        """Make a mask on the voxels of the image from one that lies on another grid."""
        self.ops.attempt(self._bring)

    def feather(self, width: float) -> None:
        """Have the next run feather the mask over `width`, and show the weights."""
        self.ops.attempt(lambda: self._feather(width))

    def refresh(self) -> None:
        """Read the session again."""
        session, ground = self.session, self._ground()
        painted = session.painted
        self.words.setText(painted_words(ground, painted) if ground is not None and painted is not None else "")
        self.words.setVisible(bool(self.words.text()))
        self.buttons["new_mask"].setEnabled(session.source is not None)
        self.buttons["new_mask"].setVisible(session.mask is not None)  # before, the card has a larger one
        self.buttons["import_mask"].setEnabled(session.source is not None and not self.ops.busy)
        self.buttons["clear"].setEnabled(painted is not None and not self.ops.busy)
        self.buttons["export_mask"].setEnabled(session.mask is not None and not self.ops.busy)
        self.buttons["bring"].setVisible(self._lies_elsewhere())
        self.tools.refresh()
        self.changes.setVisible(ground is not None)  # there is nothing to change before
        self.changes.refresh(ground, painted=painted is not None, busy=self.ops.busy)
        self.room.refresh()
        self._show_undo()
        self.step_changed.emit()

    def hideEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Put away what selects by its own overlay; a brush stays in hand."""
        super().hideEvent(event)
        self.tools.put_away()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Let go of the viewer's events and of work."""
        self.ops.close()
        self.tools.close_card()
        self.card.close_card()
        super().closeEvent(event)

    def _ground(self) -> Ground | None:
        try:
            return self.ops.ground()
        except SynthscopeError:
            return None

    def _lies_elsewhere(self) -> bool:
        session = self.session
        if session.mask is None or session.source is None or session.painted is None:
            return False
        try:
            return bool(session.mask_pixels().sentence) or session.asks_slices
        except SynthscopeError:
            return False

    def _bring(self) -> None:
        session = self.session
        fitted, image = session.mask_pixels(), session.source_image()
        if fitted.box is None:
            raise MaskError("Nothing of this mask lies on the image; check that both are in the same place.")
        part = np.asarray(fitted.pixels[fitted.box.slices]) != 0
        new_painted_mask(session, image, part, fitted.box)

    def _feather(self, width: float) -> None:
        work = feather_layer(self.session, self.ops, width)
        unit = self._ground().unit  # type: ignore[union-attr]
        said = Said(FEATHERED.format(width=width, unit="px" if unit == "pixel" else unit))

        def show(made: Any) -> None:
            show_weights(self.session.viewer, weights_layer(*made))
            self.session.want_feather(width)
            self.ops.said.emit(said)

        self.ops.start(work, show)

    def _ask_import(self) -> None:
        self.files.ask_import(self)

    def _ask_export(self) -> None:
        self.files.ask_export(self)

    def _show_undo(self) -> None:
        names = self.session.undo_stack.names
        self.foot.show_undo(names[0] if names else "")

    def _on_busy(self) -> None:
        self.foot.show_busy(self.ops.busy)
        self.refresh()

    def _say(self, said: Said | None) -> None:
        self.foot.sentence.set_value(said)

    def _connect(self) -> None:
        session = self.session
        session.source_changed.connect(self.refresh)
        session.mask_changed.connect(self.refresh)
        session.undo_stack.changed.connect(self._show_undo)
        self.ops.said.connect(self._say)
        self.ops.busy_changed.connect(self._on_busy)
        self.ops.progressed.connect(self.foot.show_progress)
        self.foot.cancel_pressed.connect(self.ops.cancel)
        self.foot.undo_pressed.connect(session.undo)
        self.card.mask_wanted.connect(self.new_mask)
        self.tools.mask_wanted.connect(lambda: self.ops.attempt(session.new_mask))
        self.changes.feather_wanted.connect(self.feather)
        acts = {
            "new_mask": self.new_mask,
            "clear": self.clear,
            "bring": self.bring,
            "import_mask": self._ask_import,
            "export_mask": self._ask_export,
        }
        for name, act in acts.items():
            self.buttons[name].clicked.connect(lambda _=False, do=act: do())

    def _lay_out(self) -> None:
        row = Flow(spacing=4)
        for button in self.buttons.values():
            row.add(button)
        layout = self.card.layout()
        assert layout is not None
        layout.addWidget(self.words)
        layout.addWidget(row)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        area = scrolled(self.card, self.tools, self.changes, self.room)
        outer.addWidget(area, 1)
        outer.addWidget(self.foot)
        later = QTimer(area)  # once the options have found their place
        later.setSingleShot(True)
        later.setInterval(SETTLING)
        later.timeout.connect(lambda: area.ensureWidgetVisible(self.tools.shown_options, 0, 16))
        self.tools.options_shown.connect(later.start)
        self.setMinimumWidth(PANEL_WIDTH)
