"""What must hold between rows: everything derived, recomputed from its source and compared.

Each app registers its invariants from `<app>/consistency.py`, imported in `AppConfig.ready()`:

    register(
        counter("forum.topic.replies", "replies of a topic", Topic, "replies_count",
                count_of(Post.objects.filter(deleted_at=None, number__gt=1), "topic")),
        alarm("forum.topic.best", "a best answer is a reply of its topic",
              lambda: Topic.objects.exclude(best_answer=None).exclude(best_answer__topic=F("pk"))),
    )

`check()` reads all of them in one snapshot, so it may run on a live site: rows and counters move in one transaction.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from django.db import connection, models, transaction
from django.db.models import (
    BooleanField,
    Count,
    Expression,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

MAX_REPORTED = 1000  # violations read per invariant; repair goes on until none is left
BATCH = 500
PASSES = 3  # a repaired counter may feed another one

Kind = Literal["counter", "alarm"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One row that disagrees: what it holds, and what its source says (None where there is only one truth)."""

    pk: Any
    stored: Any
    actual: Any = None


@dataclass(frozen=True, slots=True)
class Invariant:
    """One statement about the data.

    `violations` is one set-based query (at most MAX_REPORTED rows). A counter has `repair`, which mends every
    violation under the row locks that services take and returns how many; an alarm is for people.
    """

    id: str
    title: str
    kind: Kind
    violations: Callable[[], list[Violation]]
    repair: Callable[[], int] | None = None


@dataclass(slots=True)
class Result:
    """What a check found. `violations` is what is left after a repair."""

    invariant: Invariant
    violations: list[Violation]
    repaired: int = 0
    milliseconds: float = 0.0
    examples: list[Violation] = field(default_factory=list)  # the first ones, as found before a repair


_invariants: dict[str, Invariant] = {}


def register(*invariants: Invariant) -> None:
    """Add invariants to what `check()` checks; the same id again replaces the former."""
    for invariant in invariants:
        _invariants[invariant.id] = invariant


def registered() -> tuple[Invariant, ...]:
    """Return all invariants, by id."""
    return tuple(_invariants[key] for key in sorted(_invariants))


class Differs(Func):
    """`a IS DISTINCT FROM b`: unlike `<>`, a null differs from a value and equals a null."""

    output_field = BooleanField()
    arity = 2

    template = "(%(expressions)s)"
    arg_joiner = " IS DISTINCT FROM "

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, arg_joiner=" IS NOT ", **extra)


def count_of(rows: QuerySet[Any], link: str) -> Expression:
    """Return the number of `rows` whose foreign key `link` points at the outer row, as an expression."""
    counted = (
        rows.filter(**{link: OuterRef("pk")}).order_by().values(link).annotate(_n=Count("pk")).values("_n")
    )
    return Coalesce(Subquery(counted), Value(0))


def sum_of(rows: QuerySet[Any], link: str, column: str) -> Expression:
    """Return the sum of `column` over the `rows` whose `link` points at the outer row, as an expression."""
    summed = (
        rows.filter(**{link: OuterRef("pk")}).order_by().values(link).annotate(_n=Sum(column)).values("_n")
    )
    return Coalesce(Subquery(summed), Value(0))


def counter(
    id: str,
    title: str,
    model: type[models.Model],
    column: str,
    actual: Any,
    *,
    among: Callable[[], QuerySet[Any]] | None = None,
) -> Invariant:
    """Return the invariant that `column` of each row of `model` equals the expression `actual`; it is repairable.

    `among` narrows the rows. `actual` may use OuterRef("pk") inside a Subquery and must not read `column`.
    """

    def wrong() -> QuerySet[Any]:
        rows = among() if among is not None else model._default_manager.all()
        return (
            rows.order_by().annotate(_actual=actual).filter(Differs(F(column), F("_actual"))).order_by("pk")
        )

    return Invariant(
        id, title, "counter", partial(_read, wrong, column, "_actual"), partial(_mend, wrong, column, actual)
    )


def alarm(
    id: str,
    title: str,
    rows: Callable[[], QuerySet[Any]],
    *,
    stored: str = "pk",
    actual: str = "",
) -> Invariant:
    """Return the invariant that `rows()` is empty. `stored` and `actual` name columns worth showing."""
    return Invariant(id, title, "alarm", partial(_read, rows, stored, actual))


def check(*, repair: bool = False) -> list[Result]:
    """Check every invariant in one snapshot; with `repair`, mend counters and check again. Alarms stay."""
    results = _check()
    if repair:
        for _ in range(PASSES):
            broken = [r for r in results if r.violations and r.invariant.repair is not None]
            if not broken:
                break
            mended = {r.invariant.id: r.repaired + r.invariant.repair() for r in broken if r.invariant.repair}
            former = {r.invariant.id: r for r in results}
            results = _check()
            for result in results:
                before = former[result.invariant.id]
                result.repaired = mended.get(result.invariant.id, before.repaired)
                result.examples = before.examples or result.examples
    return results


def _check() -> list[Result]:
    results = []
    with snapshot():
        for invariant in registered():
            started = time.perf_counter()
            found = invariant.violations()
            elapsed = (time.perf_counter() - started) * 1000
            results.append(Result(invariant, found, milliseconds=elapsed, examples=found[:5]))
    return results


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one moment of the database, without locks that writers would wait for.

    Inside a transaction (a test) the reads join that transaction.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        connection.ensure_connection()  # only then it has a mode
        mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = mode  # type: ignore[attr-defined]
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute(
                    "SET LOCAL statement_timeout = 0"
                )  # a full school takes longer than a page may
            yield


def _read(rows: Callable[[], QuerySet[Any]], stored: str, actual: str) -> list[Violation]:
    columns = ["pk", stored, actual] if actual else ["pk", stored]
    return [Violation(*values) for values in rows().values_list(*columns)[:MAX_REPORTED]]


def _mend(wrong: Callable[[], QuerySet[Any]], column: str, actual: Any) -> int:
    mended = 0
    after: Any = None
    while True:
        found = wrong() if after is None else wrong().filter(pk__gt=after)
        keys = list(found.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return mended
        after = keys[-1]
        with transaction.atomic():
            model = found.model
            # First the locks, then the recount: a writer that held a lock has committed rows and counter together.
            list(
                model._default_manager.filter(pk__in=keys)
                .order_by("pk")
                .select_for_update()
                .values_list("pk")
            )
            mended += model._default_manager.filter(pk__in=keys).update(**{column: actual})
