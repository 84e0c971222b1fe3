"""Reads of the log of learning for other systems: who may take out what, page by page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from courses.models import Course, EventSource, LearningEvent, PendingEvent, Verb

# Money is no learning: it stays in the ledger.
SHOWN = tuple(verb for verb in Verb if verb not in {Verb.PAID, Verb.REFUNDED})


def written_courses(user: Any) -> QuerySet[Course]:
    """Return the courses that `user` writes, all for administrators: their records may be taken out."""
    if user.is_admin:
        return Course.objects.all()
    taught = Course.objects.taught_by(user).only("pk", "instructor", "team")
    return Course.objects.filter(pk__in=[course.pk for course in taught if course.is_edited_by(user)])


def events_of(courses: Iterable[int]) -> QuerySet[LearningEvent]:
    """Return what happened in these courses, with all that a statement names; the staff's own steps are left out."""
    rows = LearningEvent.objects.filter(course__in=courses, is_excluded=False, verb__in=SHOWN)
    rows = rows.select_related("user", "course", "lesson")
    return rows.defer("course__description", "course__description_html", "lesson__content", "lesson__content_html")


def stored(
    rows: QuerySet[LearningEvent], *, since: datetime | None, until: datetime | None
) -> QuerySet[LearningEvent]:
    """Return what was written after `since` and not after `until`."""
    if since is not None:
        rows = rows.filter(received_at__gt=since)
    return rows if until is None else rows.filter(received_at__lte=until)


def after(
    rows: QuerySet[LearningEvent], place: tuple[datetime, int] | None, *, ascending: bool
) -> QuerySet[LearningEvent]:
    """Return the rows behind `place` (moment of writing, key) in the order of writing, newest first by default."""
    order = ("received_at", "pk") if ascending else ("-received_at", "-pk")
    if place is not None:
        moment, pk = place
        word = "gt" if ascending else "lt"
        # The first filter repeats what the second says, in words that an index understands.
        rows = rows.filter(**{f"received_at__{word}e": moment})
        rows = rows.filter(Q(**{f"received_at__{word}": moment}) | Q(**{"received_at": moment, f"pk__{word}": pk}))
    return rows.order_by(*order)


def statement_as_sent(statement_id: Any) -> PendingEvent | None:
    """Return the xAPI statement that came with this id."""
    return PendingEvent.objects.filter(uuid=statement_id, source=EventSource.XAPI).first()
