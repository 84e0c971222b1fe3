"""`demo_logins`: who can sign in to the demo school; silent where it was never made."""

from typing import Any

from django.core.management.base import BaseCommand

from community_platform.demo.people import NAMED, PASSWORD
from profiles.models import User


class Command(BaseCommand):
    help = "Prints the demo accounts that exist here and still have their first password."

    def handle(self, *args: Any, **options: Any) -> None:
        emails = [person.email for person in NAMED]
        users = {user.username: user for user in User.objects.filter(email__in=emails, is_active=True)}
        open_to_all = [p for p in NAMED if p.username in users and users[p.username].check_password(PASSWORD)]
        if open_to_all:
            self.stdout.write(f"\nDemo accounts, password {PASSWORD}:")
            for person in open_to_all:
                self.stdout.write(f"  {person.username:<8} {person.role:<14} {person.email}")
            self.stdout.write("")
