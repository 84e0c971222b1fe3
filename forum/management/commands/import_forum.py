"""`import_forum`: what `export_forum` wrote, into this site."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community_platform.core.errors import DomainError
from community_platform.core.permissions import SYSTEM
from forum.services.transfer.ndjson import import_lines


class Command(BaseCommand):
    help = "Reads an export of a forum (- is the standard input). Again adds only what is not here yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        def tell(added: Counter[str]) -> None:
            if options["verbosity"] > 1:
                self.stderr.write(summary(added))

        try:
            if options["file"] == "-":
                added = import_lines(actor=SYSTEM, source=sys.stdin, tell=tell)
            else:
                with Path(options["file"]).open(encoding="utf-8") as lines:
                    added = import_lines(actor=SYSTEM, source=lines, tell=tell)
        except (DomainError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(summary(added))


def summary(added: Counter[str]) -> str:
    """Say what was added, in one line."""
    counts = ", ".join(f"{count:,} {name}" for name, count in sorted(added.items()) if count)
    return counts or "nothing new"
