"""Statements that the ORM has no words for, the same on PostgreSQL and SQLite."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Model

ROWS_A_STATEMENT = 500  # SQLite takes 32,766 parameters; a row of ours has fewer than 30


def insert_once(model: type[Model], **values: Any) -> bool:
    """Insert a row unless a unique index forbids it, and tell whether it was inserted.

    One `INSERT … ON CONFLICT DO NOTHING`: counters move by its answer, never by "exists, then insert".
    Fields that are left out take their default. Foreign keys are given by `<name>_id`.
    """
    insert, params = _insert(model, [values])
    with connection.cursor() as cursor:
        cursor.execute(f"{insert} ON CONFLICT DO NOTHING", params)
        return bool(cursor.rowcount == 1)


def insert_returning(
    model: type[Model], rows: Iterable[Mapping[str, Any]], columns: Iterable[str]
) -> list[tuple[Any, ...]]:
    """Insert the rows that no unique index forbids and return `columns` (of the database) of those alone.

    `bulk_create(ignore_conflicts=True)` does not tell which rows are new; only those may pay and notify. All rows give
    the same names.
    """
    rows = list(rows)
    returned = ", ".join(connection.ops.quote_name(column) for column in columns)
    new: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            insert, params = _insert(model, rows[start : start + ROWS_A_STATEMENT])
            cursor.execute(f"{insert} ON CONFLICT DO NOTHING RETURNING {returned}", params)
            new += cursor.fetchall()
    return new


def add_to(model: type[Model], amounts: Mapping[str, int], **row: Any) -> None:
    """Add `amounts` to the row with the unique columns `row`, which is inserted with them if it is not there.

    One statement. `row` holds exactly the fields of one unique constraint; foreign keys are given by `<name>_id`.
    """
    add_all(model, [{**row, **amounts}], unique=list(row), sums=list(amounts))


def add_all(
    model: type[Model], rows: Iterable[Mapping[str, Any]], *, unique: list[str], sums: list[str]
) -> None:
    """As `add_to`, for many rows; no two of them may be the same row of the table."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    moved = ", ".join(f"{quote(name)} = {table}.{quote(name)} + EXCLUDED.{quote(name)}" for name in sums)
    conflict = f"ON CONFLICT ({', '.join(quote(name) for name in unique)}) DO UPDATE SET {moved}"
    rows = list(rows)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            insert, params = _insert(model, rows[start : start + ROWS_A_STATEMENT])
            cursor.execute(f"{insert} {conflict}", params)


def _insert(model: type[Model], rows: list[Mapping[str, Any]]) -> tuple[str, list[Any]]:
    """Return `INSERT INTO … VALUES …` for rows given by attribute names, and its parameters."""
    meta = model._meta
    made = [model(**values) for values in rows]
    fields = [field for field in meta.concrete_fields if not (field.primary_key and made[0].pk is None)]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = "(" + ", ".join(["%s"] * len(fields)) + ")"
    params = [
        field.get_db_prep_save(field.pre_save(row, True), connection) for row in made for field in fields
    ]
    table = connection.ops.quote_name(meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([marks] * len(made))}", params  # noqa: S608
