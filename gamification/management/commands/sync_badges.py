"""`sync_badges`: the catalogue of badges, points and events into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from gamification.services.catalogue import sync_catalogue


class Command(BaseCommand):
    help = "Writes the badge catalogue into the database; what administrators edited there stays."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sync_catalogue()} badges")
