"""Erases a rater from a study and is killed at the named place."""

import os
import signal
import sys
from pathlib import Path

from synthscope.services.studies import erasing
from synthscope.services.studies.study_file import StudyFile


def kill(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


folder, rater, place = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
study = StudyFile.open(folder)
if place == "erase_file":
    erasing.erase_file = kill
elif place:
    setattr(StudyFile, place, kill)
erasing.erase_rater(study, rater, "Ada", "A letter of 3 May.", demanded=True)
