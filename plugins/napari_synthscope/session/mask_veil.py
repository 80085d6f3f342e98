"""The paint of the mask is hidden while a candidate is shown, which lies under it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


class MaskVeil:
    """Hides the paint of the mask while a candidate is shown, which lies under it."""

    def __init__(self, session: Session) -> None:
        self._session = weakref.ref(session)
        self._hidden: weakref.ref[Any] | None = None

    def draw(self) -> None:
        """Hide the mask, if it is visible."""
        session = self._session()
        mask = session.mask if session is not None else None
        if mask is not None and mask.visible:
            self._hidden = weakref.ref(mask)
            mask.visible = False

    def lift(self) -> None:
        """Show it again, if it was hidden by this."""
        mask, self._hidden = self._hidden() if self._hidden is not None else None, None
        if mask is not None:
            mask.visible = True
