"""How closely people watch: their choices, what comes by itself, which of them holds, and who is listening."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from community_platform.core.errors import Invalid, NotFound, NotSignedIn
from courses.models import Course, Status
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Category, Tag, Topic, TopicRead, Watch, WatchLevel
from forum.selectors import posts as post_selectors
from forum.selectors import topics as selectors
from forum.selectors.watching import level_of, listeners, muted_by, readers_of, watches
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LEVELS = [level.name.lower() for level in WatchLevel]


def level(user: User, topic: Topic) -> WatchLevel:
    return level_of(post_selectors.topic_rows(user).get(pk=topic.pk))


def test_who_begins_a_topic_watches_it_and_who_replies_tracks_it(anna: User, boris: User) -> None:
    topic = TopicFactory(author=anna)
    reply(topic, boris)
    reply(topic, anna)
    assert (level(anna, topic), level(boris, topic)) == (WatchLevel.WATCHING, WatchLevel.TRACKING)
    assert not TopicRead.objects.filter(is_manual=True).exists()


@pytest.mark.parametrize("chosen", LEVELS)
def test_nothing_automatic_changes_what_was_chosen(anna: User, boris: User, chosen: str) -> None:
    own, other = TopicFactory(author=anna), TopicFactory()
    for topic in (own, other):
        services.watch_topic(actor=anna, topic=topic, level=chosen)
        services.reply(actor=anna, topic=topic, content="Again")
        services.mark_read(user=anna, topic=topic, number=2)
        assert level(anna, topic).name.lower() == chosen


def test_the_levels_of_shelves_hold_where_nothing_was_chosen(anna: User) -> None:
    course = CourseFactory()
    topic = TopicFactory(tags=["one", "two"], course=course.pk)
    one, two = Tag.objects.order_by("slug")
    assert level(anna, topic) == WatchLevel.NORMAL
    services.watch_tag(actor=anna, tag=one, level="tracking")
    assert level(anna, topic) == WatchLevel.TRACKING
    services.watch_course(actor=anna, course=course, level="watching")
    assert level(anna, topic) == WatchLevel.WATCHING
    services.watch_tag(actor=anna, tag=two, level="muted")
    assert level(anna, topic) == WatchLevel.MUTED  # of two shelves, the silent one
    services.watch_topic(actor=anna, topic=topic, level="watching")
    assert level(anna, topic) == WatchLevel.WATCHING  # what was chosen for the topic itself is closer


def test_normal_forgets_the_choice_of_a_shelf_and_choosing_again_moves_it(anna: User) -> None:
    shelf = CategoryFactory()
    services.watch_category(actor=anna, category=shelf, level="muted")
    first = Watch.objects.get()
    services.watch_category(actor=anna, category=shelf, level="watching")
    again = Watch.objects.get()
    assert (again.pk, again.level) == (first.pk, WatchLevel.WATCHING)
    assert again.created_at > first.created_at
    services.watch_category(actor=anna, category=shelf, level="normal")
    assert not Watch.objects.exists()


def test_a_synonym_is_watched_as_its_tag(anna: User) -> None:
    tag = Tag.objects.create(name="python", slug="python")
    synonym = Tag.objects.create(name="py", slug="py", synonym_of=tag)
    services.watch_tag(actor=anna, tag=synonym, level="watching")
    assert Watch.objects.get().tag == tag


def test_services_refuse_visitors_bad_levels_and_what_is_not_seen(anna: User, irina: User) -> None:
    topic = TopicFactory()
    with pytest.raises(NotSignedIn):
        services.watch_topic(actor=AnonymousUser(), topic=topic, level="muted")
    with pytest.raises(Invalid) as refused:
        services.watch_topic(actor=anna, topic=topic, level="loudly")
    assert "level" in refused.value.fields
    draft = CourseFactory(instructor=irina)
    Course.objects.update(status=Status.DRAFT)
    Category.objects.update(audience="staff")
    for act in (
        lambda: services.watch_topic(actor=anna, topic=topic, level="muted"),
        lambda: services.watch_category(actor=anna, category=topic.category, level="muted"),
        lambda: services.watch_course(actor=anna, course=draft, level="muted"),
    ):
        with pytest.raises(NotFound):
            act()
    assert not Watch.objects.exists()


def test_three_ways_to_ask_for_a_level_agree(make_user: Callable[..., User]) -> None:
    """The page's level, the watchers to tell and the unread set come from different queries over the same rows."""
    dice = random.Random(7)
    courses, shelves = [CourseFactory() for _ in range(2)], [CategoryFactory() for _ in range(2)]
    topics = [
        TopicFactory(
            category=dice.choice(shelves), tags=dice.sample(["a1", "b1", "c1"], 2),
            course=dice.choice([None, *(course.pk for course in courses)]),
        )
        for _ in range(6)
    ]  # fmt: skip
    people = [UserFactory() for _ in range(8)]
    things = [
        *((services.watch_category, "category", shelf) for shelf in shelves),
        *((services.watch_tag, "tag", tag) for tag in Tag.objects.order_by("pk")),
        *((services.watch_course, "course", course) for course in courses),
        *((services.watch_topic, "topic", topic) for topic in topics),
    ]
    for person in people:
        for act, name, thing in dice.sample(things, 5):
            act(actor=person, **{name: thing}, level=dice.choice(LEVELS))
        services.reply(actor=person, topic=dice.choice(topics), content="By the way")
    for topic in topics:
        reply(topic)
    for topic in topics:
        levels = {person.pk: level(person, topic) for person in people}
        loud = {pk for pk, one in levels.items() if one == WatchLevel.WATCHING}
        assert set(listeners(topic).values_list("pk", flat=True)) & set(levels) == loud
        silent = {pk for pk, one in levels.items() if one == WatchLevel.MUTED}
        assert muted_by(topic, list(levels)) == silent
        for person in people:
            is_unread = topic in list(selectors.unread(person))
            opened = TopicRead.objects.filter(user=person, topic=topic, last_read_number__gt=0).exists()
            assert is_unread == (
                levels[person.pk] != WatchLevel.MUTED and (opened or levels[person.pk] >= WatchLevel.TRACKING)
            )


@pytest.mark.breaks_counters  # suspended without a penalty
def test_the_gone_the_suspended_and_those_who_cannot_see_do_not_listen(anna: User, maxim: User) -> None:
    topic = TopicFactory(author=anna)
    people = [UserFactory() for _ in range(3)]
    for person in people:
        services.watch_topic(actor=person, topic=topic, level="watching")
    assert set(listeners(topic)) == {anna, *people}
    User.objects.filter(pk=people[0].pk).update(is_active=False)
    User.objects.filter(pk=people[1].pk).update(suspended_until=timezone.now() + timedelta(days=1))
    User.objects.filter(pk=people[2].pk).update(suspended_until=timezone.now() - timedelta(days=1))
    assert set(listeners(topic)) == {anna, people[2]}
    services.watch_topic(actor=maxim, topic=topic, level="watching")
    Category.objects.update(audience="staff")
    assert readers_of(Topic.objects.get(), listeners(topic)) == [maxim]


def test_the_control_on_each_page_sends_the_choice(
    anna: User, as_html: Callable[..., Client], irina: User
) -> None:
    course = CourseFactory(instructor=irina)
    topic = TopicFactory(tags=["python"], course=course.pk)
    client = as_html(anna)
    for page, url, back in (
        (topic.get_absolute_url(), f"/forum/topic/{topic.pk}/watch/", topic.get_absolute_url()),
        (topic.category.get_absolute_url(), f"/forum/{topic.category.slug}/watch/", topic.category.get_absolute_url()),
        ("/forum/tag/python/", "/forum/tag/python/watch/", "/forum/tag/python/"),
        (course.get_absolute_url(), f"/forum/course/{course.pk}/watch/", course.get_absolute_url()),
    ):  # fmt: skip
        assert f'action="{url}"' in client.get(page).content.decode(), page
        answer = client.post(url, {"level": "tracking"})
        assert (answer.status_code, answer["Location"]) == (302, back)
        assert 'value="tracking" aria-pressed="true"' in client.get(page).content.decode(), page
        piece = client.post(url, {"level": "muted"}, headers={"HX-Request": "true"}).content.decode()
        assert piece.lstrip().startswith("<details")
        assert 'value="muted" aria-pressed="true"' in piece
        assert client.post(url, {"level": "loudly"}).status_code == 400
        assert as_html().post(url, {"level": "muted"})["Location"].startswith("/accounts/login/")
        assert 'action="' + url not in as_html().get(page).content.decode(), page
    assert Watch.objects.filter(user=anna, level=WatchLevel.MUTED).count() == 3
    assert TopicRead.objects.get(user=anna).level == WatchLevel.MUTED


def test_the_list_of_what_one_watches_changes_and_removes(anna: User, as_html: Callable[..., Client]) -> None:
    topic, quiet = TopicFactory(title="A talk I watch"), TopicFactory(title="A talk I leave alone")
    shelf = CategoryFactory(name="Loud room")
    client = as_html(anna)
    assert "You watch nothing yet" in client.get("/forum/watching/").content.decode()
    services.watch_topic(actor=anna, topic=topic, level="watching")
    services.watch_topic(actor=anna, topic=quiet, level="normal")
    services.watch_category(actor=anna, category=shelf, level="muted")
    page = client.get("/forum/watching/").content.decode()
    assert "A talk I watch" in page
    assert "Loud room" in page
    assert "A talk I leave alone" not in page
    answer = client.post(f"/forum/{shelf.slug}/watch/", {"level": "normal", "from": "list"})
    assert answer["Location"] == "/forum/watching/"
    assert "Loud room" not in client.get("/forum/watching/").content.decode()
    assert as_html().get("/forum/watching/").status_code == 302


@pytest.mark.parametrize("rows", [3, 30])
def test_the_list_costs_the_same_at_3_and_30_rows(
    anna: User, as_html: Callable[..., Client], rows: int, django_assert_num_queries: Any
) -> None:
    for n in range(rows):
        topic = TopicFactory(tags=[f"tag{n}"])
        services.watch_topic(actor=anna, topic=topic, level="watching")
        services.watch_tag(actor=anna, tag=Tag.objects.get(slug=f"tag{n}"), level="muted")
        services.watch_category(actor=anna, category=topic.category, level="tracking")
    client = as_html(anna)
    client.get("/forum/watching/")
    with django_assert_num_queries(6):  # session, user, bell, shelves, topics; the settings' side
        client.get("/forum/watching/")


def test_the_list_forgets_what_one_no_longer_sees(anna: User, irina: User) -> None:
    topic, shelf, course = TopicFactory(), CategoryFactory(), CourseFactory(instructor=irina)
    services.watch_topic(actor=anna, topic=topic, level="watching")
    services.watch_category(actor=anna, category=shelf, level="watching")
    services.watch_course(actor=anna, course=course, level="watching")
    assert [one.kind for one in watches(anna)] == ["category", "course", "topic"]
    Category.objects.update(audience="staff")
    Course.objects.update(status=Status.DRAFT)
    assert watches(anna) == []


def test_the_api_of_levels(anna: User, irina: User, as_api: Callable[..., APIClient]) -> None:
    course = CourseFactory(instructor=irina)
    topic = TopicFactory(tags=["python"], course=course.pk)
    client = as_api(anna)
    paths = [
        f"/api/forum/categories/{topic.category_id}/watch",
        "/api/forum/tags/python/watch",
        f"/api/courses/{course.pk}/watch",
        f"/api/forum/topics/{topic.pk}/watch",
    ]
    for path in paths:
        assert client.get(path).json()["level"] == ("muted" if path == paths[3] else "normal")
        for _ in range(2):
            answer = client.put(path, {"level": "muted"}, format="json")
            assert (answer.status_code, answer.json()) == (200, {"level": "muted"})
        assert client.get(path).json() == {"level": "muted"}
        refused = client.put(path, {"level": "loudly"}, format="json")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "level")
        assert client.put(path, {}, format="json").status_code == 400
        assert as_api().put(path, {"level": "muted"}, format="json").status_code == 401
    listed = client.get("/api/forum/watches").json()
    assert listed["count"] == 4
    assert [(row["kind"], row["level"]) for row in listed["results"]] == [
        (kind, "muted") for kind in ("category", "tag", "course", "topic")
    ]
    assert listed["results"][3] == {
        "kind": "topic", "id": topic.pk, "title": topic.title, "url": topic.get_absolute_url(), "level": "muted",
    }  # fmt: skip
    Category.objects.update(audience="staff")
    for path in (paths[0], paths[3], "/api/forum/tags/nothing/watch", "/api/courses/999/watch"):
        assert client.put(path, {"level": "muted"}, format="json").status_code == 404, path
        assert client.get(path).status_code == 404, path
    assert as_api().get("/api/forum/watches").status_code == 401


@pytest.mark.parametrize("kind", ["topic", "category", "tag", "course"])
def test_a_level_that_changed_meanwhile_is_not_overwritten(
    anna: User, as_api: Callable[..., APIClient], kind: str
) -> None:
    topic = TopicFactory(tags=["git"])
    path = {
        "topic": f"/api/forum/topics/{topic.pk}/watch", "category": f"/api/forum/categories/{topic.category_id}/watch",
        "tag": "/api/forum/tags/git/watch", "course": f"/api/courses/{CourseFactory().pk}/watch",
    }[kind]  # fmt: skip
    client = as_api(anna)
    first = client.get(path)["ETag"]
    assert not first.startswith("W/")
    chosen = client.put(path, {"level": "muted"}, format="json", HTTP_IF_MATCH=first)
    assert chosen.status_code == 200
    assert chosen["ETag"] == client.get(path)["ETag"] != first
    late = client.put(path, {"level": "watching"}, format="json", HTTP_IF_MATCH=first)
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    assert client.get(path).json() == {"level": "muted"}
    assert client.put(path, {"level": "watching"}, format="json").status_code == 200
