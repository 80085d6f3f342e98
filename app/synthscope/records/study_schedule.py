"""What a schedule is made of, and what it came to: items in, slots with trials out."""

from __future__ import annotations

from dataclasses import dataclass

from synthscope.records.study_key import TrialKey
from synthscope.records.study_pack import Slot

SCHEDULE_FORMAT = "synthscope/study-schedule"
VERSION = 1


@dataclass(frozen=True)
class StudyItem:
    """One picture that can be shown.

    Parameters
    ----------
    item : str
        ``arm-index`` of the image in the design, or what it is for catch pictures, such as ``noise-0``.
    arm, letter : str
        Name of its arm and the letter that stands for it; empty for catch pictures.
    case : str
        What it was taken from: no two pictures of one case follow each other.
    code : str
        Opaque name of its picture.
    """

    item: str
    arm: str
    letter: str
    case: str
    is_real: bool
    code: str

    @property
    def is_catch(self) -> bool:
        """Whether it is a picture of no arm, for catch trials."""
        return not self.arm


@dataclass(frozen=True)
class Schedule:
    """Who sees what and when.

    Parameters
    ----------
    slots : tuple of Slot
        One for each rater; no more than this goes into that rater's pack.
    trials : tuple of TrialKey
        What each trial is for, in the order of slots and trials; this belongs to the key.
    """

    slots: tuple[Slot, ...]
    trials: tuple[TrialKey, ...]
    seed: int = 0
    format: str = SCHEDULE_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class Balance:
    """How even a schedule is: for each count, the largest less the smallest, over all raters.

    Parameters
    ----------
    sides : int
        Showings of an arm at each place, for one rater. In a forced choice: of the real picture, for one
        generator. 0 is exact.
    arms : int
        New trials of arms, for one rater.
    thirds : int
        New trials of an arm in the first, second and last third, for one rater.
    images : int
        New showings of the images of one arm, over all raters.
    carry_over : int
        How often an arm follows another, for one rater; 0 where trials show several arms.
    kind_run, arm_run : int
        The longest run of one kind (real or synthetic; in a forced choice: the place of the real one) and of one arm.
    case_neighbours : int
        Neighbouring trials that share a case.
    least_lag : int
        Trials from a new trial to its repeat, at least; 0 without repeats.
    repeats_in_third : int
        Repeats that came in the same third as what they repeat.
    """

    sides: int
    arms: int
    thirds: int
    images: int
    carry_over: int
    kind_run: int
    arm_run: int
    case_neighbours: int
    least_lag: int
    repeats_in_third: int
