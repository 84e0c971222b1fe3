"""What is new and unread: the badge, the list and the API are one set, for everything that can happen to a topic."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.tests.factories import CourseFactory
from forum import services
from forum.limits import UNREAD_HORIZON_DAYS
from forum.models import Category, Post, Tag, Topic, TopicRead
from forum.selectors import topics as selectors
from forum.selectors.reading import UNREAD_CAP
from forum.services import hiding
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User
from profiles.services.graph import block

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=UNREAD_HORIZON_DAYS + 1)


def fresh(topic: Topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def begun_before(topic: Topic, age: timedelta) -> None:
    """Let the topic and all its posts be that much older."""
    for post in topic.posts.all():
        Post.objects.filter(pk=post.pk).update(created_at=post.created_at - age)
    row = fresh(topic)
    Topic.objects.filter(pk=row.pk).update(
        created_at=row.created_at - age, last_post_at=row.last_post_at - age
    )


def old(user: User) -> None:
    User.objects.filter(pk=user.pk).update(date_joined=timezone.now() - timedelta(days=400))
    user.refresh_from_db(fields=["date_joined"])


def test_a_topic_is_unread_until_its_newest_post_was_shown(
    anna: User, followed: Topic, seen: Any, as_html: Any
) -> None:
    assert seen(anna) == [followed.pk]
    as_html(anna).get(followed.get_absolute_url())
    assert seen(anna) == []


def test_what_was_never_opened_is_not_unread(anna: User, seen: Any) -> None:
    reply(TopicFactory())
    assert seen(anna) == []


def test_ones_own_posts_are_never_unread(anna: User, followed: Topic, seen: Any) -> None:
    mine = TopicFactory(author=anna)
    services.reply(actor=anna, topic=mine, content="And one more thing")
    services.mark_read(user=anna, topic=followed, number=2)
    services.reply(actor=anna, topic=followed, content="I see")
    assert seen(anna) == []


def test_replying_does_not_read_what_others_wrote_in_between(anna: User, followed: Topic, seen: Any) -> None:
    services.reply(actor=anna, topic=followed, content="Without having read number 2")
    assert TopicRead.objects.get(user=anna, topic=followed).last_read_number == 1
    assert seen(anna) == [followed.pk]
    services.mark_read(user=anna, topic=followed, number=3)
    services.reply(actor=anna, topic=followed, content="Now I have")
    assert TopicRead.objects.get(user=anna, topic=followed).last_read_number == 4
    assert seen(anna) == []


def test_deleting_the_newest_post_takes_the_topic_off_the_list(
    anna: User, followed: Topic, maxim: User, seen: Any
) -> None:
    post = followed.posts.get(number=2)
    services.delete_post(actor=maxim, post=post)
    assert seen(anna) == []
    services.restore_post(actor=maxim, post=post)
    assert seen(anna) == [followed.pk]


def test_a_deleted_topic_is_not_unread_not_even_to_moderators(maxim: User, anna: User, seen: Any) -> None:
    topic = TopicFactory()
    for user in (anna, maxim):
        services.mark_read(user=user, topic=topic, number=1)
    reply(topic)
    services.delete_topic(actor=maxim, topic=topic)
    assert seen(anna) == seen(maxim) == []
    services.restore_topic(actor=maxim, topic=topic)
    assert seen(anna) == seen(maxim) == [topic.pk]


def test_what_moderation_hides_is_not_unread_not_even_to_its_author(
    anna: User, followed: Topic, maxim: User, seen: Any
) -> None:
    mine = TopicFactory(author=anna)
    post = reply(mine)
    assert seen(anna) == [mine.pk, followed.pk]
    hiding.hide_post(actor=maxim, post=post, reason="spam")
    assert seen(anna) == [followed.pk]
    reply(mine)
    hiding.hide_topic(actor=maxim, topic=mine, reason="spam")
    hiding.hide_topic(actor=maxim, topic=followed, reason="spam")
    assert seen(anna) == []


def test_a_category_that_closed_is_not_unread(anna: User, followed: Topic, seen: Any) -> None:
    Category.objects.update(audience="staff")
    assert seen(anna) == []


@pytest.mark.parametrize("what", ["topic", "category", "tag", "course"])
def test_what_is_muted_is_neither_new_nor_unread(anna: User, what: str, seen: Any) -> None:
    old(anna)
    course = CourseFactory()
    topics = [TopicFactory(tags=["noise"], course=course.pk) for _ in range(2)]
    services.mark_read(user=anna, topic=topics[0], number=1)
    reply(topics[0])
    assert (seen(anna), seen(anna, "new")) == ([topics[0].pk], [topics[1].pk])
    _mute(anna, what, topics, course)
    assert (seen(anna), seen(anna, "new")) == ([], [])
    _mute(anna, what, topics, course, level="normal")
    assert (seen(anna), seen(anna, "new")) == ([topics[0].pk], [topics[1].pk])


def _mute(user: User, what: str, topics: list[Topic], course: Any, level: str = "muted") -> None:
    for topic in topics:
        if what == "topic":
            services.watch_topic(actor=user, topic=topic, level=level)
        elif what == "category":
            services.watch_category(actor=user, category=topic.category, level=level)
        elif what == "tag":
            services.watch_tag(actor=user, tag=Tag.objects.get(), level=level)
        else:
            services.watch_course(actor=user, course=course, level=level)


def test_a_topic_that_was_chosen_is_heard_from_a_muted_category(
    anna: User, followed: Topic, seen: Any
) -> None:
    services.watch_category(actor=anna, category=followed.category, level="muted")
    assert seen(anna) == []
    services.watch_topic(actor=anna, topic=followed, level="normal")
    assert seen(anna) == [followed.pk]


def test_having_replied_does_not_break_a_mute(anna: User, followed: Topic, seen: Any) -> None:
    services.reply(actor=anna, topic=followed, content="Once")
    services.watch_category(actor=anna, category=followed.category, level="muted")
    reply(followed)
    assert seen(anna) == []


def test_of_two_tabs_the_one_that_saw_more_wins(anna: User, seen: Any, as_html: Any) -> None:
    topic = TopicFactory()
    for n in range(11):
        reply(topic, content=f"Answer {n}")
    first, second = as_html(anna), as_html(anna)
    first.get(f"{topic.get_absolute_url()}?page=2")
    second.get(topic.get_absolute_url())
    assert TopicRead.objects.get(user=anna).last_read_number == 12
    assert seen(anna) == []


def test_new_is_never_opened_and_begun_by_others_after_joining(anna: User, seen: Any, as_html: Any) -> None:
    before = TopicFactory()
    begun_before(before, timedelta(days=1))
    TopicFactory(author=anna)
    after = TopicFactory()
    assert seen(anna, "new") == [after.pk]
    old(anna)
    assert seen(anna, "new") == [after.pk, before.pk]
    as_html(anna).get(after.get_absolute_url())
    assert seen(anna, "new") == [before.pk]
    services.mark_all_read(actor=anna, category=before.category_id)
    assert seen(anna, "new") == []


def test_the_horizon_ends_new_and_unread(anna: User, followed: Topic, seen: Any) -> None:
    old(anna)
    never = TopicFactory()
    assert (seen(anna), seen(anna, "new")) == ([followed.pk], [never.pk])
    for topic in (followed, never):
        begun_before(topic, LONG_AGO)
    assert (seen(anna), seen(anna, "new")) == ([], [])
    reply(followed)
    assert seen(anna) == [followed.pk]


def test_a_tracked_category_counts_what_was_never_opened_from_then_on(anna: User, seen: Any) -> None:
    shelf = CategoryFactory()
    before = TopicFactory(category=shelf)
    services.watch_category(actor=anna, category=shelf, level="tracking")
    after = TopicFactory(category=shelf)
    assert seen(anna) == [after.pk]
    reply(before)
    assert seen(anna) == [before.pk, after.pk]


@pytest.mark.parametrize("what", ["tag", "course"])
def test_tags_and_courses_are_tracked_alike(anna: User, what: str, seen: Any) -> None:
    course = CourseFactory()
    TopicFactory(tags=["maths"], course=course.pk)
    _mute(anna, what, [Topic.objects.get()], course, level="watching")
    after = TopicFactory(tags=["maths"], course=course.pk)
    TopicFactory(tags=["other"])
    assert seen(anna) == [after.pk]


def test_a_topic_chosen_before_it_was_opened_counts_from_then_on(anna: User, seen: Any) -> None:
    topic = TopicFactory()
    services.watch_topic(actor=anna, topic=topic, level="tracking")
    assert seen(anna) == []
    reply(topic)
    assert seen(anna) == [topic.pk]


def test_the_other_tabs(anna: User, seen: Any) -> None:
    asked = TopicFactory(author=anna, kind="question")
    solved = TopicFactory(kind="question")
    answer = reply(solved, anna)
    services.accept_answer(actor=solved.author, topic=solved, post=answer.pk)
    talked = TopicFactory()
    gone = reply(talked, anna)
    assert seen(anna, "participating") == [talked.pk, solved.pk, asked.pk]
    services.delete_post(actor=anna, post=gone)
    assert seen(anna, "participating") == [solved.pk, asked.pk]
    assert seen(anna, "unanswered") == [asked.pk]
    assert seen(anna, "solved") == [solved.pk]


def test_tabs_of_a_category_hold_its_topics_alone(
    anna: User, followed: Topic, as_html: Any, as_api: Any
) -> None:
    other = TopicFactory(author=anna)
    reply(other)
    client = as_html(anna)
    page = client.get(f"/forum/{followed.category.slug}/?tab=unread")
    assert [topic.pk for topic in page.context["page"]] == [followed.pk]
    page = client.get(f"/forum/{followed.category.slug}/")
    assert [one.count for one in page.context["tabs"] if one.name == "unread"] == [1]
    for key in (followed.category.slug, followed.category_id):
        rows = as_api(anna).get(f"/api/forum/topics?filter=unread&category={key}").json()
        assert [row["id"] for row in rows["results"]] == [followed.pk]
    for tab in selectors.TABS:
        assert client.get(f"/forum/{followed.category.slug}/?tab={tab}").status_code == 200


def test_a_moved_topic_is_unread_where_it_stands_now(
    anna: User, followed: Topic, maxim: User, seen: Any
) -> None:
    target = CategoryFactory()
    services.mark_all_read(actor=anna, category=followed.category_id)
    assert seen(anna) == []
    services.edit_topic(
        actor=maxim, topic=followed, title=followed.title, content="Moved", category=target.pk
    )
    assert seen(anna) == [followed.pk]
    services.watch_category(actor=anna, category=target, level="muted")
    assert seen(anna) == []


def test_a_merged_topic_is_unread_where_its_posts_went(
    anna: User, followed: Topic, maxim: User, seen: Any
) -> None:
    target = TopicFactory(category=followed.category)
    services.mark_read(user=anna, topic=target, number=1)
    services.merge_topic(actor=maxim, topic=followed, into=target.pk)
    assert seen(anna) == [target.pk]
    services.mark_read(user=anna, topic=target, number=fresh(target).last_post_number)
    assert seen(anna) == []


def test_the_jump_passes_over_who_is_ignored(anna: User, boris: User, followed: Topic, seen: Any, as_html: Any) -> None:
    services.mark_read(user=anna, topic=followed, number=2)
    block(actor=anna, person=boris, kind="ignore")
    reply(followed, boris, "Not for anna")
    assert seen(anna) == []
    reply(followed, content="For everybody")
    assert seen(anna) == [followed.pk]
    jump = as_html(anna).get(f"{followed.get_absolute_url()}?unread")
    assert jump["Location"].endswith("#post-4")
    page = as_html(anna).get(followed.get_absolute_url())
    assert page.context["page"].first_unread == 4


@pytest.mark.breaks_counters  # made by hundreds, without the index of the search
def test_the_badge_stops_at_99(anna: User, as_html: Any) -> None:
    shelf = CategoryFactory()
    topics = [TopicFactory(category=shelf) for _ in range(2)]
    rows = Topic.objects.bulk_create(
        Topic(
            category=shelf, author=topics[0].author, title=f"Topic {n}", last_post_number=2, replies_count=1
        )
        for n in range(UNREAD_CAP + 1)
    )
    Post.objects.bulk_create(
        Post(topic=row, number=n, author=topics[0].author, content="x", created_at=row.last_post_at)
        for row in rows
        for n in (1, 2)
    )
    Category.objects.update(topics_count=len(rows) + 2, posts_count=2 * len(rows) + 2)
    TopicRead.objects.bulk_create(TopicRead(user=anna, topic=row, last_read_number=1) for row in rows)
    assert selectors.unread_count(anna) == UNREAD_CAP
    page = as_html(anna).get("/forum/").content.decode()
    assert "99+" in page


def test_the_list_says_where_it_ends(anna: User, as_html: Any) -> None:
    page = as_html(anna).get("/forum/?tab=unread").content.decode()
    assert "All caught up" in page
    assert 'id="mark-read"' not in page


@pytest.mark.parametrize("rows", [3, 30])
def test_lists_cost_the_same_at_3_and_30_rows_with_marks_and_watches(
    anna: User, as_html: Any, as_api: Any, rows: int
) -> None:
    shelves = [CategoryFactory() for _ in range(3)]
    for n in range(rows):
        topic = TopicFactory(category=shelves[n % 3], tags=["one", f"tag{n}"])
        services.mark_read(user=anna, topic=topic, number=1)
        reply(topic)
        services.watch_tag(actor=anna, tag=Tag.objects.get(slug=f"tag{n}"), level="tracking")
    services.mark_all_read(actor=anna, category=shelves[2].pk)
    services.watch_category(actor=anna, category=shelves[1], level="watching")
    client, api = as_html(anna), as_api(anna)
    for tab in selectors.TABS:
        client.get("/forum/")
        for ask, path, cost in (
            (client, f"/forum/?tab={tab}", 8 if tab in {"latest", "unread"} else 9),
            (api, f"/api/forum/topics?filter={tab}", 7),
        ):
            ask.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert ask.get(path).status_code == 200
            assert len(asked) <= cost, (path, [query["sql"][:100] for query in asked])
