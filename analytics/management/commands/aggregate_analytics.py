"""`manage.py aggregate_analytics [--since D] [--until D] [--full]`: brings the tables of analytics up to date."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date

from analytics.services.aggregation import aggregate


class Command(BaseCommand):
    help = "Count what changed since the last run, or the days given, or everything. Running again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", help="first day to count anew, YYYY-MM-DD")
        parser.add_argument("--until", help="last day to count anew, YYYY-MM-DD")
        parser.add_argument("--full", action="store_true", help="count everything anew")

    def handle(self, *args: Any, since: str | None, until: str | None, full: bool, **options: Any) -> None:
        first, last = _day("--since", since), _day("--until", until)
        if first and last and first > last:
            raise CommandError("--since is after --until")
        done = aggregate(since=first, until=last, full=full, nightly=True)
        self.stdout.write(f"{done.courses} courses, {done.days} changed days, {done.rows} rows written")


def _day(option: str, given: str | None) -> date | None:
    if given is None:
        return None
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"{option}: {given!r} is no date such as 2026-11-23")
    return day
