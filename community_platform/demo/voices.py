"""What students of the demo school say about its courses: reviews with replies, marks in lessons; and their certificates.

All through the services, dated when the people were there. Larger schools say as much as the small one; certificates
that this leaves out are issued by the hourly task, as on any site.
"""

import random
import re
import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from community_platform.demo.seeding import Seeding
from community_platform.demo.talk import unhurried
from community_platform.demo.texts import FOLDER
from courses.limits import REVIEW_PROGRESS
from courses.models import (
    Course,
    Enrollment,
    EventSource,
    LearningEvent,
    Lesson,
    LessonFeedback,
    LessonKind,
    Verb,
)
from courses.services import certificates, feedback, reviews
from courses.services.track import Origin, report_day

CERTIFICATES_HIGH = 200
MARKED = 3  # lessons of each course that students marked
HOT_SECONDS = (24, 30)  # of a video, where most marks stand


def make(run: Seeding) -> None:
    """Let students review, mark and be certified, in the order of time. Call it once progress and its log are there."""
    said = _said()
    marks = said.pop("feedback")
    with unhurried():
        for slug, words in said.items():
            course = Course.objects.select_related("instructor").get(slug=slug)
            _review(run, course, words)
            _mark(run, course, marks)
    _certify(run)


def _said() -> dict[str, list[list[str]]]:
    """Return the blocks of the file: what was said, each with the replies to it."""
    source = (FOLDER / "reviews.md").read_text(encoding="utf-8")
    found: dict[str, list[list[str]]] = {}
    for block in re.split(r"^=== ", source, flags=re.MULTILINE)[1:]:
        slug, *lines = block.strip().split("\n")
        rows: list[list[str]] = []
        for line in filter(None, lines):
            if line.startswith("> "):
                rows[-1].append(line[2:])
            else:
                rows.append([line])
        found[slug] = rows
    return found


def _review(run: Seeding, course: Course, words: list[list[str]]) -> None:
    dice = run.dice(f"reviews/{course.slug}")
    far = Enrollment.objects.filter(course=course, progress_percent__gte=REVIEW_PROGRESS)
    rows = list(far.select_related("user").order_by("-progress_percent", "pk")[: len(words)])
    for row, (line, *replies) in zip(rows, words, strict=False):
        stars, _bar, text = line.partition(" |")
        at = _later(run, dice, row.completed_at or row.last_activity_at, days=2)
        review = reviews.post_review(
            actor=row.user, course=course, rating=int(stars), content=text.strip(),
            origin=Origin(EventSource.DEMO, at, uuid.UUID(int=dice.getrandbits(128), version=4)),
        )  # fmt: skip
        for reply in replies:
            answered = _later(run, dice, at, days=3)
            reviews.reply_to_review(actor=course.instructor, review=review, content=reply, at=answered)


def _mark(run: Seeding, course: Course, marks: list[list[str]]) -> None:
    """Let some mark the first video and two more lessons; most marks of a video meet in a few seconds."""
    dice = run.dice(f"marks/{course.slug}")
    lessons = list(Lesson.objects.filter(course=course).exclude(kind=LessonKind.QUIZ).in_order())
    chosen = sorted(lessons, key=lambda lesson: lesson.kind != LessonKind.VIDEO)[:MARKED]
    for lesson in chosen:
        seen = lesson.progress.filter(user__enrollments__course=course, user__enrollments__status="active")
        for row in seen.select_related("user").order_by("pk")[: dice.randint(4, len(marks))]:
            kind, _bar, text = dice.choice(marks)[0].partition(" |")
            second = 0
            if lesson.kind == LessonKind.VIDEO:
                hot = dice.random() < 0.7
                second = dice.randint(*HOT_SECONDS) if hot else dice.randint(1, lesson.duration_seconds)
            mark, is_new = feedback.give_feedback(
                actor=row.user, lesson=lesson, kind=kind.strip(), at_seconds=min(second, lesson.duration_seconds),
                content=text.strip(),
            )  # fmt: skip
            if is_new:
                code = uuid.UUID(int=dice.getrandbits(128), version=4)
                _date(mark, _later(run, dice, row.viewed_at, days=0.02), code)


def _date(mark: LessonFeedback, at: datetime, code: uuid.UUID) -> None:
    """Move a mark and its line in the log to when it was given; the line gets the same id in each such school."""
    LessonFeedback.objects.filter(pk=mark.pk).update(created_at=at)
    LearningEvent.objects.filter(
        verb=Verb.FEEDBACK, user=mark.user_id, lesson=mark.lesson_id, value=mark.at_seconds, data__kind=mark.kind
    ).update(uuid=code, at=at, received_at=at, day=report_day(at), source=EventSource.DEMO)


def _certify(run: Seeding) -> None:
    dice = run.dice("certificates")
    done = Enrollment.objects.filter(completed_at__isnull=False).order_by("-completed_at", "pk")
    for row in done[:CERTIFICATES_HIGH]:
        code = uuid.UUID(int=dice.getrandbits(128), version=4)
        certificates.issue_certificate(
            user_id=row.user_id, course_id=row.course_id, uuid=code, at=row.completed_at or timezone.now()
        )


def _later(run: Seeding, dice: random.Random, moment: datetime, *, days: float) -> datetime:
    """Return a moment after `moment`, before now."""
    return min(moment + timedelta(days=dice.uniform(0.01, max(days, 0.02))), run.now - timedelta(minutes=1))
