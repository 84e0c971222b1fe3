"""The pages on which topics are managed, without JavaScript."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Category, Post, Topic
from forum.models.moderators import forget_moderators
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
ACTS = {
    "pin": {"is_pinned": "1"}, "lock": {"is_locked": "1"}, "slow-mode": {"seconds": "60"},
    "move": {"category": "there"}, "merge": {"into": "1"},
    "split": {"title": "Split off", "category": "there", "kind": "question", "posts": "1"},
}  # fmt: skip


@pytest.fixture
def topic(db: None) -> Topic:
    CategoryFactory(slug="there")
    return TopicFactory(category=CategoryFactory(slug="here"))


def test_everything_is_done_by_forms(as_html: Html, topic: Topic, maxim: User) -> None:
    posts = [reply(topic, content=f"Answer {n}") for n in range(3)]
    other, browser = TopicFactory(), as_html(maxim)
    path = f"/forum/topic/{topic.pk}"
    page = browser.get(f"{path}/manage/").content.decode()
    for name in ACTS:
        assert f'{path}/{name}/"' in page
    browser.post(f"{path}/pin/", {"is_pinned": "1", "days": "7"})
    browser.post(f"{path}/lock/", {"is_locked": "1", "preset": "heated"})
    browser.post(f"{path}/slow-mode/", {"seconds": "300", "days": "1"})
    assert browser.post(f"{path}/move/", {"category": "there"})["Location"] == f"{path}/"
    topic.refresh_from_db()
    assert timedelta(days=6) < topic.pinned_until - timezone.now() < timedelta(days=7)
    assert (topic.lock_reason, topic.slow_mode_seconds) == ("Let us cool down first.", 300)
    assert topic.category.slug == "there"
    chosen = {
        "title": "Split off",
        "category": "here",
        "kind": "discussion",
        "posts": [posts[0].pk],
        "numbers": "4-9",
    }
    made = Topic.objects.get(pk=browser.post(f"{path}/split/", chosen)["Location"].split("/")[3])
    assert list(made.posts.order_by("number").values_list("pk", flat=True)) == [posts[0].pk, posts[2].pk]
    answer = browser.post(
        f"{path}/merge/", {"into": f"https://example.com/forum/topic/{other.pk}/?page=2#post-11"}
    )
    assert answer["Location"] == other.get_absolute_url()
    assert Post.objects.filter(topic=other).count() == 3
    browser.post(f"/forum/topic/{made.pk}/pin/", {"is_pinned": "0"})
    browser.post(f"/forum/topic/{made.pk}/lock/", {"is_locked": "0", "reason": "ignored"})


@pytest.mark.parametrize(
    ("act", "fields", "says"),
    [
        ("lock", {"is_locked": "1", "reason": "x" * 201}, "200"), ("merge", {"into": "nowhere"}, "no address"),
        ("merge", {"into": "999999"}, "does not exist"), ("move", {"category": "nowhere"}, "valid choice"),
        ("slow-mode", {"seconds": "7"}, "valid choice"), ("pin", {"is_pinned": "1", "days": "8"}, "valid choice"),
        ("split", {"title": "Off", "category": "there", "kind": "question"}, "characters"),
        ("split", {"title": "Split off", "category": "there", "kind": "question"}, "at least one reply"),
        ("split", {"title": "Split off", "category": "there", "kind": "question", "numbers": "1-x"}, "and ranges"),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_at_the_form(
    as_html: Html, topic: Topic, maxim: User, act: str, fields: dict[str, str], says: str
) -> None:
    reply(topic)
    answer = as_html(maxim).post(f"/forum/topic/{topic.pk}/{act}/", fields)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'class="errorlist' in page
    assert says in page


def test_what_was_ticked_stays_ticked(as_html: Html, topic: Topic, maxim: User) -> None:
    posts = [reply(topic, content=f"Answer {n}") for n in range(2)]
    sent = {"title": "", "category": "there", "kind": "question", "posts": [posts[1].pk]}
    page = as_html(maxim).post(f"/forum/topic/{topic.pk}/split/", sent).content.decode()
    assert f'value="{posts[1].pk}" checked' in page
    assert f'value="{posts[0].pk}" checked' not in page


def test_strangers_and_visitors_manage_nothing(as_html: Html, topic: Topic, boris: User) -> None:
    for act, fields in ACTS.items():
        assert as_html(boris).post(f"/forum/topic/{topic.pk}/{act}/", fields).status_code == 403, act
        assert "/accounts/login/" in as_html().post(f"/forum/topic/{topic.pk}/{act}/", fields)["Location"]
    for path in (f"topic/{topic.pk}/manage", f"topic/{topic.pk}/split", "category/here/manage"):
        assert as_html(boris).get(f"/forum/{path}/").status_code == 403, path


def test_category_moderators_have_rights_in_theirs_alone(
    as_html: Html, topic: Topic, anna: User, boris: User
) -> None:
    topic.category.moderators.add(boris)
    forget_moderators()
    browser, foreign = as_html(boris), TopicFactory()
    assert browser.post(f"/forum/topic/{topic.pk}/lock/", {"is_locked": "1"}).status_code == 302
    assert browser.post(f"/forum/topic/{foreign.pk}/lock/", {"is_locked": "1"}).status_code == 403
    assert browser.post(f"/forum/topic/{topic.pk}/lock/", {"is_locked": "0"}).status_code == 302
    post = reply(topic, anna)
    assert browser.post(f"/forum/post/{post.pk}/delete/").status_code == 302
    assert browser.get(f"/forum/post/{post.pk}/").status_code == 302
    assert browser.post(f"/forum/post/{post.pk}/restore/").status_code == 302
    services.delete_topic(actor=boris, topic=topic)
    assert "Removed" in browser.get(topic.get_absolute_url()).content.decode()
    assert browser.post(f"/forum/topic/{topic.pk}/restore/").status_code == 302
    assert browser.get("/forum/category/here/manage/").status_code == 200
    assert browser.get("/forum/category/there/manage/").status_code == 403


def test_an_instructor_has_rights_in_the_category_of_the_course(
    as_html: Html, irina: User, anna: User
) -> None:
    own = CategoryFactory(slug="own", course=CourseFactory(instructor=irina), staff_only_topics=True)
    topic = TopicFactory(author=irina, category=own)
    browser = as_html(irina)
    assert browser.post(f"/forum/topic/{topic.pk}/pin/", {"is_pinned": "1"}).status_code == 302
    assert browser.get("/forum/category/own/manage/").status_code == 200
    assert browser.post(f"/forum/topic/{TopicFactory().pk}/pin/", {"is_pinned": "1"}).status_code == 403


def test_many_topics_at_once(as_html: Html, topic: Topic, maxim: User) -> None:
    second = TopicFactory(category=topic.category)
    path, keys = "/forum/category/here/manage/", [topic.pk, second.pk]
    browser = as_html(maxim)
    for act, check in (("lock", "is_locked"), ("pin", "is_pinned")):
        page = browser.post(path, {"act": act, "topics": keys}, follow=True).content.decode()
        assert "2 topics done." in page
        assert Topic.objects.filter(**{check: True}).count() == 2
    browser.post(path, {"act": "move", "topics": [topic.pk, 999_999, "x"], "category": "there"})
    assert Category.objects.get(slug="there").topics_count == 1
    browser.post(path, {"act": "delete", "topics": keys})
    assert [t.is_deleted for t in Topic.objects.order_by("pk")] == [False, True]
    for fields in ({}, {"act": "explode", "topics": keys}, {"act": "lock"}):
        assert "Choose topics" in browser.post(path, fields, follow=True).content.decode()


def test_a_refusal_names_its_topic(as_html: Html, irina: User) -> None:
    own = CategoryFactory(slug="own", course=CourseFactory(instructor=irina))
    topic = TopicFactory(category=own)
    sent = {"act": "delete", "topics": [topic.pk]}
    page = as_html(irina).post("/forum/category/own/manage/", sent, follow=True).content.decode()
    assert f"{topic.title}: " in page
    assert not Topic.objects.get(pk=topic.pk).is_deleted
