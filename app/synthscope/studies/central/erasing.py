"""Erasing the answers of a rater at the server, by the login that owns its tables."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from synthscope.studies.central.address import Address, address_of, engine_of, fault_of
from synthscope.studies.central.installing import migrate

_ERASE = "SELECT synthscope.erase_rater(:study, :slot, :by, :reason)"
_REWRITE = "VACUUM (FULL) synthscope.event, synthscope.session"


def erase_slot(url: Address | str, study: str, slot: str, by: str, reason: str) -> int:
    """Erase all events of a slot, and take no more of them; what it was stays in the table `erased`.

    The tables of an older version are brought to this one first. Afterwards they are written anew, for PostgreSQL
    leaves deleted rows in its files until then. A slot that is erased already is left as it is.

    Returns
    -------
    int
        Events that were erased by this call.

    Raises
    ------
    InputError
        If the server has no such slot, or the login does not own the tables.
    Unavailable
        If the server cannot be reached; then nothing is erased there, or all of it.
    """
    address = address_of(url)
    try:
        with engine_of(address).execution_options(isolation_level="READ COMMITTED").begin() as connection:
            migrate(connection)
            asked = {"study": study, "slot": slot, "by": by, "reason": reason}
            count = int(connection.execute(text(_ERASE), asked).scalar_one())
        with engine_of(address).connect() as connection:
            connection.execute(text(_REWRITE))
    except (DBAPIError, OSError) as error:
        raise fault_of(error, address) from error
    return count
