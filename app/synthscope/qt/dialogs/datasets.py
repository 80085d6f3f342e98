"""Which of the images in a file: a tree of names, sizes and types."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from synthscope.io.reading import Dataset


class DatasetChooser(QWidget):
    """Chooses one data set of an HDF5, NeXus, Zarr or multi-series file; its value is the path.

    Signals
    -------
    value_changed(str)
        Another data set is chosen; empty for a folder of them.
    activated(str)
        A data set was double-clicked, or Enter was pressed on it.
    """

    value_changed = Signal(object)
    activated = Signal(str)

    def __init__(self, datasets: Sequence[Dataset], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self._tree = QTreeWidget()
        self._items: dict[str, QTreeWidgetItem] = {}
        for dataset in datasets:
            self._add(dataset)
        # lay out
        self._lay_out()
        # connect
        self._tree.currentItemChanged.connect(lambda _new, _old: self.value_changed.emit(self.value()))
        self._tree.itemActivated.connect(lambda _item, _column: self._activate())
        if datasets:
            self.set_value(max(datasets, key=_voxels).path)

    def value(self) -> str:
        """Give the path of the chosen data set; empty when none is."""
        item = self._tree.currentItem()
        path = None if item is None else item.data(0, Qt.ItemDataRole.UserRole)
        return str(path or "")

    def set_value(self, path: str) -> None:
        """Choose a data set; an unknown path chooses none."""
        self._tree.setCurrentItem(self._items.get(path))

    def problem(self) -> str:
        """Say that one must be chosen."""
        return "" if self.value() else "Choose one of the images."

    def _activate(self) -> None:
        if self.value():
            self.activated.emit(self.value())

    def _add(self, dataset: Dataset) -> None:
        parent = self._tree.invisibleRootItem()
        *folders, name = dataset.path.strip("/").split("/")
        for folder in folders:
            parent = _child_named(parent, folder)
        size = " × ".join(map(str, dataset.shape))
        item = QTreeWidgetItem(parent, [dataset.title or name, size, dataset.dtype])
        item.setData(0, Qt.ItemDataRole.UserRole, dataset.path)
        item.setToolTip(0, dataset.name)
        self._items[dataset.path] = item

    def _lay_out(self) -> None:
        self._tree.setHeaderLabels(["Name", "Size", "Type"])
        self._tree.setAccessibleName("Images in the file")
        self._tree.expandAll()
        roots = (self._tree.topLevelItem(i) for i in range(self._tree.topLevelItemCount()))
        self._tree.setRootIsDecorated(any(root is not None and root.childCount() for root in roots))
        self._tree.setMinimumSize(420, 200)
        header = self._tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tree)


def _child_named(parent: QTreeWidgetItem, name: str) -> QTreeWidgetItem:
    for place in range(parent.childCount()):
        child = parent.child(place)
        if child.text(0) == name and child.data(0, Qt.ItemDataRole.UserRole) is None:
            return child
    return QTreeWidgetItem(parent, [name])


def _voxels(dataset: Dataset) -> int:
    count = 1
    for length in dataset.shape:
        count *= length
    return count if len(dataset.shape) > 1 else 0
