"""What a lesson's page reports while it is open: where the video stands, what was played, how long an article was read.

The client's word is clamped by the server's clock. A person has one clock: real time that was credited once, in
whichever tab, course or device, is spent. A stretch of video is credited for as much of the time before the report
as is not spent yet, at most at double speed. So seeking, a second tab, a script that is faster than life and a beacon
that is sent twice earn nothing, while a connection lost for an hour loses nothing: `age_seconds` says how long ago a
stretch ended.
"""

import uuid as uuids
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid, NotSignedIn
from community_platform.core.events import publish
from courses import limits
from courses.events import VideoWatched
from courses.models import Lesson, LessonKind, LessonProgress, Verb, WatchSpan
from courses.services.progress import is_covered, lock_enrollment, mark_done, progress_row, touch
from courses.services.track import HERE, Origin, track
from profiles.models import User


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of video that played without a break, as the client tells it."""

    from_seconds: float
    to_seconds: float
    rate: float = 1.0
    id: uuids.UUID = field(default_factory=uuids.uuid4)  # the same while the stretch grows
    age_seconds: float | None = None  # how long before the report it ended; None: next to what follows it

    def __post_init__(self) -> None:
        if not 0 <= self.from_seconds < self.to_seconds <= limits.LESSON_SECONDS_MAX:
            raise Invalid(_("A span ends after it begins, inside the video."), code="invalid", field="spans")
        if not 0 < self.rate <= limits.CLAIMED_RATE_MAX:
            raise Invalid(_("A rate is above 0."), code="invalid", field="spans")
        if self.age_seconds is not None and not 0 <= self.age_seconds <= limits.SPAN_AGE_MAX:
            raise Invalid(_("An age is not negative."), code="invalid", field="spans")


def report(
    *,
    actor: Any,
    lesson: Lesson,
    position_seconds: int | None = None,
    spans: Sequence[Span] = (),
    read_seconds: int = 0,
) -> LessonProgress:
    """Take a report of an open lesson and return the student's progress in it. A repeat changes nothing.

    A video is completed at 95 % of its seconds. `lesson.course` is loaded.
    Raises: NotAllowed `not_enrolled`, Invalid. Publishes: VideoWatched, LessonCompleted, CourseCompleted.
    """
    if not actor.is_authenticated:
        raise NotSignedIn
    if position_seconds is None and not spans and not read_seconds:
        raise Invalid(_("Say where you are."), code="required", field="position_seconds")
    if position_seconds is not None and position_seconds < 0:
        raise Invalid(_("A position is not negative."), code="min_value", field="position_seconds")
    if len(spans) > limits.SPANS_MAX:
        raise Invalid(_("Too many spans at once."), code="max_length", field="spans")
    now = timezone.now()
    with transaction.atomic():
        # One clock per person, whatever is open; rows that refer to the person may come meanwhile.
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        enrollment = lock_enrollment(actor, lesson)
        known = LessonProgress.objects.filter(user_id=actor.pk, lesson=lesson).first()
        since = known.viewed_at if known else now - limits.FIRST_REPORT
        progress = known or progress_row(actor, lesson)
        if position_seconds is not None:
            progress.position_seconds = min(position_seconds, lesson.duration_seconds)
        _read(progress, actor, lesson, read_seconds, now)
        if lesson.kind == LessonKind.VIDEO:
            _watch(progress, actor, lesson, spans, max(since, enrollment.enrolled_at), now)
        progress.save()
        touch(enrollment, lesson)
        if lesson.kind == LessonKind.VIDEO and is_covered(progress, lesson):
            mark_done(enrollment, progress, actor, lesson)
    return progress


def united(spans: Iterable[Sequence[int]]) -> list[list[int]]:
    """Return the union of [from, to] pairs, sorted and apart."""
    union: list[list[int]] = []
    for start, end in sorted((int(start), int(end)) for start, end in spans):
        if union and start <= union[-1][1]:
            union[-1][1] = max(union[-1][1], end)
        elif start < end:
            union.append([start, end])
    return union


def length_ms(union: Iterable[Sequence[int]]) -> int:
    """Return the length of a union."""
    return sum(end - start for start, end in union)


def stretch(from_ms: int, to_ms: int, rate: float) -> tuple[int, dict[str, Any]]:
    """Return (real milliseconds, what the log says) of a stretch that played at `rate`."""
    wall_ms = round((to_ms - from_ms) / min(rate, limits.RATE_MAX))
    return wall_ms, {"from_ms": from_ms, "to_ms": to_ms, "rate": round(rate, 2)}


def _read(progress: LessonProgress, actor: Any, lesson: Lesson, seconds: int, now: datetime) -> None:
    """Count seconds on screen, at most as many as went by since the last report."""
    if seconds > 0:
        passed = now - (progress.reported_at or progress.viewed_at)
        seconds = min(seconds, int(passed.total_seconds()) + 1, limits.READ_REPORT_MAX)
        before = progress.read_seconds
        progress.read_seconds += seconds
        if before < limits.READING_SECONDS <= progress.read_seconds:
            track(Verb.VIEWED, user=actor, course=lesson.course, lesson_id=lesson.pk)
    progress.reported_at = now


def _watch(
    progress: LessonProgress,
    actor: Any,
    lesson: Lesson,
    spans: Sequence[Span],
    since: datetime,
    now: datetime,
) -> None:
    spent = WatchSpan.objects.filter(user=actor).aggregate(last=Max("ended_at"))["last"]
    clock = max(since, spent) if spent else since
    rows = {
        row.uuid: row for row in WatchSpan.objects.filter(user=actor, uuid__in=[span.id for span in spans])
    }
    wall_ms = 0
    for span, ended_at in _placed(spans, now):
        row = rows.get(span.id)
        if row is not None and row.lesson_id != lesson.pk:
            continue
        row = row or WatchSpan(user=actor, lesson=lesson, uuid=span.id, from_ms=int(span.from_seconds * 1000))
        credited, begun_at = _credit(row, span, lesson, clock, ended_at)
        if credited <= 0:
            continue
        start = row.to_ms or row.from_ms
        row.begun_at, row.ended_at = row.begun_at or begun_at, ended_at
        row.to_ms, row.rate = start + credited, round(min(span.rate, limits.RATE_MAX), 2)
        row.save()
        rows[span.id], clock = row, ended_at
        wall_ms += _tell(actor, lesson, start, row.to_ms, span.rate, HERE)
        progress.coverage = united([*progress.coverage, [start, row.to_ms]])
    if wall_ms:
        progress.watched_seconds = length_ms(progress.coverage) // 1000
        track(Verb.VIEWED, user=actor, course=lesson.course, lesson_id=lesson.pk)
        publish(
            VideoWatched(
                user_id=actor.pk, course_id=lesson.course_id, lesson_id=lesson.pk, seconds=-(-wall_ms // 1000)
            )
        )


def _placed(spans: Sequence[Span], now: datetime) -> list[tuple[Span, datetime]]:
    """Return the spans with the moment each ended, earliest first; those without an age follow one another."""
    placed = []
    end = now
    for span in reversed(spans):
        if span.age_seconds is not None:
            end = now - timedelta(seconds=span.age_seconds)
        placed.append((span, end))
        end -= timedelta(seconds=(span.to_seconds - span.from_seconds) / _speed(span))
    return sorted(placed, key=lambda pair: pair[1])


def _credit(
    row: WatchSpan, span: Span, lesson: Lesson, clock: datetime, ended_at: datetime
) -> tuple[int, datetime]:
    """Return how many milliseconds the row may grow, and when that stretch began to play."""
    start = row.to_ms or row.from_ms
    wanted = min(int(span.to_seconds * 1000), lesson.duration_seconds * 1000) - start
    if wanted <= 0:
        return 0, clock
    begun_at = max(clock, ended_at - timedelta(milliseconds=wanted / _speed(span)))
    free_ms = (ended_at - begun_at) / timedelta(milliseconds=1)
    return min(wanted, int(free_ms * _speed(span))), begun_at


def _speed(span: Span) -> float:
    """Return how fast a video may play for a human being to follow."""
    return min(span.rate, limits.RATE_MAX)


def _tell(user: Any, lesson: Lesson, from_ms: int, to_ms: int, rate: float, origin: Origin) -> int:
    """Note a credited stretch in the log and return its real milliseconds."""
    wall_ms, data = stretch(from_ms, to_ms, rate)
    track(
        Verb.WATCHED, user=user, course=lesson.course, lesson_id=lesson.pk, value=to_ms - from_ms, wall_ms=wall_ms,
        data=data, origin=origin,
    )  # fmt: skip
    return wall_ms
