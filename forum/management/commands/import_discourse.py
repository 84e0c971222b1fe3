"""`import_discourse`: a folder of Discourse's public JSON, into this site."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community_platform.core.errors import DomainError
from community_platform.core.permissions import SYSTEM
from forum.management.commands.import_forum import summary
from forum.services.transfer.discourse import import_discourse


class Command(BaseCommand):
    help = (
        "Reads categories.json, latest.json, t/ID.json (and posts, and post_action_users) of a Discourse forum from a "
        "folder. Again adds only what is not here yet; an interrupted run is begun again with the same command."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path")
        parser.add_argument("--source", default="", help="name of the forum; the folder's by default")
        parser.add_argument(
            "--same-people", action="store_true", help="a user name here and there is the same person"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        def tell(added: Counter[str]) -> None:
            if options["verbosity"] > 1:
                self.stderr.write(summary(added))

        folder = Path(options["path"])
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder")
        try:
            added = import_discourse(
                actor=SYSTEM, folder=folder, source=options["source"], same_people=options["same_people"], tell=tell
            )  # fmt: skip
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(summary(added))
