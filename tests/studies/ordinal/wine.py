"""Bitterness of wine: 9 judges, two temperatures, with and without contact of juice and skins (Randall 1989)."""

from __future__ import annotations

import numpy as np

ANSWERS = np.array(
    [
        2, 3, 3, 4, 4, 4, 5, 5, 1, 2, 1, 3, 2, 3, 5, 4, 2, 3, 3, 2, 5, 5, 4, 4, 3, 2, 3, 2, 3, 2, 5, 3, 2, 3, 4, 3,
        3, 3, 3, 3, 3, 2, 3, 2, 2, 4, 5, 4, 1, 1, 2, 2, 2, 3, 2, 3, 2, 2, 2, 3, 3, 3, 3, 4, 1, 2, 3, 2, 3, 2, 4, 4,
    ]
)  # fmt: skip
WARM = np.tile([0.0, 0, 0, 0, 1, 1, 1, 1], 9)
CONTACT = np.tile([0.0, 0, 1, 1, 0, 0, 1, 1], 9)
JUDGES = np.repeat(np.arange(9), 8)
DESIGN = np.column_stack([WARM, CONTACT])
NAMES = ("temp", "contact")
