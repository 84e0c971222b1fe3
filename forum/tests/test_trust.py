"""Trust levels: earned by reading, writing and learning; kept; taken by penalties alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community_platform.core.permissions import SYSTEM
from community_platform.core.rates import level_of
from courses.models import LessonProgress
from courses.tests.factories import CourseFactory, LessonFactory
from forum import services
from forum.limits import TRUST_NEEDS
from forum.models import Post, TopicRead
from forum.selectors.trust import rising, standing
from forum.services.trust import raise_all_levels, raise_levels
from forum.tasks import raise_trust_levels
from forum.tests.factories import TopicFactory, reply
from profiles.models import Penalty, User
from profiles.services import penalties

pytestmark = pytest.mark.django_db


def joined(person, days):
    User.objects.filter(pk=person.pk).update(date_joined=timezone.now() - timedelta(days=days))


def level(person):
    return User.objects.values_list("trust_level", flat=True).get(pk=person.pk)


@pytest.fixture
def shelf(boris):
    """Three topics with six posts each: eighteen posts to read."""
    topics = [TopicFactory(author=boris) for _n in range(3)]
    for topic in topics:
        for n in range(5):
            reply(topic, content=f"Answer {n}")
    return topics


def read(person, topics, upto=6):
    TopicRead.objects.bulk_create(
        TopicRead(user=person, topic=topic, last_read_number=upto) for topic in topics
    )


def liked_by(person, author, times, topic):
    """Let `person` like something that `author` wrote, and others until it is `times`."""
    post = reply(topic, author, "Worth a like")
    people = [person, *(User.objects.create_user(f"fan{n}", f"fan{n}@example.com") for n in range(times - 1))]
    for fan in people:
        services.like_post(actor=fan, post=post)


def test_reading_earns_level_1(anna, shelf):
    read(anna, shelf[:2], upto=6)
    assert raise_levels(user_ids=[anna.pk]) == 0
    read(anna, shelf[2:], upto=2)
    assert raise_levels(user_ids=[anna.pk]) == 0  # three topics, but fourteen posts
    TopicRead.objects.filter(user=anna, topic=shelf[2]).update(last_read_number=3)
    assert raise_levels(user_ids=[anna.pk]) == 1
    assert level(anna) == 1


def test_so_does_a_finished_lesson(anna):
    lesson = LessonFactory(course=CourseFactory())
    LessonProgress.objects.create(user=anna, lesson=lesson)
    assert raise_levels(user_ids=[anna.pk]) == 0
    LessonProgress.objects.update(completed_at=timezone.now())
    assert raise_levels(user_ids=[anna.pk]) == 1


@pytest.mark.parametrize("missing", ["", "days", "given", "received"])
def test_level_2_asks_for_time_and_a_like_each_way(anna, boris, shelf, missing):
    read(anna, shelf)
    joined(anna, 14 if missing == "days" else 15)
    if missing != "received":
        liked_by(boris, anna, 1, shelf[0])
    if missing != "given":
        services.like_post(actor=anna, post=shelf[0].posts.get(number=1))
    raise_levels(user_ids=[anna.pk])
    assert level(anna) == (1 if missing else 2)


@pytest.mark.parametrize("missing", ["", "days", "replies", "likes", "warned"])
def test_level_3_is_long_and_quiet(anna, boris, shelf, missing):
    read(anna, shelf)
    joined(anna, 59 if missing == "days" else 60)
    services.like_post(actor=anna, post=shelf[0].posts.get(number=1))
    liked_by(boris, anna, 19 if missing == "likes" else 20, shelf[0])
    for n in range(48 if missing == "replies" else 49):
        reply(shelf[1], anna, f"Reply {n}")
    if missing == "warned":
        penalties.penalise(actor=SYSTEM, user=anna, kind="warning", reason="Loud")
    raise_levels(user_ids=[anna.pk])
    assert level(anna) == (2 if missing else 3)


def test_what_was_earned_stays(anna, shelf):
    read(anna, shelf)
    raise_levels(user_ids=[anna.pk])
    TopicRead.objects.all().delete()
    assert raise_all_levels() == 0
    assert level(anna) == 1


@pytest.mark.parametrize(("kind", "cap"), [("suspension", 0), ("silence", 1), ("forum_ban", 1)])
def test_penalties_take_it_and_keep_it_low_for_ninety_days(anna, boris, shelf, kind, cap):
    read(anna, shelf)
    joined(anna, 15)
    liked_by(boris, anna, 1, shelf[0])
    services.like_post(actor=anna, post=shelf[0].posts.get(number=1))
    raise_levels(user_ids=[anna.pk])
    assert level(anna) == 2
    penalty = penalties.penalise(
        actor=SYSTEM, user=anna, kind=kind, reason="Spam", until=timezone.now() + timedelta(hours=1)
    )
    assert level(anna) == cap
    raise_all_levels()
    assert level(anna) == cap

    def moved_back(days):
        now = timezone.now()
        Penalty.objects.update(starts_at=now - timedelta(days=days), ends_at=now - timedelta(days=days - 1))
        User.objects.filter(pk=anna.pk).update(
            suspended_until=None, silenced_until=None, forum_banned_until=None
        )

    moved_back(89)
    raise_all_levels()
    assert level(anna) == cap
    moved_back(91)
    raise_all_levels()
    assert level(anna) == 2
    assert penalty.pk


def test_a_lifted_penalty_gives_it_back_at_once(anna, shelf, django_capture_on_commit_callbacks):
    read(anna, shelf)
    raise_levels(user_ids=[anna.pk])
    penalty = penalties.penalise(actor=SYSTEM, user=anna, kind="suspension", reason="Spam")
    assert level(anna) == 0
    with django_capture_on_commit_callbacks(execute=True):
        penalties.lift(actor=SYSTEM, penalty=penalty)
    assert level(anna) == 1


def test_writing_and_liking_bring_it_up_without_a_job(anna, shelf, django_capture_on_commit_callbacks):
    read(anna, shelf)
    with django_capture_on_commit_callbacks(execute=True):
        reply(shelf[0], anna, "Now I know enough to answer")
    assert level(anna) == 1


def test_the_nightly_job_finds_everybody_in_batches(make_user, shelf, monkeypatch):
    monkeypatch.setattr("forum.services.trust.BATCH", 2)
    people = [make_user(f"reader{n}") for n in range(5)]
    for person in people:
        read(person, shelf)
    assert raise_trust_levels() == 5
    assert raise_trust_levels() == 0
    assert {level(person) for person in people} == {1}


def test_one_query_says_who_rises(anna, shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert rising(User.objects.filter(pk=anna.pk)) == {}
    with django_assert_num_queries(1):
        standing(anna)


def test_staff_and_teachers_act_with_the_highest_level(anna, irina, maxim, admin):
    assert [level_of(person) for person in (anna, irina, maxim, admin)] == [0, 3, 3, 3]


def test_the_page_shows_what_is_missing(as_html, anna, shelf):
    read(anna, shelf[:1])
    page = as_html(anna).get("/forum/trust/")
    assert page.status_code == 200
    needs = {need.name: (need.value, need.target) for need in page.context["standing"].needs}
    assert needs == {"topics_read": (1, 3), "posts_read": (6, 15)}
    assert "Posts read" in page.text
    assert as_html().get("/forum/trust/").status_code == 302


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_the_api_answers_the_same(as_api, anna, number):
    User.objects.update(trust_level=number)
    data = as_api(anna).get("/api/forum/trust").json()
    assert (data["level"], data["acts_as"]) == (number, number)
    assert data["next_level"] == (None if number == 3 else number + 1)
    assert {need["name"]: need["target"] for need in data["needs"]} == TRUST_NEEDS.get(number + 1, {})
    assert as_api().get("/api/forum/trust").status_code == 401


def test_own_texts_that_are_gone_bring_no_likes(anna, boris, shelf):
    liked_by(boris, anna, 1, shelf[0])
    User.objects.filter(pk=anna.pk).update(trust_level=1)
    assert {need.name: need.value for need in standing(anna).needs}["likes_received"] == 1
    services.delete_post(actor=anna, post=Post.objects.get(author=anna))
    assert {need.name: need.value for need in standing(anna).needs}["likes_received"] == 0
