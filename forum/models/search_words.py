"""Full text in both databases: PostgreSQL's tsvector with GIN, SQLite's FTS5. One column type, one lookup, one index.

Words arrive stemmed (core.stems) and are never parsed by a database, so both find the same rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Lookup

GAP = ""  # stands between the title and the text: no phrase crosses it
WORDS_MAX = 16_000  # of one text; PostgreSQL counts positions up to 16,383
PLACES_MAX = 255  # of one word; PostgreSQL keeps no more
FTS_TABLE = "forum_search_words"
_FILLER = "…"  # what a gap is for FTS5: no word, but a place


@dataclass(frozen=True, slots=True)
class Match:
    """What a text must hold: every phrase, or with `any_of` one of them. With `prefix`, words are beginnings."""

    phrases: tuple[tuple[str, ...], ...]
    any_of: bool = False
    prefix: bool = False

    def for_postgres(self) -> str:
        """Return a tsquery. Words are quoted and hold no quote or backslash: letters, digits, + and # only."""
        star = ":*" if self.prefix else ""
        phrases = ("(" + " <-> ".join(f"'{word}'{star}" for word in phrase) + ")" for phrase in self.phrases)
        return (" | " if self.any_of else " & ").join(phrases)

    def for_fts5(self, column: str) -> str:
        """Return an FTS5 expression over one column."""
        star = " *" if self.prefix else ""
        phrases = ('"' + " ".join(phrase) + '"' + star for phrase in self.phrases)
        return f"{{{column}}} : ({(' OR ' if self.any_of else ' AND ').join(phrases)})"


class WordsField(models.Field):  # type: ignore[type-arg]  # generic in the stubs only
    """The words of a text in their order. Written, never read: it is for `matches` alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": tuple, "editable": False, **kwargs})

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> str:
        return _vector(value) if connection.vendor == "postgresql" else _line(value)


@WordsField.register_lookup
class Matches(Lookup):  # type: ignore[type-arg]  # generic in the stubs only
    """`words__matches=Match(...)`."""

    lookup_name = "matches"
    prepare_rhs = False
    rhs: Match

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        raise NotImplementedError(f"no full text for {connection.vendor}")

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", [*params, self.rhs.for_postgres()]

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        quote = compiler.quote_name_unless_alias
        row = f"{quote(self.lhs.alias)}.{quote('id')}"
        found = f"SELECT rowid FROM {FTS_TABLE} WHERE {FTS_TABLE} MATCH %s"  # noqa: S608 - a constant
        return f"{row} IN ({found})", [self.rhs.for_fts5(self.lhs.target.column)]


class WordsIndex(models.Index):
    """GIN over the columns; for SQLite an FTS5 table that triggers keep equal to them.

    The table belongs to the index, not to a migration, because Django rebuilds an SQLite table at each change of its
    columns and makes its indexes anew; triggers written by hand would be lost then. Tests make it the same way.
    """

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            statement: Any = super().create_sql(model, schema_editor, using=" USING gin", **kwargs)
            statement.parts["extra"] = (
                " WITH (fastupdate = off)"  # read more than written: no list to look through
            )
            return statement
        # Deferred, so that the table has its final name when a rebuild ends.
        schema_editor.deferred_sql.extend(
            _fts_statements(
                model._meta.db_table.removeprefix("new__"), [name for name, _ in self.fields_orders]
            )
        )
        return "SELECT 1"

    def remove_sql(self, model: Any, schema_editor: Any, **kwargs: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super().remove_sql(model, schema_editor, **kwargs)
        return f"DROP TABLE IF EXISTS {FTS_TABLE}"


def _fts_statements(table: str, columns: list[str]) -> list[str]:
    names = ", ".join(columns)
    new, old = (", ".join(f"{row}.{name}" for name in columns) for row in ("new", "old"))
    forget = f"INSERT INTO {FTS_TABLE} ({FTS_TABLE}, rowid, {names}) VALUES ('delete', old.id, {old});"  # noqa: S608
    learn = f"INSERT INTO {FTS_TABLE} (rowid, {names}) VALUES (new.id, {new});"  # noqa: S608 - our own names
    return [
        f"DROP TABLE IF EXISTS {FTS_TABLE}",
        f"CREATE VIRTUAL TABLE {FTS_TABLE} USING fts5({names}, content='{table}', content_rowid='id', "
        "tokenize=\"ascii tokenchars '+#'\")",
        f"CREATE TRIGGER {table}_insert AFTER INSERT ON {table} BEGIN {learn} END",
        f"CREATE TRIGGER {table}_delete AFTER DELETE ON {table} BEGIN {forget} END",
        f"CREATE TRIGGER {table}_update AFTER UPDATE OF {names} ON {table} BEGIN {forget} {learn} END",
        f"INSERT INTO {FTS_TABLE} ({FTS_TABLE}) VALUES ('rebuild')",  # noqa: S608
    ]


def _places(words: Iterable[str]) -> dict[str, list[int]]:
    """Return where each word stands, counted from 1, within what PostgreSQL keeps."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words, 1):
        if place > WORDS_MAX:
            break
        if word != GAP and len(places[word]) < PLACES_MAX:
            places[word].append(place)
    return places


def _vector(words: Iterable[str]) -> str:
    return " ".join(f"'{word}':{','.join(map(str, at))}" for word, at in _places(words).items())


def _line(words: Iterable[str]) -> str:
    found = _places(words)
    line = [_FILLER] * max((at[-1] for at in found.values()), default=0)
    for word, places in found.items():
        for place in places:
            line[place - 1] = word
    return " ".join(line)
