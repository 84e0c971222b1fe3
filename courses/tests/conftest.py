"""Fixtures of courses."""

from collections import defaultdict
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community_platform.core import panels


@pytest.fixture
def count_own_queries(monkeypatch: pytest.MonkeyPatch) -> Callable[[Client, str], int]:
    """Return how many queries a page costs by itself, without the pieces that apps above hang into it."""
    monkeypatch.setattr(panels, "_panels", defaultdict(list))

    def count(client: Client, address: str) -> int:
        client.get(address)  # the first one fills caches
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    return count
