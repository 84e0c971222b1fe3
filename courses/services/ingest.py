"""Reports of other systems: a batch of learning events, each with a result of its own (CONTRACT §4, §6)."""

import uuid as uuids
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, Invalid
from community_platform.core.permissions import ensure
from courses import limits
from courses.models import EventSource, PendingEvent
from courses.services.ingest_batch import apply_reports, keep, known_ids
from courses.services.ingest_reading import Refused, Report, read_event
from courses.services.ingest_references import find_people, find_references
from profiles.models import User

ACCEPTED, DUPLICATE, REJECTED = "accepted", "duplicate", "rejected"
Reader = Callable[[Any, datetime], list[Report]]
_readers: dict[int, Reader] = {}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one event; `id` as it was sent."""

    id: Any
    status: str
    code: str = ""
    detail: str = ""


def take_events(*, actor: Any, events: Sequence[Any]) -> list[Result]:
    """Take a batch of learning events and return the result of each, in their order. Sending it again changes nothing.

    A bad event is rejected alone. What is about a person who has no account yet waits for them.
    Raises: NotAllowed (rule courses.report_learning), Invalid on `events` (too many: nothing is taken).
    Publishes: Enrolled, VideoWatched, QuizSubmitted, LessonCompleted, CourseCompleted, as the site's own pages do.
    """
    ensure(actor, "courses.report_learning")
    if len(events) > limits.INGEST_MAX:
        text = _("A batch has at most %(n)d events.") % {"n": limits.INGEST_MAX}
        raise Invalid(text, code="max_length", field="events")
    now = timezone.now()
    results: list[Result | None] = [None] * len(events)
    places, reports = [], []
    for place, raw in enumerate(events):
        try:
            reports.append(read_event(raw, now=now))
            places.append(place)
        except Refused as error:
            results[place] = Result(_id_of(raw), REJECTED, error.code, error.detail)
    refused = find_references(reports)
    good: list[Report] = []
    seen: set[uuids.UUID] = set()
    doubles = set()
    for index, report in enumerate(reports):
        place = places[index]
        if index in refused:
            results[place] = Result(_id_of(events[place]), REJECTED, refused[index].code, refused[index].detail)
        elif report.id in seen:
            doubles.add(place)
        else:
            seen.add(report.id)
            good.append(report)
    known = take_reports(good)
    for index, report in enumerate(reports):
        place = places[index]
        if results[place] is None:
            is_old = place in doubles or report.id in known
            results[place] = Result(_id_of(events[place]), DUPLICATE if is_old else ACCEPTED)
    return [result for result in results if result is not None]


def take_reports(reports: Sequence[Report]) -> set[uuids.UUID]:
    """Apply reports with found references, and return the ids that were known before. A part of the two doors.

    Where another batch takes one of the ids at this moment, all is done again, and then it is known.
    """
    for _attempt in range(3):
        try:
            with transaction.atomic():
                here = [report for report in reports if report.user is not None]
                known = apply_reports(here)
                away = [report for report in reports if report.user is None]
                known |= known_ids({report.id for report in away})
                keep([report for report in away if report.id not in known], applied_at=None)
                return known
        except IntegrityError:
            continue
    raise Conflict(_("This changed at the same moment. Try again."), retry_after=1)


def apply_waiting(*, user: Any, names: Sequence[str]) -> int:
    """Apply what was reported about `names`, which now are `user`; return how many events. Repeatable.

    `names` are the user name, an e-mail only once it is confirmed.
    """
    lowered = [name.lower() for name in names if name]
    applied = 0
    with transaction.atomic():
        rows = PendingEvent.objects.select_for_update().filter(person__in=lowered, applied_at=None).order_by("pk")
        waiting = list(rows[: limits.INGEST_MAX])
        reports = [report for row in waiting for report in _read_again(row)]
        refused = find_references(reports)
        good = [report for place, report in enumerate(reports) if place not in refused]
        for report in good:
            report.user = user
        # Their ids stay where they are; the log gets rows of its own.
        apply_reports(good, are_waiting=True)
        keys = [row.pk for row in waiting]
        applied = PendingEvent.objects.filter(pk__in=keys).update(applied_at=timezone.now(), user=user)
    return applied + (apply_waiting(user=user, names=names) if len(waiting) == limits.INGEST_MAX else 0)


def apply_all_waiting() -> int:
    """Apply what waits for people who are here: a safety net for events that were lost. Repeatable."""
    named = User.objects.filter(is_active=True).annotate(_name=Lower("username")).filter(_name=OuterRef("person"))
    mailed = User.objects.filter(is_active=True, emailaddress__verified=True)
    mailed = mailed.annotate(_mail=Lower("emailaddress__email")).filter(_mail=OuterRef("person"))
    waiting = PendingEvent.objects.filter(Q(Exists(named)) | Q(Exists(mailed)), applied_at=None)
    names = sorted(set(waiting.order_by().values_list("person", flat=True)[:500]))
    people = find_people(set(names))
    return sum(apply_waiting(user=people[name], names=[name]) for name in names if name in people)


def register_reader(source: int, reader: Reader) -> None:
    """Let `reader(payload, received_at)` read again what came from `source` and waited."""
    _readers[source] = reader


def _read_again(row: PendingEvent) -> list[Report]:
    try:
        return _readers[row.source](row.payload, row.received_at)
    except Refused:  # it was good when it came; what it names may be gone
        return []


def _id_of(raw: Any) -> Any:
    said = raw.get("id") if isinstance(raw, dict) else None
    return said[:100] if isinstance(said, str) else None


register_reader(EventSource.INGEST, lambda payload, received_at: [read_event(payload, now=received_at)])
