"""`evaluate_badges`: compares people with the rules of all badges, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gamification import catalogue, tasks
from gamification.services import evaluation
from profiles.models import User


class Command(BaseCommand):
    help = "Awards every badge that is earned and not held: of everybody, or of one person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", metavar="NAME", help="only this person")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["user"]:
            self.stdout.write(f"{tasks.settle_badges()} awards")
            return
        person = User.objects.named([options["user"]]).first()
        if person is None:
            raise CommandError(f"There is nobody called {options['user']}.")
        got = evaluation.evaluate(metrics=catalogue.load()["metrics"], people=[person.pk])
        self.stdout.write(f"{sum(len(badges) for badges in got.values())} awards")
