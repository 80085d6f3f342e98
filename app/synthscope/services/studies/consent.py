"""The text that a rater agrees to, as a start for the designer's own; the local board decides."""

from __future__ import annotations

from synthscope.records.study import PARADIGMS, StudyDesign

SECONDS = 8.0
"""Of a trial, as published studies measured them (5.8 to 8.7 s)."""


def introduction_of(design: StudyDesign) -> str:
    """Give the words that a rater reads first: what to do, and nothing that names an arm."""
    tasks = {
        "real-or-synthetic": "You will see one image at a time and say whether it was measured or made by a computer.",
        "forced-choice": "You will see images side by side. One of them was measured; say which.",
        "rating": "You will see one image at a time and answer questions about it.",
        "pairs": "You will see two images side by side and choose one.",
        "reference": "You will see a reference and a result, and judge the result.",
        "triplet": "You will see a reference and two images, and say which is nearer to the reference.",
        "exposure": "You will see images for a short time and say whether each was measured or made by a computer.",
        "marking": "You will see one image at a time and mark what looks wrong to you.",
        "task": "You will see one image at a time and count or trace what you are asked for.",
    }
    return (
        f"{tasks[design.paradigm]} There is no right or wrong that is shown to you, now or later in the study. "
        "Take the time that you need. Every answer is kept at once; you can pause at any moment and go on later."
    )


def consent_template(design: StudyDesign, trials: int) -> str:
    """Give a consent text for a design, with places in brackets that the designer fills in.

    Parameters
    ----------
    trials : int
        That each rater sees.
    """
    minutes = max(1, round(trials * SECONDS / 60))
    flips = ", changes between reference and result" if design.showing.flicker else ""
    viewing = (
        f"How you look at images (time, zoom, slices{flips}) is logged with your answers."
        if design.showing.viewing
        else "How you look at images is not logged; the time of each answer is."
    )
    question = PARADIGMS[design.paradigm].rstrip("?").casefold()
    return f"""Purpose. This study asks: {question}. [Say why, in a sentence.]

What you do. {trials} images or comparisons, about {minutes} minutes, with breaks.

It is voluntary. You can stop at any time, without a reason, and say whether the answers given so far may be used or \
are to be left out. Answers that are left out can be erased: on your own computer you do it yourself, where they were \
handed in [name] does it when you ask. Hashes and counts stay, which say nothing of what you answered; what was \
published before cannot be called back.

What is kept. Your answers under a pseudonym. {viewing} No camera, no sound, nothing outside this window. \
[Who holds the list of names, if there is one.]

How long. [Until when data are kept, and whether pseudonymised answers will be published.]

Interests. Tell us if you acquired any of these images, or trained a program on them; press R when you recognise one.

Contact. [Name, address, ethics board and number.]"""
