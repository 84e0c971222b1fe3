"""Make the key that signs web pushes."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.services import push


class Command(BaseCommand):
    help = "Prints a new VAPID_PRIVATE_KEY alone. Browsers that subscribed with another key must subscribe again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(push.new_private_key())
