"""Domain events: facts that an app publishes and higher apps hear after commit.

A subscriber runs after the transaction commits, in the publisher's thread, isolated: its failure is logged and
stops neither the request nor the other subscribers. A crash between commit and delivery loses the event, so
subscribers are idempotent (they may be called again for the same `uid`) and nightly jobs reconcile from the
source tables (docs/adr/0004).
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """Base of all events: ids and primitives only, named in the past tense."""

    uid: uuid.UUID = field(default_factory=uuid.uuid4)
    at: datetime = field(default_factory=timezone.now)


E = TypeVar("E", bound=DomainEvent)
EventType = type[DomainEvent]
_subscribers: dict[EventType, list[Callable[..., object]]] = defaultdict(list)


def subscribe(event: type[E], subscriber: Callable[[E], object]) -> None:
    """Call `subscriber(event)` after each commit that published `event`. Subscribing twice counts once."""
    if subscriber not in _subscribers[event]:
        _subscribers[event].append(subscriber)


def unsubscribe(event: type[E], subscriber: Callable[[E], object]) -> None:
    """Stop calling `subscriber`; for listeners that live shorter than the process."""
    # By identity: two lists with the same events in them are equal, and so are their `append`s.
    _subscribers[event] = [known for known in _subscribers[event] if known is not subscriber]


def subscribers(event: EventType) -> tuple[Callable[..., object], ...]:
    """Return who hears `event`, in the order of subscription."""
    return tuple(_subscribers[event])


def publish(event: DomainEvent) -> None:
    """Hand `event` to its subscribers once the current transaction commits; never if it rolls back."""
    for subscriber in subscribers(type(event)):
        transaction.on_commit(_delivery(event, subscriber))


def _delivery(event: DomainEvent, subscriber: Callable[..., object]) -> Callable[[], None]:
    # Not `on_commit(robust=True)`: we log with the event, and Django 5.2 cannot log a partial at all.
    def deliver() -> None:
        try:
            subscriber(event)
        except Exception:
            logger.exception("subscriber %s.%s failed on %s", subscriber.__module__, subscriber.__qualname__, event)

    return deliver
