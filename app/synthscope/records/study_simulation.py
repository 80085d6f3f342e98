"""Raters of stated ability, who answer a study so that it can be tried before anybody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from synthscope.records.limits import Ge, Help, Le, More, Title, Unit

CASE_SPREAD = 0.5
"""How much images differ by themselves where nothing is known, in standard deviations of the noise of one look.

The evidence of two raters on an image correlates by 0.2, as in the structures of low correlation of Roe & Metz 1997,
Academic Radiology 4:298 (those of high correlation: 0.6, a spread of 1.2). Raters who guess then agree with a kappa of
``2 / pi * asin(0.2) = 0.13``; 0.10 to 0.14 is reported of radiologists before synthetic images (Park et al. 2021, JMIR
Med Inform 9:e23328; Jang et al. 2023, Sci Rep 13).
"""
ARM_SPREAD = 0.2
"""Standard deviation of d' of each rater's own difference between arms, where nothing is known.

Roe & Metz 1997 take it to be as large as that among raters, at most about 0.25 in the middle of their range; in Van
Dyke's study, as printed by OR-DBM MRMC 2.51, it is a third of it.
"""


@dataclass(frozen=True)
class SimulatedRater:
    """One simulated rater; evidence is in standard deviations of trial-to-trial noise unless said otherwise.

    Parameters
    ----------
    sensitivity : float
        d' at which synthetic images are told from real ones, and by which their quality lies below; below 0 they look
        more real than real ones.
    sensitivities : mapping
        The same for single arms, by name.
    bias : float
        Criterion c: above 0 more is called real.
    noise : float
        Standard deviation of the noise of each look: d' becomes ``sensitivity / noise``.
    case_sd : float
        Standard deviation of what a case looks like by itself, the same to all raters who share `case_seed`.
    fatigue : float
        Part of the sensitivity that is lost from the first trial to the last.
    integration_ms : float
        Exposure after which d' is at 71 % of what it is without a limit.
    side_bias : float
        How much nearer to real the left picture seems.
    tie_width : float
        Differences below it are "no difference", where that may be chosen.
    lapses, catch_failures : float
        Part of all trials, and of catch trials, that is answered at random.
    rt_ms, rt_spread : float
        Median of the response time of easy trials, and standard deviation of its logarithm; hard ones take up to half
        as long again.
    """

    sensitivity: Annotated[float, Ge(0), Le(10), Title("d'"), Help("0 cannot tell at all; 1 is right in 76 %.")] = 1.0
    sensitivities: Mapping[str, float] = field(default_factory=dict)
    bias: Annotated[float, Ge(-5), Le(5), Help("Above 0 more is called real.")] = 0.0
    noise: Annotated[float, Ge(0.01), Le(10), More()] = 1.0
    case_sd: Annotated[float, Ge(0), Le(10), Title("Spread of cases"), More()] = 0.0
    case_seed: int = 0
    fatigue: Annotated[float, Ge(0), Le(1), Help("Part of d' lost from first to last trial."), More()] = 0.0
    integration_ms: Annotated[float, Ge(0), Le(10000), Title("Integration time"), Unit("ms"), More()] = 200.0
    side_bias: Annotated[float, Ge(-5), Le(5), More()] = 0.0
    tie_width: Annotated[float, Ge(0), Le(5), More()] = 0.2
    lapses: Annotated[float, Ge(0), Le(1), More()] = 0.0
    catch_failures: Annotated[float, Ge(0), Le(1), More()] = 0.0
    rt_ms: Annotated[float, Ge(100), Le(600000), Title("Response time"), Unit("ms"), More()] = 2500.0
    rt_spread: Annotated[float, Ge(0), Le(2), More()] = 0.35


@dataclass(frozen=True)
class SimulatedPanel:
    """Raters who differ.

    Parameters
    ----------
    typical : SimulatedRater
    reader_sd, bias_sd : float
        Standard deviations of d' and criterion among raters.
    arm_sd : float
        Standard deviation of what each rater's d' for an arm has of its own.
    """

    typical: SimulatedRater = field(default_factory=SimulatedRater)
    reader_sd: Annotated[float, Ge(0), Le(5), Title("Spread of raters' d'")] = 0.3
    bias_sd: Annotated[float, Ge(0), Le(5), Title("Spread of raters' criterion")] = 0.3
    arm_sd: Annotated[float, Ge(0), Le(5), Title("Spread of raters by arm")] = 0.0


@dataclass(frozen=True)
class SimulatedAnswer:
    """What would be submitted: `answers` and `rt_ms` as in the payload of ``answer_submitted``."""

    trial: str
    answers: Mapping[str, Any]
    rt_ms: float
