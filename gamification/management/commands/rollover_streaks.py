"""`manage.py rollover_streaks [--now ISO]`: settles all streaks up to yesterday in each zone."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gamification.services.rollover import rollover


class Command(BaseCommand):
    help = "Let every streak take a freeze for each missed day, or end. Running again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", help="ISO 8601, UTC without an offset; default: the clock")

    def handle(self, *args: Any, now: str | None, **options: Any) -> None:
        changed = rollover(now=_moment(now) if now else timezone.now())
        self.stdout.write(f"{changed} rows changed")


def _moment(given: str) -> datetime:
    try:
        moment = parse_datetime(given)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"--now: {given!r} is no time such as 2026-11-23T04:00:00Z")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
