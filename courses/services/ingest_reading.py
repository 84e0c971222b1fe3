"""One event of another system, as it came, becomes a Report or a refusal that says what is wrong. No queries."""

import json
import math
import uuid as uuids
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from community_platform.core.text import is_storable
from courses import limits
from courses.models import Course, EventSource, Lesson, Quiz

ENROLLED, VIEWED, COMPLETED = "course.enrolled", "lesson.viewed", "lesson.completed"
WATCHED, SUBMITTED, FINISHED = "video.watched", "quiz.submitted", "course.completed"
# What happened at the same moment is taken in this order.
TYPES = (ENROLLED, VIEWED, WATCHED, SUBMITTED, COMPLETED, FINISHED)
IN_LESSONS = frozenset({VIEWED, COMPLETED, WATCHED})
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
NUMBER_MAX = 10**9


class Refused(Exception):
    """An event that cannot be taken, with a stable `code` and a sentence for whoever sent it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(slots=True)
class Report:
    """One thing that another system says happened.

    `id` is what it is known by for good; `log_id` names its row in the log, the same unless one message says several
    things. Times of videos are milliseconds. `span`, if set, names a stretch that later reports let grow. `user` is
    None while nobody has that name; `course_row`, `lesson_row` and `quiz_row` are set by `find_references`.
    """

    id: uuids.UUID
    log_id: uuids.UUID
    kind: str
    person: str  # user name or e-mail, lower case
    course: str  # slug
    at: datetime
    payload: dict[str, Any]
    source: int = EventSource.INGEST
    lesson: str = ""
    quiz: int | None = None
    from_ms: int = 0
    to_ms: int = 0
    rate: float = 1.0
    score: float = 0.0
    max_score: float = 0.0
    seconds: int = 0
    span: uuids.UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    user: Any = None
    course_row: Course = None  # type: ignore[assignment]  # before anything is done with a report
    lesson_row: Lesson | None = None
    quiz_row: Quiz | None = None


def read_event(raw: Any, *, now: datetime) -> Report:
    """Return what an event of POST /api/learning/events says (CONTRACT §4, §6). Raises: Refused."""
    if not isinstance(raw, dict):
        raise Refused("invalid", _("An event is an object."))
    said = read_id(raw.get("id"))
    ensure_storable(raw)
    kind = raw.get("type")
    if kind not in TYPES:
        raise Refused("unknown_type", _("This type of event is not known."))
    data = raw.get("data")
    if data is not None and not isinstance(data, dict):
        raise Refused("invalid", _("%(field)s: an object is wanted.") % {"field": "data"})
    report = Report(
        id=said, log_id=said, kind=kind, person=_text(raw, "user", 254).lower(), course=_text(raw, "course", 80),
        at=read_moment(raw.get("occurred_at"), now=now), payload=raw,
    )  # fmt: skip
    if kind in IN_LESSONS or raw.get("lesson") is not None:
        report.lesson = _text(raw, "lesson", 80)
    if kind == WATCHED:
        _read_span(report, data or {})
    elif kind == SUBMITTED:
        report.quiz = _key(raw.get("quiz"))
        _read_score(report, data or {})
    return report


def read_id(said: Any) -> uuids.UUID:
    """Return the id of an event. Raises: Refused."""
    try:
        if isinstance(said, str):
            return uuids.UUID(said)
    except ValueError:
        pass
    raise Refused("invalid", _("%(field)s: a UUID is wanted.") % {"field": "id"})


def ensure_storable(raw: Any) -> None:
    """Refuse what a database cannot keep as JSON: NUL, lone surrogates, numbers beyond all numbers. Raises: Refused."""
    try:
        written = json.dumps(raw, ensure_ascii=False, allow_nan=False)
    except ValueError:
        written = "\\u0000"
    if "\\u0000" in written or not is_storable(written):
        raise Refused("invalid", _("There is a character or a number in it that cannot be stored."))


def read_moment(said: Any, *, now: datetime) -> datetime:
    """Return when something happened, not later than now. Raises: Refused."""
    try:
        at = parse_datetime(said) if isinstance(said, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Refused("invalid", _("%(field)s: a time with its zone is wanted.") % {"field": "occurred_at"})
    if not OLDEST.replace(tzinfo=None) <= at.replace(tzinfo=None) <= datetime(2999, 1, 1):  # noqa: DTZ001 - any zone
        raise Refused("invalid", _("%(field)s: no such time.") % {"field": "occurred_at"})
    if at > now + limits.INGEST_EARLY:
        raise Refused("in_future", _("This is more than five minutes in the future."))
    return min(at, now).astimezone(UTC)


def set_span(report: Report, from_seconds: float, to_seconds: float, rate: float) -> None:
    """Set what of a video was played. Raises: Refused."""
    if not 0 <= from_seconds < to_seconds:
        raise Refused("span_range", _("A span ends after it begins, inside the video."))
    if rate <= 0:
        raise Refused("rate_range", _("A rate is above 0."))
    high = timedelta(seconds=limits.LESSON_SECONDS_MAX).total_seconds()
    report.from_ms, report.to_ms = int(min(from_seconds, high) * 1000), int(min(to_seconds, high) * 1000)
    report.rate = min(max(rate, limits.REPORTED_RATE_MIN), limits.CLAIMED_RATE_MAX)


def set_score(report: Report, score: float, max_score: float, seconds: float) -> None:
    """Set the result of a quiz. Raises: Refused."""
    if max_score <= 0 or not 0 <= score <= max_score:
        raise Refused("score_range", _("A score is between 0 and the highest score."))
    report.score, report.max_score = score, max_score
    report.seconds = int(min(max(seconds, 0), NUMBER_MAX))


def _read_span(report: Report, data: dict[str, Any]) -> None:
    rate = _number(data, "rate") if data.get("rate") is not None else 1.0
    set_span(report, _number(data, "from_seconds"), _number(data, "to_seconds"), rate)


def _read_score(report: Report, data: dict[str, Any]) -> None:
    seconds = _number(data, "duration_seconds") if data.get("duration_seconds") is not None else 0
    if seconds < 0:
        raise Refused("invalid", _("%(field)s: not less than 0.") % {"field": "data.duration_seconds"})
    set_score(report, _number(data, "score"), _number(data, "max_score"), seconds)


def _number(data: dict[str, Any], name: str) -> float:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("invalid", _("%(field)s: a number is wanted.") % {"field": f"data.{name}"})
    if not abs(value) <= NUMBER_MAX or not math.isfinite(value):
        raise Refused("invalid", _("%(field)s: the number is too large.") % {"field": f"data.{name}"})
    return float(value)


def _text(raw: dict[str, Any], name: str, high: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > high or not is_storable(value):
        raise Refused("invalid", _("%(field)s: a short text is wanted.") % {"field": name})
    return value.strip()


def _key(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise Refused("invalid", _("%(field)s: the id of a quiz is wanted.") % {"field": "quiz"})
    return value
