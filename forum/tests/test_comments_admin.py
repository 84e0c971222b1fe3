"""Comments in the admin: moderators act through the services, students stay outside."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.tests.factories import CourseFactory
from forum.models import Comment
from forum.services import comments as services

pytestmark = pytest.mark.django_db
URL = "/admin/forum/comment/"


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000


@pytest.fixture
def moderator(maxim: Any, as_html: Any) -> Any:
    maxim.is_staff = True
    maxim.save()
    return as_html(maxim)


def act(client: Any, action: str, *rows: Comment) -> Any:
    return client.post(URL, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)


def test_a_moderator_removes_and_restores_with_the_counters(moderator: Any, anna: Any) -> None:
    course = CourseFactory()
    comment = services.post_comment(actor=anna, target=course, content="Hello")
    act(moderator, "remove", comment)
    course.refresh_from_db()
    assert course.comments_count == 0
    act(moderator, "restore", comment)
    course.refresh_from_db()
    assert course.comments_count == 1


def test_pin_and_lock_go_both_ways_and_a_refusal_is_shown(moderator: Any, anna: Any) -> None:
    root = services.post_comment(actor=anna, target=CourseFactory(), content="Hello")
    reply = services.reply(actor=anna, comment=root, content="Me again")
    assert "Only a comment of the first level" in act(moderator, "pin", root, reply).content.decode()
    act(moderator, "lock", root)
    root.refresh_from_db()
    assert (root.is_pinned, root.is_locked) == (True, True)
    act(moderator, "unpin", root), act(moderator, "unlock", root)
    root.refresh_from_db()
    assert (root.is_pinned, root.is_locked) == (False, False)


def test_students_do_not_get_in(anna: Any, as_html: Any) -> None:
    assert as_html(anna).get(URL).status_code in {302, 403}


def test_the_list_costs_the_same_for_3_and_30_rows(moderator: Any, anna: Any) -> None:
    course = CourseFactory()
    counts = []
    for rows in (3, 30):
        while Comment.objects.count() < rows:
            services.post_comment(actor=anna, target=course, content="Hello")
        moderator.get(URL)
        with CaptureQueriesContext(connection) as queries:
            assert moderator.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
