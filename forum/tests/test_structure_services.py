"""Moving, splitting, merging, pinning for a time, slow mode: what becomes of posts, counters and reads."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Category, Post, Tag, Topic, TopicRead
from forum.models.reading import WatchLevel
from forum.services.moderation import unpin_expired
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import ModerationAction, User

pytestmark = pytest.mark.django_db


def talk(replies: int, **fields: Any) -> tuple[Topic, list[Post]]:
    """Return a topic with so many replies, and these."""
    topic = TopicFactory(**fields)
    posts = [reply(topic, content=f"Answer {n}") for n in range(replies)]
    topic.refresh_from_db()
    return topic, posts


def numbers(topic: Topic) -> list[int]:
    return list(topic.posts.order_by("number").values_list("number", flat=True))


def counted() -> list[tuple[int, int]]:
    return list(Category.objects.order_by("pk").values_list("topics_count", "posts_count"))


# Moving


def test_a_moved_topic_takes_its_counters_and_leaves_a_line_in_the_log(maxim: User) -> None:
    topic, posts = talk(2)
    services.delete_post(actor=maxim, post=posts[0])
    there = CategoryFactory()
    ModerationAction.objects.all()
    assert services.move_topic(actor=maxim, topic=topic, category=there.slug).category == there
    assert counted() == [(0, 0), (1, 2)]
    line = ModerationAction.objects.order_by("pk").last()
    assert (line.action, line.kind, line.object_id, line.category_ref) == (
        "move_topic",
        "topic",
        topic.pk,
        there.pk,
    )


def test_a_removed_topic_moves_without_counting(maxim: User) -> None:
    topic, _posts = talk(1)
    services.delete_topic(actor=maxim, topic=topic)
    services.move_topic(actor=maxim, topic=topic, category=CategoryFactory().pk)
    assert counted() == [(0, 0), (0, 0)]
    services.restore_topic(actor=maxim, topic=topic)
    assert counted() == [(0, 0), (1, 2)]


def test_authors_and_strangers_do_not_move(anna: User, boris: User) -> None:
    topic = TopicFactory(author=anna)
    for person in (anna, boris):
        with pytest.raises(NotAllowed):
            services.move_topic(actor=person, topic=topic, category=CategoryFactory().pk)


def test_a_topic_moves_only_where_its_mover_may_start_one(irina: User) -> None:
    course = CourseFactory(instructor=irina)
    topic = TopicFactory(course=course.pk)
    hidden, news = CategoryFactory(audience="staff"), CategoryFactory(staff_only_topics=True)
    with pytest.raises(Invalid) as refused:
        services.move_topic(actor=irina, topic=topic, category=hidden.pk)
    assert refused.value.field == "category"
    with pytest.raises(NotAllowed):
        services.move_topic(actor=irina, topic=topic, category=news.pk)
    there = CategoryFactory()
    assert services.move_topic(actor=irina, topic=topic, category=there.pk).category == there


# Splitting


def test_chosen_replies_become_a_topic_numbered_from_one(maxim: User) -> None:
    topic, posts = talk(5, tags=["python"])
    made = services.split_topic(
        actor=maxim, topic=topic, posts=[posts[3].pk, posts[1].pk, posts[4].pk], title="A question of its own"
    )
    topic.refresh_from_db()
    assert list(made.posts.order_by("number").values_list("pk", "number")) == [
        (posts[1].pk, 1), (posts[3].pk, 2), (posts[4].pk, 3),
    ]  # fmt: skip
    assert (made.author, made.replies_count, made.last_post_number) == (posts[1].author, 2, 3)
    assert (numbers(topic), topic.replies_count, topic.last_post_number, topic.moved_posts) == (
        [1, 2, 4],
        2,
        6,
        3,
    )
    assert topic.last_post_at == posts[2].created_at
    assert counted() == [(2, 6)]
    assert reply(topic).number == 7


def test_a_split_goes_to_another_category_and_about_the_same_course(irina: User, maxim: User) -> None:
    course = CourseFactory(instructor=irina)
    topic, posts = talk(2, course=course.pk)
    there = CategoryFactory()
    made = services.split_topic(
        actor=irina, topic=topic, posts=[posts[0].pk], title="Off we go", category=there.slug, kind="question"
    )
    assert (made.category, made.course, made.kind) == (there, course, "question")
    assert counted() == [(1, 2), (1, 1)]


def test_answers_stay_answers_where_both_come_along(maxim: User) -> None:
    topic, (first, *_rest) = talk(1)
    second = reply(topic, content="To the first", reply_to=first.pk)
    third = reply(topic, content="To the second", reply_to=second.pk)
    left = reply(topic, content="To the third, but stays", reply_to=third.pk)
    services.split_topic(actor=maxim, topic=topic, posts=[second.pk, third.pk], title="Split off")
    answered = dict(Post.objects.values_list("pk", "reply_to"))
    assert (answered[second.pk], answered[third.pk], answered[left.pk]) == (None, second.pk, None)


def test_a_best_answer_that_goes_loses_its_mark_and_likes_come_along(maxim: User, boris: User) -> None:
    topic, posts = talk(2, kind="question")
    services.accept_answer(actor=maxim, topic=topic, post=posts[0].pk)
    services.like_post(actor=boris, post=posts[0])
    made = services.split_topic(actor=maxim, topic=topic, posts=[posts[0].pk], title="Split off")
    topic.refresh_from_db()
    assert (topic.is_solved, made.likes_count, made.posts.get().likes_count) == (False, 1, 1)
    services.unlike_post(actor=boris, post=posts[0])  # loaded while it was a reply
    made.refresh_from_db()
    assert made.likes_count == 0


def test_what_was_read_stays_read_after_a_split(anna: User, boris: User, maxim: User) -> None:
    topic, posts = talk(4)
    services.mark_read(user=anna, topic=topic, number=5)
    services.mark_read(user=boris, topic=topic, number=3)
    TopicRead.objects.filter(user=anna, topic=topic).update(level=WatchLevel.WATCHING, is_manual=True)
    made = services.split_topic(
        actor=maxim, topic=topic, posts=[post.pk for post in posts[1:]], title="Split off"
    )
    reads = {read.user: read for read in TopicRead.objects.filter(topic=made)}
    assert (reads[anna].last_read_number, reads[anna].level, reads[anna].is_manual) == (
        3,
        WatchLevel.WATCHING,
        True,
    )
    assert reads[boris].last_read_number == 1
    assert TopicRead.objects.get(user=boris, topic=topic).last_read_number == 5  # nothing is left that is new


@pytest.mark.parametrize("which", ["none", "body", "foreign", "removed", "many"])
def test_a_bad_choice_of_replies_is_refused_on_its_field(maxim: User, which: str) -> None:
    topic, posts = talk(2)
    services.delete_post(actor=maxim, post=posts[1])
    chosen = {
        "none": [], "body": [topic.posts.get(number=1).pk], "foreign": [reply(TopicFactory()).pk],
        "removed": [posts[1].pk], "many": list(range(1, 600)),
    }[which]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        services.split_topic(actor=maxim, topic=topic, posts=chosen, title="Split off")
    assert refused.value.field == "posts"


def test_only_who_leads_a_topic_splits_it(anna: User) -> None:
    topic, posts = talk(1, author=anna)
    with pytest.raises(NotAllowed):
        services.split_topic(actor=anna, topic=topic, posts=[posts[0].pk], title="Split off")


# Merging


def test_a_merged_topic_goes_on_in_the_other_one(maxim: User) -> None:
    here, there = CategoryFactory(), CategoryFactory()
    first, _posts = talk(2, category=here, tags=["python"])
    second, moved = talk(2, category=there, tags=["python", "sql"])
    body = second.posts.get(number=1)
    merged = services.merge_topic(actor=maxim, topic=second, into=first.pk)
    second.refresh_from_db()
    assert merged == first
    assert (numbers(merged), merged.replies_count, merged.last_post_number) == ([1, 2, 3, 4, 5, 6], 5, 6)
    assert [Post.objects.get(pk=post.pk).number for post in (body, *moved)] == [4, 5, 6]
    assert (second.merged_into, second.merged_post, second.is_deleted, second.posts.count()) == (
        first,
        body,
        True,
        0,
    )
    assert counted() == [(1, 6), (0, 0)]
    assert dict(Tag.objects.values_list("slug", "topics_count")) == {"python": 1, "sql": 0}
    assert merged.last_post_at == moved[-1].created_at
    assert reply(merged).number == 7


def test_old_posts_that_come_last_do_not_make_the_topic_old(maxim: User) -> None:
    old, _posts = talk(1)
    new, posts = talk(1)
    merged = services.merge_topic(actor=maxim, topic=old, into=new.pk)
    assert merged.last_post_at == posts[-1].created_at
    gone = reply(merged)
    services.delete_post(actor=maxim, post=gone)
    merged.refresh_from_db()
    assert merged.last_post_at == posts[-1].created_at


def test_a_best_answer_comes_along_where_there_is_room(maxim: User) -> None:
    first, _posts = talk(1, kind="question")
    second, answers = talk(1, kind="question")
    services.accept_answer(actor=maxim, topic=second, post=answers[0].pk)
    assert services.merge_topic(actor=maxim, topic=second, into=first.pk).best_answer == answers[0]
    third, others = talk(1, kind="question")
    services.accept_answer(actor=maxim, topic=third, post=others[0].pk)
    assert services.merge_topic(actor=maxim, topic=third, into=first.pk).best_answer == answers[0]


def test_reads_and_levels_go_on_in_the_other_topic(anna: User, boris: User, irina: User, maxim: User) -> None:
    first, _posts = talk(1)
    second, _others = talk(2)
    services.mark_read(user=anna, topic=first, number=2)
    services.mark_read(user=anna, topic=second, number=2)
    services.mark_read(user=boris, topic=first, number=1)
    services.mark_read(user=boris, topic=second, number=3)
    services.mark_read(user=irina, topic=second, number=3)
    TopicRead.objects.filter(topic=second, user__in=[boris, irina]).update(level=WatchLevel.WATCHING)
    services.merge_topic(actor=maxim, topic=second, into=first.pk)
    reads = {read.user: read for read in TopicRead.objects.filter(topic=first)}
    assert reads[anna].last_read_number == 4  # one of the three that came is new
    assert (reads[boris].last_read_number, reads[boris].level) == (1, WatchLevel.WATCHING)
    assert (reads[irina].last_read_number, reads[irina].level) == (0, WatchLevel.WATCHING)
    assert not TopicRead.objects.filter(topic=second).exists()


def test_merging_needs_rights_in_both(irina: User, maxim: User) -> None:
    own, foreign = TopicFactory(course=CourseFactory(instructor=irina).pk), TopicFactory()
    for topic, into in ((own, foreign), (foreign, own)):
        with pytest.raises(NotAllowed):
            services.merge_topic(actor=irina, topic=topic, into=into.pk)
    for into in (own.pk, 10**30, 999_999):
        with pytest.raises(Invalid) as refused:
            services.merge_topic(actor=maxim, topic=own, into=into)
        assert refused.value.field == "into"


def test_a_merged_topic_is_neither_restored_nor_merged_again_nor_seen(maxim: User) -> None:
    first, second = TopicFactory(), TopicFactory()
    services.merge_topic(actor=maxim, topic=second, into=first.pk)
    with pytest.raises(Conflict) as refused:
        services.restore_topic(actor=maxim, topic=second)
    assert refused.value.code == "merged"
    with pytest.raises(NotFound):
        services.merge_topic(actor=maxim, topic=second, into=first.pk)
    with pytest.raises(Conflict):
        services.move_topic(actor=maxim, topic=second, category=CategoryFactory().pk)
    assert not Topic.objects.visible_to(maxim).filter(pk=second.pk).exists()


def test_merges_follow_each_other(maxim: User) -> None:
    topics = [talk(2)[0] for _ in range(3)]
    services.merge_topic(actor=maxim, topic=topics[0], into=topics[1].pk)
    services.merge_topic(actor=maxim, topic=topics[1], into=topics[2].pk)
    topics[2].refresh_from_db()
    assert numbers(topics[2]) == list(range(1, 10))
    # In the order of time: the oldest topic first.
    order = list(topics[2].posts.order_by("number").values_list("created_at", flat=True))[3:]
    assert order == sorted(order)


# Pins and slow mode


def test_a_pin_ends_by_the_clock(maxim: User) -> None:
    topic, now = TopicFactory(), timezone.now()
    with pytest.raises(Invalid) as refused:
        services.pin_topic(actor=maxim, topic=topic, is_pinned=True, until=now)
    assert refused.value.field == "until"
    pinned = services.pin_topic(actor=maxim, topic=topic, is_pinned=True, until=now + timedelta(days=1))
    assert pinned.is_pinned_now
    assert unpin_expired() == 0
    Topic.objects.update(pinned_until=now)
    topic.refresh_from_db()
    assert (topic.is_pinned, topic.is_pinned_now) == (True, False)
    assert unpin_expired() == 1
    topic.refresh_from_db()
    assert (topic.is_pinned, topic.pinned_until) == (False, None)


def test_slow_mode_ends_by_the_clock_and_falls_back_to_the_category(maxim: User, anna: User) -> None:
    topic = TopicFactory(category=CategoryFactory(slow_mode_seconds=30), author=anna)
    assert topic.slow_seconds == 30
    until = timezone.now() + timedelta(hours=1)
    slow = services.set_slow_mode(actor=maxim, topic=topic, seconds=300, until=until)
    assert slow.slow_seconds == 300
    slow.slow_mode_until = timezone.now()
    assert slow.slow_seconds == 30
    with pytest.raises(NotAllowed):
        services.set_slow_mode(actor=anna, topic=topic, seconds=0)
    for seconds in (-1, 10**9):
        with pytest.raises(Invalid) as refused:
            services.set_slow_mode(actor=maxim, topic=topic, seconds=seconds)
        assert refused.value.field == "seconds"
    with pytest.raises(Invalid) as refused:
        services.set_slow_mode(actor=maxim, topic=topic, seconds=5, until=timezone.now())
    assert refused.value.field == "until"
