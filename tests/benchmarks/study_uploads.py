"""Fifty raters send their answers at once over wires that break; run as a script."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.studies.central.conftest import set_up
from tests.studies.central.server import running
from tests.studies.central.uploads import upload_all

RATERS, TRIALS, CUTS = 50, 40, 200


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name, running() as server, pytest.MonkeyPatch.context() as patch:
        study = set_up(server, RATERS, Path(name) / "pgpass", patch)
        found = upload_all(study, Path(name), trials=TRIALS, seed=50, cuts=CUTS)
    same = "identical" if found.received == found.saved else "DIFFERENT"
    print(  # noqa: T201
        f"{RATERS} raters, {len(found.saved)} events saved, {len(found.received)} received, {found.cuts} cuts, "
        f"{found.seconds:.0f} s: {same}"
    )


if __name__ == "__main__":
    main()
