"""Statements that the ORM has no words for, the same on PostgreSQL and SQLite."""

from typing import Any

from django.db import connection
from django.db.models import Model


def insert_once(model: type[Model], **values: Any) -> bool:
    """Insert a row unless a unique index forbids it, and tell whether it was inserted.

    One `INSERT … ON CONFLICT DO NOTHING`: counters move by its answer, never by "exists, then insert".
    Fields that are left out take their default. Foreign keys are given by `<name>_id`.
    """
    meta = model._meta
    row = model(**values)
    fields = [field for field in meta.concrete_fields if not (field.primary_key and row.pk is None)]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    params = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(meta.db_table)
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", params)  # noqa: S608
        return bool(cursor.rowcount == 1)
