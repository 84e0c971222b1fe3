"""`export_forum`: the whole forum as NDJSON."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from community_platform.core.permissions import SYSTEM
from forum.services.transfer.export import export_lines


class Command(BaseCommand):
    help = "Writes the whole forum to FILE, one JSON object a line (- is the standard output)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--with-emails", action="store_true", help="also tell the e-mails of the people")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = export_lines(actor=SYSTEM, with_emails=options["with_emails"])
        if options["file"] == "-":
            sys.stdout.writelines(lines)
            return
        path = Path(options["file"])
        part = path.with_name(f"{path.name}.part")  # a file of this name is a whole one
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
        part.replace(path)
        self.stdout.write(f"wrote {path} ({path.stat().st_size:,} bytes)")
