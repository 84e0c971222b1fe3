"""Which second of a lesson's video a question is about."""

from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from courses.models import Lesson, LessonKind

DAY = 86_400  # no video is longer; for lessons whose length is not known


def clean_second(lesson: Lesson | None, second: int | None) -> int | None:
    """Return the second of `lesson` that is meant; None where none is. Raises Invalid on `lesson_second`."""
    if second is None:
        return None
    if lesson is None or lesson.kind != LessonKind.VIDEO:
        raise Invalid(_("Only a video lesson has a second."), code="invalid", field="lesson_second")
    if not 0 <= second <= (lesson.duration_seconds or DAY):
        raise Invalid(_("The video is not that long."), code="out_of_range", field="lesson_second")
    return second
