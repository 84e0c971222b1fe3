"""`manage.py rotate_signing_key`: sign certificates with a new key from now on."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.services.signing_keys import rotate_key


class Command(BaseCommand):
    help = "Retire the key that signs certificates and make the next one. What was signed stays valid."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(rotate_key().key_id)
