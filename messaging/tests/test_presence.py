"""Who is online is told to whom they talk to, unless they hide it, and to nobody else."""

import pytest
from django.core.cache import cache

from community_platform.core import realtime
from messaging.models import MessagingPreference
from messaging.selectors.presence import online_now
from messaging.services import conversations, members, reading, sending, typing
from messaging.services.preferences import change_preferences
from profiles.services import graph
from tests.core.realtime_client import Client, in_test, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(anna, boris):
    graph.follow(actor=boris, person=anna)
    return conversations.open_direct(actor=anna, person=boris)[0]


@pytest.mark.django_db(transaction=True)
def test_an_open_socket_is_presence(anna, boris, talk):
    client = Client(anna)

    async def scenario():
        assert await in_test(online_now, boris) == []
        await client.open()
        await client.ask("ping")
        for _n in range(100):
            if found := await in_test(online_now, boris):
                break
        assert found == [anna.pk]
        await client.leave()

    run(scenario)


def test_only_who_talks_with_them_is_told(anna, boris, maxim, admin, talk):
    realtime.note_online([anna.pk, boris.pk])
    assert online_now(boris) == [anna.pk]
    assert online_now(anna) == [boris.pk]
    for stranger in (maxim, admin):
        assert online_now(stranger) == []


def test_hidden_means_absent_everywhere(anna, boris, talk, as_html, as_api):
    sending.send(actor=anna, conversation=talk, content="Hello")
    realtime.note_online([anna.pk])
    pages = ("/messages/", f"/messages/{talk.pk}/", f"/messages/{talk.pk}/people/")

    def dots():
        found = [as_html(boris).get(path).content.decode() for path in pages]
        return [f'data-online="{anna.pk}">' in page for page in found]

    def told():
        return as_api(boris).get("/api/messages/presence").json()

    assert dots() == [True] * 3
    assert told() == {"online": [anna.pk]}
    change_preferences(actor=anna, has_presence=False)
    assert dots() == [False] * 3
    assert told() == {"online": []}
    MessagingPreference.objects.all().delete()
    graph.block(actor=anna, person=boris)
    assert dots() == [False] * 3
    assert told() == {"online": []}


def test_who_left_who_did_not_answer_and_who_went_offline_are_absent(anna, boris, make_user):
    chen = make_user("chen")
    group = conversations.create_group(actor=anna, people=[chen])
    conversations.open_direct(actor=anna, person=boris)  # a request that boris has not answered
    realtime.note_online([boris.pk, chen.pk])
    assert online_now(anna) == [chen.pk]
    members.leave(actor=chen, conversation=group)
    assert online_now(anna) == []
    members.add_people(actor=anna, conversation=group, people=[chen])
    assert online_now(anna) == [chen.pk]
    cache.clear()
    assert online_now(anna) == []


def test_an_unanswered_request_and_a_block_tell_nothing_of_reading(anna, boris, monkeypatch, as_html):
    whispers = []
    monkeypatch.setattr(realtime, "whisper", lambda **whisper: whispers.append(whisper))
    talk, _new = conversations.open_direct(actor=anna, person=boris)
    message, _new = sending.send(actor=anna, conversation=talk, content="May I?")
    channel = f"conv.{talk.pk}"

    def receipts():
        return [event["t"] for event in realtime.sync(anna, {channel: 0}).events].count("message:read")

    def seen():
        return "Seen" in as_html(anna).get(f"/messages/{talk.pk}/").content.decode()

    reading.mark_read(actor=boris, message=message)
    typing.tell_typing(actor=boris, conversation_id=talk.pk, state="start")
    assert (receipts(), seen(), whispers) == (0, False, [])
    conversations.answer_request(actor=boris, conversation=talk, accept=True)
    typing.tell_typing(actor=boris, conversation_id=talk.pk, state="start")
    assert (seen(), len(whispers)) == (True, 1)
    again, _new = sending.send(actor=anna, conversation=talk, content="Thanks")
    graph.block(actor=boris, person=anna)
    reading.mark_read(actor=boris, message=again)
    typing.tell_typing(actor=boris, conversation_id=talk.pk, state="start")
    assert (receipts(), seen(), len(whispers)) == (0, False, 1)
