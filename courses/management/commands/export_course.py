"""manage.py export_course: a course as a Markdown folder, or as a ZIP of it."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community_platform.core.errors import DomainError
from community_platform.core.permissions import SYSTEM
from courses.models import Course
from courses.services import transfer


class Command(BaseCommand):
    help = "Write a course as a Markdown folder (docs/COURSE_FORMAT.md); a path that ends in .zip is an archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        course = Course.objects.select_related("category").filter(slug=options["slug"]).first()
        if course is None:
            raise CommandError(f"there is no course {options['slug']}")
        path: Path = options["path"]
        try:
            if path.suffix == ".zip":
                with transfer.export_zip(actor=SYSTEM, course=course) as archive, path.open("xb") as target:
                    shutil.copyfileobj(archive, target)
            else:
                transfer.export_folder(actor=SYSTEM, course=course, path=path)
        except FileExistsError as error:
            raise CommandError(f"{path} is there already") from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{course.slug}: written to {path}")
