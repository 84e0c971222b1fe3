"""Account erasure and export: each app registers what it holds about a person; nobody keeps a list of apps.

An app says in its `exports.py` what it gives out, by the foreign keys that it covers, and what it withholds and why:

    lifecycle.exports(
        table("forum/posts", Post, "author", ("topic_id", "number", "content", "created_at")),
        Subject("courses/attempts", links=("courses.QuizAttempt.user",), rows=_attempts),
    )
    lifecycle.withheld({"forum.Post.deleted_by": "what moderators did to texts of others"})

A test asks every table for foreign keys to people and fails for one that is neither. How accounts become one is
`core.merging`.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, Model
from django.db.models.fields.files import FieldFile

Exporter = Callable[[Any], Iterable[tuple[str, Any]]]
Eraser = Callable[[Any], None]
Row = Mapping[str, Any]
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Subject:
    """One file of an export. `rows(user)` yields what is JSON-able or made so; `is_single` writes the only row bare.

    `links` are the foreign keys that it covers, as "app.Model.field"; `name` is its path in the archive, less ".json".
    """

    name: str
    links: tuple[str, ...]
    rows: Callable[[Any], Iterable[Row]]
    is_single: bool = False


Files = Callable[[Any], Iterable[tuple[str, FieldFile]]]
Part = Callable[[Any], Iterator[tuple[str, bool, Iterator[Any]]]]
_subjects: dict[str, Subject] = {}
_exporters: dict[str, Exporter] = {}
_withheld: dict[str, str] = {}
_staying: dict[str, str] = {}
_files: dict[str, Files] = {}
_erasers: dict[str, Eraser] = {}


def register(app: str, *, erase: Eraser, export: Exporter | None = None) -> None:
    """Register `app`: `erase(user)` removes personal data; it runs in the eraser's transaction and must be repeatable.

    `export(user)` may yield (file name, JSON-able data) in place of subjects; it covers no link by itself.
    """
    _erasers[app] = erase
    if export is not None:
        _exporters[app] = export


def exports(*subjects: Subject) -> None:
    """Give these out in every export; the same name again replaces the former."""
    for subject in subjects:
        _subjects[subject.name] = subject


def withheld(reasons: Mapping[str, str]) -> None:
    """Say of foreign keys ("app.Model.field") why their rows are not given to the person they point at."""
    _withheld.update(reasons)


def stays(reasons: Mapping[str, str]) -> None:
    """Say why texts stay when a person is erased: of a column, or of all rows that a foreign key reaches.

    A test plants words in every column that is reachable from a person, erases, and looks through all tables.
    """
    _staying.update(reasons)


def staying() -> dict[str, str]:
    """Return what stays, "app.Model.field" → reason."""
    return dict(_staying)


def files(app: str, given: Files) -> None:
    """Let `given(user)` name the files of a person, as (path in the archive, stored file)."""
    _files[app] = given


def table(
    name: str, model: type[Model], link: str, columns: Sequence[str] | Mapping[str, str], *, is_single: bool = False
) -> Subject:
    """Return the subject of the rows of `model` whose foreign key `link` is the person, oldest first, in little memory.

    `columns` are lookups, under their own names or, as a mapping, shown name → lookup.
    """
    shown = dict(columns) if isinstance(columns, Mapping) else {column: column for column in columns}

    def rows(user: Any) -> Iterator[Row]:
        found = model._base_manager.filter(**{link: user.pk}).order_by("pk").values_list(*shown.values())
        for values in found.iterator(CHUNK):
            yield dict(zip(shown, values, strict=True))

    return Subject(name, (f"{model._meta.label}.{link}",), rows, is_single)


def subjects() -> tuple[Subject, ...]:
    """Return what an export consists of, by name."""
    return tuple(_subjects[key] for key in sorted(_subjects))


def files_of(user: Any) -> Iterator[tuple[str, FieldFile]]:
    """Yield the files of a person with their paths in the archive."""
    for given in _files.values():
        yield from given(user)


def parts() -> list[Part]:
    """Return the steps of an export: each, given a person, yields (file name, whether it is one object, its rows)."""
    return [
        *(partial(_of_subject, subject) for subject in subjects()),
        *(partial(_of_exporter, app, exporter) for app, exporter in _exporters.items()),
    ]


def _of_subject(subject: Subject, user: Any) -> Iterator[tuple[str, bool, Iterator[Any]]]:
    yield f"{subject.name}.json", subject.is_single, map(plain, subject.rows(user))


def _of_exporter(app: str, exporter: Exporter, user: Any) -> Iterator[tuple[str, bool, Iterator[Any]]]:
    for name, data in exporter(user):
        is_list = isinstance(data, list)
        yield f"{app}/{name}", not is_list, map(plain, data if is_list else [data])


def export(user: Any) -> dict[str, Any]:
    """Return everything the site holds about `user`, as file name → data: for tests and small accounts."""
    given: dict[str, Any] = {}
    for part in parts():
        for name, is_single, rows in part(user):
            found = list(rows)
            if not is_single:
                given[name] = found
            elif found:
                given[name] = found[0]
    return given


def erase(user: Any) -> None:
    """Remove the personal data of `user` in every app, the highest first: the account's own comes last.

    So all of them still know the names that are to be forgotten.
    """
    for eraser in reversed(_erasers.values()):
        eraser(user)


def plain(value: Any) -> Any:
    """Return `value` as JSON can say it: moments in ISO 8601, numbers of money as text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(part) for part in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    return str(value)


def links() -> dict[str, "ForeignKey[Any, Any]"]:
    """Return every foreign key to an account in the database, by "app.Model.field": ours and those of libraries.

    A many-to-many relation is the foreign key of its own table.
    """
    people = get_user_model()
    found: dict[str, ForeignKey[Any, Any]] = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is people:
                found[f"{model._meta.label}.{field.name}"] = field
    return found


def unexplained() -> set[str]:
    """Return the links that are neither exported nor withheld: none, or an app forgot them."""
    return set(links()) - {link for subject in _subjects.values() for link in subject.links} - set(_withheld)


def vanished() -> set[str]:
    """Return the links that apps name and no table has any more."""
    named = {link for subject in _subjects.values() for link in subject.links} | set(_withheld)
    return named - set(links())


def contradicting() -> set[str]:
    """Return the links that are said to be both exported and withheld."""
    return {link for subject in _subjects.values() for link in subject.links} & set(_withheld)
