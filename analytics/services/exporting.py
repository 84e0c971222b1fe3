"""Tables taken out of the school: CSV, XLSX or JSON, each noted with who took what."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook

from analytics.models import ExportFormat, FigureExport
from analytics.selectors import cohorts, quizzes, students
from analytics.selectors import course as of_course
from analytics.selectors.scope import Range, zone
from community_platform.core.errors import NotFound
from community_platform.core.permissions import ensure
from courses.models import Course

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
CHUNK = 500
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """What can be exported. `rows` yields values in the order of `columns`; `has_names`: it names students."""

    columns: tuple[str, ...]
    rows: Callable[[Course, Range], Iterator[Row]]
    has_names: bool = False


def _dicts(found: Iterable[dict[str, Any]], columns: Sequence[str]) -> Iterator[Row]:
    return ([row[name] for name in columns] for row in found)


_DAILY = (
    "date", "enrollments", "active_students", "completions", "completion_rate", "total_watch_time_minutes",
    "average_watch_time_minutes", "comments_count", "questions_count", "likes_count", "average_quiz_score",
    "quiz_attempts", "revenue", "dau", "wau", "mau",
)  # fmt: skip
_STUDENTS = (
    "user_id", "username", "name", "engagement_score", "progress_percent", "lessons_viewed", "videos_watched",
    "quizzes_completed", "comments_posted", "total_time_spent_minutes", "last_activity_at", "enrolled_at",
    "completed_at", "estimated_completion_date", "estimated_from", "estimated_to", "is_at_risk",
)  # fmt: skip
_REVENUE = ("date", "gross", "refunded", "net", "orders")


def _students(course: Course, days: Range) -> Iterator[Row]:
    for row in students.rows(course).iterator(chunk_size=CHUNK):
        person = {"username": row.user.username, "name": row.user.name}
        yield [person[name] if name in person else getattr(row, name) for name in _STUDENTS]


def _lessons(course: Course, days: Range) -> Iterator[Row]:
    done = {row["lesson"]["id"]: row for row in of_course.content(course, days)["completion"]}
    for row in of_course.drop_off(course):
        seen = done[row["lesson"]["id"]]
        yield [
            row["lesson"]["slug"], row["lesson"]["title"], row["reached"], row["left"], row["in_progress"],
            seen["viewed"], seen["completed"], seen["rate"],
        ]  # fmt: skip


def _questions(course: Course, days: Range) -> Iterator[Row]:
    for row in quizzes.questions(course, days):
        about = row["question"]
        yield [
            about["id"], about["text"], row["lesson"]["slug"], row["n"], row["facility"], row["discrimination"],
            row["verdict"],
        ]  # fmt: skip


def _cohorts(course: Course, days: Range) -> Iterator[Row]:
    for row in cohorts.triangle(course):
        for period, count in enumerate(row["cells"]):
            yield [row["cohort"], row["size"], period, count]


TABLES = {
    "daily": Table(_DAILY, lambda course, days: _dicts(of_course.daily(course, days), _DAILY)),
    "students": Table(_STUDENTS, _students, has_names=True),
    "lessons": Table(
        ("lesson", "title", "reached", "left", "in_progress", "viewed", "completed", "completion_rate"), _lessons
    ),
    "questions": Table(
        ("question", "text", "lesson", "n", "facility", "discrimination", "verdict"), _questions
    ),
    "revenue": Table(
        _REVENUE, lambda course, days: _dicts(of_course.revenue(course, days)["daily"], _REVENUE)
    ),
    "cohorts": Table(("cohort", "size", "week", "students"), _cohorts),
}


def begin_export(
    *, actor: Any, course: Course, table: str, format: str, days: Range, has_bom: bool = False
) -> FigureExport:
    """Note that `actor` takes a table of a course, and return the note.

    Raises: NotAllowed (rule analytics.view_course), NotFound for a table or format that does not exist.
    """
    ensure(actor, "analytics.view_course", course)
    if table not in TABLES or format not in ExportFormat.values:
        raise NotFound
    return FigureExport.objects.create(
        user=actor, course=course, table=table, format=format, first=days.first, last=days.last,
        has_names=TABLES[table].has_names, has_bom=has_bom,
    )  # fmt: skip


def lines(note: FigureExport, course: Course, days: Range) -> Iterator[str]:
    """Yield a CSV or JSON a line at a time; the number of rows is noted at the end."""
    table = TABLES[note.table]
    rows = _counted(note, table.rows(course, days))
    return _csv(note, table, rows) if note.format == ExportFormat.CSV else _json(table, rows)


def workbook(note: FigureExport, course: Course, days: Range) -> IO[bytes]:
    """Return an open XLSX. Rows go to the disk as they are read: memory stays small."""
    table = TABLES[note.table]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(note.table)
    sheet.append([_cell(name) for name in table.columns])
    for row in _counted(note, table.rows(course, days)):
        sheet.append([_cell(value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(file)
    file.seek(0)
    return file


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; numbers never come here."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _counted(note: FigureExport, rows: Iterator[Row]) -> Iterator[Row]:
    count = 0
    for row in rows:
        count += 1
        yield row
    FigureExport.objects.filter(pk=note.pk).update(rows=count)


def _csv(note: FigureExport, table: Table, rows: Iterator[Row]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if note.has_bom:
        buffer.write(BOM)
    writer.writerow(table.columns)
    yield _taken(buffer)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _json(table: Table, rows: Iterator[Row]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield before + json.dumps(dict(zip(table.columns, row, strict=True)), default=_text, ensure_ascii=False)
        before = ",\n"
    yield "[]" if before == "[" else "]"


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return "" if value is None else value
    return guarded(value) if isinstance(value, str) else _text(value)


def _cell(value: Any) -> Any:
    """Return what a cell holds: numbers as numbers, moments of the reports' zone without it, texts guarded."""
    if isinstance(value, datetime):
        return timezone.make_naive(value, zone())
    return guarded(value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
