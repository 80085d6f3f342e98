"""The image that is learned from, in words, with a choice of other layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QWidget

from napari_synthscope.parts.layer_list import fill_layers
from napari_synthscope.parts.layer_news import LayerNews
from napari_synthscope.words import image_words
from synthscope.errors import SynthscopeError
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


class TrainSource(QFrame):
    """Shows the source of a session and lets it be changed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        set_role(self, "card")
        # create
        self.source = QComboBox()
        self.words = WrappingLabel(role="muted")
        # lay out
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel("Learns from"), 0, 0)
        grid.addWidget(self.source, 0, 1)
        grid.addWidget(self.words, 1, 1)
        self.source.setAccessibleName("Image to learn from")
        self.source.setToolTip("The image to learn from; further ones are in More")
        self.source.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.source.setMinimumContentsLength(8)
        # connect
        self.source.activated.connect(lambda _: session.set_source(self.source.currentData()))
        session.source_changed.connect(self.refresh)
        self._news = LayerNews(session.viewer, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read layers and source again."""
        from napari.layers import Image as ImageLayer

        fill_layers(self.source, self._session.viewer, ImageLayer, self._session.source, "no image")
        try:
            words = image_words(self._session.source_image())
        except SynthscopeError as error:
            words = error.sentence
        self.words.setText(words)

    def close_card(self) -> None:
        """Stop listening to the viewer."""
        self._news.close()
