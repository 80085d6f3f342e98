"""Picks a set: layers of the viewer, runs of the project, files and folders on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QListWidgetItem, QVBoxLayout, QWidget

from napari_synthscope.parts.set_members import Member
from synthscope.qt.buttons import IconButton
from synthscope.qt.fitted_list import FittedList
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import icon, set_role, tokens_of

ROWS = 5
_ICONS = {"layer": "layers-outline", "run": "creation", "path": "folder-image"}


class SetPick(QFrame):
    """Edits which members make a set; files that were added stay listed until the panel goes.

    Parameters
    ----------
    title : str
        What the set is.
    empty : str
        What to do where there is nothing to tick.

    Signals
    -------
    value_changed()
        Another member is ticked.
    """

    value_changed = Signal()

    def __init__(self, title: str, tip: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._title = title
        self._offered: tuple[Member, ...] = ()
        self._added: list[Member] = []
        # create
        self.list = FittedList(ROWS)
        self.words = WrappingLabel(role="muted")
        self.remark = WrappingLabel(role="warning")
        self.files = IconButton("file-image-plus-outline", f"Add image files: {title.casefold()}")
        self.folder = IconButton("folder-plus-outline", f"Add a folder of images: {title.casefold()}")
        self._empty = WrappingLabel(empty, role="muted")
        # lay out
        self._lay_out(tip)
        # connect
        self.list.itemChanged.connect(lambda _item: self.value_changed.emit())
        self.files.clicked.connect(self.ask_files)
        self.folder.clicked.connect(self.ask_folder)
        self._fill(())

    def value(self) -> tuple[Member, ...]:
        """Give the members that are ticked, in the order of the list."""
        members = self._members()
        return tuple(m for m, item in zip(members, self._items(), strict=True) if _ticked(item))

    def keys(self) -> tuple[str, ...]:
        """Give the keys of the members that are ticked."""
        return tuple(member.key for member in self.value())

    def set_value(self, keys: Iterable[str]) -> None:
        """Tick members by their keys; those that are not listed are left out."""
        self._fill(tuple(keys))
        self.value_changed.emit()

    def offer(self, members: Iterable[Member]) -> None:
        """List members of the viewer and the project; what was ticked stays ticked."""
        ticked = self.keys()
        self._offered = tuple(members)
        self._fill(ticked)
        if self.keys() != ticked:
            self.value_changed.emit()

    def add_paths(self, paths: Iterable[Path]) -> None:
        """List files or folders and tick them."""
        new = [path_member(path) for path in paths]
        ticked = (*self.keys(), *(member.key for member in new))
        known = {member.key for member in self._members()}
        self._added += [member for member in new if member.key not in known]
        self.set_value(ticked)

    def say(self, words: str, problem: str = "") -> None:
        """Say what is ticked, in words, or why it cannot be opened."""
        for label, text in ((self.words, words), (self.remark, problem)):
            label.setText(text)
            label.setVisible(bool(text))

    def ask_files(self) -> None:
        """Ask which files."""
        names, _ = QFileDialog.getOpenFileNames(self, f"Image files: {self._title.casefold()}")
        if names:
            self.add_paths(Path(name) for name in names)

    def ask_folder(self) -> None:
        """Ask which folder."""
        name = QFileDialog.getExistingDirectory(self, f"Folder of images: {self._title.casefold()}")
        if name:
            self.add_paths([Path(name)])

    def _members(self) -> tuple[Member, ...]:
        return (*self._offered, *self._added)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(i) for i in range(self.list.count())]

    def _fill(self, ticked: tuple[str, ...]) -> None:
        members, tokens = self._members(), tokens_of(self)
        self.list.blockSignals(True)
        self.list.clear()
        for member in members:
            item = QListWidgetItem(icon(_ICONS[_kind(member)], tokens.muted), member.title)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if member.key in ticked else Qt.CheckState.Unchecked)
            item.setToolTip(f"{member.title}\n{_tip(member)}")
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.fit()
        for item in filter(_ticked, self._items()):
            self.list.scrollToItem(item)  # what is ticked is in sight, also where many runs stand before it
            break
        self.list.setVisible(bool(members))
        self._empty.setVisible(not members)

    def _lay_out(self, tip: str) -> None:
        title = QLabel(self._title)
        set_role(title, "title")
        title.setToolTip(tip)
        self.list.setAccessibleName(self._title)
        self.list.setToolTip(tip)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(title, 1)
        head.addWidget(self.files)
        head.addWidget(self.folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self.list, self._empty, self.words, self.remark):
            column.addWidget(widget)
        self.say("")


def path_member(path: Path) -> Member:
    """List a file or folder."""
    title = f"{path.parent.name}/{path.name}" if path.parent.name else path.name
    return Member(f"path:{path}", title, path=path)


def _kind(member: Member) -> str:
    return "layer" if member.layer is not None else "run" if member.run is not None else "path"


def _tip(member: Member) -> str:
    if member.path is not None:
        return "A folder: each image in it" if member.path.is_dir() else "A file"
    return "A run of this project" if member.run is not None else "A layer of the viewer"


def _ticked(item: QListWidgetItem) -> bool:
    ticked: bool = item.checkState() == Qt.CheckState.Checked
    return ticked
