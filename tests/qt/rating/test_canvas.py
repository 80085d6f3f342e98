"""Pictures of a trial: grey values as in the pack, one zoom and slice for all, one word when they are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.qt.rating.canvas import SURROUND, RatingCanvas


def flat(value, depth=3):
    return np.full((depth, 32, 32, 1), value, np.uint8)


@pytest.fixture
def canvas(qtbot):
    made = RatingCanvas(zoom=4.0)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def grey_at(canvas, point):
    return canvas.grab().toImage().pixelColor(point).red()


@pytest.mark.parametrize("count", range(1, 9))
def test_every_place_shows_the_grey_of_its_picture_and_is_found_by_the_mouse(canvas, count):
    values = [20 * (n + 1) for n in range(count)]
    canvas.show_pictures([flat(value) for value in values])
    centres = [place.center() for place in canvas.places()]
    assert [grey_at(canvas, centre.toPoint()) for centre in centres] == values
    assert [canvas.place_at(centre.x(), centre.y()) for centre in centres] == list(range(count))
    assert canvas.place_at(1, 1) is None
    assert all(canvas.rect().contains(place.toAlignedRect()) for place in canvas.places())


def test_drawn_is_said_once_for_each_trial(canvas, qtbot):
    said = []
    canvas.drawn.connect(lambda: said.append(1))
    with qtbot.waitSignal(canvas.drawn):
        canvas.show_pictures([flat(10)])
    canvas.repaint()
    assert len(said) == 1
    with qtbot.waitSignal(canvas.drawn):
        canvas.show_pictures([flat(20)])


def test_hidden_pictures_leave_the_surround_alone(canvas):
    canvas.show_pictures([flat(10)])
    canvas.hide_pictures()
    assert grey_at(canvas, canvas.rect().center()) == SURROUND.red()
    canvas.step(1)
    canvas.zoom_by(1)
    assert canvas.places() == ()


def test_slices_and_zoom_stay_within_their_limits_and_begin_anew_with_each_trial(canvas):
    stack = np.repeat(np.arange(3, dtype=np.uint8)[:, None, None, None] * 50, 32, 1).repeat(32, 2)
    canvas.show_pictures([stack, stack])
    assert (canvas.slice, canvas.zoom) == (1, 1.0)
    canvas.step(9)
    canvas.zoom_by(20)
    assert (canvas.slice, canvas.zoom) == (2, 4.0)
    assert {grey_at(canvas, place.center().toPoint()) for place in canvas.places()} == {100}
    canvas.zoom_by(-40)
    assert canvas.zoom == 1.0
    canvas.show_pictures([stack, stack])
    assert (canvas.slice, canvas.zoom) == (1, 1.0)


def test_pictures_of_two_shapes_are_refused(canvas):
    with pytest.raises(InputError, match="one shape"):
        canvas.show_pictures([flat(1), flat(1, depth=2)])
