"""`manage.py create_token USERNAME --scope ingest`: prints a new token's key, alone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community_platform.core.errors import DomainError
from community_platform.core.permissions import SYSTEM
from profiles.models import Scope, User
from profiles.services import tokens


class Command(BaseCommand):
    help = "Make an API token for a person and print its key; nobody can read it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--scope", action="append", choices=Scope.values, required=True, help="may be repeated"
        )
        parser.add_argument("--name", default="create_token")
        parser.add_argument("--days", type=int, help="1 to 365; default: 365, without end for ingest alone")

    def handle(
        self, *args: Any, username: str, scope: list[str], name: str, days: int | None, **options: Any
    ) -> None:
        account = User.objects.named([username]).first()
        if account is None:
            raise CommandError(f"no active account is called {username!r}")
        if days is None and set(scope) != {Scope.INGEST}:
            days = 365
        try:
            _token, key = tokens.create_token(
                actor=SYSTEM, account=account, name=name, scopes=scope, days=days
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(key)
