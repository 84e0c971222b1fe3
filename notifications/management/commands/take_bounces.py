"""Take in reports of mails that could not be delivered."""

import mailbox
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications.services import bounces


class Command(BaseCommand):
    help = "Reads delivery reports (RFC 3464): one from standard input, or all of a mailbox, which are deleted there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--maildir", help="a Maildir: cur and new")
        parser.add_argument("--mbox", help="an mbox file")
        parser.add_argument("--keep", action="store_true", help="leave the reports where they are")

    def handle(self, *args: Any, **options: Any) -> None:
        place = options["maildir"] or options["mbox"]
        if place is None:
            taken, other = bounces.take([sys.stdin.buffer.read()])
        elif not Path(place).exists():
            raise CommandError(f"{place} does not exist.")
        else:
            maildir = options["maildir"] is not None
            box: Any = mailbox.Maildir(place, create=False) if maildir else mailbox.mbox(place, create=False)
            taken, other = self._take_all(box, keep=options["keep"])
        self.stdout.write(f"{taken} taken in, {other} left alone")

    def _take_all(self, box: Any, *, keep: bool) -> tuple[int, int]:
        """Take in every report; one that counted is deleted, what is something else stays for people to read."""
        box.lock()
        try:
            counts = [0, 0]
            for key in list(box.keys()):
                taken, other = bounces.take([box.get_bytes(key)])
                counts[0] += taken
                counts[1] += other
                if taken and not keep:
                    box.remove(key)
            box.flush()
        finally:
            box.unlock()
        return counts[0], counts[1]
