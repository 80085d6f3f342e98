"""Simulated studies of discrimination and agreement: which intervals hold the known truth, which tests keep still."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats
from scipy.special import expit

from synthscope.studies.agreement.chance import COEFFICIENTS, chance_corrected, jackknifed_interval
from synthscope.studies.agreement.cohen import cohen_kappa, confusion
from synthscope.studies.agreement.icc import intraclass_correlation
from synthscope.studies.agreement.kendall import kendall_w
from synthscope.studies.agreement.krippendorff import krippendorff_alpha
from synthscope.studies.agreement.percent import percent_agreement
from synthscope.studies.agreement.repeats import repeatability
from synthscope.studies.agreement.tables import counts_of
from synthscope.studies.discrimination.choice import choice_sensitivity, correct_of
from synthscope.studies.discrimination.crossed import crossed_combination, crossed_mean, group
from synthscope.studies.discrimination.equivalence import equivalence, exact_equivalence
from synthscope.studies.discrimination.error_rate import human_error_rate
from synthscope.studies.discrimination.mrmc import Generalises, arm_mean, compare_arms, reader_study
from synthscope.studies.discrimination.proportions import pooled_test
from synthscope.studies.discrimination.roc import area_under_curve
from synthscope.studies.discrimination.scores import reader_scores
from synthscope.studies.discrimination.sensitivity import sensitivity
from synthscope.studies.discrimination.staircase import Staircase
from synthscope.studies.discrimination.threshold import fit_threshold, mean_threshold, psychometric

Study = Callable[[np.random.Generator], dict[str, bool]]
DRAWS = 400
"""Of every bootstrap in these studies."""


def chances(rng: np.random.Generator, readers: int, cases: int, middle: float = 0.0) -> np.ndarray:
    """Right answers by chance: logits of raters spread by 0.35, those of images by 0.6."""
    logit = middle + rng.normal(0, 0.35, (readers, 1)) + rng.normal(0, 0.6, cases)
    return (rng.random((readers, cases)) < expit(logit)).astype(float)


def against_chance(readers: int, cases: int) -> Study:
    head = f"Right answers, none to be had, {readers} raters x {cases} images: "

    def study(rng: np.random.Generator) -> dict[str, bool]:
        table = chances(rng, readers, cases)
        found = crossed_mean(table)
        pooled = pooled_test(int(table.sum()), table.size, found.variance)
        by_rater = stats.ttest_1samp(table.mean(axis=1), 0.5)
        return {
            f"{head}pooled binomial test": pooled.p_value > 0.05,
            f"{head}pooled, Wilson's interval": pooled.low < 0.5 < pooled.high,
            f"{head}t test over raters alone": by_rater.pvalue > 0.05,
            f"{head}crossed test (ours)": found.p_value > 0.05,
        }

    return study


def of_cases(rng: np.random.Generator) -> dict[str, bool]:
    units = np.repeat(np.arange(15), 8)
    logit = rng.normal(0, 0.3, (6, 1)) + rng.normal(0, 0.8, 15)[units]
    table = (rng.random(logit.shape) < expit(logit)).astype(float)
    head = "Right answers, none to be had, 6 raters x 15 cases of 8 images: "
    return {
        f"{head}each image a case": crossed_mean(table).p_value > 0.05,
        f"{head}images of a case together (ours)": crossed_mean(table, units).p_value > 0.05,
    }


def paired_anew(rng: np.random.Generator) -> dict[str, bool]:
    """Which of two is real: each rater sees 40 synthetic images, each beside another of 40 real ones."""
    real, made, rater = rng.normal(0, 0.7, 40), rng.normal(0, 0.7, 40), rng.normal(0, 0.2, 8)
    table, pairs = np.full((8, 320), np.nan), np.column_stack([np.tile(np.arange(40), 8), np.zeros(320, int)])
    for place in range(8):
        own, partner = slice(40 * place, 40 * place + 40), rng.permutation(40)
        pairs[own, 1] = 40 + partner
        table[place, own] = rng.random(40) < expit(rater[place] + real[partner] - made)
    head = "Right choices, none to be had, 8 raters x 40 pairs, paired anew for each: "
    return {
        f"{head}synthetic images together": crossed_mean(table, pairs[:, 0]).p_value > 0.05,
        f"{head}all images together (ours)": crossed_mean(table, pairs).p_value > 0.05,
    }


def arms_crossed(rng: np.random.Generator) -> dict[str, bool]:
    reader = rng.normal(0, 0.35, (8, 1))
    one, other = (
        (rng.random((8, 40)) < expit(0.4 + reader + rng.normal(0, 0.2, (8, 1)) + rng.normal(0, 0.6, 40))).astype(float)
        for _ in range(2)
    )
    groups = [group(one, np.arange(40), 80), group(other, np.arange(40, 80), 80)]
    table = [[one.sum(), other.sum()], [one.size - one.sum(), other.size - other.sum()]]
    head = "Right answers of two like arms, 8 raters x 40 images each: "
    return {
        f"{head}pooled, Fisher's exact test": stats.fisher_exact(table).pvalue > 0.05,
        f"{head}crossed difference (ours)": crossed_combination(groups, (1, -1), null=0).p_value > 0.05,
    }


def equivalent(rng: np.random.Generator) -> dict[str, bool]:
    """A truth that lies on the margin must be called equivalent in 5 % at most: 0.55 of right answers."""
    table = chances(rng, 12, 200, _logit_of(0.55))
    found = crossed_mean(table)
    naive = exact_equivalence(int(table.sum()), table.size, 0.05)
    alone = exact_equivalence(int(rng.binomial(1200, 0.55)), 1200, 0.05)
    head = "Equivalence where the truth lies on the margin: "
    return {
        f"{head}pooled, 12 raters x 200": not naive.equivalent,
        f"{head}crossed (ours), 12 raters x 200": not equivalence(found.value, found.se, 0.05, df=found.df).equivalent,
        f"{head}exact, 1 200 independent answers": not alone.equivalent,
    }


def _logit_of(part: float) -> float:
    """Middle of logits that spread by 0.35 and 0.6, at which that part of answers is right."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    spread = np.hypot(0.35, 0.6)
    grid = np.linspace(-1, 1, 2001)
    parts = expit(grid[:, None] + spread * nodes) @ weights
    return float(np.interp(part, parts, grid))


def error_rate(rng: np.random.Generator) -> dict[str, bool]:
    real = np.arange(60) % 2 == 0
    said = (rng.random((8, 60)) < expit(rng.normal(0, 0.7, (8, 1)) + rng.normal(0, 0.6, 60))).astype(float)
    found = human_error_rate(said, real, rng, resamples=DRAWS)
    head = "Human error rate of 0.5, biased raters, 8 x 60: "
    return {
        f"{head}bootstrap of raters alone": found.readers_low <= 0.5 <= found.readers_high,
        f"{head}bootstrap of raters and images (ours)": found.low <= 0.5 <= found.high,
        f"{head}crossed interval (ours)": found.crossed.low <= 0.5 <= found.crossed.high,
    }


def sensed(truth: float) -> Study:
    """Raters' d' spread by 0.3, criteria by 0.4, images by 0.5: on single looks d' is truth / sqrt(1.25)."""

    def study(rng: np.random.Generator) -> dict[str, bool]:
        real = np.arange(80) % 2 == 0
        ability, bias = truth + rng.normal(0, 0.3, (8, 1)), rng.normal(0, 0.4, (8, 1))
        latent = ability * (real - 0.5) + rng.normal(0, 0.5, 80) + rng.normal(0, 1, (8, 80))
        found = sensitivity((latent > bias).astype(float), real)
        head = f"Mean d' of {truth / np.sqrt(1.25):.2f}, 8 raters x 80 images: "
        return {
            f"{head}d'": found.d.low <= truth / np.sqrt(1.25) <= found.d.high,
            f"{head}criterion": found.criterion.low <= 0 <= found.criterion.high,
        }

    return study


def areas(rng: np.random.Generator) -> dict[str, bool]:
    """Two arms alike, as raters and images differ; and one arm that cannot be told."""
    positive = np.arange(80) % 2 == 0
    case = rng.normal(0, 0.5, 80) + rng.normal(0, 0.3, (2, 1, 80))
    reader = (rng.normal(0, 0.2, (6, 1)) + rng.normal(0, 0.2, (2, 6, 1))) * positive
    scores = np.round(positive * 0.8 + reader + case + rng.normal(0, 0.8, (2, 6, 80)), 1)
    study = reader_study(reader_scores(scores, positive))
    none = reader_study(reader_scores(scores - positive * 0.8, positive))
    flat, kinds = (scores - positive * 0.8)[0].ravel(), np.tile(positive, 6)
    pooled = area_under_curve(flat, kinds)
    ways: tuple[tuple[Generalises, str], ...] = (
        ("readers", "raters alone at random"), ("cases", "images alone at random"),
        ("readers and cases", "raters and images at random (ours)"),
    )  # fmt: skip
    found = {
        f"Areas of two like arms, 6 raters x 80: {words}": compare_arms(study, way).p_value > 0.05
        for way, words in ways
    }
    return {
        **found,
        "Area of an arm that cannot be told, 6 raters x 80: answers pooled, DeLong": pooled.low <= 0.5 <= pooled.high,
        "Area of an arm that cannot be told, 6 raters x 80: raters and images at random (ours)":
            arm_mean(none).p_value > 0.05,
    }  # fmt: skip


def one_rater(rng: np.random.Generator) -> dict[str, bool]:
    positive = np.arange(80) < 40
    area = area_under_curve(positive * 1.0 + rng.normal(0, 1, 80), positive)
    pair = choice_sensitivity(int(rng.binomial(80, float(correct_of(1.0)))), 80)
    four = choice_sensitivity(int(rng.binomial(80, float(correct_of(1.0, 4)))), 80, 4)
    return {
        "Area of one rater, 80 images": area.low <= 0.7602 <= area.high,
        "d' of one rater, choice of 2, 80 trials": pair.low <= 1.0 <= pair.high,
        "d' of one rater, choice of 4, 80 trials": four.low <= 1.0 <= four.high,
    }


def exposures(rng: np.random.Generator) -> dict[str, bool]:
    thresholds = np.exp2(np.log2(120) + rng.normal(0, 0.4, 6))
    climbed = [fit_threshold(*_climb(rng, one)) for one in thresholds]
    mean = mean_threshold(tuple(climbed))
    shown = np.repeat([30.0, 60, 120, 240, 480], 40)
    fixed = fit_threshold(shown, rng.random(200) < psychometric(np.log2(shown), np.log2(120.0), 1.0))
    return {
        "Exposure threshold of one rater, 60 trials of a staircase": climbed[0].low <= thresholds[0] <= climbed[0].high,
        "Exposure threshold of one rater, 200 trials of fixed exposures": fixed.low <= 120 <= fixed.high,
        "Mean exposure threshold, 6 raters": mean.low <= 120 <= mean.high,
    }


def _climb(rng: np.random.Generator, truth: float) -> tuple[np.ndarray, np.ndarray]:
    stairs, history = Staircase(500), list[bool]()
    for _ in range(60):
        shown = np.log2(stairs.next_ms(history))
        history.append(bool(rng.random() < psychometric(shown, np.log2(truth), 1.0)))
    return np.array(stairs.shown(history)), np.array(history)


def kinds_agreed(rng: np.random.Generator) -> dict[str, bool]:
    """Five raters keep the case's kind with probability 0.6, else they answer by the same shares."""
    shares, stays = np.array([0.75, 0.15, 0.1]), 0.6
    alike = float((shares**2).sum())
    pairs = stays**2 + (1 - stays**2) * alike
    truths = {"fleiss": stays**2, "brennan-prediger": (pairs - 1 / 3) / (1 - 1 / 3),
              "gwet": (pairs - (1 - alike) / 2) / (1 - (1 - alike) / 2)}  # fmt: skip
    case, own = rng.choice(3, 60, p=shares), rng.choice(3, (5, 60), p=shares)
    table = np.where(rng.random((5, 60)) < stays, case, own).astype(float)
    counts, found = counts_of(table, range(3)), {}
    for kind in COEFFICIENTS:
        one = chance_corrected(counts, kind)
        found[f"Kinds, 5 raters x 60: {kind}"] = one.low <= truths[kind] <= one.high
    ours = jackknifed_interval(counts, "fleiss")
    alpha = krippendorff_alpha(table, "nominal")
    plain = percent_agreement(counts, rng, resamples=DRAWS)
    pair = cohen_kappa(confusion(table[0], table[1], range(3)))
    return {
        **found,
        "Kinds, 5 raters x 60: fleiss, jackknife (ours)": ours[0] <= stays**2 <= ours[1],
        "Kinds, 5 raters x 60: Krippendorff's alpha": alpha.low <= stays**2 <= alpha.high,
        "Kinds, 5 raters x 60: part of agreeing pairs": plain.low <= pairs <= plain.high,
        "Kinds, 2 raters x 60: Cohen's kappa": pair.low <= stays**2 <= pair.high,
    }


def numbers_agreed(rng: np.random.Generator) -> dict[str, bool]:
    case, look = rng.normal(0, 1, 30), rng.normal(0, 0.8, (6, 30))
    alike, apart = case + look, case + look + rng.normal(0, 0.5, (6, 1))
    found = {}
    for form, table, rater in (("ICC(1,1)", alike, 0.0), ("ICC(C,1)", alike, 0.0), ("ICC(A,1)", apart, 0.5)):
        one = intraclass_correlation(table, form)  # type: ignore[arg-type]  # literals of a loop
        found[f"Numbers, 6 raters x 30: {form}"] = one.low <= 1 / (1 + rater**2 + 0.64) <= one.high
    alpha = krippendorff_alpha(np.round(alike, 1), "interval")
    unlike = kendall_w(rng.normal(size=(6, 30)))
    return {
        **found,
        "Numbers, 6 raters x 30: Krippendorff's alpha": alpha.low <= 1 / 1.64 <= alpha.high,
        "No common order, 6 raters x 30: Kendall's W": unlike.p_value > 0.05,
    }


def repeated(rng: np.random.Generator) -> dict[str, bool]:
    first, second = rng.normal(0, 1, 40) + rng.normal(0, 0.7, (2, 40))
    found = repeatability(first, second, rng, resamples=DRAWS)
    upper = 1.959964 * 0.7 * np.sqrt(2)
    return {
        "Repeats, 40 pairs: deviation within cases": found.within_sd.low <= 0.7 <= found.within_sd.high,
        "Repeats, 40 pairs: ICC(1,1)": found.icc.low <= 1 / 1.49 <= found.icc.high,
        "Repeats, 40 pairs: upper limit of agreement": found.limits.upper_low <= upper <= found.limits.upper_high,
    }


STUDIES: dict[str, Study] = {
    "chance-8": against_chance(8, 120), "chance-4": against_chance(4, 40), "cases": of_cases, "anew": paired_anew,
    "arms": arms_crossed, "equivalent": equivalent, "error": error_rate, "sensed": sensed(1.0),
    "senseless": sensed(0.0), "areas": areas, "rater": one_rater, "exposures": exposures, "kinds": kinds_agreed,
    "numbers": numbers_agreed, "repeats": repeated,
}  # fmt: skip
