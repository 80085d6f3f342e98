"""Whether an arm moves every threshold alike: the proportional-odds assumption, tested column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import chi2

from synthscope.errors import InputError, WorkError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.ordinal.categories import make_scale
from synthscope.studies.ordinal.cumulative import check_link, linear_of, maximise, start
from synthscope.studies.ordinal.links import Link

CAVEAT = "Each answer counts as independent here, so that p is too small when raters differ; look at the size first."


def check_proportional(
    answers: np.ndarray, design: np.ndarray, names: Sequence[str], factors: Mapping[str, Sequence[str]], *,
    link: Link = "logit",
) -> tuple[Estimate, ...]:
    """Test each factor's slopes for being the same at every threshold, by a likelihood-ratio test.

    The larger model lets the columns of the factor have a slope of their own at each threshold (partial proportional
    odds; Peterson & Harrell 1990).

    Parameters
    ----------
    factors : mapping
        From a title to the columns that belong together, such as all arms.

    Returns
    -------
    tuple of Estimate
        ``proportional-odds`` for each factor: the statistic as value, its degrees of freedom and p; not numbers, with
        the reason as a caveat, where the larger model has no finite answer.

    Raises
    ------
    InputError
        When the scale has two used steps, where there is nothing to test.
    """
    check_link(link)
    scale = make_scale(answers, design, names)
    if scale.levels < 3:
        raise InputError("Two steps of the scale were used, and one threshold is always proportional; skip the check.")
    linear = linear_of(scale)
    plain, found, _ = maximise(linear, start(scale, link), link)
    rows = []
    for title, columns in factors.items():
        places = [scale.names.index(name) for name in columns]
        wider = linear_of(scale, places)
        first = np.concatenate([plain, np.zeros(wider.upper.shape[1] - len(plain))])
        df = len(first) - len(plain)
        try:
            gain = 2 * (maximise(wider, first, link, endless=np.inf)[1].value.sum() - found.value.sum())
            rows.append(_row(title, float(gain), df, len(scale.steps)))
        except WorkError as error:
            rows.append(_row(title, np.nan, df, len(scale.steps), (str(error),)))
    return tuple(rows)


def _row(title: str, gain: float, df: int, n: int, more: tuple[str, ...] = ()) -> Estimate:
    return Estimate(
        "proportional-odds", "Slopes the same at every threshold", gain, n=n, subject=title, df=float(df),
        statistic=gain, p_value=float(chi2.sf(gain, df)), caveats=(CAVEAT, *more),
        method="likelihood-ratio test against slopes of each threshold's own",
        citation="Peterson & Harrell 1990, Applied Statistics 39:205",
    )  # fmt: skip
