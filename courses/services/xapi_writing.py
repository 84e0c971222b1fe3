"""The log of learning as xAPI 1.0.3 statements, for the tools of a university or a record store.

People appear by account, never by e-mail. Who keeps their profile private appears to instructors under a name that is
the same in all exports of this site and tells nothing; administrators see everybody.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from community_platform.core.permissions import ensure
from courses.models import Course, LearningEvent, LessonKind, Verb
from courses.selectors import events as selectors
from courses.services import xapi_terms as terms

CHUNK = 1_000
_EARNED, _RATED = "http://id.tincanapi.com/verb/earned", "http://id.tincanapi.com/verb/rated"
_LEFT, _COMMENTED = "http://activitystrea.ms/schema/1.0/leave", "http://adlnet.gov/expapi/verbs/commented"
VERBS = {
    Verb.ENROLLED: (terms.REGISTERED, "registered"),
    Verb.LEFT: (_LEFT, "left"),
    Verb.VIEWED: (terms.EXPERIENCED, "experienced"),
    Verb.WATCHED: (terms.PAUSED, "paused"),
    Verb.COMPLETED: (terms.COMPLETED, "completed"),
    Verb.FINISHED: (terms.COMPLETED, "completed"),
    Verb.ATTEMPTED: (terms.ATTEMPTED, "attempted"),
    Verb.SUBMITTED: (terms.SCORED, "scored"),
    Verb.REVIEWED: (_RATED, "rated"),
    Verb.FEEDBACK: (_COMMENTED, "commented"),
    Verb.CERTIFIED: (_EARNED, "earned"),
}
TYPES = {LessonKind.VIDEO: terms.VIDEO, LessonKind.QUIZ: terms.ASSESSMENT, LessonKind.ARTICLE: terms.LESSON}


def statement_lines(*, actor: Any, course: Course) -> Iterator[str]:
    """Yield the JSON of {"statements": [...]} of one course, oldest first, in little memory.

    Raises: NotAllowed (rule courses.export_learning), before the first line.
    """
    ensure(actor, "courses.export_learning", course)
    return _lines(actor, course)


def _lines(actor: Any, course: Course) -> Iterator[str]:
    yield '{"statements": ['
    between = "\n"
    for event in selectors.events_of([course.pk]).order_by("pk").iterator(chunk_size=CHUNK):
        yield between + json.dumps(statement_of(event, by_name=actor.is_admin), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def statement_of(event: LearningEvent, *, by_name: bool) -> dict[str, Any]:
    """Return an event as a statement; user, course and lesson are loaded."""
    verb, word = VERBS[Verb(event.verb)]
    if event.verb == Verb.SUBMITTED and "passed" in event.data:
        verb, word = (terms.PASSED, "passed") if event.data["passed"] else (terms.FAILED, "failed")
    statement: dict[str, Any] = {
        "id": str(event.uuid),
        "actor": _agent(event.user, by_name=by_name),
        "verb": {"id": verb, "display": {"en": word}},
        "object": _activity(event),
        "context": {"platform": settings.SITE_NAME, "language": event.course.language},
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        "stored": event.received_at.isoformat().replace("+00:00", "Z"),
        "version": terms.VERSION,
    }
    if event.lesson is not None:
        parent = {"objectType": "Activity", "id": _address(event.course.get_absolute_url())}
        statement["context"]["contextActivities"] = {"parent": [parent]}
    result = _result(event)
    return statement | ({"result": result} if result else {})


def _agent(person: Any, *, by_name: bool) -> dict[str, Any]:
    is_shown = by_name or person.is_profile_public
    name = person.username if is_shown else f"private-{salted_hmac('xapi', str(person.pk)).hexdigest()[:20]}"
    agent = {"objectType": "Agent", "account": {"homePage": settings.SITE_URL, "name": name}}
    return agent | ({"name": person.name} if is_shown else {})


def _activity(event: LearningEvent) -> dict[str, Any]:
    course, lesson = event.course, event.lesson
    page = course.get_absolute_url() if lesson is None else f"{course.get_absolute_url()}{lesson.slug}/"
    kind = terms.COURSE if lesson is None else TYPES[LessonKind(lesson.kind)]
    title = course.title if lesson is None else lesson.title
    definition = {"type": kind, "name": {course.language: title}}
    return {"objectType": "Activity", "id": _address(page), "definition": definition}


def _result(event: LearningEvent) -> dict[str, Any]:
    data = event.data
    result: dict[str, Any] = {}
    if event.verb == Verb.WATCHED and "from_ms" in data:
        start, end = (float(Decimal(data[name]) / 1000) for name in ("from_ms", "to_ms"))
        result["extensions"] = {terms.TIME: end, terms.SEGMENTS: f"{start:g}{terms.TO}{end:g}"}
    elif event.verb == Verb.SUBMITTED:
        result["score"] = {"scaled": event.value / 10_000, "raw": data.get("score", 0), "min": 0}
        if "max_score" in data:
            result["score"]["max"] = data["max_score"]
        if "passed" in data:
            result["success"] = bool(data["passed"])
    elif event.verb in {Verb.COMPLETED, Verb.FINISHED}:
        result["completion"] = True
    elif event.verb == Verb.REVIEWED:
        result["score"] = {"raw": event.value, "min": 1, "max": 5}
    if event.wall_ms:
        result["duration"] = f"PT{event.wall_ms / 1000:g}S"
    return result


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
