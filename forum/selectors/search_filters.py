"""What the operators of a search mean in rows. What does not exist, or is not to be seen by who asks, finds nothing."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from courses.models import Course
from forum.models import Category, Tag, Topic, TopicKind
from forum.selectors.search_language import Operator, Query
from forum.selectors.topics import unread
from profiles.models import User

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_YEARS = range(1900, 3000)  # beyond, a zone's midnight may lie outside what clocks can show
_NOTHING = Q(pk__in=())


@dataclass(slots=True)
class Filters:
    """Conditions on search entries, and what the reader is to be told about them."""

    conditions: Q = field(default_factory=Q)
    notes: list[str] = field(default_factory=list)


def resolve(user: Any, query: Query) -> Filters:
    """Turn the operators of `query` into conditions. At most one query for each name that it mentions."""
    filters = Filters(notes=list(query.notes))
    for operator in query.operators:
        condition = _MEANINGS[operator.name](user, operator, filters)
        if condition is not None:
            filters.conditions &= ~condition if operator.is_negated else condition
    return filters


def _author(user: Any, operator: Operator, filters: Filters) -> Q:
    name = operator.value.removeprefix("@")
    if name.lower() == "me" and user.is_authenticated:
        return Q(author_id=user.pk)
    found = User.objects.visible_to(user).named([name]).first() if text.is_storable(name) else None
    return (
        Q(author_id=found.pk) if found else _unknown(filters, _("There is no person “%(name)s”."), operator)
    )


def _tag(user: Any, operator: Operator, filters: Filters) -> Q:
    name = operator.value.removeprefix("#")
    slug = text.slug(name.replace("+", "plus").replace("#", "sharp"), high=40)
    found = Tag.objects.filter(slug=slug).first()
    if found is None:
        return _unknown(filters, _("There is no tag “%(name)s”."), operator)
    topics = Topic.tags.through.objects.filter(tag_id=found.synonym_of_id or found.pk)
    return Q(topic__in=topics.values("topic"))


def _category(user: Any, operator: Operator, filters: Filters) -> Q:
    found = _named(Category.objects.visible_to(user), operator.value, "name")
    return Q(category=found) if found else _unknown(filters, _("There is no category “%(name)s”."), operator)


def _course(user: Any, operator: Operator, filters: Filters) -> Q:
    found = _named(Course.objects.visible_to(user), operator.value, "title")
    if found is None:
        return _unknown(filters, _("There is no course “%(name)s”."), operator)
    return Q(within=found) | Q(topic__in=Topic.objects.filter(course=found).values("pk"))


def _named(rows: Any, name: str, column: str) -> Any:
    """Return the row with this slug or, exactly, this name."""
    if not text.is_storable(name):
        return None
    return rows.filter(Q(slug=name.lower()) | Q(**{f"{column}__iexact": name})).order_by("pk").first()


def _is(user: Any, operator: Operator, filters: Filters) -> Q | None:
    if operator.value in {"mine", "unread"} and not user.is_authenticated:
        filters.notes.append(_("Sign in to search by “%(operator)s”.") % {"operator": f"is:{operator.value}"})
        return _NOTHING
    if operator.value == "mine":
        return Q(author_id=user.pk)
    if operator.value == "unread":
        topics = unread(user).order_by()
    elif operator.value == "solved":
        topics = Topic.objects.filter(best_answer__isnull=False)
    else:
        topics = Topic.objects.filter(kind=TopicKind.QUESTION, best_answer=None, replies_count=0)
    return Q(topic__in=topics.values("pk"))


def _has(user: Any, operator: Operator, filters: Filters) -> Q:
    return Q(has_code=True)


def _before(user: Any, operator: Operator, filters: Filters) -> Q | None:
    moment = _moment(operator, filters)
    return Q(created_at__lt=moment) if moment else None


def _after(user: Any, operator: Operator, filters: Filters) -> Q | None:
    moment = _moment(operator, filters)
    return Q(created_at__gte=moment) if moment else None


_MEANINGS = {
    "author": _author,
    "tag": _tag,
    "category": _category,
    "course": _course,
    "is": _is,
    "has": _has,
    "before": _before,
    "after": _after,
}


def _moment(operator: Operator, filters: Filters) -> datetime | None:
    """Return the beginning of the day, month or year that was named, in the reader's zone."""
    parts = _DATE.fullmatch(operator.value)
    if parts:
        year, month, day = (int(part or 1) for part in parts.groups())
        with suppress(ValueError):  # a thirteenth month
            if year in _YEARS:
                return timezone.make_aware(datetime.combine(date(year, month, day), time.min))
    filters.notes.append(
        _("“%(value)s” is no date; write one as 2026-11-23. It was left out.") % {"value": operator.value}
    )
    return None


def _unknown(filters: Filters, message: str, operator: Operator) -> Q:
    filters.notes.append(message % {"name": operator.value})
    return _NOTHING
