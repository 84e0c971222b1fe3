"""`prepare`: everything between a clone and a running server, in one process and only where something changed."""

import hashlib
import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from profiles.models import User


class Command(BaseCommand):
    help = "Migrates, builds assets, collects static files and fills an empty site with the demo school."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="delete all data and uploads, then stop")
        parser.add_argument("--no-demo", action="store_true", help="leave an empty site empty")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reset"]:
            self._reset()
            return
        call_command("migrate", interactive=False, verbosity=0)
        call_command("build_assets")
        self._collect_static()
        if not (options["no_demo"] or settings.PRODUCTION or User.objects.exists()):
            call_command("seed_demo", scale="small", seed=1)
        call_command("sync_badges", stdout=io.StringIO())
        call_command("demo_logins")

    def _collect_static(self) -> None:
        """Hash and copy the static files when one of their sources changed."""
        stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
        digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
        for folder in settings.STATICFILES_DIRS:
            for path in sorted(Path(folder).rglob("*")):
                if path.is_file():
                    digest.update(f"{path}:".encode() + path.read_bytes())
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest.hexdigest())

    def _reset(self) -> None:
        if connection.vendor == "sqlite":
            name = str(settings.DATABASES["default"]["NAME"])
            connection.close()
            for suffix in ("", "-wal", "-shm"):
                Path(name + suffix).unlink(missing_ok=True)
        else:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for folder in (Path(settings.MEDIA_ROOT), settings.VAR_DIR / "mail"):
            _empty(folder)
        self.stdout.write("The data is gone. `make run` makes a new demo school.")


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True) if folder.exists() else []:
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
