"""Whom to follow: who learns beside me, who answered me; never who hides it, and at the same cost for many."""

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from courses.models import Course, Enrollment
from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory
from forum import services
from forum.tests.factories import CategoryFactory
from profiles.models import User
from profiles.selectors import people
from profiles.services import graph

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(anna, irina):
    course = CourseFactory(title="Knots", instructor=irina)
    enroll(actor=anna, course=course)
    return course


@pytest.fixture
def topic(anna):
    return services.create_topic(
        actor=anna, category=CategoryFactory().pk, title="How to begin?", content="Tell me, please."
    )


def names(user):
    return {person.username: reason for person, reason in people.suggestions(user, limit=50)}


def test_who_learns_in_my_course_is_named_with_the_course(anna, boris, course):
    enroll(actor=boris, course=course)
    assert names(anna) == {"boris": "also takes “Knots”"}


def test_who_shares_more_courses_is_nearer(anna, boris, irina, course, make_user):
    chen, second = make_user("chen"), CourseFactory(title="Sails", instructor=irina)
    enroll(actor=anna, course=second)
    for learner, taken in ((chen, course), (chen, second), (boris, second)):
        enroll(actor=learner, course=taken)
    assert list(names(anna)) == ["chen", "boris"]


def test_who_answered_me_is_named_and_stays_with_the_better_reason(anna, boris, make_user, topic):
    post = services.reply(actor=boris, topic=topic, content="Begin at the beginning.")
    assert names(anna) == {"boris": "answered you"}
    services.delete_post(actor=boris, post=post)
    assert names(anna) == {}


def test_an_answer_to_my_post_in_somebody_elses_topic_counts(anna, boris, make_user, topic):
    chen = make_user("chen")
    mine = services.reply(actor=chen, topic=topic, content="May I ask, too?")
    services.reply(actor=boris, topic=topic, content="Of course you may.", reply_to=mine.pk)
    assert names(chen) == {"boris": "answered you"}


@pytest.mark.parametrize("switch", ["is_profile_public", "show_courses"])
def test_who_hides_their_courses_is_not_betrayed(anna, boris, course, switch):
    enroll(actor=boris, course=course)
    User.objects.filter(pk=boris.pk).update(**{switch: False})
    assert names(anna) == {}


@pytest.mark.parametrize("kind", ["block", "ignore"])
def test_nobody_on_the_other_side_of_a_block_and_nobody_ignored(anna, boris, course, topic, kind):
    enroll(actor=boris, course=course)
    services.reply(actor=boris, topic=topic, content="Begin at the beginning.")
    graph.block(actor=anna, person=boris, kind=kind)
    assert names(anna) == {}
    assert ("anna" in names(boris)) == (kind == "ignore")


def test_nobody_i_follow_nor_myself(anna, boris, course):
    enroll(actor=boris, course=course)
    graph.follow(actor=anna, person=boris)
    assert names(anna) == {}


def test_page_feed_and_api_show_the_same(anna, boris, course, as_html, as_api):
    enroll(actor=boris, course=course)
    for page in ("/people/", "/feed/"):
        assert "also takes “Knots”" in as_html(anna).get(page).content.decode()
    assert "also takes" not in as_html(anna).get("/people/?q=bor").content.decode()
    answer = as_api(anna).get("/api/users/suggestions").json()
    assert (answer["count"], answer["next"]) == (1, None)
    row = answer["results"][0]
    assert (row["username"], row["is_following"], row["reason"]) == ("boris", False, "also takes “Knots”")
    assert as_api(None).get("/api/users/suggestions").status_code == 401


def test_many_cost_as_few(anna, course, topic, make_user):
    counts = []
    for size in (3, 30):
        for n in range(size):
            person = make_user(f"p{size}-{n}")
            Enrollment.objects.create(user=person, course=course)
        Course.objects.filter(pk=course.pk).update(students_count=F("students_count") + size)
        with CaptureQueriesContext(connection) as asked:
            assert people.suggestions(anna)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 7, counts
