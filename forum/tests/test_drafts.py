"""Drafts on the server: through their services, pages and API."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from community_platform.core.errors import Invalid, NotFound, NotSignedIn
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Draft, Post, Topic
from forum.services import comments
from forum.services.drafts import STEP, DraftIsNewer
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
Api = Callable[..., APIClient]


def save(actor: Any, key: str, text: str, seq: int | None = None) -> Draft:
    return services.save_draft(actor=actor, key=key, fields={"content": text}, seq=seq)


def test_a_later_save_replaces_and_an_earlier_one_is_refused_with_what_is_stored(anna: User) -> None:
    save(anna, "reply:7", "One", seq=1)
    save(anna, "reply:7", "One two", seq=3)
    with pytest.raises(DraftIsNewer) as refused:
        save(anna, "reply:7", "One t", seq=2)
    assert refused.value.draft.payload == {"content": "One two"}
    assert Draft.objects.get().seq == 3


def test_the_same_save_again_is_fine_but_not_with_other_words(anna: User) -> None:
    save(anna, "reply:7", "One", seq=1)
    assert save(anna, "reply:7", "One", seq=1).seq == 1
    with pytest.raises(DraftIsNewer):
        save(anna, "reply:7", "Two", seq=1)


def test_what_was_sent_is_not_brought_back_by_a_late_save(anna: User) -> None:
    save(anna, "reply:7", "Sent words", seq=1)
    services.close_draft(actor=anna, key="reply:7", seq=2)
    with pytest.raises(DraftIsNewer):
        save(anna, "reply:7", "Sent words", seq=3)
    assert Draft.objects.get().payload == {}


def test_a_first_save_that_comes_after_sending_is_late_too(anna: User) -> None:
    services.close_draft(actor=anna, key="reply:7", seq=1)
    with pytest.raises(DraftIsNewer):
        save(anna, "reply:7", "Sent words", seq=1)
    services.close_draft(actor=anna, key="reply:8")
    assert list(Draft.objects.values_list("key", "seq")) == [("reply:7", 1 + STEP)]


@pytest.mark.parametrize("key", ["", "reply:", "reply:x", "reply:1:2", "other:1", "reply:" + "9" * 30, "reply:1\n"])
def test_a_key_that_names_nothing_is_not_found(anna: User, key: str) -> None:
    with pytest.raises(NotFound):
        save(anna, key, "Words")


def test_a_draft_without_words_is_empty_and_one_too_long_is_refused(anna: User) -> None:
    fields = {"content": " \n", "category": "general", "reply_to": "7"}
    assert services.save_draft(actor=anna, key="reply:7", fields=fields).payload == {}
    with pytest.raises(Invalid):
        save(anna, "reply:7", "x" * 60_001)
    with pytest.raises(Invalid):
        save(anna, "reply:7", "NUL \x00")


def test_visitors_keep_nothing(client: Client, as_api: Api) -> None:
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(NotSignedIn):
        save(AnonymousUser(), "reply:7", "Words")
    assert as_api().put("/api/forum/drafts/reply:7", {"seq": 1, "data": {}}).status_code == 401
    assert client.get("/forum/drafts/").status_code == 302


def test_a_reply_that_was_begun_stands_in_the_form_on_every_device_until_it_is_sent(as_html: Html, anna: User) -> None:
    topic = TopicFactory()
    save(anna, f"reply:{topic.pk}", "Half a thought", seq=4)
    page = as_html(anna).get(topic.get_absolute_url()).content.decode()
    assert "Half a thought</textarea>" in page
    assert "Draft restored" in page
    assert f'data-draft-url="/api/forum/drafts/reply:{topic.pk}" data-draft-seq="4"' in page
    assert "Half a thought" not in as_html().get(topic.get_absolute_url()).content.decode()
    sent = {"content": "A whole thought", "draft_seq": "5"}
    assert as_html(anna).post(f"{topic.get_absolute_url()}reply/", sent).status_code == 302
    page = as_html(anna).get(topic.get_absolute_url()).content.decode()
    assert "thought</textarea>" not in page
    assert f'data-draft-seq="{5 + STEP}"' in page


def test_a_refused_form_keeps_its_draft(as_html: Html, anna: User) -> None:
    topic = TopicFactory()
    save(anna, f"reply:{topic.pk}", "x", seq=1)
    answer = as_html(anna).post(f"{topic.get_absolute_url()}reply/", {"content": "x", "draft_seq": "2"})
    assert answer.status_code == 400
    assert 'data-draft-seq="2"' in answer.content.decode()
    assert Draft.objects.get().payload == {"content": "x"}


def test_every_form_restores_its_draft_and_closes_it(as_html: Html, anna: User) -> None:
    shelf, course = CategoryFactory(slug="general"), CourseFactory()
    topic = TopicFactory(author=anna, category=shelf)
    post = reply(topic, anna)
    comment = comments.post_comment(actor=anna, target=course, content="First words")
    revision = {"revision": "0"}
    forms: list[tuple[str, str, dict[str, str]]] = [
        ("topic:new", "/forum/new/", {"title": "A fine title", "category": "general", "kind": "discussion"}),
        (f"edit-topic:{topic.pk}", f"/forum/topic/{topic.pk}/edit/",
         {"title": "Other title", "category": "general", **revision}),
        (f"edit-post:{post.pk}", f"/forum/post/{post.pk}/edit/", revision),
        (f"comment:course:{course.pk}", f"/forum/comments/course/{course.pk}/", {}),
        (f"comment-reply:{comment.pk}", f"/forum/comment/{comment.pk}/reply/", {}),
        (f"edit-comment:{comment.pk}", f"/forum/comment/{comment.pk}/edit/", revision),
    ]  # fmt: skip
    client = as_html(anna)
    for key, path, rest in forms:
        services.save_draft(actor=anna, key=key, fields={"content": f"Begun {key}", **rest})
        page = client.get(path).content.decode()
        assert f"Begun {key}</textarea>" in page, key
        assert f'name="draft_key" value="{key}"' in page, key
        answer = client.post(path, {"content": f"Sent {key}", "draft_seq": "1", "tags": "", **rest})
        assert answer.status_code == 302, (key, answer.content.decode())
        assert Draft.objects.get(key=key).payload == {}, key


def test_a_comment_that_was_begun_stands_below_the_course_and_an_answer_in_its_box(as_html: Html, anna: User) -> None:
    course = CourseFactory()
    comment = comments.post_comment(actor=anna, target=course, content="A comment")
    save(anna, f"comment:course:{course.pk}", "Begun comment")
    save(anna, f"comment-reply:{comment.pk}", "Begun answer")
    page = as_html(anna).get(course.get_absolute_url()).content.decode()
    assert "Begun comment</textarea>" in page
    assert "Begun answer</textarea>" in page
    assert '<details class="comment__reply" open>' in page


def test_what_an_expired_session_kept_becomes_the_draft(as_html: Html, anna: User) -> None:
    topic, client = TopicFactory(), as_html()
    client.post(f"{topic.get_absolute_url()}reply/", {"content": "Half an hour of work"})
    client.force_login(anna, backend="profiles.backends.AccountBackend")
    assert "Half an hour of work" in client.get(topic.get_absolute_url()).content.decode()
    assert Draft.objects.get(user=anna).payload == {"content": "Half an hour of work"}
    assert "Half an hour of work" in as_html(anna).get(topic.get_absolute_url()).content.decode()


def test_a_quote_is_added_to_what_was_begun_once(as_html: Html, anna: User) -> None:
    topic = TopicFactory(content="Quote me")
    body, path = topic.posts.get(), topic.get_absolute_url()
    save(anna, f"reply:{topic.pk}", "Begun")
    page = as_html(anna).get(f"{path}?quote={body.pk}").context["form"]["content"].value()
    assert page.startswith("Begun\n\n> [@")
    save(anna, f"reply:{topic.pk}", page)
    assert as_html(anna).get(f"{path}?quote={body.pk}").context["form"]["content"].value() == page


def test_the_buttons_without_script(as_html: Html, anna: User) -> None:
    topic, client = TopicFactory(title="Where it was begun"), as_html(anna)
    key = f"reply:{topic.pk}"
    answer = client.post("/forum/drafts/save/", {"draft_key": key, "content": "Kept words", "reply_to": ""})
    assert answer["Location"] == f"{topic.get_absolute_url()}?page=last#reply"
    listed = client.get("/forum/drafts/").content.decode()
    assert "Where it was begun" in listed
    assert "Kept words" in listed
    client.post("/forum/drafts/discard/", {"draft_key": key, "in_list": "1"})
    assert "Kept words" not in client.get("/forum/drafts/").content.decode()


def test_a_draft_whose_place_is_gone_can_still_be_copied(as_html: Html, as_api: Api, anna: User, maxim: User) -> None:
    topic = TopicFactory(title="Secret now")
    save(anna, f"reply:{topic.pk}", "Long work")
    services.delete_topic(actor=maxim, topic=topic)
    page = as_html(anna).get("/forum/drafts/").content.decode()
    assert "Long work" in page
    assert "Secret now" not in page
    assert as_api(anna).get("/api/forum/drafts").json()["results"][0]["url"] is None


def test_what_was_begun_goes_on_where_a_topic_was_merged_to(
    as_html: Html, anna: User, boris: User, maxim: User
) -> None:
    source, target = TopicFactory(), TopicFactory()
    save(anna, f"reply:{source.pk}", "Begun here")
    save(boris, f"reply:{source.pk}", "Begun here")
    save(boris, f"reply:{target.pk}", "Begun there")
    services.merge_topic(actor=maxim, topic=source, into=target.pk)
    kept = Draft.objects.filter(key=f"reply:{target.pk}").values_list("user__username", "payload")
    assert dict(kept) == {"anna": {"content": "Begun here"}, "boris": {"content": "Begun there\n\nBegun here"}}
    assert not Draft.objects.filter(key=f"reply:{source.pk}").exists()
    assert "Begun here" in as_html(anna).get(target.get_absolute_url()).content.decode()


def test_a_reply_to_a_topic_that_was_merged_meanwhile_stands_in_the_form_of_the_other(
    as_html: Html, anna: User, maxim: User
) -> None:
    source, target = TopicFactory(), TopicFactory()
    services.merge_topic(actor=maxim, topic=source, into=target.pk)
    for _ in range(2):  # a double click
        answer = as_html(anna).post(f"{source.get_absolute_url()}reply/", {"content": "Half an hour of work"})
        assert (answer.status_code, answer["Location"]) == (302, f"{target.get_absolute_url()}?page=last#reply")
    assert Draft.objects.get(user=anna).payload == {"content": "Half an hour of work"}
    assert "Half an hour of work</textarea>" in as_html(anna).get(answer["Location"]).content.decode()


def test_a_reply_to_a_topic_that_was_removed_meanwhile_is_kept_as_a_draft(
    as_html: Html, anna: User, maxim: User
) -> None:
    topic = TopicFactory()
    services.delete_topic(actor=maxim, topic=topic)
    assert as_html(anna).post(f"{topic.get_absolute_url()}reply/", {"content": "Long work"}).status_code == 404
    assert Draft.objects.get(user=anna, key=f"reply:{topic.pk}").payload == {"content": "Long work"}
    assert as_html(anna).post("/forum/topic/999999/reply/", {"content": "Nowhere"}).status_code == 404
    assert Draft.objects.filter(user=anna).count() == 1


def test_the_api_keeps_reads_lists_and_discards(as_api: Api, anna: User, boris: User) -> None:
    topic, client = TopicFactory(), as_api(anna)
    path = f"/api/forum/drafts/reply:{topic.pk}"
    assert client.get(path).status_code == 404
    saved = client.put(path, {"seq": 2, "data": {"content": "Begun"}})
    assert saved.status_code == 200
    assert saved.json()["data"] == {"content": "Begun"}
    assert saved.json()["url"] == f"{topic.get_absolute_url()}?page=last#reply"
    assert client.get(path)["ETag"] == f'"draft-reply:{topic.pk}-2"'
    older = client.put(path, {"seq": 1, "data": {"content": "Beg"}})
    assert (older.status_code, older.json()["code"]) == (409, "draft_is_newer")
    assert older.json()["draft"]["data"] == {"content": "Begun"}
    stale = client.put(path, {"seq": 9, "data": {}}, headers={"If-Match": f'"draft-reply:{topic.pk}-1"'})
    assert stale.status_code == 412
    assert client.put(path, {"seq": 9, "data": {"password": "x"}}).status_code == 400
    assert [row["key"] for row in client.get("/api/forum/drafts").json()["results"]] == [f"reply:{topic.pk}"]
    assert as_api(boris).get("/api/forum/drafts").json()["count"] == 0
    assert as_api(boris).get(path).status_code == 404
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_the_list_costs_the_same_at_3_and_30_drafts(as_html: Html, anna: User) -> None:
    from django.test.utils import CaptureQueriesContext

    costs = []
    for size in (3, 15):
        for topic in [TopicFactory() for _ in range(size)]:
            save(anna, f"reply:{topic.pk}", "Words")
        client = as_html(anna)
        client.get("/forum/drafts/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/forum/drafts/")
        costs.append(len(asked))
    assert costs[0] == costs[1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_parallel_saves_the_last_number_stays(anna: User) -> None:
    results: list[str] = []

    def run(seq: int) -> None:
        try:
            save(anna, "reply:7", f"Text {seq}", seq=seq)
            results.append("saved")
        except DraftIsNewer:
            results.append("older")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(seq,)) for seq in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Draft.objects.get().payload == {"content": "Text 12"}
    assert len(results) == 12


def test_drafts_never_write_posts(as_api: Api, anna: User) -> None:
    as_api(anna).put("/api/forum/drafts/topic:new", {"seq": 1, "data": {"title": "x", "content": "y"}})
    assert (Topic.objects.count(), Post.objects.count()) == (0, 0)
