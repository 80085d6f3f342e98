"""Features measured on a Dask cluster: the same calls, elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from synthscope.errors import InputError, Unavailable
from synthscope.services.evaluation.features import Pool

TIMEOUT = "20s"


@contextmanager
def pool_at(address: str) -> Iterator[Pool | None]:
    """Connect to the scheduler at an address, such as ``tcp://host:8786``; None for none.

    Raises
    ------
    Unavailable
        If Dask's ``distributed`` is not installed.
    InputError
        If nobody answers at that address.
    """
    if not address:
        yield None
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise Unavailable("A cluster needs the package 'distributed'; install synthscope[dask].") from error
    try:
        client = Client(address, timeout=TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        said = f"No Dask scheduler answers at {address} ({error}); start one, or leave --dask out."
        raise InputError(said) from error
    with client:
        yield client
