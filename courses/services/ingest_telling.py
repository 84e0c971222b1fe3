"""What a batch of reports brought about is told to the apps above: a few facts at once, many by the queue.

A thousand lessons completed are a thousand streaks, badges and profiles to look at; who reports them need not wait.
Each fact keeps its uid on the way, so that a task that runs twice counts nothing twice.
"""

import uuid as uuids
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction

from community_platform.core.events import DomainEvent, publish
from courses import events, limits

Plain = dict[str, Any]
_queue: list[Callable[[list[Plain]], object]] = []


def register_queue(send: Callable[[list[Plain]], object]) -> None:
    """Let `send(facts)` hand facts to a task that calls `tell_plain`."""
    _queue[:] = [send]


def tell(facts: Sequence[DomainEvent]) -> None:
    """Publish the facts once the transaction commits: here and now, or by the queue where they are many."""
    if len(facts) <= limits.TOLD_AT_ONCE or not _queue:
        for fact in facts:
            publish(fact)
        return
    for start in range(0, len(facts), limits.TOLD_BY_A_TASK):
        plain = [_plain(fact) for fact in facts[start : start + limits.TOLD_BY_A_TASK]]
        transaction.on_commit(lambda plain=plain: _queue[0](plain))  # type: ignore[misc]  # bound by its default


def tell_plain(facts: Sequence[Plain]) -> None:
    """Publish facts that came through the queue, in their order."""
    for fact in facts:
        publish(_fact(fact))


def _plain(fact: DomainEvent) -> Plain:
    values = {column.name: getattr(fact, column.name) for column in fields(fact)}
    return {**values, "uid": str(fact.uid), "at": fact.at.isoformat(), "name": type(fact).__name__}


def _fact(plain: Plain) -> DomainEvent:
    values = {name: value for name, value in plain.items() if name != "name"}
    values["uid"], values["at"] = uuids.UUID(values["uid"]), datetime.fromisoformat(values["at"])
    fact: DomainEvent = getattr(events, plain["name"])(**values)
    return fact
