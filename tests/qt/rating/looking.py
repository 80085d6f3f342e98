"""Every text that a process of a rater holds: on widgets, in the clipboard, in Python objects."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np
from qtpy.QtCore import QObject
from qtpy.QtGui import QClipboard
from qtpy.QtWidgets import QApplication, QWidget

_CODE = (type, ModuleType, BuiltinFunctionType, CodeType, FrameType)
"""What belongs to the program and not to the study: it is not walked through."""
_TEXTS = ("QString", "QByteArray", "QStringList", "QVariant")
"""Types of Qt's properties that hold text."""
_OF_PYSIDE = ("_PySideInvalidatePtr",)
"""A pointer, which Python cannot read."""


def widget_texts() -> set[str]:
    """Give every property of every Qt object that is a text, its name and title among them."""
    application = QApplication.instance()
    assert application is not None
    objects: list[QObject] = [application, *application.findChildren(QObject), *QApplication.allWidgets()]
    objects += [child for top in QApplication.topLevelWidgets() for child in top.findChildren(QObject)]
    return {text for one in objects for text in _properties(one)}


def _properties(one: QObject) -> Iterator[str]:
    about = one.metaObject()
    properties = [about.property(n) for n in range(about.propertyCount())]
    values = [each.read(one) for each in properties if each.typeName() in _TEXTS]
    added = [bytes(name).decode() for name in one.dynamicPropertyNames()]
    values += [*added, *(one.property(name) for name in added if name not in _OF_PYSIDE)]
    for value in values:
        for text in value if isinstance(value, list) else [value]:
            yield from texts_in(text)


def clipboard_texts() -> set[str]:
    """Give what lies in the clipboard, and in the selection."""
    clipboard, found = QApplication.clipboard(), set()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        mime = clipboard.mimeData(mode)
        if mime is not None:
            found |= {mime.text(), mime.html(), *mime.formats(), *(url.toString() for url in mime.urls())}
    return found


def reachable_texts(window: QWidget) -> set[str]:
    """Give every text in a Python object that can be reached from a window, through attributes, closures and all."""
    found: set[str] = set()
    waiting: list[Any] = [window, *window.findChildren(QObject)]
    seen: dict[int, Any] = {}
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, _CODE):
            continue
        seen[id(one)] = one  # kept, so that no other comes to lie at its place
        found.update(texts_in(one))
        waiting += _referents(one)
    return found


def _referents(one: Any) -> list[Any]:
    if isinstance(one, FunctionType):  # its globals are the program
        return [*(one.__closure__ or ()), *(one.__defaults__ or ()), one.__kwdefaults__, one.__dict__]
    return gc.get_referents(one)


def heap_texts() -> set[str]:
    """Give every text in any Python object of the process."""
    return {text for one in gc.get_objects() for inner in gc.get_referents(one) for text in texts_in(inner)}


def texts_in(one: Any) -> Iterable[str]:
    """Give the text of a text, of bytes, of a path or of an array."""
    if isinstance(one, str):
        return (one,)
    if isinstance(one, (bytes, bytearray)):
        return (bytes(one).decode("latin-1"),)
    if isinstance(one, Path):
        return (str(one),)
    if isinstance(one, np.ndarray) and one.dtype.kind in "SUui" and one.dtype.itemsize == 1:
        return (one.tobytes().decode("latin-1"),)
    return ()


def files_texts(*folders: Path) -> dict[str, str]:
    """Give the content and the name of every file below some folders; also as text of 16-bit letters."""
    found = {}
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        found[str(path)] = f"{path.name}\n{data.decode('latin-1')}\n{data.decode('utf-16-le', errors='replace')}"
    return found


def findings(texts: dict[str, Iterable[str]], words: Iterable[str]) -> list[tuple[str, str]]:
    """Give each place that holds a word, in any case of letters, with the word."""
    lower = {place: [text.casefold() for text in found] for place, found in texts.items()}
    return [
        (place, word)
        for word in words
        for place, found in lower.items()
        if any(word.casefold() in text for text in found)
    ]
