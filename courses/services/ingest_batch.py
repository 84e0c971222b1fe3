"""Reports become rows: what the services of the site's own pages do one by one, for a whole batch in few statements.

The rules are the same (coverage, passing, progress, once per person and lesson); a test holds both against each
other. Locks: the courses of the batch in key order, then the enrolments in key order. So batches of one course wait
for each other, and what two of them say twice is seen by the second.
"""

import uuid as uuids
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F
from django.utils import timezone

from community_platform.core.events import DomainEvent
from courses.events import CourseCompleted, Enrolled, LessonCompleted, QuizSubmitted, VideoWatched
from courses.models import (
    Course,
    Enrollment,
    EnrollmentSource,
    EnrollmentStatus,
    EventSource,
    LearningEvent,
    Lesson,
    LessonProgress,
    PendingEvent,
    Verb,
    WatchSpan,
)
from courses.services import ingest_reading as kinds
from courses.services.deeds import note_completed
from courses.services.ingest_reading import Report
from courses.services.ingest_telling import tell
from courses.services.progress import is_covered
from courses.services.reviews import settle_rating
from courses.services.track import Origin, entry, report_day, track_all
from courses.services.watching import length_ms, stretch, united

Pair = tuple[int, int]
ACTIVE = EnrollmentStatus.ACTIVE


@dataclass(slots=True)
class Batch:
    """The state of one batch: rows read under locks, changed in memory, written at the end."""

    reports: Sequence[Report]
    enrollments: dict[Pair, Enrollment] = field(default_factory=dict)
    progress: dict[Pair, LessonProgress] = field(default_factory=dict)
    spans: dict[tuple[int, uuids.UUID], WatchSpan] = field(default_factory=dict)
    done: Counter[Pair] = field(default_factory=Counter)
    required: dict[int, int] = field(default_factory=dict)
    attempts: Counter[Pair] = field(default_factory=Counter)
    viewed: set[tuple[int, int, Any]] = field(default_factory=set)
    joined: Counter[int] = field(default_factory=Counter)  # students by course
    changed: dict[int, Any] = field(default_factory=dict)  # rows to be written, by identity
    reported: list[dict[str, Any]] = field(default_factory=list)  # of the log, with the id of the report
    derived: list[dict[str, Any]] = field(default_factory=list)  # of the log, with an id that follows
    finished: list[tuple[Enrollment, datetime]] = field(default_factory=list)
    reopened: list[Pair] = field(default_factory=list)
    facts: list[DomainEvent] = field(default_factory=list)

    def lock(self) -> None:
        """Lock courses and enrolments and read the enrolments."""
        courses = {report.course_row.pk for report in self.reports}
        list(Course.objects.select_for_update(no_key=True).filter(pk__in=courses).order_by("pk").values("pk"))
        people = {report.user.pk for report in self.reports}
        rows = Enrollment.ever.select_for_update().filter(user__in=people, course__in=courses).order_by("pk")
        self.enrollments = {(row.user_id, row.course_id): row for row in rows}

    def load(self) -> None:
        """Read what the reports may change: seven queries."""
        people = {report.user.pk for report in self.reports}
        courses = {report.course_row.pk for report in self.reports}
        lessons = {report.lesson_row.pk for report in self.reports if report.lesson_row}
        days = [report_day(report.at) for report in self.reports]
        rows = LessonProgress.objects.filter(user__in=people, lesson__in=lessons)
        self.progress = {(row.user_id, row.lesson_id): row for row in rows}
        required = Lesson.objects.filter(course__in=courses, is_required=True).order_by()
        self.required = dict(required.values_list("course").annotate(n=Count("pk")))
        done = LessonProgress.objects.filter(user__in=people, lesson__in=required, completed_at__isnull=False)
        for user, course, n in done.order_by().values_list("user", "lesson__course").annotate(n=Count("pk")):
            self.done[user, course] = n
        tried = LearningEvent.objects.filter(user__in=people, lesson__in=lessons, verb=Verb.SUBMITTED)
        for user, lesson, n in tried.order_by().values_list("user", "lesson").annotate(n=Count("pk")):
            self.attempts[user, lesson] = n
        seen = LearningEvent.objects.filter(user__in=people, lesson__in=lessons, verb=Verb.VIEWED)
        seen = seen.filter(day__gte=min(days), day__lte=max(days))
        self.viewed = set(seen.values_list("user", "lesson", "day"))
        named = {report.span for report in self.reports if report.span}
        for span in WatchSpan.objects.filter(user__in=people, uuid__in=named) if named else ():
            self.spans[span.user_id, span.uuid] = span

    def apply(self, report: Report) -> bool:
        """Do what a report says, and tell whether the log has a row with the id of the report."""
        before = len(self.reported)
        enrollment = self._enrolled(report)
        if report.kind == kinds.FINISHED:
            self._finish(enrollment, report, by_report=True)
        elif report.lesson_row is not None:
            self._in_lesson(enrollment, report, report.lesson_row)
        return len(self.reported) > before

    def write(self) -> None:
        """Write every changed row and the log. Raises: IntegrityError where another batch took one of the ids."""
        rows = list(self.changed.values())
        self._save(rows, Enrollment, ("status", "ended_at", "source", "enrolled_at", "completed_at", "last_activity_at",
                                      "last_lesson", "lessons_completed", "progress_percent"))  # fmt: skip
        for course_id, n in sorted(self.joined.items()):
            Course.objects.filter(pk=course_id).update(students_count=F("students_count") + n)
        self._save(rows, LessonProgress, ("viewed_at", "completed_at", "coverage", "watched_seconds"))
        self._save(rows, WatchSpan, ("to_ms",))
        track_all(self.reported, self.derived)
        for enrollment, at in self.finished:
            note_completed(user_id=enrollment.user_id, course=enrollment.course, at=at)
        for user_id, course_id in self.reopened:
            settle_rating(user_id=user_id, course_id=course_id)

    def _save(self, rows: Iterable[Any], model: Any, columns: tuple[str, ...]) -> None:
        mine = [row for row in rows if isinstance(row, model)]
        manager = model.ever if model is Enrollment else model.objects
        manager.bulk_update([row for row in mine if row.pk is not None], columns, batch_size=500)
        manager.bulk_create([row for row in mine if row.pk is None])

    def _log(self, verb: Verb, report: Report, *, own: bool = False, **columns: Any) -> None:
        lesson = report.lesson_row
        origin = Origin(report.source, report.at, report.log_id if own else None)
        row = entry(
            verb, user=report.user, course=report.course_row, origin=origin,
            lesson_id=lesson.pk if lesson and verb not in {Verb.ENROLLED, Verb.FINISHED} else None, **columns,
        )  # fmt: skip
        (self.reported if own else self.derived).append(row)

    def _enrolled(self, report: Report) -> Enrollment:
        """Return the enrolment; a first report of any kind opens it, one of enrolling opens a closed one again."""
        pair = report.user.pk, report.course_row.pk
        row = self.enrollments.get(pair)
        says_so = report.kind == kinds.ENROLLED
        if row is None:
            row = Enrollment(
                user=report.user, course=report.course_row, source=EnrollmentSource.INGEST, enrolled_at=report.at,
                last_activity_at=report.at,
            )  # fmt: skip
            self.enrollments[pair] = row
            self._let_in(row, report, own=says_so)
        elif says_so and row.status != ACTIVE and row.ended_at is not None and report.at > row.ended_at:
            row.status, row.ended_at, row.source = ACTIVE, None, EnrollmentSource.INGEST
            self.reopened.append(pair)
            self._let_in(row, report, own=True)
            self._recount(row, report)
        elif says_so and row.source == EnrollmentSource.INGEST and report.at < row.enrolled_at:
            row.enrolled_at = report.at
            self._touch(row)
        row.course = report.course_row
        return row

    def _let_in(self, row: Enrollment, report: Report, *, own: bool) -> None:
        self.joined[row.course_id] += 1
        if own:
            self._log(Verb.ENROLLED, report, own=True)
        else:
            derived = Origin(report.source, report.at, uuids.uuid5(report.log_id, "enrolled"))
            self.derived.append(entry(Verb.ENROLLED, user=report.user, course=report.course_row, origin=derived))
        self._touch(row)
        self.facts.append(Enrolled(user_id=row.user_id, course_id=row.course_id, at=report.at))

    def _in_lesson(self, enrollment: Enrollment, report: Report, lesson: Lesson) -> None:
        pair = report.user.pk, lesson.pk
        row = self.progress.get(pair)
        if row is None:
            row = self.progress[pair] = LessonProgress(user=report.user, lesson=lesson, viewed_at=report.at)
        elif report.at < row.viewed_at:
            row.viewed_at = report.at
        row.lesson = lesson
        self._touch(row)
        if report.at >= enrollment.last_activity_at:
            enrollment.last_activity_at, enrollment.last_lesson = report.at, lesson
            self._touch(enrollment)
        self._view(report)
        if report.kind == kinds.COMPLETED:
            self._complete(enrollment, row, report, by_report=True)
        elif report.kind == kinds.WATCHED:
            self._watch(row, report)
            if is_covered(row, lesson):
                self._complete(enrollment, row, report)
        elif report.kind == kinds.SUBMITTED and self._submit(report):
            self._complete(enrollment, row, report)

    def _view(self, report: Report) -> None:
        """Log that a lesson was opened, once per person, lesson and day."""
        lesson = report.lesson_row
        by_report = report.kind == kinds.VIEWED
        row = entry(
            Verb.VIEWED, user=report.user, course=report.course_row, lesson_id=lesson.pk if lesson else None,
            origin=Origin(report.source, report.at, report.log_id if by_report else None),
        )  # fmt: skip
        key = row["user_id"], row["lesson_id"], row["day"]
        if key not in self.viewed:
            self.viewed.add(key)
            (self.reported if by_report else self.derived).append(row)

    def _watch(self, progress: LessonProgress, report: Report) -> None:
        """Credit a stretch that another system vouches for; one that it named before grows."""
        span = self.spans.get((report.user.pk, report.span)) if report.span else None
        start = max(report.from_ms, span.to_ms) if span else report.from_ms
        end = min(report.to_ms, progress.lesson.duration_seconds * 1000)
        if start >= end:
            return
        if span is None:
            span = WatchSpan(
                user=report.user, lesson=progress.lesson, uuid=report.span or report.log_id, from_ms=start,
                rate=round(report.rate, 2),
            )  # fmt: skip
            self.spans[report.user.pk, span.uuid] = span
        span.to_ms = end
        self._touch(span)
        progress.coverage = united([*progress.coverage, [start, end]])
        progress.watched_seconds = length_ms(progress.coverage) // 1000
        wall_ms, data = stretch(start, end, report.rate)
        self._log(Verb.WATCHED, report, own=True, value=end - start, wall_ms=wall_ms, data=data)
        self.facts.append(
            VideoWatched(
                user_id=report.user.pk, course_id=report.course_row.pk, lesson_id=progress.lesson_id,
                seconds=-(-wall_ms // 1000), at=report.at,
            )
        )  # fmt: skip

    def _submit(self, report: Report) -> bool:
        """Note the result of a quiz and tell whether it was passed."""
        quiz = report.quiz_row
        if quiz is None:
            return False
        pair = report.user.pk, quiz.lesson_id
        self.attempts[pair] += 1
        share = report.score / report.max_score
        percent = int(report.score * 100 // report.max_score)
        passed = percent >= quiz.pass_percent
        data = {
            "quiz": quiz.pk, "score": report.score, "max_score": report.max_score, "attempt": None,
            "number": self.attempts[pair], "passed": passed,
        }  # fmt: skip
        self._log(
            Verb.SUBMITTED, report, own=True, value=round(share * 10_000), wall_ms=report.seconds * 1000, data=data
        )
        self.facts.append(
            QuizSubmitted(
                user_id=report.user.pk, course_id=report.course_row.pk, lesson_id=quiz.lesson_id, quiz_id=quiz.pk,
                attempt_id=None, number=self.attempts[pair], score=round(report.score),
                max_score=round(report.max_score), percent=percent, passed=passed,
                is_first=self.attempts[pair] == 1, duration_seconds=report.seconds, at=report.at,
            )
        )  # fmt: skip
        return passed

    def _complete(
        self, enrollment: Enrollment, row: LessonProgress, report: Report, *, by_report: bool = False
    ) -> None:
        if row.completed_at is not None:
            return
        row.completed_at = report.at
        lesson = row.lesson
        self._log(Verb.COMPLETED, report, own=by_report)
        if lesson.is_required and lesson.removed_at is None:
            self.done[enrollment.user_id, enrollment.course_id] += 1
        self.facts.append(
            LessonCompleted(
                user_id=row.user_id, course_id=lesson.course_id, lesson_id=lesson.pk, kind=lesson.kind, at=report.at
            )
        )
        self._recount(enrollment, report)

    def _recount(self, enrollment: Enrollment, report: Report) -> None:
        """Do as `progress.recount`, from the counts of this batch. Closed enrolments are counted when they open."""
        if enrollment.completed_at is not None or enrollment.status != ACTIVE:
            return
        done = self.done[enrollment.user_id, enrollment.course_id]
        total = self.required.get(enrollment.course_id, 0)
        enrollment.lessons_completed = done
        enrollment.progress_percent = min(done * 100 // total, 100) if total else 0
        self._touch(enrollment)
        if enrollment.progress_percent == 100:
            self._finish(enrollment, report)

    def _finish(self, enrollment: Enrollment, report: Report, *, by_report: bool = False) -> None:
        if enrollment.completed_at is not None or enrollment.status == EnrollmentStatus.REFUNDED:
            return
        enrollment.completed_at, enrollment.progress_percent = report.at, 100
        enrollment.last_activity_at = max(enrollment.last_activity_at, report.at)
        self._touch(enrollment)
        self._log(Verb.FINISHED, report, own=by_report)
        self.finished.append((enrollment, report.at))
        self.facts.append(CourseCompleted(user_id=enrollment.user_id, course_id=enrollment.course_id, at=report.at))

    def _touch(self, row: Any) -> None:
        self.changed[id(row)] = row


def apply_reports(reports: Sequence[Report], *, are_waiting: bool = False) -> set[uuids.UUID]:
    """Apply reports about people who are here, and return the ids that were known before. In a transaction.

    What has no row of its own in the log is kept as an applied PendingEvent, so that its id stays known, and xAPI
    statements, which are given out again; what `are_waiting` has such a row already.
    """
    if not reports:
        return set()
    batch = Batch(reports)
    batch.lock()
    known = set() if are_waiting else known_ids({report.id for report in reports})
    batch.load()
    logged = set()
    fresh = [report for report in reports if report.id not in known]
    for report in sorted(fresh, key=lambda row: (row.at, kinds.TYPES.index(row.kind), row.log_id)):
        if batch.apply(report) and report.log_id == report.id:
            logged.add(report.id)
    batch.write()
    tell(batch.facts)
    if not are_waiting:
        bare = [row for row in fresh if row.id not in logged or row.source == EventSource.XAPI]
        keep(bare, applied_at=timezone.now())
    return known


def known_ids(ids: set[uuids.UUID]) -> set[uuids.UUID]:
    """Return which of these reports were taken before."""
    known = set(LearningEvent.objects.filter(uuid__in=ids).values_list("uuid", flat=True))
    return known | set(PendingEvent.objects.filter(uuid__in=ids).values_list("uuid", flat=True))


def keep(reports: Iterable[Report], *, applied_at: datetime | None) -> None:
    """Remember reports by their ids: applied ones for good, others until their person comes."""
    rows = {
        report.id: PendingEvent(
            uuid=report.id, person=report.person, user=report.user, payload=report.payload, source=report.source,
            applied_at=applied_at,
        )
        for report in reports
    }  # fmt: skip
    PendingEvent.objects.bulk_create(rows.values())
