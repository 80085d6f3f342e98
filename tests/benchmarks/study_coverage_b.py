"""Simulated studies of ratings, choices and metrics, whose truth is known, and the seconds that 100 000 ratings take.

Run as ``python tests/benchmarks/study_coverage_b.py`` it tells the seconds; study_coverage.py tells the coverage.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.stats import norm

from synthscope.records.study_events import Mark
from synthscope.studies.correspondence.ceiling import leave_one_out, split_half
from synthscope.studies.correspondence.comparing import compare_metrics
from synthscope.studies.correspondence.correlations import pearson, permutation_p, spearman
from synthscope.studies.correspondence.drawing import Centring, interval
from synthscope.studies.correspondence.levels import correspond
from synthscope.studies.correspondence.marks import compare_maps, mark_density
from synthscope.studies.ordinal.categories import arm_columns
from synthscope.studies.ordinal.contrasts import contrasts, slope_estimates
from synthscope.studies.ordinal.crossing import RandomTerm, rater_by_arm
from synthscope.studies.ordinal.cumulative import OrdinalFit, fit_cumulative
from synthscope.studies.ordinal.mixed import fit_marginal, fit_or_fall_back, make_marginal
from synthscope.studies.ordinal.profile import profile_interval
from synthscope.studies.ordinal.proportional import check_proportional
from synthscope.studies.ordinal.serial import serial_terms
from synthscope.studies.ordinal.times import fit_times
from synthscope.studies.ranking.bradley_terry import fit_preferences
from synthscope.studies.ranking.comparisons import Comparisons, make_comparisons
from synthscope.studies.ranking.drawing import resample_raters
from synthscope.studies.ranking.fit_quality import count_triads, goodness_of_fit
from synthscope.studies.ranking.ranks import drawn_estimates, rank_estimates, score_estimates
from synthscope.studies.screening.kurtosis import screen_by_kurtosis
from synthscope.studies.screening.projection import project
from synthscope.studies.tables import RatingTable, make_table

Study = Callable[[np.random.Generator], dict[str, bool]]


def grid(*sizes: int) -> tuple[np.ndarray, ...]:
    return tuple(v.ravel() for v in np.meshgrid(*map(range, sizes), indexing="ij"))


def inside(fit: OrdinalFit, truth: float) -> bool:
    (row,) = [row for row in contrasts(fit, ["1"], "0") if row.name == "latent-difference"]
    return row.low < truth < row.high


def graded(rng: np.random.Generator, raters: int, cases: int, truth: float) -> tuple[np.ndarray, ...]:
    """Give answers of five steps, and rater, case and arm of each."""
    rater, case, arm = grid(raters, cases, 2)
    latent = truth * arm + rng.normal(0, 0.8, raters)[rater] + rng.normal(0, 1, (cases, 2))[case, arm]
    latent = latent + rng.normal(0, 0.4, (raters, 2))[rater, arm]
    return np.digitize(latent + rng.logistic(size=len(latent)), [-1.5, -0.3, 0.9, 2.1]), rater, case, arm


def ordinal(raters: int, cases: int, truth: float) -> Study:
    """Two arms of different images, rater SD 0.8, case SD 1, raters differ between arms by SD 0.4 in each."""
    head = f"Contrast of arms, {raters} raters x {cases} images an arm, true difference {truth:g}: "

    def study(rng: np.random.Generator) -> dict[str, bool]:
        answers, rater, case, arm = graded(rng, raters, cases, truth)
        columns, names = arm_columns([str(a) for a in arm])
        terms = [RandomTerm("rater", rater), RandomTerm("case", 2 * case + arm), rater_by_arm(rater, arm)]
        mixed = fit_or_fall_back(answers, columns, names, terms, rater)
        half = norm.ppf(0.975) * mixed.errors[0]
        plain = fit_cumulative(answers, columns, names, clusters=rater)
        return {
            f"{head}pooled (each answer independent)": inside(fit_cumulative(answers, columns, names), truth),
            f"{head}clustered by rater": inside(plain, truth),
            f"{head}mixed, raters and cases": inside(
                fit_or_fall_back(answers, columns, names, terms[:2], rater), truth
            ),
            f"{head}mixed, and raters by arm": inside(mixed, truth),
            f"{head}the same, with normal quantiles": abs(mixed.slopes[0] - truth) < half,
        }

    return study


def clustered(raters: int, cases: int, truth: float) -> Study:
    """The same studies by models without random terms, which take a hundredth of the time."""
    head = f"Contrast of arms, {raters} raters x {cases} images an arm, true difference {truth:g}: "

    def study(rng: np.random.Generator) -> dict[str, bool]:
        answers, rater, case, arm = graded(rng, raters, cases, truth)
        columns, names = arm_columns([str(a) for a in arm])
        crossed = fit_cumulative(answers, columns, names, clusters=rater, cases=2 * case + arm)
        return {f"{head}clustered by rater and image (where ours falls back)": inside(crossed, truth)}

    return study


def profiled(rng: np.random.Generator) -> dict[str, bool]:
    rater, arm, _ = grid(8, 2, 10)
    latent = arm + rng.normal(0, 1, 8)[rater]
    answers = np.digitize(latent + rng.logistic(size=len(latent)), [-1, 0.5, 2])
    marginal = make_marginal(answers, arm[:, None].astype(float), ["arm"], [RandomTerm("rater", rater)])
    low, high = profile_interval(marginal, fit_marginal(marginal), "arm")
    return {"Slope by profile likelihood, random raters alone, 8 raters x 20 answers": low < 1 < high}


def proportional(rng: np.random.Generator) -> dict[str, bool]:
    arm = np.repeat([0.0, 1.0], 150)
    answers = np.digitize(0.7 * arm + rng.logistic(size=300), [-1, 0.3, 1.8])
    (row,) = check_proportional(answers, arm[:, None], ["arm"], {"arm": ["arm"]})
    return {"Test of proportional odds, 300 independent answers": row.p_value > 0.05}


def serial(rng: np.random.Generator) -> dict[str, bool]:
    rater, ordinal = grid(12, 80)
    answers = np.digitize(rng.normal(0, 1, 12)[rater] + rng.logistic(size=960), [-1.2, 0, 1.2])
    terms = serial_terms(rater, ordinal, ordinal // 40, answers)
    fit = fit_cumulative(answers[terms.kept], terms.columns, terms.names, clusters=rater[terms.kept])
    rows = slope_estimates(fit, {"trial": "", "previous": ""})
    return {
        f"Serial term `{row.name}`, none there, 12 raters x 80 trials": row.low < 0 < row.high for row in rows
    }


def times(rng: np.random.Generator) -> dict[str, bool]:
    rater, case = grid(10, 30)
    right, arm = rng.random(300) < 0.7, np.where(case % 2, "b", "a")
    logs = 8 + 0.2 * right + 0.1 * (arm == "b") + rng.normal(0, 0.3, 10)[rater] + rng.normal(0, 0.15, 30)[case]
    model = fit_times(np.exp(logs + rng.normal(0, 0.4, 300)), arm, right, case, rater, case, mads=9)
    rows = {row.subject: row for row in model.estimates}
    return {
        f"Ratio of answer times, {title}": rows[name].low < np.exp(true) < rows[name].high
        for name, title, true in (("correct", "right answers, 10 raters x 30", 0.2), ("b", "arms of 15 images", 0.1))
    }


def tastes(rng: np.random.Generator, raters: int, scores: np.ndarray, spread: float, rounds: int) -> Comparisons:
    k = len(scores)
    left, right = np.array([(i, j) for i in range(k) for j in range(k) if i != j]).T
    rater, cell = grid(raters, rounds * len(left))
    cell %= len(left)
    taste = scores + rng.normal(0, spread, (raters, k))
    difference = taste[rater, left[cell]] - taste[rater, right[cell]]
    choice = (rng.logistic(size=len(cell)) > difference).astype(int)
    return make_comparisons(left[cell].astype(str), right[cell].astype(str), choice, rater.astype(str).tolist())


def ranking(raters: int) -> Study:
    """Four items of which two are equal, tastes of raters with SD 0.5."""
    head = f"Bradley-Terry, {raters} raters with own tastes: "

    def study(rng: np.random.Generator) -> dict[str, bool]:
        rows = tastes(rng, raters, np.array([0.0, 0.0, 0.5, 1.0]), 0.5, 2)
        fit = fit_preferences(rows)
        found = {r.subject or r.name: r for r in score_estimates(fit, "0")}
        naive = {r.subject: r for r in score_estimates(fit_preferences(rows, clustered=False), "0")}["1"]
        drawn, _ = drawn_estimates(fit, resample_raters(rows, rng, 200))
        ranks = {r.subject: r for r in rank_estimates(fit, rng)}
        truth = {"3": (1, 1), "2": (2, 2), "1": (3, 4), "0": (3, 4)}
        return {
            f"{head}difference, single choices": naive.low < 0 < naive.high,
            f"{head}difference, clustered": found["1"].low < 0 < found["1"].high,
            f"{head}score, drawn raters": drawn[3].low < _attenuated(fit.scores, rows) < drawn[3].high,
            f"{head}side bias (none)": found["side"].low < 0 < found["side"].high,
            f"{head}all ranks at once": all(
                ranks[i].low <= truth[i][1] and ranks[i].high >= truth[i][0] for i in truth
            ),
        }

    return study


def better(rng: np.random.Generator) -> dict[str, bool]:
    """Two arms of 30 cases: which is better differs from case to case (SD 0.8), and not in the mean."""
    rater, case = grid(12, 30)
    gain, first = rng.normal(0, 0.8, 30)[case] + rng.normal(0, 0.3, 12)[rater], rng.random(360) < 0.5
    left, right = (np.where(first == one, "a", "b").tolist() for one in (True, False))
    choice, names = (rng.logistic(size=360) > np.where(first, gain, -gain)).astype(int), rater.astype(str).tolist()
    found = {}
    for title, cases in (("raters", None), ("raters and cases (ours)", case[:, None])):
        fit = fit_preferences(make_comparisons(left, right, choice, names, cases=cases))
        row = next(one for one in score_estimates(fit, "a") if one.name == "preference")
        found[f"Bradley-Terry, two like arms of 30 cases, 12 raters: clustered by {title}"] = row.low < 0 < row.high
    return found


ATTENUATED: dict[int, float] = {}


def _attenuated(scores: np.ndarray, rows: Comparisons) -> float:
    """The score of the best item that a fit to very many such raters tends to: mean choices over tastes."""
    if 0 not in ATTENUATED:
        many = tastes(np.random.default_rng(99), 6000, np.array([0.0, 0.0, 0.5, 1.0]), 0.5, 1)
        ATTENUATED[0] = float(fit_preferences(many).scores[3])
    return ATTENUATED[0]


def quality_of_fit(rng: np.random.Generator) -> dict[str, bool]:
    rows = tastes(rng, 25, np.array([0.0, 0.3, 0.9, -0.2]), 0.0, 2)
    tossed = (rng.random((6, 6)) < 0.5).astype(float)
    tossed = np.triu(tossed, 1) + np.tril(1 - tossed.T, -1)
    return {
        "Goodness of fit (chi-square), 600 independent choices": goodness_of_fit(
            fit_preferences(rows, clustered=False), rows
        )[1].p_value > 0.05,
        "Circular triads of a rater who tosses a coin, 6 items": count_triads(tossed, rng, 500).p_value > 0.05,
    }  # fmt: skip


def rated(rng: np.random.Generator, raters: int, items: int) -> tuple[RatingTable, np.ndarray]:
    quality = rng.standard_normal(items)
    values = quality + rng.normal(0, 0.5, (raters, 1)) + rng.normal(0, 1, (raters, items))
    return RatingTable(values, tuple(map(str, range(raters))), tuple(f"{k:04d}" for k in range(items))), quality


WAYS: tuple[tuple[str, bool, Centring], ...] = (
    ("raters and items drawn, centred (ours)", True, "correlation"),
    ("raters and items drawn, plain percentiles", True, "none"),
    ("raters alone drawn", False, "none"),
)


def correlation(raters: int, items: int) -> Study:
    """A metric with noise of 0.5 beside means of ratings with noise of 1."""
    what = f"{raters} raters, {items} items"
    truth = 1 / np.sqrt(1.25) / np.sqrt(1 + 1 / raters)
    ranked = 6 / np.pi * np.arcsin(truth / 2)

    def study(rng: np.random.Generator) -> dict[str, bool]:
        table, quality = rated(rng, raters, items)
        metric = quality + rng.normal(0, 0.5, items)
        found = {}
        for name, statistic, true in (("Pearson", pearson, truth), ("Spearman", spearman, ranked)):
            for words, both, centring in WAYS:
                low, high = interval(table, metric, statistic, rng, 500, items=both, centring=centring)
                found[f"{name}, {what}: {words}"] = low <= true <= high
        return found

    return study


def comparing(rng: np.random.Generator) -> dict[str, bool]:
    table, quality = rated(rng, 8, 60)
    one, other = quality + rng.normal(0, 0.7, (2, 60))
    difference, check = compare_metrics(table, one, other, ("a", "b"), "image", rng, resamples=500)
    return {
        "Difference of two equal metrics, 8 raters, 60 images: paired draws": difference.low <= 0 <= difference.high,
        "The same: Steiger's z of ranks": check.p_value > 0.05,
        "Permutation test of no correlation, 20 images": permutation_p(rng.random(20), rng.random(20), rng, 499) > 0.05,
    }


def mapped(rng: np.random.Generator) -> dict[str, bool]:
    error = gaussian_filter(rng.standard_normal((1, 48, 48)), (0, 5, 5), mode="wrap")
    points = [Mark("point", (tuple(p),)) for p in rng.uniform(0, 48, (4, 2))]
    found = compare_maps(error, mark_density({"a": points}, (1, 48, 48), sigma=4), rng, shifts=199)
    return {
        "Marks over an unrelated smooth error map: area": found.area_p > 0.05,
        "Marks over an unrelated smooth error map: correlation": found.correlation_p > 0.05,
    }


STUDIES: dict[str, Study] = {
    "ordinal-6": ordinal(6, 20, 0.0), "ordinal-12": ordinal(12, 20, 0.0), "ordinal-true": ordinal(8, 20, 0.8),
    "clustered-6": clustered(6, 20, 0.0), "clustered-12": clustered(12, 20, 0.0),
    "clustered-true": clustered(8, 20, 0.8),
    "profiled": profiled, "proportional": proportional, "serial": serial, "times": times, "ranking-6": ranking(6),
    "ranking-20": ranking(20), "better": better, "quality": quality_of_fit, "models": correlation(8, 8),
    "some": correlation(8, 15), "images": correlation(8, 60), "many": correlation(8, 300),
    "comparing": comparing, "maps": mapped,
}  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def speed(raters: int = 50, cases: int = 500, arms: int = 4) -> None:
    """100 000 ratings of 2 000 images, and 100 000 choices between 12 items."""
    rng = np.random.default_rng(0)
    rater, case, arm = grid(raters, cases, arms)
    latent = 0.3 * arm + rng.normal(0, 0.6, raters)[rater] + rng.normal(0, 0.8, (cases, arms))[case, arm]
    answers = np.digitize(latent + rng.logistic(size=len(latent)), [-1.5, -0.3, 0.9, 2.1])
    columns, names = arm_columns([str(a) for a in arm])
    terms = [RandomTerm("rater", rater), RandomTerm("case", arms * case + arm), rater_by_arm(rater, arm)]
    ordinals = case * arms + arm
    made = make_table(rater, arms * case + arm, answers)
    metric = made.means + rng.normal(0, 0.3, len(made.items))
    rts = np.exp(rng.normal(7.5, 0.5, len(answers)))
    choices = tastes(rng, 50, np.linspace(-1, 1, 12), 0.3, 16)
    works: dict[str, Callable[[], object]] = {
        "cumulative-link model, errors by rater": lambda: fit_cumulative(answers, columns, names, clusters=rater),
        "proportional odds": lambda: check_proportional(answers, columns, names, {"arm": names}),
        "serial terms": lambda: serial_terms(rater, ordinals, ordinals // 50, answers),
        "answer times": lambda: fit_times(rts, arm, answers > 1, ordinals, rater, arms * case + arm),
        "table of ratings": lambda: make_table(rater, arms * case + arm, answers),
        "P.910 and BT.500": lambda: (project(made), screen_by_kurtosis(made)),
        "one metric beside the ratings, 2 000 draws": lambda: correspond(made, metric, "m", "image", rng),
        "halves and leave one out": lambda: (split_half(made, rng), leave_one_out(made)),
        f"Bradley-Terry of {len(choices):,} choices": lambda: fit_preferences(choices),
        "2 000 draws of its raters": lambda: resample_raters(choices, rng, 2000),
        "(apart) ordinal mixed model, three random terms": lambda: fit_or_fall_back(
            answers, columns, names, terms, rater
        ),
    }
    sys.stdout.write(f"\n| {len(answers):,} ratings | seconds |\n|---|---:|\n")
    for title, work in works.items():
        sys.stdout.write(f"| {title} | {seconds(work):.1f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    speed()
