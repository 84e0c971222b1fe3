"""Two ways to write derived rows: in the database from a query, or by what differs from what is there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

BATCH = 500


def insert_select(model: type[Model], columns: Mapping[str, Any], rows: QuerySet[Any]) -> int:
    """Insert what the grouped query `rows` yields, one statement, and return how many.

    `columns` maps attribute names of `model` to what `rows` calls them, in any order. Rows are numbered in the order of
    their values, whatever order the database groups in.
    """
    quote = connection.ops.quote_name
    meta = model._meta
    names = ", ".join(quote(str(meta.get_field(name).column)) for name in columns)  # type: ignore[union-attr]
    read = columns.values()
    sql, params = rows.values_list(*read).order_by(*read).query.get_compiler(connection.alias).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(meta.db_table)} ({names}) {sql}", params)
        return int(cursor.rowcount)


def converge(
    model: type[Model], scope: Mapping[str, Any], key: Sequence[str], wanted: Iterable[Mapping[str, Any]]
) -> int:
    """Let the rows of `model` in `scope` be exactly `wanted`, and return how many were written or deleted.

    `key` names the unique fields beside the scope; all rows give the same names. What is right already is not touched.
    """
    rows = {tuple(row[name] for name in key): dict(row) for row in wanted}
    columns = [name for name in next(iter(rows.values()), {}) if name not in scope]
    fixed = {name: value for name, value in scope.items() if "__" not in name}  # the rest narrows what is compared
    stored = {}
    for row in model._default_manager.filter(**scope).values("pk", *(columns or key)):
        stored[tuple(row[name] for name in key)] = row
    gone = [row["pk"] for found, row in stored.items() if found not in rows]
    new, changed = [], []
    for found, row in rows.items():
        old = stored.get(found)
        if old is None:
            new.append(model(**fixed, **row))
        elif any(old[name] != row[name] for name in columns):
            changed.append(model(**fixed, **row, pk=old["pk"]))
    for start in range(0, len(gone), BATCH):
        model._default_manager.filter(pk__in=gone[start : start + BATCH]).delete()
    if changed:
        moved = [name for name in columns if name not in key]
        model._default_manager.bulk_update(changed, [_field(model, name) for name in moved], batch_size=BATCH)
    new.sort(key=lambda row: tuple(str(getattr(row, name)) for name in key))  # rows come from sets and hashed groups
    model._default_manager.bulk_create(new, batch_size=BATCH)
    return len(gone) + len(new) + len(changed)


def _field(model: type[Model], column: str) -> str:
    """Return the name of the field that is read and written as `column` (`lesson_id` → `lesson`)."""
    return next(field.name for field in model._meta.concrete_fields if column in {field.name, field.attname})
