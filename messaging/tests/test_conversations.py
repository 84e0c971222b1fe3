"""Beginning conversations, who is in them, and what each one does with theirs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooFast
from messaging.models import Conversation, Message, MessagingPreference, Participant
from messaging.selectors import inbox
from messaging.services import conversations, members, reading, sending
from profiles.models import Profile, User
from profiles.services import graph

pytestmark = pytest.mark.django_db


@pytest.fixture
def chen(make_user):
    return make_user("chen")


def seat(conversation, user):
    return Participant.objects.get(conversation=conversation, user=user)


def test_a_pair_has_one_conversation_whoever_begins(anna, boris):
    first, is_new = conversations.open_direct(actor=anna, person=boris)
    again, is_new_again = conversations.open_direct(actor=boris, person=anna)
    assert (first.pk, is_new, is_new_again) == (again.pk, True, False)
    assert Participant.objects.filter(conversation=first).count() == 2


def test_nobody_writes_to_themselves_or_across_a_block(anna, boris):
    with pytest.raises(Invalid):
        conversations.open_direct(actor=anna, person=anna)
    graph.block(actor=boris, person=anna)
    for actor, person in ((anna, boris), (boris, anna)):
        with pytest.raises(NotAllowed) as refused:
            conversations.open_direct(actor=actor, person=person)
        assert refused.value.code == "cannot_message"
    assert not Conversation.objects.exists()


def test_a_block_stops_what_goes_on_already(anna, boris):
    talk, _new = conversations.open_direct(actor=anna, person=boris)
    sending.send(actor=anna, conversation=talk, content="Hello")
    graph.block(actor=boris, person=anna)
    with pytest.raises(NotAllowed):
        sending.send(actor=anna, conversation=talk, content="Hello again")
    assert Message.objects.count() == 1


def test_a_stranger_asks_first_and_an_answer_accepts(anna, boris):
    talk, _new = conversations.open_direct(actor=anna, person=boris)
    sending.send(actor=anna, conversation=talk, content="May I ask something?")
    assert seat(talk, boris).request == "pending"
    assert inbox.unread(boris) == inbox.Unread()
    assert [row.conversation_id for row in inbox.inbox(boris, tab="requests")] == [talk.pk]
    assert not inbox.inbox(boris)
    sending.send(actor=boris, conversation=talk, content="Of course")
    assert seat(talk, boris).request == "accepted"
    assert inbox.unread(anna) == inbox.Unread(messages=1, conversations=1)


def test_whom_one_follows_is_no_stranger_and_staff_neither(anna, boris, maxim, irina):
    graph.follow(actor=boris, person=anna)
    for actor in (anna, maxim, irina):
        talk, _new = conversations.open_direct(actor=actor, person=boris)
        assert seat(talk, boris).request == "accepted"


def test_a_declined_request_is_gone_and_its_sender_cannot_go_on(anna, boris):
    talk, _new = conversations.open_direct(actor=anna, person=boris)
    sending.send(actor=anna, conversation=talk, content="Buy my course")
    conversations.answer_request(actor=boris, conversation=talk, accept=False)
    assert not Conversation.objects.visible_to(boris).exists()
    assert not Message.objects.visible_to(boris).exists()
    with pytest.raises(NotAllowed):
        sending.send(actor=anna, conversation=talk, content="Buy it now")


def test_people_choose_who_may_begin(anna, boris, maxim):
    MessagingPreference.objects.create(user=boris, who_may_write="followed")
    with pytest.raises(NotAllowed):
        conversations.open_direct(actor=anna, person=boris)
    with pytest.raises(NotAllowed):
        conversations.create_group(actor=anna, people=[boris])
    graph.follow(actor=boris, person=anna)
    conversations.open_direct(actor=anna, person=boris)
    MessagingPreference.objects.update(who_may_write="nobody")
    conversations.open_direct(actor=maxim, person=boris)


def test_a_new_account_begins_five_conversations_a_day(anna, make_user, settings):
    settings.RATE_LIMIT_SCALE = 1
    for n in range(5):
        conversations.open_direct(actor=anna, person=make_user(f"other{n}"))
    with pytest.raises(TooFast):
        conversations.open_direct(actor=anna, person=make_user("sixth"))


def test_a_group_adds_removes_and_passes_on_its_owner(anna, boris, chen, irina):
    group = conversations.create_group(actor=anna, people=[boris], title="Loops")
    sending.send(actor=anna, conversation=group, content="Before chen")
    members.add_people(actor=anna, conversation=group, people=[chen, boris])
    sending.send(actor=anna, conversation=group, content="After chen came")
    texts = Message.objects.visible_to(chen).filter(kind="text").values_list("content", flat=True)
    assert list(texts) == ["After chen came"]
    with pytest.raises(NotAllowed):
        members.remove_person(actor=boris, conversation=group, person=chen)
    members.remove_person(actor=anna, conversation=group, person=chen)
    members.remove_person(actor=anna, conversation=group, person=chen)
    assert not Message.objects.visible_to(chen).exists()
    with pytest.raises(NotFound):
        sending.send(actor=chen, conversation=group, content="Am I still here?")
    members.leave(actor=anna, conversation=group)
    assert seat(group, boris).is_owner
    members.add_people(actor=boris, conversation=group, people=[chen])
    assert not Message.objects.visible_to(chen).filter(kind="text").exists()
    kinds = Message.objects.filter(conversation=group).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["text", "added", "text", "removed", "left", "added"]
    seqs = Message.objects.filter(conversation=group).order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == [1, 2, 3, 4, 5, 6]


def test_a_one_to_one_is_not_left_and_has_no_owner(anna, boris, chen):
    talk, _new = conversations.open_direct(actor=anna, person=boris)
    for act in (
        lambda: members.leave(actor=anna, conversation=talk),
        lambda: members.rename(actor=anna, conversation=talk, title="Us"),
        lambda: members.add_people(actor=anna, conversation=talk, people=[chen]),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "not_a_group"


def test_a_group_has_a_hundred_people_at_most(anna, boris):
    crowd = [User(username=f"crowd{n}", email=f"crowd{n}@example.com") for n in range(100)]
    people = User.objects.bulk_create(crowd)
    Profile.objects.bulk_create(Profile(user=person) for person in people)
    with pytest.raises(Invalid) as refused:
        conversations.create_group(actor=anna, people=people)
    assert refused.value.field == "participants"
    group = conversations.create_group(actor=anna, people=people[:99])
    with pytest.raises(Invalid):
        members.add_people(actor=anna, conversation=group, people=[boris])


def test_muted_and_archived_conversations(anna, boris, chen):
    group = conversations.create_group(actor=anna, people=[boris, chen])
    members.mute(actor=boris, conversation=group, until=timezone.now() + timedelta(hours=1))
    members.archive(actor=boris, conversation=group)
    members.archive(actor=chen, conversation=group)
    sending.send(actor=anna, conversation=group, content="News")
    assert inbox.unread(boris) == inbox.Unread()  # muted: not on the badge, and it stays away
    assert [row.unread_count for row in inbox.inbox(boris, tab="archived")] == [1]
    assert inbox.unread(chen) == inbox.Unread(messages=1, conversations=1)
    assert [row.conversation_id for row in inbox.inbox(chen)] == [group.pk]


def test_the_inbox_finds_people_and_titles(anna, boris, chen):
    group = conversations.create_group(actor=anna, people=[chen], title="Reading circle")
    talk, _new = conversations.open_direct(actor=anna, person=boris)
    sending.send(actor=anna, conversation=talk, content="Hi")
    assert [row.conversation_id for row in inbox.inbox(anna)] == [talk.pk, group.pk]
    assert [row.conversation_id for row in inbox.inbox(anna, q="circle")] == [group.pk]
    assert [row.conversation_id for row in inbox.inbox(anna, q="boris")] == [talk.pk]


def test_the_draft_is_kept_for_its_owner(anna, boris):
    talk, _new = conversations.open_direct(actor=anna, person=boris)
    members.save_draft(actor=anna, conversation=talk, content="Half a sen")
    assert (seat(talk, anna).draft, seat(talk, boris).draft) == ("Half a sen", "")
    members.save_draft(actor=anna, conversation=talk, content="")
    assert seat(talk, anna).draft_at is None


def test_reading_moves_on_and_back(anna, boris):
    graph.follow(actor=boris, person=anna)
    talk, _new = conversations.open_direct(actor=anna, person=boris)
    one, two, three = (sending.send(actor=anna, conversation=talk, content=f"Text {n}")[0] for n in range(3))
    assert inbox.unread(boris).messages == 3
    reading.mark_read(actor=boris, message=two)
    reading.mark_read(actor=boris, message=one)  # never back by reading
    assert inbox.unread(boris).messages == 1
    reading.mark_unread(actor=boris, message=one)
    assert inbox.unread(boris).messages == 3
    reading.mark_conversation_read(actor=boris, conversation=talk)
    assert inbox.unread(boris).messages == 0
    assert three.reads.filter(user=boris).exists()
