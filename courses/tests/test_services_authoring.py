"""Making courses."""

from typing import Any

import pytest

from community_platform.core.errors import Conflict, Invalid, NotAllowed
from community_platform.core.permissions import SYSTEM
from courses.models import Course, LearningEvent, Lesson, LessonKind, LessonProgress, Section, Status, Verb
from courses.services import authoring, progress
from courses.tests.factories import CourseCategoryFactory, CourseFactory, EnrollmentFactory, LessonFactory
from forum.models import Comment
from forum.services.comments import post_comment
from profiles.models import User

pytestmark = pytest.mark.django_db


def draft(actor: Any, **fields: Any) -> Course:
    values = {"title": "Основы Python", "category": CourseCategoryFactory(), "summary": "Short.", **fields}
    return authoring.create_course(actor=actor, **values)


def test_an_instructor_makes_and_publishes_a_course(irina: User) -> None:
    course = draft(irina, description="# Hello\n\n*world*")
    section = authoring.add_section(actor=irina, course=course, title="First")
    lesson = authoring.add_lesson(
        actor=irina, section=section, title="Start", content="**bold** <script>x</script>", duration_seconds=61
    )
    course = authoring.publish(actor=irina, course=course)
    assert (course.slug, course.instructor, course.status) == ("osnovy-python", irina, Status.PUBLISHED)
    assert (course.lessons_count, course.duration_minutes) == (1, 2)
    assert "<em>world</em>" in course.description_html
    assert "<strong>bold</strong>" in lesson.content_html
    assert "<script" not in lesson.content_html


def test_a_taken_address_gets_a_number_unless_it_was_asked_for(irina: User) -> None:
    assert [draft(irina).slug, draft(irina).slug] == ["osnovy-python", "osnovy-python-2"]
    with pytest.raises(Invalid) as refused:
        draft(irina, slug="osnovy-python")
    assert refused.value.field == "slug"


def test_lesson_addresses_do_not_hide_pages_of_the_course(irina: User) -> None:
    section = authoring.add_section(actor=irina, course=draft(irina), title="First")
    assert authoring.add_lesson(actor=irina, section=section, title="Enroll").slug == "enroll-2"


def test_an_empty_course_is_not_published(irina: User) -> None:
    with pytest.raises(Conflict) as refused:
        authoring.publish(actor=irina, course=draft(irina))
    assert refused.value.code == "no_lessons"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": LessonKind.QUIZ}, "kind"),
        ({"kind": LessonKind.VIDEO, "video_url": "https://cdn.example/a.mp4", "duration_seconds": 5}, "video_url"),
        ({"kind": LessonKind.VIDEO, "video_url": "//cdn.example/a.mp4", "duration_seconds": 5}, "video_url"),
        ({"kind": LessonKind.VIDEO, "video_url": "/media/a.webm"}, "duration_seconds"),
        ({"content": "\x00"}, "content"),
        ({"title": "  "}, "title"),
    ],
)
def test_a_lesson_that_could_not_be_shown_is_refused(irina: User, fields: dict[str, Any], field: str) -> None:
    section = authoring.add_section(actor=irina, course=draft(irina), title="First")
    with pytest.raises(Invalid) as refused:
        authoring.add_lesson(**{"actor": irina, "section": section, "title": "Start", **fields})
    assert refused.value.field == field


def test_only_a_full_section_is_kept(irina: User) -> None:
    lesson = LessonFactory(course=CourseFactory(instructor=irina))
    with pytest.raises(Conflict):
        authoring.delete_section(actor=irina, section=lesson.section)
    authoring.delete_lesson(actor=irina, lesson=lesson)
    authoring.delete_section(actor=irina, section=lesson.section)
    lesson.course.refresh_from_db()
    assert not Section.objects.exists()
    assert (lesson.course.lessons_count, lesson.course.duration_minutes) == (0, 0)


def test_changing_a_lesson_renders_and_counts_again(irina: User) -> None:
    lesson = LessonFactory(course=CourseFactory(instructor=irina))
    authoring.update_lesson(actor=irina, lesson=lesson, title="New", content="*new*", duration_seconds=600)
    lesson.refresh_from_db()
    assert (lesson.title, lesson.content_html) == ("New", "<p><em>new</em></p>\n")
    assert lesson.course.__class__.objects.get().duration_minutes == 10
    with pytest.raises(Invalid):
        authoring.update_lesson(actor=irina, lesson=lesson, section=LessonFactory().section)


def test_students_and_other_instructors_change_nothing(irina: User, anna: User, maxim: User) -> None:
    course = LessonFactory(course=CourseFactory()).course
    for person in (anna, irina, maxim):
        for service in (authoring.publish, authoring.archive):
            with pytest.raises(NotAllowed):
                service(actor=person, course=course)
    with pytest.raises(NotAllowed):
        draft(anna)
    with pytest.raises(NotAllowed):
        draft(irina, instructor=anna)
    assert draft(SYSTEM, instructor=irina).instructor == irina


def test_categories_belong_to_moderators(maxim: User, irina: User) -> None:
    category = authoring.create_category(actor=maxim, name="Данные", icon="database")
    assert authoring.update_category(actor=maxim, category=category, name="Data").slug == "dannye"
    with pytest.raises(NotAllowed):
        authoring.create_category(actor=irina, name="Mine")


def test_a_removed_lesson_takes_its_comments_out_of_sight_and_keeps_what_was_done(anna: User, irina: User) -> None:
    lesson = LessonFactory(course=CourseFactory(instructor=irina))
    LessonFactory(course=lesson.course, slug="another")
    EnrollmentFactory(user=anna, course=lesson.course)
    progress.complete(actor=anna, lesson=lesson)
    post_comment(actor=anna, target=lesson, content="Thank you!")
    authoring.delete_lesson(actor=irina, lesson=lesson)
    assert not Comment.objects.visible_to(anna).exists()
    assert LessonProgress.objects.get().completed_at is not None
    assert LearningEvent.objects.get(verb=Verb.COMPLETED).lesson == Lesson.ever.get(pk=lesson.pk)
    again = authoring.add_lesson(actor=irina, section=lesson.section, title="Anew", slug=lesson.slug, content="text")
    assert again.slug == lesson.slug, "its address is free again"
