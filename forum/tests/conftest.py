"""Forum tests write faster than people may."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 10_000
