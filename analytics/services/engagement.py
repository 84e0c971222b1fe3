"""How each student of a course stands: one pass over what the course's tables tell."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max

from analytics.models import StudentEngagement
from analytics.selectors.scope import zone
from analytics.services import scoring
from analytics.services.student_days import Student
from analytics.services.writing import converge
from courses.models import Course, LearningEvent, Lesson, LessonKind, LessonProgress, Verb

QUIZ_MINUTES = 10  # where nobody wrote down how long a quiz takes
NOBODY = Student()


class Facts:
    """What students did in the lessons of a course: lessons by key, progress and best results by student."""

    def __init__(self, course: Course, where: ZoneInfo) -> None:
        columns = ("pk", "position", "kind", "duration_seconds", "is_required", "removed_at", "quiz__pass_percent")
        rows = list(Lesson.ever.filter(course=course).order_by("position", "pk").values(*columns))
        self.lessons = {row["pk"]: row for row in rows}
        self.required = {row["pk"]: _minutes(row) for row in rows if row["is_required"] and not row["removed_at"]}
        self.quizzes = {row["pk"]: row for row in rows if row["kind"] == LessonKind.QUIZ and not row["removed_at"]}
        self.viewed: dict[int, list[int]] = defaultdict(list)
        self.videos: dict[int, int] = defaultdict(int)
        self.done: dict[int, dict[int, date]] = defaultdict(dict)
        progress = LessonProgress.objects.filter(lesson__course=course).order_by("pk")
        for user, lesson, seconds, at in progress.values_list(
            "user", "lesson", "watched_seconds", "completed_at"
        ).iterator(5000):
            self.viewed[user].append(lesson)
            self.videos[user] += seconds > 0
            if at is not None:
                self.done[user][lesson] = at.astimezone(where).date()
        self.best: dict[int, dict[int, int]] = defaultdict(dict)
        results = LearningEvent.objects.filter(course=course, lesson__in=list(self.quizzes), verb=Verb.SUBMITTED)
        for user, lesson, best in results.order_by().values_list("user", "lesson").annotate(best=Max("value")):
            self.best[user][lesson] = best

    def quiz_share(self, user: int) -> float | None:
        """Return the mean of the best results over the quizzes that were tried or gone past; 0 for the latter."""
        reached = [self.lessons[lesson]["position"] for lesson in self.viewed.get(user, ())]
        furthest = max(reached, default=-1)
        best = self.best.get(user, {})
        due = [pk for pk, row in self.quizzes.items() if pk in best or row["position"] < furthest]
        return sum(min(best.get(pk, 0), 10_000) for pk in due) / (10_000 * len(due)) if due else None

    def passed(self, user: int) -> int:
        best = self.best.get(user, {})
        return sum(
            best.get(pk, 0) >= 100 * (row["quiz__pass_percent"] or 0) if pk in best else pk in self.done.get(user, {})
            for pk, row in self.quizzes.items()
        )


def _minutes(lesson: dict[str, Any]) -> float:
    fallback = QUIZ_MINUTES if lesson["kind"] == LessonKind.QUIZ else 1
    return max(lesson["duration_seconds"] / 60, fallback)


def write(
    course: Course, enrollments: Iterable[dict[str, Any]], students: dict[int, Student], facts: Facts, as_of: datetime
) -> int:
    """Bring StudentEngagement up to date and return how many rows moved."""
    where = zone()
    today = as_of.astimezone(where).date()
    planned = max(round(sum(facts.required.values()) / scoring.PLAN_MINUTES), 7)
    prior = _usual_pace(enrollments, facts, where)
    rows = [
        _row(enrollment, students.get(enrollment["user"], NOBODY), facts, today, planned, prior)
        for enrollment in enrollments
    ]
    return converge(StudentEngagement, {"course_id": course.pk}, ("user_id",), rows)


def _usual_pace(enrollments: Iterable[dict[str, Any]], facts: Facts, where: ZoneInfo) -> float:
    """Return the median pace of those who completed, in minutes a day; the plan without any."""
    total = sum(facts.required.values())
    lengths = [
        (row["completed_at"].astimezone(where).date() - row["enrolled_at"].astimezone(where).date()).days + 1
        for row in enrollments
        if row["completed_at"]
    ]
    middle = scoring.median([total / max(length, 1) for length in lengths])
    return scoring.PLAN_MINUTES if middle is None else middle


def _row(
    enrollment: dict[str, Any], student: Student, facts: Facts, today: date, planned: int, prior: float
) -> dict[str, Any]:
    user, completed_at = enrollment["user"], enrollment["completed_at"]
    began = enrollment["enrolled_at"].astimezone(zone()).date()
    last = student.days[-1] if student.days else None
    # A course that is completed keeps the score of that day.
    ended = completed_at.astimezone(zone()).date() if completed_at else today
    recent = ended - timedelta(days=scoring.RECENT_DAYS - 1)
    done = facts.done.get(user, {})
    done_share = 1.0 if completed_at else sum(pk in done for pk in facts.required) / max(len(facts.required), 1)
    standing = scoring.Standing(
        done_share=done_share,
        days_enrolled=max((ended - began).days, 0),
        planned_days=planned,
        active_days=sum(recent <= day <= ended for day in student.days),
        quiz_share=facts.quiz_share(user),
        texts=sum(count for day, count in student.texts.items() if recent <= day <= ended),
        idle_days=None if last is None else (ended - min(last, ended)).days,
    )
    parts = scoring.components(standing)
    risk = scoring.risks(standing, has_begun=bool(student.days), is_completed=bool(completed_at))
    viewed = facts.viewed.get(user, [])
    left_out = {pk: minutes for pk, minutes in facts.required.items() if pk not in done}
    remaining = 0.0 if completed_at else sum(left_out.values())
    daily: dict[date, float] = defaultdict(float)
    for pk, day in done.items():
        daily[day] += facts.required.get(pk, 0.0)
    speed, error = scoring.pace(daily, began, today, prior)
    idle_now = None if last is None else (today - last).days
    waits = completed_at is None and idle_now is not None and idle_now <= scoring.PAUSED_DAYS
    found = scoring.estimate(remaining, speed, error, today) if waits else None
    return {
        "user_id": user,
        "engagement_score": scoring.score(parts),
        "components": parts,
        "lessons_viewed": len(viewed),
        "videos_watched": facts.videos.get(user, 0),
        "quizzes_completed": facts.passed(user),
        "comments_posted": student.comments,
        "total_time_ms": student.spent_ms,
        "last_activity_at": student.last_at,
        "estimated_completion_date": found.on if found else None,
        "estimated_from": found.first if found else None,
        "estimated_to": found.last if found else None,
        "pace_minutes": round(scoring.Decimal(min(speed, 99_999)), 2),
        "remaining_minutes": round(remaining),
        "progress_percent": enrollment["progress_percent"],
        "furthest_lesson_id": max(viewed, key=lambda pk: (facts.lessons[pk]["position"], pk), default=None),
        "has_left": completed_at is None and (today - (last or began)).days >= scoring.LEFT_DAYS,
        "risk": risk,
        "is_at_risk": bool(risk),
        "enrolled_at": enrollment["enrolled_at"],
        "completed_at": completed_at,
    }
