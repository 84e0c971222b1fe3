"""Conversations as pages: everything works without scripts."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.models import Attachment, Conversation, Message, MessagingPreference, Participant
from messaging.selectors import inbox
from messaging.services import conversations, sending
from profiles.services import graph

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(anna, boris):
    graph.follow(actor=boris, person=anna)
    return conversations.open_direct(actor=anna, person=boris)[0]


@pytest.fixture
def group(anna, boris, make_user):
    return conversations.create_group(actor=anna, people=[boris, make_user("chen")], title="Reading circle")


def send(actor, talk, content="Hello"):
    return sending.send(actor=actor, conversation=talk, content=content)[0]


def test_visitors_sign_in_and_strangers_find_nothing(as_html, maxim, talk):
    assert as_html().get("/messages/").status_code == 302
    for path in (f"/messages/{talk.pk}/", f"/messages/{talk.pk}/after/", f"/messages/{talk.pk}/people/"):
        assert as_html(maxim).get(path).status_code == 404
    for path in (f"/messages/{talk.pk}/send/", f"/messages/{talk.pk}/mute/", f"/messages/{talk.pk}/leave/"):
        assert as_html(maxim).post(path, {"content": "Hi"}).status_code == 404


def test_writing_to_somebody_begins_a_conversation_and_a_repeated_click_sends_once(as_html, anna, boris):
    form = {"participants": "@boris", "content": "Hello **you**", "client_id": str(uuid.uuid4())}
    for _n in range(2):
        answer = as_html(anna).post("/messages/new/", form)
        assert answer.status_code == 302
    assert Message.objects.count() == 1
    page = as_html(boris).get(answer["Location"].split("#")[0])
    assert "<strong>you</strong>" in page.content.decode()


def test_a_wrong_name_is_named_and_the_text_kept(as_html, anna):
    answer = as_html(anna).post("/messages/new/", {"participants": "nobody-here", "content": "Kept text"})
    assert answer.status_code == 400
    assert "participants" in answer.context["form"].errors
    assert "Kept text" in answer.content.decode()
    assert not Conversation.objects.exists()


def test_who_cannot_be_written_to_is_said_in_the_form(as_html, anna, boris):
    graph.block(actor=boris, person=anna)
    answer = as_html(anna).post("/messages/new/", {"participants": "boris", "content": "Kept text"})
    assert answer.status_code == 403
    assert "Kept text" in answer.content.decode()


def test_opening_the_page_reads_what_it_shows_and_the_api_reads_nothing(as_html, as_api, anna, boris, talk):
    send(anna, talk)
    as_api(boris).get(f"/api/messages/conversations/{talk.pk}")
    assert inbox.unread_count(boris) == 1
    page = as_html(boris).get(f"/messages/{talk.pk}/").content.decode()
    assert 'id="unread"' in page
    assert inbox.unread_count(boris) == 0
    assert 'id="unread"' not in as_html(boris).get(f"/messages/{talk.pk}/").content.decode()


def test_a_long_conversation_has_pages_both_ways(as_html, anna, boris, talk, settings):
    settings.RATE_LIMIT_SCALE = 1000
    for n in range(1, 121):
        send(anna if n % 2 else boris, talk, f"Text {n}")
    client = as_html(boris)

    def seqs(query):
        return [row.message.seq for row in client.get(f"/messages/{talk.pk}/{query}").context["window"].rows]

    assert seqs("") == list(range(71, 121))
    assert seqs("?before=71") == list(range(21, 71))
    assert seqs("?before=21") == list(range(1, 21))
    assert seqs("?after=50") == list(range(51, 101))
    assert 60 in seqs("?around=60")
    assert seqs("?before=x") == list(range(71, 121))


def test_sending_with_files_and_getting_them_back(as_html, anna, boris, maxim, talk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("notes.txt", "Notes ё".encode())
    answer = as_html(anna).post(f"/messages/{talk.pk}/send/", {"content": "", "attachment": [file]})
    assert answer.status_code == 302
    path = f"/messages/attachments/{Attachment.objects.get().pk}/"
    got = as_html(boris).get(path)
    assert b"".join(got.streaming_content) == "Notes ё".encode()
    assert got["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert "sandbox" in got["Content-Security-Policy"]
    assert as_html(maxim).get(path).status_code == 404
    assert as_html(boris).get(f"/media/{Attachment.objects.get().file.name}").status_code == 404


def test_a_refused_file_keeps_the_text(as_html, anna, talk):
    bad = SimpleUploadedFile("x.exe", b"MZ\x00\x01\xff\xfe")
    answer = as_html(anna).post(f"/messages/{talk.pk}/send/", {"content": "Kept text", "attachment": [bad]})
    assert answer.status_code == 415
    assert "Kept text" in answer.content.decode()
    assert not Message.objects.exists()


def test_changing_reacting_deleting_and_marking_unread(as_html, anna, boris, talk):
    message = send(anna, talk, "Teh")
    assert as_html(anna).post(f"/messages/message/{message.pk}/edit/", {"content": "The"}).status_code == 302
    assert as_html(boris).get(f"/messages/message/{message.pk}/edit/").status_code == 404
    for count in (1, 0):
        as_html(boris).post(f"/messages/message/{message.pk}/react/", {"emoji": "👍"})
        assert message.reactions.count() == count
    as_html(boris).get(f"/messages/{talk.pk}/")
    as_html(boris).post(f"/messages/message/{message.pk}/unread/")
    assert inbox.unread_count(boris) == 1
    assert as_html(boris).post(f"/messages/message/{message.pk}/delete/").status_code == 403
    as_html(anna).post(f"/messages/message/{message.pk}/delete/")
    page = as_html(boris).get(f"/messages/{talk.pk}/").content.decode()
    assert "This message was deleted." in page
    assert "The</p>" not in page


def test_a_request_is_answered(as_html, anna, boris):
    talk = conversations.open_direct(actor=anna, person=boris)[0]
    send(anna, talk, "May I?")
    assert "May I?" in as_html(boris).get("/messages/?tab=requests").content.decode()
    as_html(boris).post(f"/messages/{talk.pk}/request/", {"answer": "decline"})
    assert as_html(boris).get(f"/messages/{talk.pk}/").status_code == 404
    assert as_html(anna).get(f"/messages/{talk.pk}/").status_code == 200


def test_a_group_is_managed(as_html, anna, boris, group, make_user):
    make_user("dora")
    owner = as_html(anna)
    assert owner.post(f"/messages/{group.pk}/people/add/", {"users": "dora"}).status_code == 302
    assert owner.post(f"/messages/{group.pk}/people/add/", {"users": "ghost"}).status_code == 400
    assert owner.post(f"/messages/{group.pk}/title/", {"title": "Circle"}).status_code == 302
    assert owner.post(f"/messages/{group.pk}/people/{boris.pk}/remove/").status_code == 302
    assert as_html(boris).get(f"/messages/{group.pk}/").status_code == 404
    page = owner.get(f"/messages/{group.pk}/").content.decode()
    assert "anna added dora" in page
    assert "anna removed boris" in page
    owner.post(f"/messages/{group.pk}/leave/")
    assert not Participant.objects.filter(conversation=group, user=anna, left_at=None).exists()


def test_muting_archiving_and_preferences(as_html, anna, boris, talk):
    client = as_html(boris)
    client.post(f"/messages/{talk.pk}/mute/", {"for": "day"})
    send(anna, talk)
    assert inbox.unread_count(boris) == 0
    client.post(f"/messages/{talk.pk}/mute/", {"for": ""})
    assert inbox.unread_count(boris) == 1
    client.post(f"/messages/{talk.pk}/archive/", {"archive": "1"})
    assert not inbox.inbox(boris)
    client.post("/settings/messages/", {"who_may_write": "nobody", "has_typing": "on"})
    chosen = MessagingPreference.objects.get(user=boris)
    assert (chosen.who_may_write, chosen.has_receipts, chosen.has_typing) == ("nobody", False, True)


def test_search_page(as_html, anna, boris, talk):
    send(anna, talk, "About decorators")
    assert "About decorators" in as_html(boris).get("/messages/search/?q=DECOR").content.decode()
    assert as_html(boris).get("/messages/search/?q=%00").status_code == 400


def test_a_message_is_reported_with_the_lines_before_it(as_html, as_api, anna, boris, maxim, talk):
    for n in range(7):
        send(anna, talk, f"Line {n}")
    message = send(anna, talk, "Rude words")
    assert as_html(boris).get(f"/moderation/report/message/{message.pk}/").status_code == 200
    answer = as_api(boris).post(f"/api/messages/{message.pk}/flag", {"reason": "abuse"}, format="json")
    assert answer.status_code in {201, 400}, answer.content


@pytest.mark.parametrize("number", [3, 30])
def test_pages_cost_the_same_however_long_they_are(as_html, anna, boris, make_user, number, settings):
    settings.RATE_LIMIT_SCALE = 1000
    graph.follow(actor=boris, person=anna)
    talk = conversations.open_direct(actor=anna, person=boris)[0]
    for n in range(number):
        send(anna, talk, f"Text {n}")
        other = conversations.open_direct(actor=boris, person=make_user(f"other{n}"))[0]
        send(boris, other)
    client = as_html(boris)
    client.get("/messages/")
    client.get(f"/messages/{talk.pk}/")
    for path, most in (("/messages/", 5), (f"/messages/{talk.pk}/", 8)):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) == most, "\n".join(row["sql"][:150] for row in queries.captured_queries)
