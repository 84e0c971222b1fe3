"""Every cell of `matrix.txt`: what a role meets on a channel is what is declared, no more and no less."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from community_platform.core import consistency
from tests.visibility.probes import PROBES
from tests.visibility.world import WORDS, build

# Marked so that there is a database; it is the fixture that fills it and checks the invariants, once.
pytestmark = [pytest.mark.django_db, pytest.mark.breaks_counters]
Cell = tuple[str, str, str]  # channel, role, object


def _declared() -> dict[Cell, bool]:
    """Return whether each cell says + or -."""
    cells: dict[Cell, bool] = {}
    channel, roles = "", list[str]()
    for line in (Path(__file__).parent / "matrix.txt").read_text().splitlines():
        if line.startswith("## "):
            channel, roles = line[3:].partition(":")[0], []
        elif line.strip() and not line.startswith("#"):
            name, *marks = line.split()
            if not roles:
                roles = [name, *marks]
            else:
                assert set(marks) <= {"+", "-"}
                cells |= {(channel, role, name): mark == "+" for role, mark in zip(roles, marks, strict=True)}
    return cells


DECLARED = _declared()
ROLES = list(dict.fromkeys(role for _channel, role, _thing in DECLARED))


@pytest.fixture(scope="module")
def met(django_db_setup: Any, django_db_blocker: Any) -> set[Cell]:
    """Return the cells where something was met: one world, asked once through every channel by every role."""
    found: set[Cell] = set()
    with django_db_blocker.unblock(), override_settings(RATE_LIMIT_SCALE=10_000), transaction.atomic():
        cache.clear()
        world = build(ROLES)
        for channel, probe in PROBES.items():
            for role in ROLES:
                meets = probe(world.people[role], world)
                found |= {(channel, role, thing.name) for thing in world.things if meets(thing)}
        assert [r.invariant.id for r in consistency.check() if r.violations] == []
        transaction.set_rollback(True)
    cache.clear()
    return found


def test_every_channel_role_and_object_is_declared() -> None:
    assert set(DECLARED) == {
        (channel, role, thing) for channel in PROBES for role in ROLES for thing in WORDS
    }
    assert len(ROLES) == 10


@pytest.mark.parametrize("cell", DECLARED, ids="-".join)
def test_a_role_meets_what_is_declared(met: set[Cell], cell: Cell) -> None:
    assert (cell in met) == DECLARED[cell]
