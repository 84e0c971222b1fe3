"""Write the search index: what is missing, or all of it."""

from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from forum.services import search_index


class Command(BaseCommand):
    help = "Index what is not indexed yet. Safe to interrupt, to repeat, and to run on a live site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all",
            action="store_true",
            help="index everything anew, for example after the stemmer has changed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        def tell(name: str, written: int) -> None:
            if options["verbosity"] > 1:
                self.stdout.write(f"{written} entries, last a {name}")

        written = search_index.catch_up(everything=options["all"], tell=tell)
        self.stdout.write(f"{written} entries written")
