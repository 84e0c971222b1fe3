"""The forum in a browser without JavaScript."""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from community_platform.core.realtime.channels import may_subscribe
from courses.models import Course, Status
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Category, Like, Post, Topic, TopicRead
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User
from profiles.services.graph import block
from profiles.services.tokens import create_sign_in_token

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
COSTS = [7, 8, 8]


def test_the_front_page_lists_categories_and_topics(as_html: Html) -> None:
    topic = TopicFactory(category=CategoryFactory(name="Mathematics"))
    CategoryFactory(name="Secret room", audience="staff")
    page = as_html().get("/forum/").content.decode()
    assert "Mathematics" in page
    assert topic.title in page
    assert "Secret room" not in page


def test_the_unread_tab_shows_what_is_new(as_html: Html, anna: User) -> None:
    old, new = TopicFactory(author=anna), TopicFactory(author=anna)
    reply(new)
    page = as_html(anna).get("/forum/?tab=unread").content.decode()
    assert new.title in page
    assert old.title not in page


def test_every_list_page_answers(as_html: Html) -> None:
    topic = TopicFactory(category=CategoryFactory(slug="general"), tags=["python"], title="Find this title")
    client = as_html()
    for path in (
        "/forum/general/", "/forum/general/?q=find&ordering=-likes_count&is_solved=false", "/forum/tag/python/",
        "/forum/feed/", "/forum/general/feed/", "/forum/?tab=nonsense",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert topic.title in answer.content.decode(), path
    for path in ("/forum/nowhere/", "/forum/tag/nothing/", "/forum/?page=2", "/forum/?page=x", "/forum/topic/99/"):
        assert client.get(path).status_code == 404, path


def test_a_topic_shows_its_posts_and_a_stub_for_removed_ones(as_html: Html, anna: User) -> None:
    topic = TopicFactory(content="The **question**")
    gone = reply(topic, anna, "Gone words")
    reply(topic, anna, "Kept words")
    services.delete_post(actor=anna, post=gone)
    page = as_html().get(topic.get_absolute_url()).content.decode()
    assert "<strong>question</strong>" in page
    assert "Kept words" in page
    assert "Gone words" not in page
    assert "This post was removed." in page
    assert f'data-channel="topic.{topic.pk}" data-cursor="2"' in page


def test_linked_data_is_json_that_cannot_end_its_element(as_html: Html) -> None:
    topic = TopicFactory(title="</script><script>alert(1)</script>", kind="question")
    reply(topic)
    page = as_html().get(topic.get_absolute_url()).content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    data = json.loads(block[1])
    assert data["@type"] == "QAPage"
    assert data["mainEntity"]["name"] == topic.title
    assert len(data["mainEntity"]["suggestedAnswer"]) == 1


def test_lists_carry_linked_data_and_a_feed(as_html: Html) -> None:
    topic = TopicFactory(title="</script><script>alert(1)</script>", category=CategoryFactory(slug="general"))
    for path in ("/forum/", "/forum/general/"):
        page = as_html().get(path).content.decode()
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert block is not None
        listed = json.loads(block[1])["mainEntity"]["itemListElement"]
        assert [(item["position"], item["name"]) for item in listed] == [(1, topic.title)]
        assert '<link rel="alternate" type="application/atom+xml"' in page


def test_every_page_of_the_forum_carries_linked_data_and_a_feed(as_html: Html) -> None:
    topic = TopicFactory(kind="question", tags=["git"])
    paths = ("/forum/tags/", "/forum/tag/git/", "/forum/unanswered/", topic.get_absolute_url())
    for path in paths:
        page = as_html().get(path).content.decode()
        assert [json.loads(block) for block in re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL)], path
        assert '<link rel="alternate" type="application/atom+xml"' in page, path


def test_who_ignores_somebody_finds_no_empty_page(as_html: Html, anna: User, boris: User) -> None:
    shelf = CategoryFactory(slug="general")
    for n in range(21):
        TopicFactory(category=shelf, author=boris if n else anna, title=f"Topic number {n}")
    for path in ("/forum/", "/forum/general/"):
        assert as_html(anna).get(f"{path}?page=2").status_code == 200
    block(actor=anna, person=boris, kind="ignore")
    for path in ("/forum/", "/forum/general/"):
        page = as_html(anna).get(path)
        assert (len(page.context["page"]), page.context["page"].paginator.count) == (1, 1)
        assert as_html(anna).get(f"{path}?page=2").status_code == 404


def test_the_permalink_leads_to_the_page_of_the_post(as_html: Html, anna: User) -> None:
    topic = TopicFactory()
    posts = [reply(topic, anna, f"Answer {n}") for n in range(11)]
    answer = as_html().get(f"/forum/post/{posts[-1].pk}/")
    assert answer["Location"] == f"/forum/topic/{topic.pk}/?page=2#post-12"
    assert as_html().get(f"/forum/topic/{topic.pk}/?page=2").status_code == 200
    assert as_html().get(f"/forum/topic/{topic.pk}/?page=3").status_code == 404


def test_reading_marks_what_was_shown_and_counts_the_visit_once(as_html: Html, anna: User) -> None:
    topic = TopicFactory()
    for n in range(11):
        reply(topic, content=f"Answer {n}")
    client = as_html(anna)
    for _ in range(2):
        client.get(topic.get_absolute_url())
    assert TopicRead.objects.get(user=anna).last_read_number == 10
    topic.refresh_from_db()
    assert topic.views_count == 1
    assert 'id="unread"' in client.get(f"{topic.get_absolute_url()}?page=2").content.decode()


def test_a_topic_is_started_by_form_and_a_double_click_makes_one(as_html: Html, anna: User) -> None:
    CategoryFactory(slug="general")
    client = as_html(anna)
    assert client.get("/forum/new/?category=general").status_code == 200
    sent = {
        "title": "How does it work?", "content": "Tell me", "category": "general", "tags": "python, c++",
        "kind": "question", "token": uuid.uuid4().hex,
    }  # fmt: skip
    answers = [client.post("/forum/new/", sent) for _ in range(2)]
    topic = Topic.objects.get()
    assert [answer["Location"] for answer in answers] == [topic.get_absolute_url()] * 2
    assert sorted(topic.tags.values_list("slug", flat=True)) == ["cplusplus", "python"]


@pytest.mark.parametrize("content", ["", "\u200b", "a\x00b", "x" * 20_001])
def test_a_refused_reply_keeps_the_text_and_says_why(as_html: Html, anna: User, content: str) -> None:
    topic = TopicFactory()
    answer = as_html(anna).post(f"{topic.get_absolute_url()}reply/", {"content": content})
    assert answer.status_code == 400
    assert 'class="errorlist"' in answer.content.decode()
    assert Post.objects.count() == 1


def test_a_reply_in_a_locked_topic_is_409_with_reason_and_text(as_html: Html, anna: User, maxim: User) -> None:
    topic = TopicFactory()
    services.lock_topic(actor=maxim, topic=topic, is_locked=True, reason="Solved long ago")
    answer = as_html(anna).post(f"{topic.get_absolute_url()}reply/", {"content": "My long answer"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.index("Solved long ago") < page.index("My long answer")


def test_an_expired_session_keeps_the_draft(as_html: Html, anna: User) -> None:
    topic = TopicFactory()
    client = as_html()
    answer = client.post(f"{topic.get_absolute_url()}reply/", {"content": "Half an hour of work"})
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    client.force_login(anna, backend="profiles.backends.AccountBackend")
    assert "Half an hour of work" in client.get(topic.get_absolute_url()).content.decode()


@pytest.mark.parametrize("what", ["topic", "post"])
def test_an_expired_session_keeps_an_edit(as_html: Html, anna: User, what: str) -> None:
    topic = TopicFactory(author=anna)
    path = f"{topic.get_absolute_url()}edit/" if what == "topic" else f"/forum/post/{reply(topic, anna).pk}/edit/"
    client = as_html()
    answer = client.post(path, {"title": "A better title", "content": "Half an hour of work", "revision": "0"})
    assert answer["Location"] == f"/accounts/login/?next={path.replace('/', '%2F')}"
    client.force_login(anna, backend="profiles.backends.AccountBackend")
    page = client.get(path).content.decode()
    assert "Half an hour of work" in page
    assert ("A better title" in page) == (what == "topic")
    assert "Half an hour of work" in client.get(path).content.decode()  # it is a draft now


def test_a_topic_names_its_course_unless_that_is_a_draft_to_the_reader(
    as_html: Html, irina: User, anna: User, admin: User
) -> None:
    course = CourseFactory(title="Secret plans", instructor=irina)
    topic = TopicFactory(course=course.pk)
    readers = (None, anna, irina, admin)

    def named() -> list[bool]:
        return ["Secret plans" in as_html(who).get(topic.get_absolute_url()).content.decode() for who in readers]

    assert named() == [True, True, True, True]
    Course.objects.filter(pk=course.pk).update(status=Status.DRAFT)
    assert named() == [False, False, True, True]


def test_reading_a_read_only_site_writes_nothing(as_html: Html, as_api: Any, anna: User, settings: Any) -> None:
    path = TopicFactory().get_absolute_url()
    _token, key = create_sign_in_token(account=anna)
    browser, program = as_html(anna), as_api()
    program.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    settings.READ_ONLY = True
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
        assert program.get("/api/auth/me").status_code == 200
    assert [row["sql"] for row in asked if not row["sql"].lstrip("(").startswith("SELECT")] == []


def test_quoting_fills_the_composer(as_html: Html, anna: User) -> None:
    topic = TopicFactory(content="First line\nsecond line")
    body = topic.posts.get()
    page = as_html(anna).get(f"{topic.get_absolute_url()}?quote={body.pk}").content.decode()
    assert "&gt; First line\n&gt; second line" in page
    assert f"/forum/post/{body.pk}/" in page


def test_buttons_work_without_script(as_html: Html, anna: User, maxim: User) -> None:
    topic = TopicFactory(author=anna, kind="question")
    post = reply(topic)
    client, moderator = as_html(anna), as_html(maxim)
    assert client.post(f"/forum/post/{post.pk}/like/", {"liked": "1"}).status_code == 302
    assert Like.objects.count() == 1
    client.post(f"/forum/post/{post.pk}/like/", {"liked": "0"})
    assert Like.objects.count() == 0
    client.post(f"/forum/post/{post.pk}/accept/", {"accepted": "1"})
    moderator.post(f"/forum/topic/{topic.pk}/pin/", {"is_pinned": "1"})
    moderator.post(f"/forum/topic/{topic.pk}/lock/", {"is_locked": "1", "reason": "Done"})
    topic.refresh_from_db()
    assert (topic.best_answer, topic.is_pinned, topic.lock_reason) == (post, True, "Done")
    client.post(f"/forum/topic/{topic.pk}/delete/")
    assert client.get(topic.get_absolute_url()).status_code == 410
    assert "Removed" in moderator.get(topic.get_absolute_url()).content.decode()
    moderator.post(f"/forum/topic/{topic.pk}/restore/")
    assert client.get(topic.get_absolute_url()).status_code == 200


def test_htmx_gets_the_heart_alone(as_html: Html, anna: User) -> None:
    post = reply(TopicFactory())
    answer = as_html(anna).post(f"/forum/post/{post.pk}/like/", {"liked": "1"}, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith("<form")
    assert 'aria-pressed="true"' in answer.content.decode()


def test_editing_by_form_and_a_stale_one_is_refused_with_the_text(as_html: Html, anna: User) -> None:
    topic = TopicFactory(author=anna)
    post = reply(topic, anna)
    client = as_html(anna)
    assert client.get(f"/forum/post/{post.pk}/edit/").status_code == 200
    assert client.post(f"/forum/post/{post.pk}/edit/", {"content": "Better", "revision": 0}).status_code == 302
    stale = client.post(f"/forum/post/{post.pk}/edit/", {"content": "Never lost", "revision": 0})
    assert stale.status_code == 409
    assert "Never lost" in stale.content.decode()
    words = {"title": "Another title", "content": "Words", "category": topic.category.slug, "tags": "", "revision": 0}
    assert client.post(f"/forum/topic/{topic.pk}/edit/", words).status_code == 302
    assert client.post(f"/forum/topic/{topic.pk}/edit/", words | {"title": "Third title"}).status_code == 409


def test_strangers_are_refused_by_page_as_by_api(as_html: Html, boris: User) -> None:
    post = reply(TopicFactory())
    client = as_html(boris)
    for path in (f"post/{post.pk}/edit", f"post/{post.pk}/delete", f"topic/{post.topic_id}/pin"):
        assert client.post(f"/forum/{path}/", {"content": "Mine"}).status_code == 403, path


def test_page_and_api_write_the_same_rows(as_html: Html, as_api: Callable[..., APIClient], anna: User) -> None:
    CategoryFactory(slug="general")
    words = {"title": "The same title", "content": "The *same* text", "category": "general", "kind": "question"}
    as_html(anna).post("/forum/new/", {**words, "tags": "one, two"})
    as_api(anna).post("/api/forum/topics", {**words, "tags": ["one", "two"]})
    first, second = Topic.objects.order_by("pk")
    as_html(anna).post(f"/forum/topic/{first.pk}/reply/", {"content": "A reply"})
    as_api(anna).post(f"/api/forum/topics/{second.pk}/posts", {"content": "A reply"})

    def rows(topic: Topic) -> Any:
        topic.refresh_from_db()
        kept = ("title", "kind", "category_id", "author_id", "replies_count", "last_post_number", "revision")
        posts = list(topic.posts.order_by("number").values_list("number", "content", "content_html", "author_id"))
        return [getattr(topic, name) for name in kept], posts, sorted(topic.tags.values_list("slug", flat=True))

    assert rows(first) == rows(second)


def test_the_sitemap_names_what_visitors_may_read(as_html: Html) -> None:
    shown, hidden = TopicFactory(), TopicFactory(category=CategoryFactory(slug="secret"))
    Category.objects.filter(slug="secret").update(audience="staff")
    page = "".join(
        as_html().get(f"/sitemap-{part}-1.xml").content.decode() for part in ("topics", "categories")
    )
    assert f"{shown.get_absolute_url()}</loc>" in page
    assert f"{hidden.get_absolute_url()}</loc>" not in page
    assert "/forum/secret/" not in page


def test_a_profile_shows_the_latest_topics(as_html: Html, anna: User) -> None:
    topic = TopicFactory(author=anna)
    assert topic.title in as_html().get("/profile/anna/").content.decode()


def test_unread_topics_are_counted_for_the_header_and_me(
    as_api: Callable[..., APIClient], anna: User, maxim: User
) -> None:
    topic, other = TopicFactory(author=anna), TopicFactory()
    reply(topic)
    reply(other)
    assert as_api(anna).get("/api/auth/me").json()["unread"]["topics"] == 1
    services.delete_topic(actor=maxim, topic=topic)
    assert as_api(anna).get("/api/auth/me").json()["unread"]["topics"] == 0


def test_only_who_sees_a_topic_may_listen_to_it(anna: User, maxim: User) -> None:
    topic = TopicFactory()
    assert may_subscribe(anna, f"topic.{topic.pk}")
    services.delete_topic(actor=maxim, topic=topic)
    assert not may_subscribe(anna, f"topic.{topic.pk}")


@pytest.mark.parametrize("rows", [3, 30])
def test_pages_cost_the_same_at_3_and_30_rows(
    as_html: Html, anna: User, rows: int, django_assert_max_num_queries: Any
) -> None:
    shelf = CategoryFactory()
    for n in range(rows):
        topic = TopicFactory(category=shelf, tags=["one", f"tag{n}"])
    for n in range(rows):
        reply(topic, content=f"Answer {n}")
    client = as_html(anna)
    counts = []
    for path in (topic.get_absolute_url(), shelf.get_absolute_url(), "/forum/"):
        client.get(path)
        with django_assert_max_num_queries(8) as asked:
            client.get(path)
        counts.append(len(asked))
    assert counts == COSTS
