"""Who may listen to `course.N` and `lesson.N`."""

from typing import Any

from community_platform.core import realtime
from courses import selectors
from courses.models import Course, Lesson


def may_hear_course(user: Any, course_id: int) -> bool:
    return Course.objects.visible_to(user).filter(pk=course_id).exists()


def may_hear_lesson(user: Any, lesson_id: int) -> bool:
    lesson = Lesson.objects.visible_to(user).select_related("course").without_text().filter(pk=lesson_id).first()
    return lesson is not None and selectors.may_open(user, lesson)


realtime.register_channel("course", may_hear_course)
realtime.register_channel("lesson", may_hear_lesson)
