"""How full and how bright a new image is to be: as asked for, or drawn from patches that the model learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthscope.errors import ParameterError
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.scale import SIGMA_DATA, from_units, to_units
from synthscope.imaging.normalisation import Normalisation
from synthscope.records.documents import from_json
from synthscope.records.generator import Setting

NEIGHBOURS = 16
"""Patches, most like what was asked for in one descriptor, from which the other one is drawn."""
FAR = 0.1
"""A difference of phase fractions, or of means in the network's units (the data have 0.5), that is worth a word."""
MEAN, FRACTION = 0, 1
"""The columns of `NetworkConfiguration.descriptors`."""


@dataclass(frozen=True)
class Asked:
    """What was asked for: mean in the network's units, phase fraction; None where it is left to the model."""

    mean: float | None = None
    fraction: float | None = None

    def __bool__(self) -> bool:
        """Whether anything was."""
        return self.mean is not None or self.fraction is not None

    @property
    def told(self) -> np.ndarray:
        """As `Conditions` wants them, only what was asked for: (4,)."""
        pairs = [(0.0, 0.0) if one is None else (one, 1.0) for one in (self.mean, self.fraction)]
        return np.array(pairs, dtype=np.float32).ravel()


def asked_of(parameters: PriorParameters, configuration: NetworkConfiguration, scale: tuple[float, ...]) -> Asked:
    """Read what is asked for off the parameters; `scale` is (low, high), what the network sees as -1 and 1."""
    mean = parameters.mean
    if mean is not None:
        mean = _Units(configuration, scale).inwards(mean)
    return Asked(mean, parameters.phase_fraction)


def words_on(
    parameters: PriorParameters, configuration: NetworkConfiguration, scale: tuple[float, ...], label: int = 0
) -> tuple[str, ...]:
    """Say how what is asked for compares with what the model learned from, of one class where `label` names one.

    Raises
    ------
    ParameterError
        If the model knows no descriptors, or a mean is far from all that it learned from.
    """
    mean, fraction = parameters.mean, parameters.phase_fraction
    if mean is None and fraction is None:
        return ()
    if not configuration.descriptors:
        name = "mean" if fraction is None else "phase fraction"
        raise ParameterError(
            f"The model does not know the {name} of what it learned from, so that none can be asked for; leave it "
            "empty, or choose a model that was trained here."
        )
    table, units = _table(configuration, label), _Units(configuration, scale)
    said = [] if fraction is None else [_words_of_fraction(fraction, table[:, FRACTION], configuration, units)]
    beyond = "" if mean is None else _words_of_mean(mean, table[:, MEAN], configuration, units)
    if not beyond and mean is not None and fraction is not None:
        beyond = _words_of_both(units.inwards(mean), fraction, table, units)
    return (*said, beyond) if beyond else tuple(said)


def words_on_setting(setting: Setting, parameters: PriorParameters) -> tuple[str, ...]:
    """Say the same before a run, by what the model's card tells; nothing of a model that is not there yet."""
    asked = parameters.mean is not None or parameters.phase_fraction is not None
    if setting.task != "synthesize" or not setting.architecture or not asked:
        return ()
    configuration = from_json(NetworkConfiguration, dict(setting.architecture))
    return words_on(parameters, configuration, setting.scale(), setting.label)


def drawn_descriptors(
    configuration: NetworkConfiguration, area: int, rng: np.random.Generator, label: int = 0, asked: Asked | None = None
) -> np.ndarray:
    """Give mean and phase fraction of a new image as asked for, else drawn from those of the training patches: (4,).

    Those of one class, where `label` is one more than its index. The larger the image, the nearer drawn ones lie to
    the mean of all, as the mean of many patches would. Where one of the two is asked for, the other is drawn from
    patches that are like it.
    """
    asked = asked or Asked()
    if not configuration.descriptors or (asked.mean is not None and asked.fraction is not None):
        return asked.told
    table = _table(configuration, label)
    narrower = min(configuration.patch / np.sqrt(area), 1.0)
    if asked.mean is not None:
        fraction = float(_narrowed(_alike(table, MEAN, asked.mean), narrower, rng))
        return Asked(asked.mean, min(max(fraction, 0.0), 1.0)).told
    if asked.fraction is not None:
        return Asked(float(_narrowed(_alike(table, FRACTION, asked.fraction), narrower, rng)), asked.fraction).told
    mean, fraction = _narrowed(table, narrower, rng)
    return Asked(mean, fraction).told


def described(pixels: np.ndarray, configuration: NetworkConfiguration, scale: tuple[float, ...]) -> dict[str, float]:
    """Measure what came out, of an image (Z, Y, X, C) in original units: figures by name."""
    first = np.asarray(pixels[..., 0], dtype=np.float64)
    threshold = _Units(configuration, scale).outwards(configuration.threshold)
    return {
        "phase_fraction": round(float((first > threshold).mean()), 4),
        "mean": float(f"{float(first.mean()):.6g}"),
    }


def missed(
    parameters: PriorParameters, figures: Mapping[str, float], configuration: NetworkConfiguration,
    scale: tuple[float, ...],
) -> tuple[str, ...]:  # fmt: skip
    """Say what came out otherwise than it was asked for, by its figures; a little is to be expected."""
    units, asked, said = _Units(configuration, scale), parameters.phase_fraction, []
    if asked is not None and abs(figures["phase_fraction"] - asked) > FAR:
        said.append(f"Of the brighter phase {asked:g} was asked for and {figures['phase_fraction']:.2g} came out.")
    mean = parameters.mean
    if mean is not None and abs(units.inwards(mean) - units.inwards(figures["mean"])) > FAR:
        said.append(f"A mean of {mean:g} was asked for and {figures['mean']:.4g} came out.")
    return tuple(said)


class _Units:
    """Original units of the first channel, and the network's."""

    def __init__(self, configuration: NetworkConfiguration, scale: tuple[float, ...]) -> None:
        low, high = scale
        self._seen, self._normalisation = configuration, Normalisation(low, high)

    def inwards(self, value: float) -> float:
        return float(to_units(np.full(self._seen.channels, value), self._normalisation, self._seen)[0])

    def outwards(self, value: float) -> float:
        return float(from_units(np.full(self._seen.channels, value), self._normalisation, self._seen)[0])


def _table(configuration: NetworkConfiguration, label: int) -> np.ndarray:
    """Give mean and phase fraction of training patches, of one class where there are such: (N, 2)."""
    table = np.asarray(configuration.descriptors)
    if label and configuration.descriptor_classes:
        own = table[np.asarray(configuration.descriptor_classes) == label]
        table = own if len(own) else table
    return table


def _narrowed(rows: np.ndarray, narrower: float, rng: np.random.Generator) -> np.ndarray:
    """Draw one of the rows, moved towards the mean of all."""
    centre = rows.mean(axis=0)
    return np.asarray(centre + (rows[int(rng.integers(len(rows)))] - centre) * narrower)


def _alike(table: np.ndarray, column: int, value: float) -> np.ndarray:
    """Give the other descriptor of the patches nearest to `value` in one, as if they had just that value.

    Each is moved along the line of regression over all patches, by what still lies between it and `value`
    (Beaumont, Zhang & Balding 2002, Genetics 162:2025, Eq. 5).
    """
    given, other = table[:, column], table[:, 1 - column]
    variance = given.var()
    slope = np.mean((given - given.mean()) * (other - other.mean())) / variance if variance > 0 else 0.0
    nearest = np.argsort(np.abs(given - value), kind="stable")[:NEIGHBOURS]
    return np.asarray(other[nearest] + slope * (value - given[nearest]))


def _words_of_fraction(fraction: float, known: np.ndarray, configuration: NetworkConfiguration, units: _Units) -> str:
    low, high, above = float(known.min()), float(known.max()), units.outwards(configuration.threshold)
    learned = f"patches of {configuration.patch} px that the model learned from have {low:.2g} to {high:.2g} of it"
    asked = f"Of the brighter phase (values above {above:.4g}) {fraction:g} was asked for"
    return f"{asked}; {learned}." if low <= fraction <= high else f"{asked}, but {learned}: what comes out is a guess."


def _words_of_mean(mean: float, known: np.ndarray, configuration: NetworkConfiguration, units: _Units) -> str:
    low, high, value = float(known.min()), float(known.max()), units.inwards(mean)
    ends = f"{units.outwards(low):.4g} to {units.outwards(high):.4g}"
    learned = f"patches of {configuration.patch} px that the model learned from have {ends}"
    room = max(high - low, 2 * SIGMA_DATA)
    if not low - room <= value <= high + room:
        raise ParameterError(f"Mean is {mean:g}; {learned}: give a value there or near.")
    if low <= value <= high:
        return ""
    return f"A mean of {mean:g} was asked for, but {learned}: what comes out is a guess."


def _words_of_both(mean: float, fraction: float, table: np.ndarray, units: _Units) -> str:
    """Say where each could be, but not both together."""
    means = _alike(table, FRACTION, fraction)
    room = float(np.ptp(means)) / 2
    low, high = float(means.min()) - room, float(means.max()) + room
    if low <= mean <= high:
        return ""
    return (
        f"With a phase fraction of {fraction:g} the model learned means of {units.outwards(low):.4g} to "
        f"{units.outwards(high):.4g}; {units.outwards(mean):.4g} does not go with it: what comes out is a guess."
    )
