"""The check of a display: what it finds, what it warns of, what it remembers."""

from __future__ import annotations

import itertools
import json

import pytest

from synthscope.services.rating.display import CARD_MM, RAMP, STAGES, DisplayCheck, ScreenFacts, Side

GOOD = ScreenFacts((1920, 1080), 1.0, 60.0, (510.0, 290.0))


def checked(
    screen: ScreenFacts = GOOD, *, card: bool = True, steps: bool = True, said: tuple[Side, Side] = ("left", "up")
) -> DisplayCheck:
    check = DisplayCheck(("left", "up"))
    check.sit(screen)
    check.widen(428 - check.card)
    check.take_card(held=card)
    check.go_on()
    check.tell_steps(all_of_them=steps)
    for side in said:
        check.tell_patch(side)
    return check


def test_who_sees_everything_is_warned_of_nothing_and_the_scale_is_that_of_the_card() -> None:
    check = checked()
    assert (check.stage, check.warnings()) == ("told", ())
    found = check.found()
    assert found["mm_per_pixel"] == pytest.approx(CARD_MM[0] / 428)
    assert found["distance_mm"] == 600
    assert found["screen"] == {"pixels": [1920, 1080], "device_pixel_ratio": 1.0, "refresh_hz": 60.0,
                               "said_mm": [510.0, 290.0]}  # fmt: skip
    assert found["patches"] == {"dark": {"at": "left", "said": "left"}, "light": {"at": "up", "said": "up"}}
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"screen": ScreenFacts((1536, 864), 1.25, 60.0)}, "scales the screen by 1.25"),
        ({"screen": ScreenFacts((1920, 1080), 1.0, 30.0)}, "30 frames a second"),
        ({"card": False}, "no card"),
        ({"steps": False}, "grey steps"),
        ({"said": ("right", "up")}, "dark patch"),
        ({"said": ("left", "")}, "light patch"),
    ],
)
def test_each_fault_is_warned_of_alone_and_is_kept(fault: dict, said: str) -> None:
    check = checked(**fault)
    (warning,) = check.warnings()
    assert said in warning
    assert check.found()["warnings"] == [warning]


def test_a_screen_that_does_not_tell_its_frames_is_no_fault() -> None:
    assert checked(ScreenFacts((1920, 1080), 2.0)).warnings() == ()


def test_pixels_of_a_finer_screen_are_those_of_the_device() -> None:
    assert checked(ScreenFacts((1920, 1080), 2.0)).found()["mm_per_pixel"] == pytest.approx(CARD_MM[0] / 856)


@pytest.mark.parametrize(("screen", "card", "distance"), [(GOOD, 428.0, 75), (ScreenFacts((800, 600), 1.0), 324.0, 60)])
def test_scale_and_distance_begin_where_they_were_on_the_same_screen_alone(
    screen: ScreenFacts, card: float, distance: int
) -> None:
    before = checked()
    before.move_back(15)
    check = DisplayCheck(("left", "left"), before.found())
    check.sit(screen)
    assert (check.card, check.distance) == (pytest.approx(card), distance)


def test_scale_and_distance_stay_within_what_can_be() -> None:
    check = DisplayCheck(("left", "left"))
    check.widen(1e9)
    check.move_back(10**9)
    assert (check.card, check.distance) == (2000, 400)
    check.widen(-1e9)
    check.move_back(-(10**9))
    assert (check.card, check.distance) == (80, 20)


def test_the_ramp_has_eighteen_even_steps_from_black_to_white_and_stages_end() -> None:
    assert (len(RAMP), RAMP[0], RAMP[-1]) == (18, 0, 255)
    assert {b - a for a, b in itertools.pairwise(RAMP)} == {15}
    check = DisplayCheck(("left", "left"))
    for _ in range(20):
        check.go_on()
    assert check.stage == STAGES[-1]
