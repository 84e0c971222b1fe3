"""The one way into the log of learning: `track()` in the transaction of the row that it is about."""

import uuid as uuids
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community_platform.core.db import insert_once
from courses.models import Course, EventSource, LearningEvent, Verb

NAMESPACE = uuids.UUID("5d1f0f63-8a37-4c86-9f0c-5a0f3f2f6d11")  # of ids that follow from what happened
ONCE = frozenset({Verb.COMPLETED, Verb.FINISHED, Verb.CERTIFIED})  # once per person and thing, ever
DAILY = frozenset({Verb.VIEWED})  # once per person, thing and day


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact comes from: this site, now - or another system, with its own id and time."""

    source: int = EventSource.SITE
    at: datetime | None = None
    uuid: uuids.UUID | None = None

    @property
    def moment(self) -> datetime:
        return self.at or timezone.now()

    def derived(self) -> "Origin":
        """Return the origin of what follows from a reported fact: the id belongs to the report itself."""
        return Origin(self.source, self.at)


HERE = Origin()


def track(
    verb: Verb,
    *,
    user: Any,
    course: Course,
    lesson_id: int | None = None,
    value: int = 0,
    wall_ms: int = 0,
    data: dict[str, Any] | None = None,
    origin: Origin = HERE,
) -> bool:
    """Write one event and tell whether it is new. Call it in the transaction of the domain row.

    `value` is the verb's number: milliseconds of video (WATCHED) or of an article on screen (VIEWED), hundredths of a
    percent (SUBMITTED), the number of the attempt (ATTEMPTED), stars (REVIEWED), the second (FEEDBACK), cents (PAID,
    REFUNDED). `wall_ms` is the real time it took. What can happen only once has an id that follows from what it is,
    so a repeat writes nothing.
    """
    _ensure_in_transaction()
    row = entry(
        verb, user=user, course=course, lesson_id=lesson_id, value=value, wall_ms=wall_ms, data=data, origin=origin
    )
    return insert_once(LearningEvent, **row)


def entry(
    verb: Verb,
    *,
    user: Any,
    course: Course,
    lesson_id: int | None = None,
    value: int = 0,
    wall_ms: int = 0,
    data: dict[str, Any] | None = None,
    origin: Origin = HERE,
) -> dict[str, Any]:
    """Return the columns of the event that `track()` would write: for those who write many at once."""
    at = origin.moment
    day = report_day(at)
    return {
        "uuid": origin.uuid or _event_id(verb, user.pk, course.pk, lesson_id, day),
        "at": at,
        "day": day,
        "user_id": user.pk,
        "course_id": course.pk,
        "lesson_id": lesson_id,
        "verb": int(verb),
        "source": int(origin.source),
        "value": value,
        "wall_ms": wall_ms,
        "data": data or {},
        "is_excluded": course.is_taught_by(user),
    }


def track_all(reported: Iterable[dict[str, Any]], derived: Iterable[dict[str, Any]]) -> None:
    """Write many entries: those with an id of another system must be new, those whose id follows may be there.

    Raises: IntegrityError where a reported id is known.
    """
    _ensure_in_transaction()
    LearningEvent.objects.bulk_create([LearningEvent(**row) for row in reported])
    LearningEvent.objects.bulk_create([LearningEvent(**row) for row in derived], ignore_conflicts=True)


def _ensure_in_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("track() belongs into the transaction of the row it is about")


def report_day(at: datetime) -> date:
    """Return the date of `at` in the zone of reports."""
    return at.astimezone(_report_zone(settings.ANALYTICS_TZ)).date()


@cache
def _report_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _event_id(verb: Verb, user_id: int, course_id: int, lesson_id: int | None, day: date) -> uuids.UUID:
    if verb in ONCE:
        return uuids.uuid5(NAMESPACE, f"{user_id}/{verb.value}/{course_id}/{lesson_id}")
    if verb in DAILY:
        return uuids.uuid5(NAMESPACE, f"{user_id}/{verb.value}/{course_id}/{lesson_id}/{day}")
    return uuids.uuid4()
