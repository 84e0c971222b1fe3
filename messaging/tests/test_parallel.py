"""Many send, begin and read at the same moment (PostgreSQL)."""

import uuid

import pytest

from community_platform.core.models import ChannelEvent
from forum.tests.test_parallel_writers import at_once
from messaging.models import Conversation, Message, Participant
from messaging.selectors import inbox
from messaging.services import conversations, reading, sending
from profiles.models import User
from profiles.services import graph

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def talk(anna, boris):
    graph.follow(actor=boris, person=anna)
    return conversations.open_direct(actor=anna, person=boris)[0]


def test_twelve_begin_the_same_conversation(anna, boris):
    people = [(anna, boris), (boris, anna)] * 6
    jobs = [
        lambda pair=pair: conversations.open_direct(actor=pair[0], person=pair[1])[0].pk for pair in people
    ]
    assert len(set(at_once(jobs))) == 1
    assert Conversation.objects.count() == 1
    assert Participant.objects.count() == 2


def test_one_client_id_sent_twelve_times_at_once_is_one_message(anna, talk):
    key = uuid.uuid4()

    def send():
        return sending.send(actor=anna, conversation=talk, content="Once", client_id=key)[0].pk

    assert len(set(at_once([send] * 12))) == 1
    assert Message.objects.count() == 1


def test_twenty_equal_posts_at_once_are_one_message(anna, talk, as_api):
    body = {"content": "Once", "client_id": str(uuid.uuid4())}
    path = f"/api/messages/conversations/{talk.pk}/messages"
    clients = [as_api(anna) for _n in range(20)]
    answers = at_once([lambda one=one: one.post(path, body, format="json") for one in clients])
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["id"] for answer in answers}) == Message.objects.count() == 1
    assert ChannelEvent.objects.filter(channel=f"conv.{talk.pk}", type="message:new").count() == 1


def test_parallel_senders_get_numbers_without_gap(anna, boris, talk):
    senders = [User.objects.with_roles().get(pk=person.pk) for person in (anna, boris)]
    jobs = [
        lambda n=n: sending.send(actor=senders[n % 2], conversation=talk, content=f"Text {n}")[0].seq
        for n in range(12)
    ]
    assert sorted(at_once(jobs)) == list(range(1, 13))


def test_reading_on_two_devices_ends_at_the_furthest(anna, boris, talk):
    messages = [sending.send(actor=anna, conversation=talk, content=f"Text {n}")[0] for n in range(8)]
    at_once([lambda row=row: reading.mark_read(actor=boris, message=row) for row in messages])
    assert Participant.objects.get(user=boris).last_read_seq == 8
    assert inbox.unread_count(boris) == 0
