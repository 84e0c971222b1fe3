"""The protocol of `/ws/`, frame by frame."""

import asyncio
from typing import Any

import pytest

from community_platform.core import realtime
from community_platform.core.errors import NotFound, TooFast
from community_platform.core.realtime import channels, limits, process, protocol, socket
from community_platform.core.realtime.protocol import Meter
from tests.core.realtime_client import Client, in_test, publish, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _open_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(channels._kinds, "topic", lambda user, pk: pk != 13)


def test_hello_names_the_person_and_the_head_of_their_channel(anna: Any) -> None:
    publish(f"user.{anna.pk}", 3)
    client = Client(anna)

    async def scenario() -> None:
        hello = await client.open()
        assert hello["user_id"] == anna.pk
        assert (hello["v"], hello["heartbeat"]) == (1, 25)
        assert hello["heads"] == {f"user.{anna.pk}": 3}
        await in_test(publish, f"user.{anna.pk}")
        event = await client.next()
        assert (event["t"], event["ch"], event["seq"]) == ("topic:new_post", f"user.{anna.pk}", 4)
        assert set(event) == {"t", "ch", "seq", "id", "ts", "d"}
        assert event["ts"].endswith("Z")
        await client.leave()

    run(scenario)


def test_sub_grants_and_denies_then_replays_then_runs_live(anna: Any) -> None:
    publish("topic.1", 5)
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        answer = await client.ask("sub", channels=["topic.1", "topic.2", "topic.13"], cursors={"topic.1": 3})
        assert answer["t"] == "ack"
        assert answer["d"]["granted"] == ["topic.1", "topic.2"]
        assert answer["d"]["denied"] == ["topic.13"]
        await in_test(publish, "topic.1")
        await in_test(publish, "topic.2")
        heard = [await client.next() for _ in range(4)]
        assert [(event["ch"], event["seq"]) for event in heard] == [
            ("topic.1", 4),
            ("topic.1", 5),
            ("topic.1", 6),
            ("topic.2", 1),
        ]
        await client.leave()

    run(scenario)


def test_a_cursor_too_far_back_is_a_reset_and_live_events_follow(anna: Any) -> None:
    publish("topic.1", 201)
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        answer = await client.ask("sub", channels=["topic.1"], cursors={"topic.1": 0})
        assert answer["d"]["resets"] == ["topic.1"]
        assert answer["d"]["heads"] == {"topic.1": 201}
        await in_test(publish, "topic.1")
        assert (await client.next())["seq"] == 202
        await client.leave()

    run(scenario)


def test_nothing_comes_after_unsub(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1", "topic.2"])
        assert (await client.ask("unsub", channels=["topic.1"]))["t"] == "ack"
        await in_test(publish, "topic.1")
        await in_test(publish, "topic.2")
        assert (await client.next())["ch"] == "topic.2"
        await client.leave()
        assert process.hub().rooms == {}

    run(scenario)


def test_subscribing_during_a_burst_loses_and_doubles_nothing(anna: Any) -> None:
    publish("topic.1", 20)
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        burst = asyncio.ensure_future(in_test(publish, "topic.1", 80))
        seen: list[int] = []
        await client.say({"id": "s", "t": "sub", "d": {"channels": ["topic.1"], "cursors": {"topic.1": 10}}})
        while not seen or seen[-1] < 100:
            frame = await client.next()
            if frame["t"] != "ack":
                seen.append(frame["seq"])
        await burst
        assert seen == list(range(11, 101))
        await client.leave()

    run(scenario)


def test_subscribing_again_without_a_cursor_repeats_nothing_and_with_one_replays(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1"])
        await in_test(publish, "topic.1", 2)
        assert [(await client.next())["seq"] for _ in range(2)] == [1, 2]
        await client.ask("sub", channels=["topic.1"])
        await in_test(publish, "topic.1")
        assert (await client.next())["seq"] == 3
        await client.ask("sub", channels=["topic.1"], cursors={"topic.1": 1})
        await in_test(publish, "topic.1")
        assert [(await client.next())["seq"] for _ in range(3)] == [2, 3, 4]
        await client.leave()

    run(scenario)


def test_a_client_that_comes_back_hears_exactly_what_it_missed(anna: Any) -> None:
    first, second = Client(anna), Client(anna)

    async def scenario() -> None:
        await first.open()
        await first.ask("sub", channels=["topic.1"])
        await in_test(publish, "topic.1", 2)
        assert [(await first.next())["seq"] for _ in range(2)] == [1, 2]
        await first.leave()
        await in_test(publish, "topic.1", 3)
        await second.open()
        await second.ask("sub", channels=["topic.1"], cursors={"topic.1": 2})
        assert [(await second.next())["seq"] for _ in range(3)] == [3, 4, 5]
        await second.leave()

    run(scenario)


def test_ping_answers_heads_and_brings_what_the_layer_lost(anna: Any) -> None:
    client = Client(anna)

    def publish_behind_the_layer() -> None:
        layer_send, process.send = process.send, lambda group, message: None
        try:
            publish("topic.1", 2)
        finally:
            process.send = layer_send

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1"])
        await in_test(publish_behind_the_layer)
        answer = await client.ask("ping")
        assert answer["d"]["heads"] == {"topic.1": 2, f"user.{anna.pk}": 0}
        assert [(await client.next())["seq"] for _ in range(2)] == [1, 2]
        await client.leave()

    run(scenario)


def test_events_that_overtake_each_other_are_put_in_order(anna: Any) -> None:
    client = Client(anna)
    held: list[tuple[str, dict[str, Any]]] = []

    def publish_swapped() -> None:
        send, process.send = process.send, lambda group, message: held.append((group, message))
        try:
            publish("topic.1", 3)
        finally:
            process.send = send
        for group, message in reversed(held):
            process.send(group, message)

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1"])
        await in_test(publish_swapped)
        assert [(await client.next())["seq"] for _ in range(3)] == [1, 2, 3]
        await in_test(publish, "topic.1")
        assert (await client.next())["seq"] == 4
        await client.leave()

    run(scenario)


def test_sync_frame_answers_like_the_api(anna: Any, as_api: Any) -> None:
    publish("topic.1", 2)
    client = Client(anna)

    async def scenario() -> dict[str, Any]:
        await client.open()
        answer = await client.ask("sync", cursors={"topic.1": 1, "topic.9": 4})
        await client.leave()
        return dict(answer["d"])

    over_socket = run(scenario)
    over_http = as_api(anna).get("/api/sync", {"cursors": '{"topic.1": 1, "topic.9": 4}'}).json()
    assert over_socket == over_http
    assert set(over_socket) == {"events", "resets", "heads", "denied"}
    assert over_socket["resets"] == ["topic.9"]


def test_a_frame_of_a_later_version_is_unsupported_and_forgiven(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        for _ in range(limits.BAD_FRAMES + 1):
            await client.say('{"id": "c1", "t": "dance", "d": {}}')
            answer = await client.next()
            assert (answer["t"], answer["re"], answer["d"]["code"]) == ("error", "c1", "unsupported")

    run(scenario)


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "1",
        "[" * 10_000,
        '{"t": 5}',
        '{"t": "sub", "d": []}',
        '{"t": "sub", "d": {}}',
        '{"t": "sub", "d": {"channels": "topic.1"}}',
        '{"t": "sub", "d": {"channels": [["topic.1"]]}}',
        '{"t": "sub", "d": {"channels": ["topic.1"], "cursors": {"topic.1": -1}}}',
        '{"t": "sub", "d": {"channels": ["topic.1"], "cursors": {"topic.1": true}}}',
        '{"t": "sub", "d": {"channels": ["topic.1"], "cursors": {"topic.1": 1.5}}}',
        '{"t": "sync", "d": {"cursors": {"nothing": 1}}}',
        '{"id": {}, "t": "ping"}',
        '{"t": "sub", "d": {"channels": [' + ",".join(f'"topic.{i}"' for i in range(1, 52)) + "]}}",
    ],
)
def test_a_bad_frame_is_answered_and_the_third_closes(anna: Any, frame: str) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        for _ in range(limits.BAD_FRAMES):
            await client.say(frame)
            answer = await client.next()
            assert (answer["t"], answer["re"], answer["d"]["code"]) == ("error", None, "bad_request")
        assert await client.close_code() == 4400

    run(scenario)


def test_a_cursor_beyond_63_bits_is_a_reset_not_an_error(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        answer = await client.ask("sync", cursors={"topic.1": 2**80})
        assert answer["d"]["resets"] == ["topic.1"]
        await client.leave()

    run(scenario)


def test_a_frame_over_16_kib_is_too_large(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        await client.say({"id": "big", "t": "ping", "d": {"x": "й" * limits.FRAME_BYTES}})
        assert (await client.next())["d"]["code"] == "too_large"
        await client.leave()

    run(scenario)


def test_bytes_are_a_bad_frame(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        await client.wire.send_input({"type": "websocket.receive", "bytes": b'{"t": "ping"}'})
        assert (await client.next())["d"]["code"] == "bad_request"
        await client.leave()

    run(scenario)


def test_too_many_frames_are_limited_first_and_closed_if_it_goes_on(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        for i in range(limits.FRAME_BURST * 2 + 30):
            await client.say({"id": str(i), "t": "ping", "d": {}})
        answers = []
        while (message := await client.wire.receive_output(5))["type"] == "websocket.send":
            answers.append(message["text"])
        limited = [text for text in answers if "rate_limited" in text]
        assert len(limited) >= limits.FRAME_BURST - 1
        assert all('"retry_after"' in text for text in limited)
        assert message["code"] == 4429

    run(scenario)


def test_a_meter_refills_at_the_promised_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(protocol.time, "monotonic", lambda: now[0])
    meter = Meter()
    assert [meter.count() for _ in range(20)] == [0] * 20
    assert meter.count() == 1
    now[0] += 1.0
    assert [meter.count() for _ in range(4)] == [0] * 4
    assert meter.count() == 1


def test_a_silent_socket_is_closed(anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "IDLE_SECONDS", 0.05)
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        assert await client.close_code() == 4408

    run(scenario)


def test_frames_of_an_app_are_unsupported_until_it_registers(
    anna: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(anna)
    monkeypatch.setattr(protocol, "_app_handlers", {})

    def read(user: Any, d: dict[str, Any]) -> dict[str, Any]:
        if d["channel"] == "conv.1":
            return {"by": user.pk}
        raise TooFast("Slow down.", retry_after=3) if d["channel"] == "conv.2" else NotFound()

    async def scenario() -> None:
        await client.open()
        assert (await client.ask("read", channel="conv.1"))["d"]["code"] == "unsupported"
        realtime.register_frame("read", read)
        assert (await client.ask("read", channel="conv.1"))["d"] == {"by": anna.pk}
        limited = (await client.ask("read", channel="conv.2"))["d"]
        assert (limited["code"], limited["message"], limited["retry_after"]) == (
            "rate_limited",
            "Slow down.",
            3,
        )
        assert (await client.ask("read", channel="conv.3"))["d"]["code"] == "not_found"
        assert (await client.ask("read"))["d"][
            "code"
        ] == "server"  # KeyError of the handler: logged, not leaked
        assert (await client.ask("ping"))["t"] == "ack"
        await client.leave()

    run(scenario)


def test_a_whisper_reaches_listeners_and_is_never_replayed(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1"])
        await in_test(realtime.whisper, channel="topic.1", type="user:typing", data={"user_id": 7})
        event = await client.next()
        assert (event["t"], event["d"], "seq" in event) == ("user:typing", {"user_id": 7}, False)
        answer = await client.ask("sync", cursors={"topic.1": 0})
        assert answer["d"]["events"] == []
        await client.leave()

    run(scenario)


def test_a_slow_reader_is_closed_and_does_not_hold_up_others(anna: Any, boris: Any) -> None:
    slow, quick = Client(anna), Client(boris)

    async def scenario() -> None:
        await slow.open()
        await slow.ask("sub", channels=["topic.1"])
        await quick.open()
        await quick.ask("sub", channels=["topic.1"])
        connection = process.hub().people[anna.pk][0]
        slow.reads = False
        seen = 0
        for burst in (100, 200, 300):
            await in_test(publish, "topic.1", 100)
            while seen < burst:
                assert (await quick.next())["seq"] == seen + 1
                seen += 1
        assert await slow.close_code() == 4508
        assert connection.outgoing.qsize() <= limits.QUEUE_FRAMES
        await quick.leave()

    run(scenario)
