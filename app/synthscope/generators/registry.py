"""The list of generators: names without importing, specs on demand, broken ones greyed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from synthscope.errors import Unavailable
from synthscope.generators.protocol import ImageGenerator
from synthscope.records.generator import GeneratorSpec

GROUP = "synthscope.generators"


@dataclass(frozen=True)
class Listing:
    """One row of the list: a spec, or the reason why there is none."""

    id: str
    spec: GeneratorSpec | None
    reason: str = ""

    @property
    def available(self) -> bool:
        """Whether it can be chosen."""
        return self.spec is not None


def generator_ids() -> tuple[str, ...]:
    """Names of all registered generators, without importing any."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def list_generators(points: Iterable[EntryPoint] | None = None) -> tuple[Listing, ...]:
    """Load every spec; a broken one becomes a row that says why."""
    found = entry_points(group=GROUP) if points is None else points
    return tuple(_load(point) for point in sorted(found, key=lambda p: p.name))


def find_spec(generator_id: str) -> GeneratorSpec:
    """Give the spec of a generator.

    Raises
    ------
    Unavailable
        If none of that name is registered, or it is broken.
    """
    for point in entry_points(group=GROUP):
        if point.name == generator_id:
            listing = _load(point)
            if listing.spec is None:
                raise Unavailable(f"Generator {generator_id!r} cannot be used: {listing.reason}")
            return listing.spec
    known = ", ".join(generator_ids())
    raise Unavailable(f"There is no generator {generator_id!r}; choose one of {known}.")


def resolve(generator_id: str) -> ImageGenerator:
    """Import and make the implementation of a generator: for composition roots only."""
    spec = find_spec(generator_id)
    module, _, name = spec.implementation.partition(":")
    generator: ImageGenerator = getattr(import_module(module), name)()
    return generator


def _load(point: EntryPoint) -> Listing:
    try:
        spec = point.load()
    except Exception as error:  # noqa: BLE001 - whatever a foreign package raises, the list must stand
        return Listing(point.name, None, f"{type(error).__name__}: {error}")
    if not isinstance(spec, GeneratorSpec) or spec.id != point.name:
        return Listing(point.name, None, f"{point.value} is not the spec of {point.name!r}")
    return Listing(point.name, spec)
