"""`seed_demo`: fills an empty site with the demo school."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from community_platform.core.errors import Conflict
from community_platform.demo import seed
from community_platform.demo.seeding import SCALES


class Command(BaseCommand):
    help = "Makes the demo school in an empty database; the same --seed makes the same school."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=list(SCALES), default="small")
        parser.add_argument("--seed", type=int, default=1, metavar="N")
        parser.add_argument("--reset", action="store_true", help="first delete everything that people made")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        if options["reset"]:
            seed.reset()
        try:
            seed.seed(scale=options["scale"], number=options["seed"], now=timezone.now())
        except Conflict as error:
            raise CommandError(error.message) from error
        took = time.monotonic() - started
        self.stdout.write(
            f"The demo school ({options['scale']}, seed {options['seed']}) is ready after {took:.1f} s."
        )
