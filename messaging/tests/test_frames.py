"""What a socket says about conversations."""

import pytest

from community_platform.core import realtime
from community_platform.core.errors import Invalid, NotFound
from community_platform.core.models import ChannelEvent
from messaging import channels, consumers
from messaging.models import MessagingPreference
from messaging.selectors import inbox
from messaging.services import conversations, members, sending, waiting
from profiles.services import graph

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(anna, boris):
    graph.follow(actor=boris, person=anna)
    return conversations.open_direct(actor=anna, person=boris)[0]


@pytest.fixture
def whispers(monkeypatch):
    heard = []
    monkeypatch.setattr(realtime, "whisper", lambda **whisper: heard.append(whisper))
    return heard


def test_typing_is_whispered_to_the_conversation(anna, maxim, talk, whispers):
    consumers.typing(anna, {"channel": f"conv.{talk.pk}", "state": "start"})
    assert whispers == [
        {"channel": f"conv.{talk.pk}", "type": "user:typing", "data": {"user_id": anna.pk, "state": "start"}}
    ]
    with pytest.raises(NotFound):
        consumers.typing(maxim, {"channel": f"conv.{talk.pk}", "state": "start"})
    with pytest.raises(Invalid):
        consumers.typing(anna, {"channel": f"conv.{talk.pk}", "state": "maybe"})
    for channel in ("topic.1", "conv.x", "conv.", None, "conv.99999999999999999999"):
        with pytest.raises(NotFound):
            consumers.typing(anna, {"channel": channel, "state": "start"})


def test_typing_is_hidden_by_choice_and_in_large_groups(anna, boris, talk, whispers, make_user):
    group = conversations.create_group(actor=anna, people=[make_user(f"crowd{n}") for n in range(20)])
    consumers.typing(anna, {"channel": f"conv.{group.pk}", "state": "start"})
    MessagingPreference.objects.create(user=boris, has_typing=False)
    consumers.typing(boris, {"channel": f"conv.{talk.pk}", "state": "start"})
    assert whispers == []


def test_reading_over_the_socket(anna, boris, maxim, talk):
    message, _new = sending.send(actor=anna, conversation=talk, content="Hello")
    assert consumers.read(boris, {"channel": f"conv.{talk.pk}", "up_to_id": message.pk}) == {
        "unread_count": 0
    }
    with pytest.raises(NotFound):
        consumers.read(maxim, {"channel": f"conv.{talk.pk}", "up_to_id": message.pk})
    for bad in (None, "1", True, -1, 2**70):
        with pytest.raises(Invalid):
            consumers.read(boris, {"up_to_id": bad})


def test_only_who_takes_part_listens(anna, boris, maxim, talk):
    assert channels.may_hear_conversation(anna, talk.pk)
    assert not channels.may_hear_conversation(maxim, talk.pk)
    group = conversations.create_group(actor=anna, people=[boris, maxim])
    assert channels.may_hear_conversation(maxim, group.pk)
    members.remove_person(actor=anna, conversation=group, person=maxim)
    assert not channels.may_hear_conversation(maxim, group.pk)


def test_the_envelope_of_who_has_not_read_is_told_the_absolute_number(anna, boris, talk):
    message, _new = sending.send(actor=anna, conversation=talk, content="Hello")
    for _n in range(2):
        waiting.tell_waiting(message_id=message.pk)
    told = ChannelEvent.objects.filter(channel=realtime.user_channel(boris.pk), type="message:waiting")
    assert [event.data["unread_count"] for event in told] == [1, 1]
    assert not ChannelEvent.objects.filter(
        channel=realtime.user_channel(anna.pk), type="message:waiting"
    ).exists()
    graph.block(actor=boris, person=anna, kind="ignore")
    waiting.tell_waiting(message_id=message.pk)
    assert told.count() == 2
    assert inbox.unread_count(boris) == 1
