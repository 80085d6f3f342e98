"""A model card to read: data, split, recipe, figures beside real-against-real, licence, intended use."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from synthscope.qt.figures_table import Figure, FiguresTable
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role
from synthscope.records.model import ModelCard, TrainingImage
from synthscope.records.request import Region
from synthscope.records.training import FIGURES
from synthscope.services.calibrating import FILLS, NARROW, PLACES, WIDE, calibration_words

REAL = "_real"
SHORT = {
    "loss": "Training loss",
    "held_out_loss": "Held-out loss",
    "base_loss": "Loss of the base",
    "spectrum_distance": "Spectrum",
    "two_point_distance": "Two-point",
    "chord_distance": "Chord lengths",
    "euler_difference": "Euler number",
    "kernel_distance": "Kernel distance",
    "sharpness_ratio": "Sharpness",
    WIDE: "In middle 90 %",
    NARROW: "In middle 50 %",
    "reconstruction_psnr": "Rebuilt",
    "reconstruction_power": "Rebuilt detail",
}
"""Titles that leave room for the number in a narrow panel; the tooltip says the whole one."""

LOW, HIGH = "_low", "_high"
_BESIDE = (REAL, LOW, HIGH)
"""Endings of numbers that are told beside a figure, not by themselves."""
_COUNTS = (PLACES, FILLS)
_COVERAGE = "Part of the true values in held-out holes that lay there among {:.0f} fills; the line: honest fills"

_ROW, _HEAD_AND_FOOT = 32, 72
_MANY = 6
"""Images of which each is named; of more only their number is said."""


def card_figures(card: ModelCard) -> tuple[Figure, ...]:
    """Give the figures of a card, each with the same number of real data against real data."""
    names = (name for name in card.figures if not name.endswith(_BESIDE) and name not in _COUNTS)
    return tuple(_figure(card, name) for name in names)


def _figure(card: ModelCard, name: str) -> Figure:
    value, low, high, floor = (card.figures.get(name + ending) for ending in ("", LOW, HIGH, REAL))
    assert value is not None
    places, help_ = 0, _help(name)
    if name in (WIDE, NARROW):
        places, help_ = int(card.figures.get(PLACES, 0)), _COVERAGE.format(card.figures.get(FILLS, 0))
    return Figure(_title(name), value, low, high, floor, places, _unit(name), help=help_)


def card_lines(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """Give what a card says as (title, words), without what it leaves empty."""
    lines = (
        ("State", _state(card)),
        ("Made", card.made[:16].replace("T", " ")),
        ("Learned from", "\n".join(_images(card))),
        ("Held out", "\n".join(_held_out(card))),
        ("Classes", ", ".join(card.labels)),
        ("Labels", ", ".join(map(str, card.label_values))),
        ("Voxel size", voxel_words(card)),
        ("Values", f"{card.dtype}, {_ranges(card)}{_channels(card)}"),
        ("Base", _base(card)),
        ("Training", _recipe(card)),
        ("Network", f"{card.parameters / 1e6:.2g} million weights"),
        ("Computed on", f"{card.environment.device}, Synthscope {card.environment.synthscope}"),
        ("Calibration", calibration_words(card.figures)),
        ("Remarks", "\n".join(card.remarks)),
        ("Licence", card.licence or "none given"),
        ("Intended use", card.intended_use),
        ("Weights", f"SHA-256 {card.weights_sha256[:12]}…" if card.weights_sha256 else ""),
    )
    return tuple((title, words) for title, words in lines if words)


def voxel_words(card: ModelCard) -> str:
    """Say the voxel size that a model learned at: ``3 × 1.2 × 1.2 µm``."""
    if card.unit == "pixel":
        return "not known"
    steps = card.voxel_size if card.depth else card.voxel_size[1:]
    return f"{' × '.join(f'{step:.4g}' for step in steps)} {card.unit}"


class ModelCardView(QWidget):
    """Shows one `ModelCard`.

    Signals
    -------
    value_changed(ModelCard or None)
        Another card is shown.
    save_wanted(str)
        The figures are to be saved: the CSV text to write where the caller asks.
    """

    value_changed = Signal(object)
    save_wanted = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: ModelCard | None = None
        # create
        self.figures = FiguresTable(empty="No figures were measured")
        self._lines = QFormLayout()
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._lines.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._lines.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._lines.setHorizontalSpacing(8)
        self._lines.setVerticalSpacing(4)
        column.addLayout(self._lines)
        column.addWidget(self.figures)
        # connect
        self.figures.save_wanted.connect(self.save_wanted)

    def value(self) -> ModelCard | None:
        """Give the card that is shown."""
        return self._card

    def set_value(self, card: ModelCard | None) -> None:
        """Show a card, or nothing."""
        if card == self._card:
            return
        self._card = card
        while self._lines.rowCount():
            self._lines.removeRow(0)
        for title, words in card_lines(card) if card is not None else ():
            self._lines.addRow(_heading(title), _words(title, words))
        figures = card_figures(card) if card is not None else ()
        self.figures.set_value(figures)
        self.figures.setFixedHeight(_HEAD_AND_FOOT + _ROW * len(figures))  # all rows, without a second scroll bar
        self.value_changed.emit(card)


def _heading(title: str) -> QLabel:
    label = QLabel(title)
    label.setMinimumWidth(88)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    set_role(label, "muted")
    return label


def _words(title: str, words: str) -> WrappingLabel:
    label = WrappingLabel(words)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAccessibleName(f"{title}: {words}")
    return label


def _state(card: ModelCard) -> str:
    steps = f"{card.steps} of {card.planned_steps} steps"
    words = {"in training": "in training", "stopped": "stopped and kept", "finished": "finished"}
    return f"{words[card.state]}, {steps}"


def _images(card: ModelCard) -> Iterable[str]:
    if len(card.images) > _MANY:
        yield f"{len(card.images)} images"
        return
    for image in card.images:
        shape = " × ".join(map(str, image.shape))
        label = f", class {image.label}" if image.label else ""
        licence = f", {image.licence}" if image.licence else ""
        yield f"{image.name}: {shape} ({image.axes}), SHA-256 {image.sha256[:12]}…{label}{licence}"


def _held_out(card: ModelCard) -> Iterable[str]:
    many = len(card.images) > 1
    for image in card.images[:_MANY]:
        for box in image.held_out:
            yield f"{image.name}: {_box_words(box, image)}" if many else _box_words(box, image)


def _box_words(box: Region, image: TrainingImage) -> str:
    """Say along which axes a box does not hold the whole of what was there: ``columns 340 to 499``."""
    every = (*image.train, *image.held_out)
    ends = [(min(b.start[i] for b in every), max(b.stop[i] for b in every)) for i in range(3)]
    names = ("slices", "rows", "columns")
    parts = [
        f"{names[i]} {a} to {b - 1}"
        for i, (a, b) in enumerate(zip(box.start, box.stop, strict=True))
        if (a, b) != ends[i]
    ]
    return ", ".join(parts) or "all"


def _ranges(card: ModelCard) -> str:
    """Give the range of each channel, or the one that all have."""
    pairs = card.limits[:1] if len(set(card.limits)) == 1 else card.limits
    return "; ".join(f"{low:g} to {high:g}" for low, high in pairs)


def _channels(card: ModelCard) -> str:
    if card.rgb:
        return ", colour"
    if card.channel_names:
        return f", channels {', '.join(card.channel_names)}"
    return f", {card.channels} channels" if card.channels > 1 else ""


def _base(card: ModelCard) -> str:
    """Say beside which model an adapter was trained."""
    base = card.base
    if base is None:
        return ""
    return f"{base.name}, {base.licence or 'licence not told'}, SHA-256 {base.sha256[:12]}…"


def _recipe(card: ModelCard) -> str:
    settings = ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in card.training.items())
    minutes = f"{card.seconds / 60:.1f} min" if card.seconds >= 90 else f"{card.seconds:.0f} s"
    return f"{minutes}, seed {card.seed}; {settings}" if settings else f"{minutes}, seed {card.seed}"


def _plain(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _title(name: str) -> str:
    return SHORT.get(name) or name.replace("_", " ").capitalize()


def _unit(name: str) -> str:
    return FIGURES[name].unit if name in FIGURES else ""


def _help(name: str) -> str:
    known = FIGURES.get(name)
    if known is None:
        return ""
    if name == "sharpness_ratio":
        return f"{known.title}; 1 is as sharp as real data"
    return f"{known.title}; {'smaller' if known.smaller_is_better else 'larger'} is better"
