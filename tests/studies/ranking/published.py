"""Published choices: American League East 1987, home and away (Agresti 2002); citations of journals (Stigler 1994)."""

from __future__ import annotations

import numpy as np

from synthscope.studies.ranking.comparisons import Comparisons, make_comparisons

TEAMS = ("Baltimore", "Boston", "Cleveland", "Detroit", "Milwaukee", "New York", "Toronto")
WINS = np.array(
    [
        [0, 1, 7, 4, 2, 3, 1], [12, 0, 7, 2, 6, 7, 6], [6, 6, 0, 4, 4, 6, 5], [9, 11, 9, 0, 6, 5, 7],
        [11, 7, 9, 7, 0, 7, 9], [10, 6, 7, 8, 6, 0, 6], [12, 7, 8, 6, 4, 7, 0],
    ]
)  # fmt: skip
HOME = """
Milwaukee Detroit 4 3, Milwaukee Toronto 4 2, Milwaukee NewYork 4 3, Milwaukee Boston 6 1, Milwaukee Cleveland 4 2,
Milwaukee Baltimore 6 0, Detroit Milwaukee 3 3, Detroit Toronto 4 2, Detroit NewYork 4 3, Detroit Boston 6 0,
Detroit Cleveland 6 1, Detroit Baltimore 4 3, Toronto Milwaukee 2 5, Toronto Detroit 4 3, Toronto NewYork 2 4,
Toronto Boston 4 3, Toronto Cleveland 4 2, Toronto Baltimore 6 0, NewYork Milwaukee 3 3, NewYork Detroit 5 1,
NewYork Toronto 2 5, NewYork Boston 4 3, NewYork Cleveland 4 2, NewYork Baltimore 6 1, Boston Milwaukee 5 1,
Boston Detroit 2 5, Boston Toronto 3 3, Boston NewYork 4 2, Boston Cleveland 5 2, Boston Baltimore 6 0,
Cleveland Milwaukee 2 5, Cleveland Detroit 3 3, Cleveland Toronto 3 4, Cleveland NewYork 4 3, Cleveland Boston 4 2,
Cleveland Baltimore 2 4, Baltimore Milwaukee 2 5, Baltimore Detroit 1 5, Baltimore Toronto 1 6, Baltimore NewYork 2 4,
Baltimore Boston 1 6, Baltimore Cleveland 3 4
"""
"""Home team, away team, won at home, lost at home."""
JOURNALS = ("Biometrika", "Comm Statist", "JASA", "JRSS-B")
CITATIONS = np.array([[0, 730, 498, 221], [33, 0, 68, 17], [320, 813, 0, 142], [284, 276, 325, 0]])


def games() -> Comparisons:
    """Every game as a choice, the home team left."""
    left, right, choice = [], [], []
    for line in HOME.replace("\n", " ").split(","):
        home, away, won, lost = line.split()
        count = int(won) + int(lost)
        left += [home.replace("NewYork", "New York")] * count
        right += [away.replace("NewYork", "New York")] * count
        choice += [0] * int(won) + [1] * int(lost)
    return make_comparisons(left, right, np.array(choice))
