"""What a rater draws on the pictures of a trial: marks of three shapes, or traced lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from synthscope.records.study import QuestionKind
from synthscope.records.study_events import Mark, MarkShape

SHAPES: tuple[MarkShape, ...] = ("point", "box", "region")
"""In the order in which the key for the shape goes through them."""
Point = tuple[float, float]


@dataclass
class Drawing:
    """Drawn so far; points are (y, x) in voxels of the picture.

    Parameters
    ----------
    kind : "marks" or "trace"
    shape : MarkShape
        Of the next mark.
    reason : str
        Of the next mark; empty for none.
    """

    kind: QuestionKind
    shape: MarkShape = "point"
    reason: str = ""
    marks: list[Mark] = field(default_factory=list)
    lines: list[list[Point]] = field(default_factory=lambda: [[]])
    _begun: list[Point] = field(default_factory=list)
    _at: tuple[int, int] = (0, 0)

    @property
    def is_begun(self) -> bool:
        """Whether a mark is being drawn that has not ended."""
        return bool(self._begun)

    def press(self, place: int, slice_: int, point: Point) -> None:
        """Begin a mark, or add a point to the line."""
        self._at = (place, slice_)
        if self.kind == "trace":
            self.lines[-1].append(point)
        else:
            self._begun = [point]

    def move(self, point: Point) -> None:
        """Draw on while the button is held."""
        if self._begun and self.shape == "box":
            self._begun = [self._begun[0], point]
        elif self._begun and self.shape == "region":
            self._begun.append(point)

    def release(self) -> bool:
        """End a mark; give False where nothing was marked: a box without an area, a region of fewer than 3 points."""
        points, self._begun = tuple(self._begun), []
        if not points or not _is_whole(self.shape, points):
            return False
        self.marks.append(Mark(self.shape, points, *self._at, self.reason))
        return True

    def undo(self) -> bool:
        """Take back what is being drawn, else the last mark or point; give False where there is none."""
        if self._begun:
            self._begun = []
            return True
        if self.kind == "marks":
            return bool(self.marks and self.marks.pop())
        if not self.lines[-1] and len(self.lines) > 1:
            self.lines.pop()
        return bool(self.lines[-1] and self.lines[-1].pop())

    def next_shape(self) -> None:
        """Take the next of `SHAPES`; not while a mark is being drawn."""
        if not self._begun:
            self.shape = SHAPES[(SHAPES.index(self.shape) + 1) % len(SHAPES)]

    def next_reason(self, reasons: tuple[str, ...]) -> None:
        """Take the next reason; after the last, none."""
        every = ("", *reasons)
        self.reason = every[(every.index(self.reason) + 1) % len(every)]

    def next_line(self) -> None:
        """Begin another line, where the present one has two points."""
        if len(self.lines[-1]) > 1:
            self.lines.append([])

    def value(self) -> list[Any]:
        """Give the answer: marks, or lines of at least two points."""
        return list(self.marks) if self.kind == "marks" else [line for line in self.lines if len(line) > 1]

    def drawn(self) -> list[Mark]:
        """Give everything to be painted, the unfinished too; a line as a region that the painter leaves open."""
        begun = [Mark(self.shape, tuple(self._begun), *self._at)] if self._begun else []
        lines = [Mark("region", tuple(line), *self._at) for line in self.lines if line]
        return [*self.marks, *begun, *lines]


def _is_whole(shape: MarkShape, points: tuple[Point, ...]) -> bool:
    if shape == "box":
        return len(points) == 2 and points[0][0] != points[1][0] and points[0][1] != points[1][1]
    return shape == "point" or len(points) >= 3
