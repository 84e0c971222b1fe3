"""What students mark in lessons while they learn: clear, confusing, too fast, an error - at a second of the video."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits, text
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from courses.limits import FEEDBACK_MARKS_MAX, FEEDBACK_TEXT_MAX
from courses.models import FeedbackKind, Lesson, LessonFeedback, LessonKind, Verb
from courses.services.progress import lock_enrollment
from courses.services.track import track
from profiles.services import penalties


def give_feedback(
    *, actor: Any, lesson: Lesson, kind: str, at_seconds: int = 0, content: str = ""
) -> tuple[LessonFeedback, bool]:
    """Mark a second of a lesson (0 where there is no video) and return (mark, whether it is new).

    The same mark again is the same row; words given with it replace the former ones. Raises: NotSignedIn, NotAllowed
    `not_enrolled`, Invalid on `kind`, `at_seconds` or `content`, Conflict `too_many`, TooFast.
    """
    ensure(actor, "courses.give_feedback")
    penalties.ensure_may_write(actor)
    if kind not in FeedbackKind.values:
        raise Invalid(_("Choose one of the answers."), code="invalid_choice", field="kind")
    _check_second(lesson, at_seconds)
    words = text.clean(content, field="content", low=0, high=FEEDBACK_TEXT_MAX, multiline=False)
    with transaction.atomic():
        lock_enrollment(actor, lesson)
        mine = LessonFeedback.objects.filter(user=actor, lesson=lesson)
        key = {"kind": kind, "at_seconds": at_seconds}
        is_new = not mine.filter(**key).exists()  # under the lock of the enrolment
        if is_new:
            if mine.count() >= FEEDBACK_MARKS_MAX:
                raise Conflict(_("You have marked this lesson many times already."), code="too_many")
            ratelimits.hit(actor.pk, *limits_for(actor, "watch"))
            insert_once(LessonFeedback, user_id=actor.pk, lesson_id=lesson.pk, text=words, **key)
            data = {"kind": str(kind)}
            track(
                Verb.FEEDBACK, user=actor, course=lesson.course, lesson_id=lesson.pk, value=at_seconds, data=data
            )
        elif words:
            mine.filter(**key).exclude(text=words).update(text=words, resolved_at=None, resolved_by=None)
        return mine.get(**key), is_new


def take_back_feedback(*, actor: Any, mark: LessonFeedback) -> None:
    """Remove one's mark. Repeatable. Raises: NotAllowed."""
    ensure(actor, "courses.take_back_feedback", mark)
    LessonFeedback.objects.filter(pk=mark.pk).delete()


def resolve_feedback(*, actor: Any, mark: LessonFeedback, is_resolved: bool) -> LessonFeedback:
    """Say that the course's staff has dealt with a mark, or has not. Repeatable. Raises: NotAllowed."""
    ensure(actor, "courses.resolve_feedback", mark)
    rows = LessonFeedback.objects.filter(pk=mark.pk, resolved_at__isnull=is_resolved)
    rows.update(
        resolved_at=timezone.now() if is_resolved else None, resolved_by_id=actor.pk if is_resolved else None
    )
    mark.refresh_from_db(fields=["resolved_at", "resolved_by"])
    return mark


def _check_second(lesson: Lesson, second: int) -> None:
    if isinstance(second, bool) or not isinstance(second, int) or second < 0:
        raise Invalid(_("Seconds are a whole number."), code="invalid", field="at_seconds")
    last = lesson.duration_seconds if lesson.kind == LessonKind.VIDEO else 0
    if second > last:
        words = _("This lesson has no such second.")
        raise Invalid(words, code="max_value", field="at_seconds")
