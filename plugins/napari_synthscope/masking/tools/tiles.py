"""The tools as tiles: one is in hand."""

from __future__ import annotations

from dataclasses import dataclass

from qtpy.QtCore import QEvent, QSize, Qt, Signal
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QToolButton, QWidget

from synthscope.qt.theme import icon, tokens_of

COLUMNS, FEWER = 4, 3
ROOMY = 308
"""From this width on four tiles fit side by side with their words whole."""
ICON = 20


@dataclass(frozen=True)
class Tool:
    """A tool: `mode` is napari's name for one of its own, empty for one of ours."""

    key: str
    word: str
    icon: str
    tip: str
    mode: str = ""


TOOLS: tuple[Tool, ...] = (
    Tool("move", "Move", "cursor-move", "Drag moves the picture (hold Space in every other tool)", "pan_zoom"),
    Tool("brush", "Brush", "brush", "Paint with the mouse (Ctrl+Alt+B)", "paint"),
    Tool("erase", "Eraser", "eraser", "Take paint away with the mouse (Ctrl+Alt+E)", "erase"),
    Tool("fill", "Fill", "format-color-fill", "Fill the closed area that you click into", "fill"),
    Tool("polygon", "Polygon", "vector-polygon", "Click corner after corner; a double click closes it", "polygon"),
    Tool("lasso", "Lasso", "lasso", "Draw around what you mean in one go"),
    Tool("rectangle", "Rectangle", "vector-square", "Drag from one corner to the other"),
    Tool("ellipse", "Ellipse", "vector-ellipse", "Drag from one corner of its frame to the other"),
    Tool("wand", "Wand", "auto-fix", "Click: takes all that hangs together and has about that grey value"),
    Tool("threshold", "Threshold", "chart-bell-curve", "All voxels between two grey values, previewed"),
    Tool("phases", "Phases", "circle-multiple-outline", "Parts the grey values into materials; click the one you mean"),
    Tool("prompts", "Prompts", "text-search", "Marks where a pretrained model answers differently to two prompts"),
    Tool("artefacts", "Artefacts", "image-broken-variant", "Finds rings, streaks, dead lines and dead pixels"),
)
BY_KEY = {tool.key: tool for tool in TOOLS}
BY_MODE = {tool.mode: tool.key for tool in TOOLS if tool.mode}


class Tile(QToolButton):
    """A tool: its picture over its word."""

    def __init__(self, tool: Tool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = tool.icon
        self.setText(tool.word)
        self.setToolTip(f"{tool.word}: {tool.tip}")
        self.setAccessibleName(tool.word)
        self.setCheckable(True)
        self.setProperty("role", "step")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(ICON, ICON))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Redraw the icon in the colours of a new theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange, QEvent.Type.ParentChange):
            self._draw()

    def _draw(self) -> None:
        tokens = tokens_of(self)
        self.setIcon(icon(self._icon, tokens.text, tokens.disabled))


class Tiles(QWidget):
    """All tools; `value` is the one in hand.

    Signals
    -------
    chosen(str)
        Somebody pressed a tile.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._tiles: dict[str, Tile] = {}
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        for tool in TOOLS:
            tile = Tile(tool)
            self._group.addButton(tile)
            self._tiles[tool.key] = tile
            tile.clicked.connect(lambda _=False, key=tool.key: self.chosen.emit(key))
        self._lay_out(COLUMNS)
        self.set_value("move")

    def value(self) -> str:
        """Give the tool in hand."""
        return next(key for key, tile in self._tiles.items() if tile.isChecked())

    def set_value(self, key: str) -> None:
        """Show a tool as the one in hand."""
        self._tiles[key].setChecked(True)

    def tile(self, key: str) -> Tile:
        """Give the tile of a tool."""
        return self._tiles[key]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the tiles in as many columns as fit."""
        super().resizeEvent(event)
        self._lay_out(COLUMNS if self.width() >= ROOMY else FEWER)

    def _lay_out(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for place, tile in enumerate(self._tiles.values()):
            self._grid.addWidget(tile, place // columns, place % columns)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, int(column < columns))
