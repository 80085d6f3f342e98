"""What a panel works on, in words, with a choice of other layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_synthscope.parts.layer_list import fill_layers
from napari_synthscope.parts.layer_news import LayerNews
from napari_synthscope.session.mask_fit import same_grid
from napari_synthscope.words import image_words, mask_words
from synthscope.errors import SynthscopeError
from synthscope.qt.buttons import TextButton
from synthscope.qt.theme import set_role

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


class WorkCard(QFrame):
    """Shows source and mask of a session and lets both be changed.

    Signals
    -------
    mask_wanted()
        Somebody wants to begin a mask.
    """

    mask_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        set_role(self, "card")
        # create
        self.source = QComboBox()
        self.mask = QComboBox()
        self._source_words = QLabel()
        self._mask_words = QLabel()
        self._draw = TextButton("New mask", name="brush", tip="Add an empty mask on this image and paint it")
        self._question = QWidget()
        self._this = TextButton("This slice", tip="Only the slice that is shown now")
        self._all = TextButton("All slices", tip="The same region in every slice of the stack")
        # lay out
        self._lay_out()
        # connect
        self.source.activated.connect(lambda _: session.set_source(self.source.currentData()))
        self.mask.activated.connect(lambda _: session.set_mask(self.mask.currentData()))
        self._draw.clicked.connect(self.mask_wanted)
        self._this.clicked.connect(self._mean_this)
        self._all.clicked.connect(lambda: session.set_meant("all"))
        session.source_changed.connect(self.refresh)
        session.mask_changed.connect(self.refresh)
        self._news = LayerNews(session.viewer, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read layers, source and mask again."""
        from napari.layers import Image as ImageLayer
        from napari.layers import Labels

        fill_layers(self.source, self._session.viewer, ImageLayer, self._session.source, "no image")
        fill_layers(self.mask, self._session.viewer, Labels, self._session.mask, "no mask yet")
        self._say_source()
        self._say_mask()

    def close_card(self) -> None:
        """Stop listening to the viewer."""
        self._news.close()

    def _say_source(self) -> None:
        try:
            words = image_words(self._session.source_image())
        except SynthscopeError as error:
            words = error.sentence
        self._source_words.setText(words)

    def _say_mask(self) -> None:
        session = self._session
        asks = session.source is not None and session.mask is not None and session.asks_slices
        self._question.setVisible(asks and session.meant is None)
        self._draw.setVisible(session.source is not None and not self._is_masked())
        self._mask_words.setText(self._mask_sentence())

    def _is_masked(self) -> bool:
        """Whether there is a mask that was drawn on this image, and not on another one that was open before."""
        session, mask, source = self._session, self._session.mask, self._session.source
        return mask is not None and (source is None or session.asks_slices or same_grid(mask, source))

    def _mask_sentence(self) -> str:
        session = self._session
        if session.mask is None:
            return ""
        if session.searching:
            return "Looking for what is painted…"
        if session.painted is None:
            return "Nothing is painted yet."
        if session.source is None:
            return ""
        try:
            if session.asks_slices and session.meant is None:
                return "This mask is a single slice. Which slices of the stack does it mean?"
            fitted, image = session.mask_pixels(), session.source_image()
        except SynthscopeError as error:
            return error.sentence
        if fitted.box is None:
            return fitted.sentence or "Nothing is painted yet."
        voxels = None if fitted.sentence or session.asks_slices else session.painted.voxels
        words = mask_words(fitted.box, voxels, image.space.mask_space())
        return f"{words}\n{fitted.sentence}" if fitted.sentence else words

    def _mean_this(self) -> None:
        image = self._session.source_image()
        depth = len(image.mask_shape) - 3
        order = [a for a in "tzyx" if a in image.space.axes]
        step = self._session.viewer.dims.current_step[-3] if depth >= 0 and len(order) >= 3 else 0
        self._session.set_meant((int(step), int(step) + 1))

    def _lay_out(self) -> None:
        for label in (self._source_words, self._mask_words):
            label.setWordWrap(True)
            set_role(label, "muted")
        self.source.setAccessibleName("Image")
        self.mask.setAccessibleName("Mask")
        for combo in (self.source, self.mask):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(12)
        answers = QHBoxLayout(self._question)
        answers.setContentsMargins(0, 0, 0, 0)
        answers.setSpacing(8)
        answers.addWidget(self._this)
        answers.addWidget(self._all)
        answers.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel("Image"), 0, 0)
        grid.addWidget(self.source, 0, 1)
        grid.addWidget(self._source_words, 1, 1)
        grid.addWidget(QLabel("Mask"), 2, 0)
        grid.addWidget(self.mask, 2, 1)
        grid.addWidget(self._mask_words, 3, 1)
        grid.addWidget(self._question, 4, 1)
        grid.addWidget(self._draw, 5, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addLayout(grid)
