"""Two writers at once in the studio: one effect, and the order stays whole."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from courses.models import Course, CourseImport, CourseStaff
from courses.services import staff, studio_order, transfer
from courses.tests.factories import CourseCategoryFactory, CourseFactory
from courses.tests.test_transfer_folder import archive
from profiles.models import User
from profiles.tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*deeds: Callable[[], Any]) -> list[BaseException]:
    """Run the deeds in threads that begin together; return what they raised."""
    gate, raised = threading.Barrier(len(deeds)), list[BaseException]()

    def run(deed: Callable[[], Any]) -> None:
        gate.wait(10)
        try:
            deed()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def instructor() -> User:
    person = UserFactory()
    person.groups.add(Group.objects.get_or_create(name="instructor")[0])
    return User.objects.with_roles().get(pk=person.pk)


def test_an_archive_sent_four_times_at_once_is_one_draft(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    CourseCategoryFactory(slug="maths")
    actor = instructor()
    made: list[tuple[CourseImport, bool]] = []
    raised = at_once(*[lambda: made.append(transfer.import_upload(actor=actor, upload=archive()))] * 4)
    assert raised == []
    assert sorted(is_new for _row, is_new in made) == [False, False, False, True]
    assert len({row.course_id for row, _is_new in made}) == 1
    assert Course.objects.count() == CourseImport.objects.count() == 1


def test_lessons_moved_at_once_leave_one_order() -> None:
    actor = instructor()
    course = CourseFactory(instructor=actor, sections=2, lessons=4)
    lessons, sections = list(course.lessons.in_order()), list(course.sections.all())
    raised = at_once(
        *[
            lambda lesson=lesson, n=n: studio_order.place_lesson(
                actor=actor, lesson=lesson, section=sections[n % 2], index=n % 3
            )
            for n, lesson in enumerate(lessons)
        ]
    )
    assert raised == []
    assert sorted(course.lessons.values_list("position", flat=True)) == list(range(8))


def test_people_added_at_once_are_all_on_the_team() -> None:
    actor = instructor()
    course, people = CourseFactory(instructor=actor), UserFactory.create_batch(4)
    raised = at_once(
        *[
            lambda user=user: staff.set_staff(actor=actor, course=course, user=user, role="assistant")
            for user in [*people, people[0]]
        ]
    )
    assert raised == []
    course.refresh_from_db()
    assert set(course.team) == {str(user.pk) for user in people}
    assert CourseStaff.objects.count() == 4
