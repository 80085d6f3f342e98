"""What columns of a publication pack mean, and its README."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthscope.records.study import PARADIGMS
from synthscope.services.studies.erasures import OPEN
from synthscope.services.studies.preregistering import GRADES
from synthscope.services.studies.publication import Publication, analysis_digest
from synthscope.studies.sealing.heads import grouped, root_of

YES_NO = {True: "yes", False: "no"}
_LEVELS = {"yes": "it is so", "no": "it is not so"}
BIDS = "1.10.0"
Column = tuple[dict[str, Any], bool]
"""What a column says, and whether it is there after unblinding only."""

PARTICIPANTS: Mapping[str, Any] = {
    "participant_id": {"Description": "Name of the rater in this folder"},
    "slot": {"Description": "The rater's place in the schedule; analyses name raters by it"},
    "started": {"Description": "Whether any session of this rater is published", "Levels": _LEVELS},
    "trials_planned": {"Description": "Trials in the rater's schedule", "Units": "trials"},
    "sessions": {"Description": "Sessions that are published", "Units": "sessions"},
    "trials_answered": {"Description": "Trials with an answer", "Units": "trials"},
    "finished": {"Description": "Whether every trial was answered", "Levels": _LEVELS},
    "withdrawn": {"Description": "Whether the rater withdrew but let the answers be used", "Levels": _LEVELS},
    "excluded": {"Description": "Whether the rater was left out, decided on blinded answers", "Levels": _LEVELS},
    "exclusion_reason": {"Description": "Why, in words"},
}
STIMULI: Mapping[str, Column] = {
    "stim_code": ({"Description": "Opaque name of a picture"}, False),
    "letter": ({"Description": "Letter that stands for its arm; n/a for pictures of catch trials"}, False),
    "case": ({"Description": "What the picture was taken from; opaque before unblinding"}, False),
    "arm": ({"Description": "The designer's name of the arm"}, True),
    "kind": ({"Description": "Measured or made", "Levels": {"real": "measured", "synthetic": "generated"}}, True),
    "item": ({"Description": "Number of the arm and of the image in the design, or what a catch picture is"}, True),
}
METRICS: Mapping[str, Any] = {
    "metric": {"Description": "Name of the metric in the program"},
    "title": {"Description": "Its title"},
    "level": {
        "Description": "What the value is of",
        "Levels": {"image": "one picture", "pair": "a picture and its reference", "arm": "all pictures of an arm"},
    },
    "subject": {"Description": "Code of a picture, or letter of an arm"},
    "value": {"Description": "The value"},
    "low": {"Description": "Lower end of its interval; n/a where there is none"},
    "high": {"Description": "Upper end of its interval; n/a where there is none"},
    "higher_is_better": {"Description": "Whether larger values are nearer to real", "Levels": _LEVELS},
}
SCHEDULE: Mapping[str, Any] = {
    "participant_id": {"Description": "Whose schedule this is"},
    "mirrored": {"Description": "Whether scales were shown from right to left", "Levels": _LEVELS},
    "trial_index": {"Description": "Place of the trial, from 0", "Units": "trials"},
    "block": {"Description": "0 for training, then from 1 on"},
    "trial": {"Description": "Opaque name of the trial"},
    "stim_codes": {"Description": "Pictures from left to right"},
    "reference": {"Description": "Picture that the others are held against"},
}
BEHAVIOUR: Mapping[str, Column] = {
    "trial_index": ({"Description": "Place of the trial in the rater's schedule, from 0", "Units": "trials"}, False),
    "block": ({"Description": "0 for training, then from 1 on"}, False),
    "trial": ({"Description": "Opaque name of the trial"}, False),
    "stim_codes": ({"Description": "Pictures from left to right"}, False),
    "reference": ({"Description": "Picture that the others are held against"}, False),
    "letters": ({"Description": "Letters of the arms of the pictures, from left to right"}, False),
    "role": (
        {
            "Description": "What the trial was for",
            "Levels": {
                "test": "analysed",
                "repeat": "shown again, for agreement of a rater with oneself",
                "catch": "its answer is obvious",
                "training": "before the study; not analysed",
            },
        },
        False,
    ),
    "repeats": ({"Description": "Name of the trial that this one shows again"}, False),
    "paradigm": ({"Description": "Kind of the study", "Levels": dict(PARADIGMS)}, False),
    "question": ({"Description": "Which question was answered"}, False),
    "response": (
        {"Description": "The answer as it was given: a step, a place, a number, or JSON of marks, lines and texts"},
        False,
    ),
    "rt_ms": ({"Description": "From the picture to the answer", "Units": "ms"}, False),
    "dwell_ms": ({"Description": "For how long the picture was in sight", "Units": "ms"}, False),
    "onset_utc": ({"Description": "When the picture was drawn", "Units": "UTC, ISO 8601"}, False),
    "n_exposures": ({"Description": "How often the trial was shown until it was answered"}, False),
    "zoom_max": ({"Description": "Largest magnification used; n/a where none was logged"}, False),
    "slices_viewed": ({"Description": "How many slices were looked at; n/a where none were logged"}, False),
    "flips": (
        {"Description": "How often reference and result were changed in place; n/a where none was logged"},
        False,
    ),
    "focus_lost_ms": ({"Description": "For how long the window was without focus", "Units": "ms"}, False),
    "arms": ({"Description": "Names of the arms of the pictures, from left to right"}, True),
    "kinds": ({"Description": "Whether each picture, from left to right, is real or synthetic"}, True),
}

REMAIN = "Their heads and counts remain in `documents/analysis.json`."


def _erased_of(publication: Publication) -> str:
    words = []
    for one in publication.erased:
        anew = "; what had been computed with them was computed anew" if one.results else ""
        anew += ", the blind analysis too, after the key was opened" if OPEN in one.results else ""
        words.append(f"{one.rater} ({one.at[:10]}{anew})")
    return ", ".join(words)


def description_of(publication: Publication) -> dict[str, Any]:
    """Give ``dataset_description.json``."""
    return {
        "Name": publication.manifest.title + (" (blinded)" if publication.blind else ""),
        "BIDSVersion": BIDS,
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": "Synthscope", "Description": publication.frozen.program}],
    }


def readme_of(publication: Publication) -> str:
    """Give the README: what this is, what is in it, and how it is checked and analysed again."""
    frozen, analysis, gone = publication.frozen, publication.analysis, len(publication.withheld)
    state = (
        "This is the **blinded** pack: arms stand under letters, and nothing in it says which of them is real."
        if publication.blind
        else "The study is unblinded; `documents/key.json` says which picture is which."
    )
    if publication.simulated:
        state += "\n\n**These answers are of simulated raters: nobody has rated the images.**"
    metrics = "- `metrics.tsv`: values of metrics for the same pictures and arms.\n" if publication.beside else ""
    withheld = f"\n\nSessions held and not published, since their raters withdrew: {gone}. {REMAIN}" if gone else ""
    if publication.erased:
        begin = " Among them are those of raters whose answers" if gone else "\n\nAnswers of these raters"
        withheld += f"{begin} were erased for good: {_erased_of(publication)}."
    return f"""# {publication.manifest.title}

A blinded study of images by experts: {PARADIGMS[publication.manifest.paradigm].rstrip("?")}. {state}

Blinding grade {GRADES[frozen.grade]}. Frozen {frozen.at} by {frozen.program}.

## What is here

- `participants.tsv`: the raters. `sub-*/ses-*/beh/*_beh.tsv`: their answers, one row for each question of each trial.
- `stimuli.tsv`: the pictures under their codes. `schedule.tsv`: who was to see what, and when.
{metrics}- `events.jsonl`: everything that happened in the sessions, one chain of hashes for each.
- `documents/`: what was frozen, decided and found, as JSON. `flow.json`: raters and trials, counted.
- `environment.json`: versions of the programs that wrote this. `CHECKSUMS.sha256`: of every other file.
  `ro-crate-metadata.json`: what each file is, for repositories.

Every `.tsv` has a `.json` beside it that says what its columns mean, with levels and units. `n/a` is no value. The
layout follows the Brain Imaging Data Structure for behavioural experiments.{withheld}

## How to check it

`sha256sum -c CHECKSUMS.sha256` checks the files. Synthscope checks more: that the chains hold, that the tables follow
from the events, that what was frozen was not changed, and that the key is the one that was committed to. Then it
analyses the answers again and compares the hash of what it finds with that of what was published:

    synthscope study verify FOLDER

    {analysis_digest(analysis)}

Root of the heads of all sessions, as it could be noted when the study was closed:

    {grouped(root_of(analysis.heads))}

A chain of hashes proves that nothing was changed after its head was told to somebody else. It proves nothing about
what was written before.
"""
