"""How a metric is computed: from its units, in one statement for some people or for all.

A unit is one thing that counts (a lesson completed, a like received), with the person it counts for and the time at
which it began to count. The value of a metric is how many units somebody has, or the most they have in one group (a
category, a weekend); the moment of a threshold N is the time of the N-th unit. The same statement serves an event (a
few people), the nightly pass (`people` None: everybody) and progress bars.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

Number = int | float
When = datetime | date
People = Collection[int] | None
MANY = 500  # people in one statement; more of them are asked for as everybody


class Sql(NamedTuple):
    """A SELECT with its parameters."""

    text: str
    params: tuple[Any, ...] = ()


class Window(NamedTuple):
    """The local dates of a seasonal event, both included."""

    starts_on: date
    ends_on: date


ALWAYS = Window(date(1, 1, 1), date(9999, 12, 31))


class Metric(Protocol):
    """What badges ask for. `moments` answers for those of `people` whose value satisfies the threshold."""

    def values(self, people: People, window: Window = ALWAYS) -> dict[int, Number]: ...

    def moments(self, people: People, threshold: float, window: Window = ALWAYS) -> dict[int, When]: ...


# Returns the units of `people`: columns who, at, and part where a metric has groups.
Units = Callable[[People, Window], Sql | QuerySet[Any] | list[QuerySet[Any]]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many units somebody has."""

    units: Units
    has_parts: bool = False  # the most units in one part, instead of all

    def values(self, people: People, window: Window = ALWAYS) -> dict[int, Number]:
        units = self._sql(people, window)
        if units is None:
            return {}
        if self.has_parts:
            parts = f"SELECT who, part, COUNT(*) AS n FROM ({units.text}) u GROUP BY who, part"  # noqa: S608
            return dict(rows(Sql(f"SELECT who, MAX(n) FROM ({parts}) p GROUP BY who", units.params)))  # noqa: S608
        return dict(rows(Sql(f"SELECT who, COUNT(*) FROM ({units.text}) u GROUP BY who", units.params)))  # noqa: S608

    def moments(self, people: People, threshold: float, window: Window = ALWAYS) -> dict[int, When]:
        units = self._sql(people, window)
        if units is None:
            return {}
        by = "who, part" if self.has_parts else "who"
        numbered = f"SELECT who, at, ROW_NUMBER() OVER (PARTITION BY {by} ORDER BY at) AS n FROM ({units.text}) u"  # noqa: S608
        found = Sql(f"SELECT who, MIN(at) FROM ({numbered}) r WHERE n = %s GROUP BY who", (*units.params, threshold))  # noqa: S608
        return {who: when(at) for who, at in rows(found)}

    def _sql(self, people: People, window: Window) -> Sql | None:
        if people is not None and not people:
            return None
        units = self.units(people, window)
        if isinstance(units, Sql):
            return units
        sets = units if isinstance(units, list) else [units]
        parts = [as_sql(rows) for rows in sets]
        return Sql(" UNION ALL ".join(part.text for part in parts), tuple(p for part in parts for p in part.params))


def as_sql(queryset: QuerySet[Any]) -> Sql:
    """Return the statement of a queryset."""
    text, params = queryset.order_by().query.sql_with_params()
    return Sql(text, tuple(params))


def of(people: People, path: str) -> Mapping[str, Any]:
    """Return the filter for `people` at the lookup `path`; nothing for everybody."""
    return {} if people is None else {f"{path}__in": list(people)}


def among(people: People, column: str) -> Sql:
    """Return the same as a piece of a statement that begins with AND."""
    if people is None:
        return Sql("")
    return Sql(f"AND {column} IN ({', '.join(['%s'] * len(people))})", tuple(people))


def rows(sql: Sql) -> list[tuple[Any, ...]]:
    """Return what a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql.text, list(sql.params))
        return cursor.fetchall()


def when(value: Any) -> When:
    """Return a time or a date as the database gave it; SQLite gives text, of times without their zone UTC."""
    if not isinstance(value, str):
        return value if isinstance(value, datetime | date) else timezone.now()
    moment = parse_datetime(value) if len(value) > 10 else parse_date(value)
    if isinstance(moment, datetime) and timezone.is_naive(moment):
        return moment.replace(tzinfo=UTC)
    return moment or timezone.now()

