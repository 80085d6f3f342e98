"""Human judgements of realism of CIFAR-10 and LSUN bedrooms (Stein et al. 2023), where their files are."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from tests.conftest import DATA

from synthscope.studies.tables import RatingTable, make_table

FOLDER = DATA.parent / "known_answers" / "stein2023"
FD = np.array(
    [
        1301.38, 1208.26, 1088.56, 921.34, 881.73, 358.07, 353.25, 326.66, 305.92, 212.30, 204.60, 148.27, 141.65,
    ]
)  # fmt: skip
"""FD-DINOv2 of 13 models of CIFAR-10, in the order of ERRORS."""
ERRORS = np.array(
    [0.0880, 0.1482, 0.1696, 0.1308, 0.2056, 0.3362, 0.3356, 0.3868, 0.3930, 0.399615, 0.3988, 0.436852, 0.4358]
)
"""Mean error rates of the participants."""


def error_rates(name: str) -> RatingTable:
    """Error rates of participants (each saw one model), as a table of participants by models."""
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"known_answers/stein2023/{name}.csv (layer6ai-labs/dgm-eval, MIT) is not beside the images")
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    people = [f"{k:03d}" for k in range(len(rows))]
    return make_table(people, [row["model"] for row in rows], np.array([float(row["err_rt"]) for row in rows]))


def distances(table: RatingTable) -> np.ndarray:
    """FD-DINOv2 in the order of the table's models, found by their error rates."""
    nearest = np.abs(table.means[:, None] - ERRORS[None]).argmin(axis=1)
    assert sorted(nearest) == list(range(13))
    return np.asarray(FD[nearest])
