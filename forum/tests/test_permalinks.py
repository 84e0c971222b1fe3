"""Addresses that were shown once: they lead to what they showed, to where it went, or say that it is gone."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from forum import services
from forum.models import Category, TopicRead
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]


def test_a_permalink_follows_a_post_into_a_new_topic(as_html: Html, maxim: User) -> None:
    topic = TopicFactory()
    posts = [reply(topic, content=f"Answer {n}") for n in range(12)]
    made = services.split_topic(
        actor=maxim, topic=topic, posts=[post.pk for post in posts[1:]], title="Split off"
    )
    answer = as_html().get(f"/forum/post/{posts[-1].pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/forum/topic/{made.pk}/?page=2#post-11")


def test_a_merged_topic_leads_to_what_was_its_body(as_html: Html, maxim: User) -> None:
    first, second, third = TopicFactory(), TopicFactory(), TopicFactory()
    body = second.posts.get()
    services.merge_topic(actor=maxim, topic=second, into=first.pk)
    for reader in (None, maxim):
        answer = as_html(reader).get(f"/forum/topic/{second.pk}/?page=1")
        assert (answer.status_code, answer["Location"]) == (301, f"/forum/post/{body.pk}/")
    services.merge_topic(actor=maxim, topic=first, into=third.pk)
    answer = as_html().get(f"/forum/topic/{second.pk}/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/forum/topic/{third.pk}/?page=1#post-3"
    assert answer.status_code == 200


def test_a_merged_topic_in_a_closed_category_never_was(as_html: Html, maxim: User) -> None:
    first, second = TopicFactory(), TopicFactory(category=CategoryFactory(slug="closed"))
    services.merge_topic(actor=maxim, topic=second, into=first.pk)
    Category.objects.filter(slug="closed").update(audience="staff")
    assert as_html().get(f"/forum/topic/{second.pk}/").status_code == 404
    assert as_html(maxim).get(f"/forum/topic/{second.pk}/").status_code == 301


def test_programs_do_not_see_a_merged_topic(as_api: Callable[..., APIClient], maxim: User) -> None:
    first, second = TopicFactory(), TopicFactory()
    services.merge_topic(actor=maxim, topic=second, into=first.pk)
    for method, path in (("get", ""), ("put", "/pin"), ("post", "/restore"), ("delete", "")):
        answer = getattr(as_api(maxim), method)(f"/api/forum/topics/{second.pk}{path}", {"is_pinned": True})
        assert answer.status_code == 404, path


def test_a_page_that_became_empty_leads_to_the_nearest(as_html: Html, anna: User, maxim: User) -> None:
    topic = TopicFactory()
    posts = [reply(topic, content=f"Answer {n}") for n in range(32)]
    services.split_topic(
        actor=maxim, topic=topic, posts=[post.pk for post in posts[9:19] + posts[29:]], title="Off we go"
    )
    browser = as_html(anna)
    for asked, leads_to in ((2, 1), (4, 3), ("last", 3)):
        answer = browser.get(f"/forum/topic/{topic.pk}/?page={asked}")
        assert (answer.status_code, answer["Location"]) == (302, f"/forum/topic/{topic.pk}/?page={leads_to}")
    page = browser.get(f"/forum/topic/{topic.pk}/?page=3").content.decode()
    assert '?page=4"' not in page
    assert TopicRead.objects.get(user=anna, topic=topic).last_read_number == 33
    assert browser.get(f"/forum/topic/{topic.pk}/?page=5").status_code == 404


def test_what_was_removed_is_gone_and_what_never_was_is_absent(
    as_html: Html, anna: User, maxim: User
) -> None:
    topic = TopicFactory()
    post = reply(topic, anna)
    services.delete_post(actor=maxim, post=post)
    assert as_html().get(f"/forum/post/{post.pk}/").status_code == 410
    assert as_html(maxim).get(f"/forum/post/{post.pk}/").status_code == 302
    services.delete_topic(actor=maxim, topic=topic)
    for path in (
        topic.get_absolute_url(),
        post.get_absolute_url(),
        topic.posts.get(number=1).get_absolute_url(),
    ):
        answer = as_html(anna).get(path)
        assert answer.status_code == 410, path
        assert "noindex" in answer.content.decode()
        assert topic.title not in answer.content.decode()
    services.restore_topic(actor=maxim, topic=topic)
    assert as_html().get(topic.get_absolute_url()).status_code == 200
    for path in ("topic/999999", "post/999999", f"topic/{10**30}", f"post/{10**30}"):
        assert as_html().get(f"/forum/{path}/").status_code == 404, path


def test_what_was_removed_in_a_closed_category_never_was(as_html: Html, anna: User, maxim: User) -> None:
    topic = TopicFactory(author=maxim, category=CategoryFactory(audience="staff"))
    post = reply(topic, maxim)
    services.delete_topic(actor=maxim, topic=topic)
    for path in (topic.get_absolute_url(), post.get_absolute_url()):
        assert as_html(anna).get(path).status_code == 404


def test_removed_things_are_404_to_programs(
    as_api: Callable[..., APIClient], anna: User, maxim: User
) -> None:
    topic = TopicFactory(author=anna)
    post = reply(topic, anna)
    services.delete_topic(actor=maxim, topic=topic)
    for path in (f"topics/{topic.pk}", f"posts/{post.pk}"):
        assert as_api(anna).get(f"/api/forum/{path}").status_code == 404
