"""The log of learning of the demo school: every event of the last 90 days, made from the rows that say what was done.

A player tells of a video every few seconds, so one span of a video is many events. Planted: one section of one video
that many watch again.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from community_platform.demo.seeding import BATCH, DAYS, Seeding, insert
from courses.models import (
    Enrollment,
    EventSource,
    LearningEvent,
    LessonKind,
    LessonProgress,
    QuizAttempt,
    Verb,
    WatchSpan,
)
from courses.services.track import report_day

REPLAYED = ("linear-algebra-in-pictures", 18_000, 33_000)  # the section of its video that many watch again
REPLAYING = 0.45
TOLD_EVERY = 15_000  # milliseconds of video in one event, as our player tells them
TOLD_OFTEN = 3_000  # and where a school must have many events
AT_ONCE = 20_000
NAMESPACE = uuid.UUID("9d7c8f5e-0f0f-4d8b-b4a7-6a1e5c3b2d10")


def write(run: Seeding) -> None:
    """Write spans of videos and the log. What the services logged while the texts were posted is dated now: it goes."""
    LearningEvent.objects.all().delete()
    _watched(run)
    every = TOLD_OFTEN if run.scale.events else TOLD_EVERY
    batch: list[LearningEvent] = []
    count = 0
    for count, event in enumerate(_events(every)):
        event.uuid = uuid.uuid5(NAMESPACE, f"{run.seed}/{count}")
        batch.append(event)
        if len(batch) >= AT_ONCE:
            _write(batch)
            batch.clear()
    for place, event in enumerate(_coming_back(run, run.scale.events - count - 1)):
        event.uuid = uuid.uuid5(NAMESPACE, f"{run.seed}/again/{place}")
        batch.append(event)
        if len(batch) >= AT_ONCE:
            _write(batch)
            batch.clear()
    _write(batch)


def _coming_back(run: Seeding, wanted: int) -> Iterator[LearningEvent]:
    """Yield `wanted` events of people who open a lesson again on later days, up to the last day they were active.

    Who has finished looks things up until today.
    """
    if wanted <= 0:
        return
    dice = run.dice("coming back")
    until = {
        (row.user_id, row.course_id): run.now if row.completed_at else row.last_activity_at
        for row in Enrollment.objects.order_by("pk")
    }
    steps = list(
        LessonProgress.objects.order_by("pk").values_list("user", "lesson__course", "lesson", "viewed_at")
    )
    spare = [max((until[user, course] - at).days, 0) for user, course, _lesson, at in steps]
    often = next((k for k in range(1, max(spare, default=0)) if sum(min(k, n) for n in spare) >= wanted), DAYS)
    for (user, course, lesson, at), days in zip(steps, spare, strict=True):
        for later in sorted(dice.sample(range(1, days + 1), min(often, days))):
            if wanted <= 0:
                return
            wanted -= 1
            read = dice.randrange(5_000, 240_000)
            moment = at + timedelta(days=later)
            yield _event(Verb.VIEWED, user, course, moment, lesson_id=lesson, value=read, wall_ms=read)


def _write(events: list[LearningEvent]) -> None:
    """Insert events; PostgreSQL takes them by COPY, five times as fast as by INSERT."""
    if connection.vendor != "postgresql" or not events:
        insert(events)
        return
    columns = [field for field in LearningEvent._meta.concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in columns)
    table = connection.ops.quote_name(LearningEvent._meta.db_table)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for event in events:
            values = [getattr(event, field.attname) for field in columns]
            copy.write_row([json.dumps(value) if isinstance(value, dict) else value for value in values])


def _watched(run: Seeding) -> None:
    dice = run.dice("watching")
    rows = LessonProgress.objects.filter(lesson__kind=LessonKind.VIDEO).select_related("lesson__course")
    spans: list[WatchSpan] = []
    changed: list[LessonProgress] = []
    for row in rows.order_by("user_id", "lesson_id").iterator(chunk_size=BATCH):
        length = row.lesson.duration_seconds * 1000
        seen = length if row.completed_at else min(row.position_seconds * 1000, length)
        pieces = [(0, seen)] if seen else []
        if row.lesson.course.slug == REPLAYED[0] and seen >= REPLAYED[2] and dice.random() < REPLAYING:
            pieces += [REPLAYED[1:]] * dice.randint(1, 3)
        spans += [
            WatchSpan(
                user_id=row.user_id, lesson_id=row.lesson_id, from_ms=start, to_ms=end,
                uuid=uuid.UUID(int=dice.getrandbits(128)),
            )
            for start, end in pieces
        ]  # fmt: skip
        row.coverage, row.watched_seconds = ([[0, seen]] if seen else []), seen // 1000
        changed.append(row)
        if len(changed) >= BATCH:
            _save(spans, changed)
    _save(spans, changed)


def _save(spans: list[WatchSpan], changed: list[LessonProgress]) -> None:
    insert(spans)
    LessonProgress.objects.bulk_update(changed, ["coverage", "watched_seconds"], batch_size=500)
    spans.clear()
    changed.clear()


def _events(every: int) -> Iterator[LearningEvent]:
    for row in Enrollment.objects.order_by("pk").iterator(chunk_size=BATCH):
        yield _event(Verb.ENROLLED, row.user_id, row.course_id, row.enrolled_at)
        if row.completed_at:
            yield _event(Verb.FINISHED, row.user_id, row.course_id, row.completed_at)
    steps = LessonProgress.objects.select_related("lesson").order_by("pk")
    for step in steps.iterator(chunk_size=BATCH):
        lesson = step.lesson
        where = {"lesson_id": lesson.pk}
        if lesson.kind != LessonKind.VIDEO:
            spent = min(lesson.duration_seconds, 1200) * 1000
            yield _event(
                Verb.VIEWED,
                step.user_id,
                lesson.course_id,
                step.viewed_at,
                value=spent,
                wall_ms=spent,
                **where,
            )
        else:
            opened = step.viewed_at - timedelta(seconds=lesson.duration_seconds + 2)
            yield _event(Verb.VIEWED, step.user_id, lesson.course_id, opened, **where)
        if step.completed_at:
            yield _event(Verb.COMPLETED, step.user_id, lesson.course_id, step.completed_at, **where)
    yield from _watching(every)
    yield from _trying()


def _watching(every: int) -> Iterator[LearningEvent]:
    seen = {
        (row.user_id, row.lesson_id): row.completed_at or row.viewed_at
        for row in LessonProgress.objects.filter(lesson__kind=LessonKind.VIDEO)
    }
    for span in WatchSpan.objects.select_related("lesson").order_by("pk").iterator(chunk_size=BATCH):
        ended = seen[span.user_id, span.lesson_id] - timedelta(seconds=1)
        for start in range(span.from_ms, span.to_ms, every):
            end = min(start + every, span.to_ms)
            yield _event(
                Verb.WATCHED, span.user_id, span.lesson.course_id, ended - timedelta(milliseconds=span.to_ms - end),
                lesson_id=span.lesson_id, value=end - start, wall_ms=end - start,
                data={"from_ms": start, "to_ms": end, "rate": 1.0},
            )  # fmt: skip


def _trying() -> Iterator[LearningEvent]:
    for row in QuizAttempt.objects.select_related("quiz__lesson").order_by("pk").iterator(chunk_size=BATCH):
        lesson, done = row.quiz.lesson, row.submitted_at or row.started_at
        where = {"lesson_id": lesson.pk}
        yield _event(Verb.ATTEMPTED, row.user_id, lesson.course_id, row.started_at, value=row.number, **where)
        data = {
            "quiz": row.quiz_id, "score": float(row.score), "max_score": float(row.max_score), "attempt": row.pk,
            "number": row.number, "passed": row.passed,
        }  # fmt: skip
        yield _event(
            Verb.SUBMITTED, row.user_id, lesson.course_id, done, value=round(row.score * 10_000 / row.max_score),
            wall_ms=row.duration_seconds * 1000, data=data, **where,
        )  # fmt: skip


def _event(verb: Verb, user: int, course: int, at: datetime, **columns: Any) -> LearningEvent:
    return LearningEvent(
        user_id=user, course_id=course, verb=verb, at=at, received_at=at, day=report_day(at), source=EventSource.DEMO,
        **columns,
    )  # fmt: skip
