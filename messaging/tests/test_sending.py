"""Sending, changing, taking back: once, in order, told to whoever listens."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from community_platform.core import realtime
from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge, WrongType
from community_platform.core.models import ChannelEvent
from messaging.models import Attachment, Message, MessageEdit, MessagingPreference
from messaging.selectors import inbox, readers
from messaging.selectors.search import search
from messaging.services import attachments, conversations, editing, reading, sending
from profiles.services import graph

pytestmark = pytest.mark.django_db
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


@pytest.fixture
def talk(anna, boris):
    graph.follow(actor=boris, person=anna)
    return conversations.open_direct(actor=anna, person=boris)[0]


def send(actor, talk, content="Hello", **more):
    return sending.send(actor=actor, conversation=talk, content=content, **more)[0]


def events(talk, kind="message:new"):
    rows = ChannelEvent.objects.filter(channel=f"conv.{talk.pk}", type=kind).order_by("seq")
    return [row.data for row in rows]


def test_numbers_have_no_gap_and_listeners_are_told_what_the_api_shows(anna, boris, talk, as_api):
    first, second = send(anna, talk, "One **two**"), send(boris, talk, "Three")
    assert [first.seq, second.seq] == [1, 2]
    told = [data["message"] for data in events(talk)]
    shown = as_api(boris).get(f"/api/messages/conversations/{talk.pk}").json()["messages"]["results"]
    assert told == shown[::-1]
    assert told[0]["content_html"] == "<p>One <strong>two</strong></p>\n"


def test_the_same_client_id_sends_once_and_another_text_under_it_is_refused(anna, talk):
    key = uuid.uuid4()
    found = {
        sending.send(actor=anna, conversation=talk, content="Once", client_id=key)[0].pk for _n in range(20)
    }
    assert len(found) == Message.objects.count() == len(events(talk)) == 1
    with pytest.raises(Conflict) as refused:
        sending.send(actor=anna, conversation=talk, content="Twice", client_id=key)
    assert refused.value.code == "client_id_reused"


def test_two_people_may_use_the_same_client_id(anna, boris, talk):
    key = uuid.uuid4()
    send(anna, talk, client_id=key)
    send(boris, talk, client_id=key)
    assert Message.objects.count() == 2


@pytest.mark.parametrize("content", ["", "   ", "\u200b", "x" * 10_001, "nul\x00"])
def test_a_bad_text_changes_nothing(anna, talk, content):
    with pytest.raises(Invalid) as refused:
        send(anna, talk, content)
    assert refused.value.field == "content"
    assert not Message.objects.exists()


def test_strangers_and_staff_neither_see_nor_send(maxim, admin, make_user, anna, talk):
    message = send(anna, talk)
    for stranger in (maxim, admin, make_user("chen")):
        assert not Message.objects.visible_to(stranger).exists()
        with pytest.raises(NotFound):
            send(stranger, talk)
        with pytest.raises(NotFound):
            reading.mark_read(actor=stranger, message=message)
        with pytest.raises(NotFound):
            editing.react(actor=stranger, message=message, emoji="👍")


def test_a_reply_names_a_message_of_the_same_conversation(anna, boris, talk, make_user):
    first = send(anna, talk)
    answer = send(boris, talk, "Yes", reply_to=first.pk)
    assert answer.reply_to_id == first.pk
    other = conversations.open_direct(actor=boris, person=make_user("chen"))[0]
    with pytest.raises(Invalid) as refused:
        send(boris, other, "No", reply_to=first.pk)
    assert refused.value.field == "reply_to"


def test_a_text_is_changed_for_fifteen_minutes_and_the_former_kept(anna, boris, talk):
    message = send(anna, talk, "Teh")
    editing.edit_message(actor=anna, message=message, content="The")
    editing.edit_message(actor=anna, message=message, content="The")
    message.refresh_from_db()
    assert (message.content, message.is_edited) == ("The", True)
    assert MessageEdit.objects.get().content == "Teh"
    assert len(events(talk, "message:updated")) == 1
    with pytest.raises(NotAllowed):
        editing.edit_message(actor=boris, message=message, content="A")
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    with pytest.raises(Conflict) as refused:
        editing.edit_message(actor=anna, message=message, content="Too late")
    assert refused.value.code == "too_late"


def test_a_deleted_text_leaves_a_stub_and_counts_no_more(anna, boris, talk):
    message = send(anna, talk, "Secret")
    assert inbox.unread(boris).messages == 1
    editing.delete_message(actor=anna, message=message)
    editing.delete_message(actor=anna, message=message)
    assert inbox.unread(boris).messages == 0
    assert len(events(talk, "message:deleted")) == 1
    assert "Secret" not in str(events(talk, "message:deleted"))
    assert not search(boris, "secret")


def test_reactions_are_set_once_and_taken_back(anna, boris, talk):
    message = send(anna, talk)
    for _n in range(2):
        editing.react(actor=boris, message=message, emoji="🎉")
    assert events(talk, "message:updated")[-1]["message"]["reactions"] == [
        {"emoji": "🎉", "count": 1, "user_ids": [boris.pk]}
    ]
    editing.unreact(actor=boris, message=message, emoji="🎉")
    assert events(talk, "message:updated")[-1]["message"]["reactions"] == []
    with pytest.raises(Invalid):
        editing.react(actor=boris, message=message, emoji="💣")


def test_reading_is_told_unless_hidden(anna, boris, talk):
    message = send(anna, talk)
    reading.mark_read(actor=boris, message=message)
    assert events(talk, "message:read")[0]["up_to_id"] == message.pk
    own = ChannelEvent.objects.get(channel=realtime.user_channel(boris.pk), type="message:read")
    assert own.data["unread_count"] == 0
    assert [seat.user_id for seat in readers.readers_of(message)] == [boris.pk]
    MessagingPreference.objects.create(user=boris, has_receipts=False)
    reading.mark_read(actor=boris, message=send(anna, talk))
    assert len(events(talk, "message:read")) == 1
    assert readers.readers_of(message) == []


def test_what_somebody_read_is_dated_by_the_first_point_past_it(anna, boris, talk):
    first = send(anna, talk)
    reading.mark_read(actor=boris, message=first)
    at = first.reads.get(user=boris).read_at
    second = send(anna, talk)
    reading.mark_read(actor=boris, message=second)
    assert [vars(seat)["read_at"] for seat in readers.readers_of(first)] == [at]


def test_pictures_are_encoded_anew_and_files_known_by_what_is_in_them(anna, boris, talk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = attachments.upload(actor=anna, file=SimpleUploadedFile("../../evil.php", GIF))
    assert (picture.name, picture.content_type, picture.width) == ("evil.webp", "image/webp", 1)
    with pytest.raises(WrongType):
        attachments.upload(actor=anna, file=SimpleUploadedFile("page.png", b"\x7fELF\x00\x01binary"))
    with pytest.raises(WrongType):  # a film is known for what it is, and not sent
        attachments.upload(actor=anna, file=SimpleUploadedFile("notes.txt", b"\x00\x00\x00\x18ftypmp42"))
    with pytest.raises(TooLarge):
        attachments.upload(actor=anna, file=SimpleUploadedFile("big.txt", b"x" * (10 * 1024 * 1024 + 1)))
    with pytest.raises(Invalid):
        attachments.upload(actor=anna, file=SimpleUploadedFile("empty.txt", b""))
    message = send(anna, talk, "", attachment_ids=[picture.pk])
    assert Attachment.objects.visible_to(boris).get().message_id == message.pk
    editing.delete_message(actor=anna, message=message)
    assert not Attachment.objects.visible_to(boris).exists()


def test_a_file_of_somebody_else_is_not_sent(anna, boris, talk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    theirs = attachments.upload(actor=boris, file=SimpleUploadedFile("notes.txt", b"Notes"))
    with pytest.raises(Invalid):
        send(anna, talk, "", attachment_ids=[theirs.pk])
    assert not Message.objects.exists()


def test_the_scanner_refuses(anna, settings, tmp_path):
    settings.MEDIA_ROOT, settings.ATTACHMENT_SCANNER = tmp_path, "messaging.tests.test_sending.is_clean"
    with pytest.raises(Invalid) as refused:
        attachments.upload(actor=anna, file=SimpleUploadedFile("notes.txt", b"EICAR"))
    assert refused.value.code == "infected"
    attachments.upload(actor=anna, file=SimpleUploadedFile("notes.txt", b"fine"))


def is_clean(file):
    return b"EICAR" not in file.read()


def test_files_without_a_message_go_after_a_day(anna, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    old = attachments.upload(actor=anna, file=SimpleUploadedFile("old.txt", b"Old"))
    attachments.upload(actor=anna, file=SimpleUploadedFile("new.txt", b"New"))
    Attachment.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        assert attachments.discard_waiting() == 1
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"New"]


def test_search_finds_every_word_in_own_conversations_only(anna, boris, talk, make_user):
    send(anna, talk, "Two words here")
    assert [row.content for row in search(boris, "HERE two")] == ["Two words here"]
    assert not search(make_user("chen"), "words")
    assert not search(boris, "")
