"""Delivery between threads, processes and a Redis that is not there."""

import asyncio
import threading
import time
from typing import Any

import pytest
from channels.layers import channel_layers, get_channel_layer
from django.conf import settings as django_settings

from community_platform.core.realtime import channels, hub, limits, process
from community_platform.core.realtime.layers import LocalChannelLayer
from tests.core.realtime_client import PATIENCE, Client, in_test, publish, run

NOBODY = "redis://127.0.0.1:9"  # nothing listens there


@pytest.fixture(autouse=True)
def _open_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(channels._kinds, "topic", lambda user, pk: True)


def redis_layer(address: str) -> dict[str, Any]:
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [{"address": address, "socket_timeout": None, "socket_connect_timeout": 0.5}],
                "prefix": "cp-test",
            },
        }
    }


# The local layer


def test_a_message_from_a_plain_thread_wakes_an_idle_receiver() -> None:
    layer = LocalChannelLayer(capacity=10)

    def send_from_a_loop_of_its_own(channel: str) -> None:
        asyncio.run(layer.group_send("group", {"type": "hello", "channel": channel}))

    async def scenario() -> None:
        channel = await layer.new_channel()
        await layer.group_add("group", channel)
        waiting = asyncio.ensure_future(layer.receive(channel))
        await asyncio.sleep(0)  # the receiver waits; from here on nothing else wakes this loop
        thread = threading.Thread(target=send_from_a_loop_of_its_own, args=(channel,))
        thread.start()
        assert (await asyncio.wait_for(waiting, PATIENCE))["type"] == "hello"
        await asyncio.to_thread(thread.join)

    # The debug-free loop sleeps in select() without a timeout of its own except PATIENCE.
    asyncio.run(scenario())


def test_a_receiver_that_leaves_is_forgotten() -> None:
    layer = LocalChannelLayer(capacity=10)

    async def scenario() -> None:
        channel = await layer.new_channel()
        await layer.group_add("group", channel)
        waiting = asyncio.ensure_future(layer.receive(channel))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert (layer.channels, layer._loops, layer.groups) == ({}, {}, {"group": {}})
        await layer.group_send("group", {"type": "into the void"})
        assert layer.channels == {}

    asyncio.run(scenario())


def test_a_full_channel_drops_for_one_group_member_only() -> None:
    layer = LocalChannelLayer(capacity=1)

    async def scenario() -> None:
        await layer.group_add("group", "full")
        await layer.group_add("group", "empty")
        await layer.send("full", {"type": "first"})
        await layer.group_send("group", {"type": "second"})
        assert (await layer.receive("full"))["type"] == "first"
        assert (await layer.receive("empty"))["type"] == "second"

    asyncio.run(scenario())


# Without Redis


@pytest.fixture
def broken_redis(settings: Any) -> None:
    settings.CHANNEL_LAYERS = redis_layer(NOBODY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broken_redis")
def test_publishing_from_a_command_does_not_raise_and_pauses_after_a_failure() -> None:
    process._courier._broken_until = 0.0
    publish("topic.1")
    assert process._courier._broken_until > time.monotonic()
    publish("topic.1")
    process._courier._broken_until = 0.0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broken_redis")
def test_sockets_of_the_process_stay_live_without_redis(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1"])
        await in_test(publish, "topic.1", 2)
        assert [(await client.next())["seq"] for _ in range(2)] == [1, 2]
        assert process.hub().degraded
        await client.leave()

    run(scenario)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broken_redis")
def test_what_other_processes_publish_is_read_from_the_log(
    anna: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "DEGRADED_SECONDS", 0.05)
    client = Client(anna)

    def publish_elsewhere() -> None:
        send, process.send = process.send, lambda group, message: None
        try:
            publish("topic.1", 3)
        finally:
            process.send = send

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1"])
        await in_test(publish_elsewhere)
        assert [(await client.next())["seq"] for _ in range(3)] == [1, 2, 3]
        await client.leave()

    run(scenario)


@pytest.mark.django_db(transaction=True)
def test_a_gap_too_long_to_replay_is_a_reset_event(anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "RECONCILE_SECONDS", 0.05)
    client = Client(anna)

    def publish_elsewhere() -> None:
        send, process.send = process.send, lambda group, message: None
        try:
            publish("topic.1", limits.MISSED_EVENTS + 1)
        finally:
            process.send = send

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1"])
        connection = process.hub().people[anna.pk][0]
        process.hub().leave(connection, "topic.1")  # as if the watch had not run meanwhile
        await in_test(publish_elsewhere)
        room = await process.hub().enter(connection, "topic.1")
        room.delivered = 0
        room.live.add(connection)
        assert await client.next() == {"t": "reset", "ch": "topic.1", "d": {"head": limits.MISSED_EVENTS + 1}}
        await in_test(publish, "topic.1")
        assert (await client.next())["seq"] == limits.MISSED_EVENTS + 2
        await client.leave()

    run(scenario)


# With Redis


@pytest.fixture
def redis(settings: Any) -> None:
    settings.CHANNEL_LAYERS = redis_layer(django_settings.REDIS_URL)


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis")
def test_redis_carries_events_and_control(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        assert get_channel_layer() is channel_layers["default"]
        await client.ask("sub", channels=["topic.1"])
        await in_test(publish, "topic.1", 5)
        assert [(await client.next())["seq"] for _ in range(5)] == [1, 2, 3, 4, 5]
        await in_test(process.send, hub.CONTROL, {"type": "hub.disconnect", "user": anna.pk, "code": 4403})
        assert await client.close_code() == 4403

    run(scenario)


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis")
def test_a_worker_process_reaches_the_sockets_of_a_server(anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(anna)

    def publish_as_a_worker() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(process, "running_hub", lambda: None)
            publish("topic.1", 3)

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1"])
        await in_test(publish_as_a_worker)
        assert [(await client.next())["seq"] for _ in range(3)] == [1, 2, 3]
        await client.leave()

    run(scenario)
