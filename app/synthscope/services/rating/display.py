"""The check of a rater's display: scale, distance, grey steps. It warns, its findings are kept, it forbids nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

CARD_MM = (85.60, 53.98)
"""Width and height of a bank card (ISO/IEC 7810, ID-1)."""
RAMP = tuple(round(255 * step / 17) for step in range(18))
"""Grey values of the 18 steps of the ramp, as in the TG18-QC pattern (AAPM 2005)."""
DARK, LIGHT = (0, 13), (255, 242)
"""Grey value of a field and of the patch in it: 5 % and 95 % of white."""
Side = Literal["left", "right", "up", "down", ""]
"""Where in its field a patch lies, or was said to lie; empty for not seen."""
Stage = Literal["seat", "card", "distance", "ramp", "dark", "light", "told"]
STAGES: tuple[Stage, ...] = ("seat", "card", "distance", "ramp", "dark", "light", "told")
_WIDTHS = (80.0, 2000.0)
_DISTANCES = (20, 400)
_SLOWEST = 50.0
"""Frames a second below which a screen is called slow."""


@dataclass(frozen=True)
class ScreenFacts:
    """What the system says of a screen.

    Parameters
    ----------
    pixels : (int, int)
        Width and height of the screen, in pixels as the system counts them.
    device_pixel_ratio : float
        Pixels of the device in one of those.
    refresh_hz : float
        Frames a second; 0 where the system does not say.
    said_mm : (float, float)
        Width and height as the screen itself says; 0 where it does not.
    """

    pixels: tuple[int, int]
    device_pixel_ratio: float
    refresh_hz: float = 0.0
    said_mm: tuple[float, float] = (0.0, 0.0)


class DisplayCheck:
    """Leads through `STAGES`.

    Parameters
    ----------
    patches : (Side, Side)
        Where the dark patch and the light one lie.
    before : mapping, optional
        What was found last; on a screen of the same facts, scale and distance begin there.

    Attributes
    ----------
    stage : Stage
    card : float
        Width of the card on the screen, in pixels as the system counts them.
    distance : int
        From the eyes to the screen, in cm.
    """

    def __init__(self, patches: tuple[Side, Side], before: Mapping[str, Any] | None = None) -> None:
        self.screen = ScreenFacts((0, 0), 1.0)
        self.patches = patches
        self.stage: Stage = "seat"
        self.card = 324.0  # at 96 pixels an inch
        self.distance = 60
        self._has_card = True
        self._tells_steps = False
        self._said: dict[str, Side] = {}
        self._before = before or {}

    def sit(self, screen: ScreenFacts) -> None:
        """Begin, at that screen."""
        self.screen = screen
        if self._before.get("screen") == _plain(screen):
            self.distance = int(self._before["distance_mm"]) // 10
            scale = float(self._before["mm_per_pixel"])
            self.card = CARD_MM[0] / scale / screen.device_pixel_ratio if scale else self.card
        self._before = {}
        self.go_on()

    def widen(self, pixels: float) -> None:
        """Draw the card wider; less than 0 makes it narrower."""
        self.card = min(max(self.card + pixels, _WIDTHS[0]), _WIDTHS[1])

    def move_back(self, centimetres: int) -> None:
        """State a larger distance; less than 0 makes it smaller."""
        self.distance = min(max(self.distance + centimetres, _DISTANCES[0]), _DISTANCES[1])

    def take_card(self, *, held: bool) -> None:
        """Take the width as it is drawn, or say that no card is at hand."""
        self._has_card = held
        self.go_on()

    def tell_steps(self, *, all_of_them: bool) -> None:
        """Say whether each grey step differs from the next to the eye."""
        self._tells_steps = all_of_them
        self.go_on()

    def tell_patch(self, side: Side) -> None:
        """Say where in its field the patch lies; empty for not seen."""
        self._said[self.stage] = side
        self.go_on()

    def go_on(self) -> None:
        """Go to the next stage; at the last it stays."""
        self.stage = STAGES[min(STAGES.index(self.stage) + 1, len(STAGES) - 1)]

    def again(self) -> None:
        """Begin anew; scale and distance stay as they were set."""
        self.stage = "seat"

    def warnings(self) -> tuple[str, ...]:
        """Say what may spoil what is seen, and what would mend it."""
        screen, missed = self.screen, [name for name, side in self._patches().items() if self._said.get(name) != side]
        found = {
            f"The system scales the screen by {screen.device_pixel_ratio:g}, which blurs pictures; set 100 % or 200 %.":
                screen.device_pixel_ratio != round(screen.device_pixel_ratio),
            f"The screen shows {screen.refresh_hz:.0f} frames a second; choose 60 or more in the system's settings.":
                0 < screen.refresh_hz < _SLOWEST,
            "The scale of the screen was not measured: no card was at hand.": not self._has_card,
            "Not all grey steps could be told apart; turn off night light and look straight at the screen.":
                not self._tells_steps,
            "The dark patch was not found; make the screen brighter, and let no light fall on it.": "dark" in missed,
            "The light patch was not found; lower the contrast of the screen.": "light" in missed,
        }  # fmt: skip
        return tuple(sentence for sentence, is_so in found.items() if is_so)

    def found(self) -> dict[str, Any]:
        """Give what is kept: JSON."""
        scale = CARD_MM[0] / (self.card * self.screen.device_pixel_ratio) if self._has_card else 0.0
        patches = self._patches().items()
        return {
            "screen": _plain(self.screen),
            "mm_per_pixel": scale,
            "distance_mm": 10 * self.distance,
            "steps_told_apart": self._tells_steps,
            "patches": {name: {"at": side, "said": self._said.get(name, "")} for name, side in patches},
            "warnings": list(self.warnings()),
        }

    def _patches(self) -> dict[str, Side]:
        return {"dark": self.patches[0], "light": self.patches[1]}


def _plain(screen: ScreenFacts) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(screen).items()}
