"""Pictures of a study for its page: examples of every arm, those that raters got wrong or disagreed on, and marks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthscope.records.study_beside import DisagreedPicture
from synthscope.records.study_ratings import Rating
from synthscope.services.reporting.pictures import Picture
from synthscope.services.reporting.words import count, number
from synthscope.services.studies.reporting.contents import Picture as ReadPicture
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.shelves import Shelf, picture_of
from synthscope.studies.analysis.rows import rows_of

EACH = 6
"""Pictures in a row, at most."""
_STEPS = ("confidence", "scale")
_MISTAKEN = {False: "Synthetic, and most often taken for real", True: "Real, and most often taken for synthetic"}


def shelves_of(report: StudyReport, read: ReadPicture | None) -> tuple[Shelf, ...]:
    """Choose the pictures; none while the study is blind, since whoever sees them under letters may know them.

    Parameters
    ----------
    read : callable, optional
        From the code of a picture to its pixels, uint8 (Z, Y, X, C). A picture that cannot be read leaves a gap.
    """
    if report.blind or read is None:
        return ()
    found = [*_examples(report, read), *_judged(report, read), *_beside(report, read)]
    return tuple(shelf for shelf in found if shelf.pictures)


def _examples(report: StudyReport, read: ReadPicture) -> Iterator[Shelf]:
    rows = rows_of(report.answers.ratings) if report.answers else ()
    arms: dict[str, set[str]] = {}
    for row in rows:
        for code, letter in zip(row.codes, row.letters, strict=True):
            if letter:
                arms.setdefault(letter, set()).add(code)
    for letter, codes in sorted(arms.items()):
        ordered = sorted(codes)
        chosen = [ordered[i * len(ordered) // EACH] for i in range(EACH)] if len(ordered) > EACH else ordered
        arm = report.named(letter)
        kind = "real" if report.answers and letter in report.answers.real else "synthetic"
        words = f"{kind}; drawn evenly by code from {count(len(ordered), 'picture')}, not chosen"
        yield Shelf(arm, words, tuple(picture_of(read, code, f"A picture of {arm}", "") for code in chosen))


def _judged(report: StudyReport, read: ReadPicture) -> Iterator[Shelf]:
    answers = report.answers
    asked = next((one for one in answers.questions if one.kind in _STEPS), None) if answers else None
    if answers is None or asked is None:
        return
    rows = [row for row in rows_of(answers.ratings, asked.id) if len(row.codes) == 1]
    values: dict[str, list[float]] = {}
    of = {row.codes[0]: row for row in rows}
    for row in rows:
        values.setdefault(row.codes[0], []).append(float(row.value))
    if asked.kind == "confidence":
        middle = (len(asked.labels) + 1) / 2
        yield from _mistaken(report, read, of, values, middle)
    else:
        spread = {code: float(np.ptp(own)) for code, own in values.items() if len(own) > 1}
        yield _shelf(
            report, read, "Raters disagreed most", f"Answers to: {asked.prompt} From the widest range on.", of,
            {code: (-width, f"{number(min(values[code]))} to {number(max(values[code]))}")
             for code, width in spread.items() if width > 0},
        )  # fmt: skip


def _mistaken(
    report: StudyReport, read: ReadPicture, of: dict[str, Rating], values: dict[str, list[float]], middle: float
) -> Iterator[Shelf]:
    """Give synthetic pictures that were taken for real, and real ones that were taken for synthetic."""
    for real, title in _MISTAKEN.items():
        wrong = {}
        for code, own in values.items():
            if of[code].truth[0] is real:
                missed = sum((value > middle) is real for value in own)
                wrong[code] = (-missed / len(own), f"{missed} of {len(own)}")
        wrong = {code: one for code, one in wrong.items() if one[0] < 0}
        yield _shelf(report, read, title, "By how many of those who saw it.", of, wrong)


def _shelf(
    report: StudyReport, read: ReadPicture, title: str, words: str, of: dict[str, Rating],
    ranked: dict[str, tuple[float, str]],
) -> Shelf:  # fmt: skip
    chosen = sorted(ranked, key=lambda code: (ranked[code][0], code))[:EACH]
    pictures = []
    for code in chosen:
        arm, said = report.named(of[code].letters[0]), ranked[code][1]
        pictures.append(picture_of(read, code, f"A picture of {arm}, {said}", f"{arm}: {said}"))
    return Shelf(title, words, tuple(pictures))


def _beside(report: StudyReport, read: ReadPicture) -> Iterator[Shelf]:
    found = report.beside.disagreements if report.beside else ()
    words = "Places from 0 (worst of all pictures) to 1 (best); marks of raters are drawn over the pictures."
    titles = {one.metric: one.title for one in report.beside.values} if report.beside else {}
    for metric in dict.fromkeys(one.metric for one in found):
        for praised in (True, False):
            own = [one for one in found if one.metric == metric and (one.metric_place > one.rating_place) is praised]
            name = titles.get(metric, metric)
            title = f"Good by “{name}”, not to raters" if praised else f"Good to raters, not by “{name}”"
            yield Shelf(title, words, tuple(_disagreed(report, read, one) for one in own[:EACH]))


def _disagreed(report: StudyReport, read: ReadPicture, one: DisagreedPicture) -> Picture:
    caption = f"{report.named(one.letter)}: metric {one.metric_place:.2f}, raters {one.rating_place:.2f}"
    return picture_of(read, one.code, f"A picture of {caption}", caption, one.marks)
