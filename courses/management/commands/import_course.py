"""manage.py import_course: a folder, a ZIP or a tar.gz becomes a draft."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community_platform.core.errors import DomainError
from courses.selectors import studio
from courses.services import transfer
from profiles.models import User


class Command(BaseCommand):
    help = "Make a draft of a course: a Markdown folder (docs/COURSE_FORMAT.md) or an Open edX export."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a folder, a ZIP or a tar.gz")
        parser.add_argument("--instructor", required=True, metavar="USERNAME", help="who teaches it")
        parser.add_argument("--category", default="", metavar="SLUG", help="where it goes if the archive does not say")
        parser.add_argument("--again", action="store_true", help="another draft of an archive that is here already")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"{path} does not exist")
        person = User.objects.with_roles().filter(username=options["instructor"]).first()
        if person is None:
            raise CommandError(f"nobody is called {options['instructor']}")
        try:
            category = studio.category_of(options["category"]) if options["category"] else None
            made, is_new = transfer.import_path(
                actor=person, path=path, category=category, again=options["again"]
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        said = "draft" if is_new else "was imported before (--again makes another draft)"
        self.stdout.write(f"{made.course.slug}: {said}, {made.course.lessons_count} lessons, {made.format}")
        for note in made.notes:
            self.stdout.write(f"  {note['place']}: {note['text']}")
