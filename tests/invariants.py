"""Which invariants can a test have broken? Those that read a table it wrote; the others need no asking."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection

from community_platform.core import consistency

WRITTEN = re.compile(r'\b(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|REPLACE INTO) "(\w+)"', re.IGNORECASE)
NAMED = re.compile(r'"(\w+)"')


class WrittenTables:
    """Collects the tables that statements of this thread's connection write."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.names.update(WRITTEN.findall(str(sql)))
        return execute(sql, params, many, context)


@contextmanager
def written_tables() -> Iterator[set[str]]:
    """Yield the set of tables written inside the block, as it grows."""
    tables = WrittenTables()
    with connection.execute_wrapper(tables):
        yield tables.names


def broken(tables: set[str] | None = None) -> list[str]:
    """Return what disagrees among the invariants that read one of `tables`, or among all."""
    found = []
    for invariant in consistency.registered():
        if tables is None or tables & _read_by(invariant):
            violations = invariant.violations()
            if violations:
                found.append(f"{invariant.id}: {violations[:5]}")
    return found


@cache
def _read_by(invariant: consistency.Invariant) -> set[str]:
    """Return the names in the SQL of an invariant, its tables among them: it does not depend on the rows."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        invariant.violations()
    assert statements, f"{invariant.id} asks the database nothing"
    return {name for sql in statements for name in NAMED.findall(sql)}
