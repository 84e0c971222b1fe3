"""What one pass over the student days of a course tells: windows of days, cohorts, who started."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from analytics.models import UserCourseDay

DAY = timedelta(days=1)
COLUMNS = (
    "user", "day", "comments_count", "questions_count", "content_ms", "video_wall_ms", "read_ms", "quiz_ms",
    "quiz_attempts", "quiz_score_sum", "last_at",
)  # fmt: skip


@dataclass(slots=True)
class Student:
    """One student's days in a course, ascending, and their sums."""

    days: list[date] = field(default_factory=list)
    texts: dict[date, int] = field(default_factory=dict)
    comments: int = 0
    spent_ms: int = 0
    last_at: object = None


@dataclass(slots=True)
class Day:
    """One day of a course."""

    active: int = 0
    viewers: int = 0
    watch_ms: int = 0
    quiz_attempts: int = 0
    quiz_score_sum: int = 0


def load(course_id: int) -> tuple[dict[int, Student], dict[date, Day]]:
    """Return the students and the days of a course: one query, one pass."""
    students: dict[int, Student] = defaultdict(Student)
    days: dict[date, Day] = defaultdict(Day)
    rows = UserCourseDay.objects.filter(course=course_id).order_by("day").values_list(*COLUMNS)
    for user, day, comments, questions, content, wall, read, quiz, attempts, scores, last_at in rows.iterator(5000):
        student = students[user]
        student.days.append(day)
        if comments or questions:
            student.texts[day] = comments + questions
            student.comments += comments + questions
        student.spent_ms += wall + read + quiz
        student.last_at = last_at if student.last_at is None else max(student.last_at, last_at)  # type: ignore[call-overload]
        total = days[day]
        total.active += 1
        total.viewers += content > 0
        total.watch_ms += content
        total.quiz_attempts += attempts
        total.quiz_score_sum += scores
    return students, days


def windows(people: Iterable[Iterable[date]], length: int) -> dict[date, int]:
    """Return for each day how many different people were active in the `length` days that end with it.

    `people` gives the ascending days of each. Days are counted once where windows of a person meet, so this is never
    the sum of days. Only days on which the number changes are in the answer: see `running()`.
    """
    steps: dict[date, int] = defaultdict(int)
    reach = length * DAY
    for days in people:
        until: date | None = None
        for day in days:
            if until is None or day > until:  # (equal: the windows touch)
                if until is not None:
                    steps[until] -= 1
                steps[day] += 1
            until = day + reach
        if until is not None:
            steps[until] -= 1
    return steps


def running(steps: dict[date, int], first: date, last: date) -> list[int]:
    """Return the sum of all steps up to each day from `first` to `last`."""
    total = sum(step for day, step in steps.items() if day < first)
    found = []
    for number in range((last - first).days + 1):
        total += steps.get(first + number * DAY, 0)
        found.append(total)
    return found
