"""The list of generators: names without importing, specs on demand, broken ones greyed."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import EntryPoint

from synthscope.generators.protocol import ImageGenerator
from synthscope.records.generator import GeneratorSpec
from synthscope.records.listing import Listing, find_in, list_specs, registered_ids

GROUP = "synthscope.generators"


def generator_ids() -> tuple[str, ...]:
    """Names of all registered generators, without importing any."""
    return registered_ids(GROUP)


def list_generators(points: Iterable[EntryPoint] | None = None) -> tuple[Listing[GeneratorSpec], ...]:
    """Load every spec; a broken one becomes a row that says why."""
    return list_specs(GROUP, GeneratorSpec, points)


def find_spec(generator_id: str) -> GeneratorSpec:
    """Give the spec of a generator.

    Raises
    ------
    Unavailable
        If none of that name is registered, or it is broken.
    """
    return find_in(GROUP, GeneratorSpec, generator_id, "generator")


def resolve(generator_id: str) -> ImageGenerator:
    """Import and make the implementation of a generator: for composition roots only."""
    spec = find_spec(generator_id)
    module, _, name = spec.implementation.partition(":")
    generator: ImageGenerator = getattr(import_module(module), name)()
    return generator
