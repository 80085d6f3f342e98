"""A finished study, made once for all tests of what comes out of one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.services.studies.finished import Finished, finish


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    made = finish(tmp_path_factory.mktemp("finished"))
    yield made
    made.study.close()
