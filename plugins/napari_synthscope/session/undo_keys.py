"""Ctrl+Z on a mask takes back the session's last step, whichever panel is open."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


def bind_undo_keys(layer: Any, session: Session) -> None:
    """Let the keys of *Undo* and *Redo* on a layer be the session's.

    napari's own know strokes only, and would take them back out of turn.
    """
    layer.bind_key("Control-Z", _calling(session, "undo"), overwrite=True)
    layer.bind_key("Control-Shift-Z", _calling(session, "redo"), overwrite=True)


def _calling(session: Session, verb: Literal["undo", "redo"]) -> Callable[[Any], None]:
    held = weakref.ref(session)  # a layer may outlive its session

    def call(_layer: Any) -> None:
        owner = held()
        if owner is not None:
            getattr(owner, verb)()

    return call
