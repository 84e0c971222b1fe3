"""Tables whose rows the database itself refuses to change or delete, whoever asks and by whichever way.

`protect(table)` belongs into a migration. Emptying the whole database (tests, the demo school) is another thing than
changing history: PostgreSQL truncates, which no row trigger hears; SQLite deletes rows, so `flushing()` lifts its
triggers.
SQLite makes a table anew when a column changes and forgets its triggers: protect it again in that migration.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

_REFUSAL = "rows of this table are never changed"


def protect(table: str, alias: str = "default") -> None:
    """Refuse UPDATE and DELETE on `table` from now on."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
                )
            return
        cursor.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def unprotect(table: str, alias: str = "default") -> None:
    """Let rows of `table` be changed again: for migrations backwards."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")


@contextmanager
def flushing(alias: str = "default") -> Iterator[None]:
    """Let the whole database be emptied inside the block."""
    connection = connections[alias]
    tables: list[str] = []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_delete'"
            )
            tables = [row[0] for row in cursor.fetchall()]
    for table in tables:
        unprotect(table, alias)
    try:
        yield
    finally:
        for table in tables:
            protect(table, alias)
