"""Forum tests write faster than people may, and leave nothing derived behind that disagrees with its source."""

from collections.abc import Iterator
from typing import Any

import pytest

import forum.consistency  # noqa: F401 - registers the invariants
from community_platform.core import consistency


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 10_000


@pytest.fixture(autouse=True)
def _counters_agree(request: pytest.FixtureRequest) -> Iterator[None]:
    """Recount everything after each test that touched the database."""
    yield
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        broken = {result.invariant.id: result.violations for result in consistency.check() if result.violations}
        assert broken == {}
