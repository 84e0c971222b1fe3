"""The door for xAPI 1.0.3 statements: video profile, quizzes, completion, read as the reports of `ingest`.

A statement is about a page of ours (`https://…/courses/<slug>/` or `…/<lesson>/`) and a person with an account here or
an mbox. A batch is taken or refused as a whole, as the standard says. Every statement that was taken is kept as it
came; verbs that mean nothing to us are kept without effect.
"""

import uuid as uuids
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_duration
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, Invalid
from community_platform.core.permissions import ensure
from courses import limits
from courses.models import EventSource, PendingEvent
from courses.services import ingest_reading as kinds
from courses.services import xapi_terms as terms
from courses.services.ingest import register_reader, take_reports
from courses.services.ingest_batch import known_ids
from courses.services.ingest_reading import (
    NUMBER_MAX,
    Refused,
    Report,
    ensure_storable,
    read_id,
    read_moment,
    set_score,
    set_span,
)
from courses.services.ingest_references import find_references

ATTEMPTS = 3


def take_statements(*, actor: Any, statements: Sequence[Any]) -> list[uuids.UUID]:
    """Take a batch of statements, all or none, and return their ids. The same statement again changes nothing.

    Raises: NotAllowed (rule courses.report_learning); Invalid on `statements` (`statements.3`: the fourth);
    Conflict `statement_differs` (its id is known with another content).
    """
    ensure(actor, "courses.report_learning")
    if not 1 <= len(statements) <= limits.INGEST_MAX:
        text = _("A batch has 1 to %(n)d statements.") % {"n": limits.INGEST_MAX}
        raise Invalid(text, code="max_length", field="statements")
    now = timezone.now()
    cleaned = [_identified(place, raw) for place, raw in enumerate(statements)]
    by_id: dict[uuids.UUID, dict[str, Any]] = {}
    for statement in cleaned:
        key = uuids.UUID(statement["id"])
        if key in by_id and by_id[key] != statement:
            raise _differs(key)
        by_id[key] = statement
    for attempt in range(ATTEMPTS):
        known = _ensure_same(by_id)
        fresh = [(place, row) for place, row in enumerate(cleaned) if uuids.UUID(row["id"]) not in known]
        try:
            with transaction.atomic():
                _take(fresh, now)
            return [uuids.UUID(statement["id"]) for statement in cleaned]
        except IntegrityError:  # taken elsewhere at this moment: then it is known
            if attempt == ATTEMPTS - 1:
                raise
    return []


def read_statement(raw: dict[str, Any], now: datetime) -> list[Report]:
    """Return what a statement with an id says; no report where its verb means nothing to us. Raises: Refused."""
    ensure_storable(raw)
    person = _person(raw.get("actor"))
    verb = _of(raw, "verb").get("id")
    if not isinstance(verb, str) or not urlsplit(verb).scheme:
        raise Refused("invalid", _("%(field)s: an IRI is wanted.") % {"field": "verb.id"})
    if verb == terms.VOIDED:
        raise Refused("not_supported", _("Statements cannot be voided here."))
    at = read_moment(raw["timestamp"], now=now) if raw.get("timestamp") is not None else now
    if verb not in terms.UNDERSTOOD:
        return []
    course, lesson = _page(raw, verb)
    head = Report(
        id=uuids.UUID(raw["id"]), log_id=uuids.UUID(raw["id"]), kind=kinds.VIEWED, person=person, course=course,
        lesson=lesson, at=at, payload=raw, source=EventSource.XAPI,
    )  # fmt: skip
    result = {} if raw.get("result") is None else raw["result"]
    if not isinstance(result, dict):
        raise Refused("invalid", _("%(field)s: an object is wanted.") % {"field": "result"})
    return _about_lesson(head, verb, result, raw) if lesson else _about_course(head, verb)


def _take(fresh: list[tuple[int, dict[str, Any]]], now: datetime) -> None:
    reports: list[Report] = []
    places: list[int] = []
    silent: list[dict[str, Any]] = []
    for place, statement in fresh:
        try:
            found = read_statement(statement, now)
        except Refused as error:
            raise _refusal(place, error) from None
        reports += found
        places += [place] * len(found)
        if not found:
            silent.append(statement)
    refused = find_references(reports)
    for index, why in refused.items():
        raise _refusal(places[index], why)
    take_reports(reports)
    PendingEvent.objects.bulk_create(
        PendingEvent(
            uuid=statement["id"], person=_person(statement["actor"]), payload=statement, source=EventSource.XAPI,
            applied_at=now,
        )
        for statement in silent
    )  # fmt: skip


def _about_course(head: Report, verb: str) -> list[Report]:
    """Return the report of a statement about a course; opening or leaving one means nothing to us."""
    kind = {
        terms.REGISTERED: kinds.ENROLLED,
        terms.COMPLETED: kinds.FINISHED,
        terms.PASSED: kinds.FINISHED,
    }.get(verb)
    head.kind = kind or head.kind
    return [head] if kind else []


def _about_lesson(head: Report, verb: str, result: dict[str, Any], raw: dict[str, Any]) -> list[Report]:
    """Return the reports of a statement: the stretches of a video first, then what it is about."""
    said = _watched(head, result, raw) if verb in terms.OF_VIDEOS or verb == terms.COMPLETED else []
    if verb in terms.OF_RESULTS or (verb == terms.COMPLETED and _in(result, "score")):
        head.kind = kinds.SUBMITTED
        _set_score(head, verb, result)
    elif verb == terms.COMPLETED:
        head.kind = kinds.COMPLETED
    return [*said, head]


def _watched(head: Report, result: dict[str, Any], raw: dict[str, Any]) -> list[Report]:
    """Return one report per played segment.

    Players repeat the segments of a session, the last one longer each time: the n-th of a session is one stretch that
    grows.
    """
    played = _in(result, "extensions").get(terms.SEGMENTS, "")
    if not isinstance(played, str) or not played:
        return []
    context = _in(raw, "context")
    session = _in(context, "extensions").get(terms.SESSION) or context.get("registration") or raw["id"]
    reports = []
    for place, segment in enumerate(played.split(terms.BETWEEN)[: limits.SPANS_MAX]):
        start, _sep, end = segment.partition(terms.TO)
        try:
            begin, stop = float(start), float(end)
        except ValueError:
            raise Refused(
                "invalid", _("%(field)s: played segments are wanted.") % {"field": "result.extensions"}
            ) from None
        if stop <= begin:
            continue
        report = replace(head, kind=kinds.WATCHED, log_id=uuids.uuid5(head.id, f"segment/{place}"), data={})
        report.span = uuids.uuid5(
            terms.NAMESPACE, f"{session}/{head.person}/{head.course}/{head.lesson}/{place}"
        )
        set_span(report, begin, stop, _speed(raw))
        reports.append(report)
    return reports


def _speed(raw: dict[str, Any]) -> float:
    """Return the speed of a player that the context tells, such as "1.5x"."""
    said = str(_in(_in(raw, "context"), "extensions").get(terms.SPEED, "1")).removesuffix("x")
    try:
        speed = float(said)
    except ValueError:
        return 1.0
    return speed if 0 < speed <= limits.CLAIMED_RATE_MAX else 1.0


def _set_score(report: Report, verb: str, result: dict[str, Any]) -> None:
    numbers = {name: _in(result, "score").get(name) for name in ("raw", "max", "scaled")}
    for name, value in numbers.items():
        is_number = (
            isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= NUMBER_MAX
        )
        if value is not None and not is_number:
            raise Refused("invalid", _("%(field)s: a number is wanted.") % {"field": f"result.score.{name}"})
    if numbers.get("raw") is not None and numbers.get("max") is not None:
        points, most = float(numbers["raw"] or 0), float(numbers["max"] or 0)
    elif numbers.get("scaled") is not None:
        points, most = float(numbers["scaled"] or 0) * 100, 100.0
    elif verb in {terms.PASSED, terms.FAILED}:
        points, most = float(verb == terms.PASSED), 1.0
    else:
        raise Refused(
            "invalid", _("%(field)s: raw and max, or scaled, are wanted.") % {"field": "result.score"}
        )
    lasted = result.get("duration", "PT0S")
    try:
        taken = parse_duration(lasted) if isinstance(lasted, str) else None
    except (ValueError, OverflowError):
        taken = None
    if taken is None:
        raise Refused(
            "invalid", _("%(field)s: an ISO 8601 duration is wanted.") % {"field": "result.duration"}
        )
    set_score(report, points, most, taken.total_seconds())


def _identified(place: int, raw: Any) -> dict[str, Any]:
    """Return a statement with its id in its usual form, a new one where it has none."""
    try:
        if not isinstance(raw, dict):
            raise Refused("invalid", _("A statement is an object."))
        key = read_id(raw["id"]) if "id" in raw else uuids.uuid4()
    except Refused as error:
        raise _refusal(place, error) from None
    return {**raw, "id": str(key)}


def _person(actor: Any) -> str:
    """Return the user name or e-mail of an agent, lower case. Raises: Refused."""
    if isinstance(actor, dict) and actor.get("objectType", "Agent") == "Agent":
        account, mbox = actor.get("account"), actor.get("mbox")
        if isinstance(account, dict) and _is_ours(account.get("homePage")):
            name = account.get("name")
            if isinstance(name, str) and 0 < len(name) <= 150 and "@" not in name:
                return name.lower()
        if isinstance(mbox, str) and mbox.startswith("mailto:") and len(mbox) <= 254:
            try:
                validate_email(mbox.removeprefix("mailto:"))
                return mbox.removeprefix("mailto:").lower()
            except ValidationError:
                pass
    raise Refused(
        "invalid", _("%(field)s: an account of this site or an mbox is wanted.") % {"field": "actor"}
    )


def _page(raw: dict[str, Any], verb: str) -> tuple[str, str]:
    """Return (course, lesson) that the object names, or the parent of a question that was answered."""
    thing = _of(raw, "object")
    if thing.get("objectType", "Activity") != "Activity":
        raise Refused("unknown_object", _("The object is a page of a course here."))
    candidates = [thing.get("id")]
    if verb == terms.ANSWERED:
        parents = _in(_in(raw, "context"), "contextActivities").get("parent") or []
        parents = parents if isinstance(parents, list) else [parents]
        candidates += [parent.get("id") for parent in parents if isinstance(parent, dict)]
    for address in candidates:
        if isinstance(address, str) and _is_ours(address):
            parts = urlsplit(address).path.strip("/").split("/")
            if parts[0] == "courses" and 2 <= len(parts) <= 3:
                return parts[1], parts[2] if len(parts) == 3 else ""
    raise Refused("unknown_object", _("The object is a page of a course here."))


def _is_ours(address: Any) -> bool:
    try:
        return isinstance(address, str) and urlsplit(address).netloc == urlsplit(settings.SITE_URL).netloc
    except ValueError:
        return False


def _in(raw: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object under `name`, an empty one where there is none."""
    value = raw.get(name)
    return value if isinstance(value, dict) else {}


def _of(raw: dict[str, Any], name: str) -> dict[str, Any]:
    value = raw.get(name)
    if not isinstance(value, dict):
        raise Refused("invalid", _("%(field)s: an object is wanted.") % {"field": name})
    return value


def _ensure_same(statements: dict[uuids.UUID, dict[str, Any]]) -> set[uuids.UUID]:
    """Return the ids that are known. Raises: Conflict `statement_differs` where one says something else now."""
    rows = PendingEvent.objects.filter(uuid__in=statements.keys()).values_list("uuid", "payload", "source")
    for key, payload, source in rows:
        if source != EventSource.XAPI or payload != statements[key]:
            raise _differs(key)
    return known_ids(set(statements))


def _differs(key: uuids.UUID) -> Conflict:
    return Conflict(
        _("The statement %(id)s says something else here.") % {"id": key}, code="statement_differs"
    )


def _refusal(place: int, error: Refused) -> Invalid:
    return Invalid(error.detail, code=error.code, field=f"statements.{place}")


register_reader(EventSource.XAPI, read_statement)
