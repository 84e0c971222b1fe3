"""Events reach their subscribers after commit, each for itself, and never after a rollback."""

import logging
from collections import defaultdict
from dataclasses import FrozenInstanceError, dataclass

import pytest
from django.db import transaction

from community_platform.core import events
from community_platform.core.events import DomainEvent, publish, subscribe, subscribers


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(DomainEvent):
    number: int


@pytest.fixture(autouse=True)
def _own_subscribers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_subscribers", defaultdict(list))


@pytest.mark.django_db(transaction=True)
def test_an_event_arrives_after_commit_and_not_before() -> None:
    heard: list[int] = []
    subscribe(Rang, lambda event: heard.append(event.number))
    with transaction.atomic():
        publish(Rang(number=1))
        assert heard == []
    assert heard == [1]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_event_never_arrives() -> None:
    heard: list[int] = []
    subscribe(Rang, lambda event: heard.append(event.number))
    with transaction.atomic():
        publish(Rang(number=1))
        transaction.set_rollback(True)
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_takes_its_events_with_it() -> None:
    heard: list[int] = []
    subscribe(Rang, lambda event: heard.append(event.number))
    with transaction.atomic():
        publish(Rang(number=1))
        with transaction.atomic():
            publish(Rang(number=2))
            transaction.set_rollback(True)
    assert heard == [1]


@pytest.mark.django_db(transaction=True)
def test_a_failing_subscriber_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[int] = []

    def fail(event: Rang) -> None:
        raise RuntimeError("broken reaction")

    subscribe(Rang, fail)
    subscribe(Rang, lambda event: heard.append(event.number))
    with caplog.at_level(logging.ERROR), transaction.atomic():
        publish(Rang(number=1))
    assert heard == [1]
    assert "fail" in caplog.text
    assert "number=1" in caplog.text
    assert "broken reaction" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_subscribers_hear_in_the_order_in_which_they_came_and_events_in_the_order_of_publishing() -> None:
    heard: list[tuple[str, int]] = []
    subscribe(Rang, lambda event: heard.append(("first", event.number)))
    subscribe(Rang, lambda event: heard.append(("second", event.number)))
    with transaction.atomic():
        publish(Rang(number=1))
        publish(Rang(number=2))
    assert heard == [("first", 1), ("second", 1), ("first", 2), ("second", 2)]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_an_event_arrives_at_once() -> None:
    heard: list[int] = []
    subscribe(Rang, lambda event: heard.append(event.number))
    publish(Rang(number=1))
    assert heard == [1]


def test_subscribing_twice_counts_once() -> None:
    def listen(event: Rang) -> None:
        """Hear nothing."""

    subscribe(Rang, listen)
    subscribe(Rang, listen)
    assert subscribers(Rang) == (listen,)


def test_an_event_cannot_be_changed_and_has_an_identity() -> None:
    first, second = Rang(number=1), Rang(number=1)
    assert first.uid != second.uid
    with pytest.raises((FrozenInstanceError, AttributeError)):
        first.number = 2  # type: ignore[misc]
