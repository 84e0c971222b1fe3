"""The durable log: numbers, reading, rights."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from community_platform.core import realtime
from community_platform.core.models import ChannelEvent, ChannelHead
from community_platform.core.realtime import channels
from tests.core.realtime_client import publish


@pytest.fixture(autouse=True)
def _open_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Topics that everybody may hear, except number 13."""
    monkeypatch.setitem(channels._kinds, "topic", lambda user, pk: pk != 13)


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        realtime.publish(channel="topic.1", type="topic:new_post", data={})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["topic", "topic.0", "topic.-1", "topic.1x", "Topic.1", "topic.1\n", "", "a" * 60 + ".1"]
)
def test_a_name_that_is_no_channel_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a channel"):
        realtime.publish(channel=name, type="topic:new_post", data={})


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_after_a_rollback() -> None:
    publish("topic.1", 2)
    with transaction.atomic():
        realtime.publish(channel="topic.1", type="topic:new_post", data={})
        transaction.set_rollback(True)
    publish("topic.1", 1)
    assert list(ChannelEvent.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]


@pytest.mark.django_db
def test_sync_answers_what_lies_after_each_cursor_in_order() -> None:
    publish("topic.1", 3)
    publish("topic.2", 2)
    result = realtime.sync(AnonymousUser(), {"topic.1": 1, "topic.2": 2, "topic.3": 0})
    assert [(event["ch"], event["seq"]) for event in result.events] == [("topic.1", 2), ("topic.1", 3)]
    assert result.heads == {"topic.1": 3, "topic.2": 2, "topic.3": 0}
    assert result.resets == []


@pytest.mark.django_db
def test_200_missed_events_are_replayed_and_201_are_a_reset() -> None:
    publish("topic.1", 201)
    assert len(realtime.sync(AnonymousUser(), {"topic.1": 1}).events) == 200
    result = realtime.sync(AnonymousUser(), {"topic.1": 0})
    assert (result.events, result.resets, result.heads) == ([], ["topic.1"], {"topic.1": 201})


@pytest.mark.django_db
def test_a_cursor_the_log_does_not_know_is_a_reset() -> None:
    publish("topic.1", 5)
    ChannelEvent.objects.filter(seq__lte=2).delete()  # pruned
    cursors = {"topic.1": 1, "topic.2": 7}
    assert sorted(realtime.sync(AnonymousUser(), cursors).resets) == ["topic.1", "topic.2"]
    assert realtime.sync(AnonymousUser(), {"topic.1": 6}).resets == ["topic.1"]
    assert len(realtime.sync(AnonymousUser(), {"topic.1": 2}).events) == 3


@pytest.mark.django_db
def test_channels_one_may_not_hear_are_denied_like_those_that_do_not_exist(anna: Any, boris: Any) -> None:
    for channel in ("topic.13", "unknown.1", f"user.{boris.pk}", f"user.{anna.pk}"):
        publish(channel)
    asked = {"topic.13": 0, "unknown.1": 0, f"user.{boris.pk}": 0, f"user.{anna.pk}": 0}
    result = realtime.sync(anna, asked)
    assert result.denied == ["topic.13", "unknown.1", f"user.{boris.pk}"]
    assert list(result.heads) == [event["ch"] for event in result.events] == [f"user.{anna.pk}"]
    assert f"user.{anna.pk}" in realtime.sync(AnonymousUser(), asked).denied


@pytest.mark.django_db
def test_sync_costs_two_queries_for_any_number_of_channels(django_assert_num_queries: Any) -> None:
    for n in (3, 30):
        for i in range(1, n + 1):
            publish(f"topic.{100 * n + i}")
        with django_assert_num_queries(2):
            result = realtime.sync(AnonymousUser(), {f"topic.{100 * n + i}": 0 for i in range(1, n + 1)})
        assert len(result.events) == n


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_8_threads_leave_no_gap_and_numbers_follow_commit_order() -> None:
    """A reader that always goes on from the newest number it saw never misses one."""
    seen: list[int] = []
    done = threading.Event()

    def write() -> None:
        publish("topic.1", 25)
        connection.close()

    def follow() -> None:
        while not (done.is_set() and seen and seen[-1] == 200):
            cursor = seen[-1] if seen else 0
            seen.extend(event["seq"] for event in realtime.sync(AnonymousUser(), {"topic.1": cursor}).events)
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(8)]
    reader = threading.Thread(target=follow)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join(60)
    done.set()
    reader.join(30)
    assert seen == list(range(1, 201))
    assert ChannelHead.objects.get(channel="topic.1").seq == 200
