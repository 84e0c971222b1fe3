"""`show_events`: who publishes what, and who hears it. docs/EVENTS.md is its output (`make docs`)."""

import dataclasses
import importlib
import importlib.util
import inspect
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from community_platform.core.events import DomainEvent, subscribers

HEAD = """# Events

Written by `make docs` from the code; a test compares. Every event is published inside the transaction of its change and
delivered after commit, isolated (docs/adr/0004). `uid` and `at` are in each of them.

| event | says | carries | heard by |
|---|---|---|---|
"""


class Command(BaseCommand):
    help = "Prints every domain event with its fields and its subscribers."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table(), ending="")


def table() -> str:
    """Return the whole document."""
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in _rows())


def _rows() -> Iterator[list[str]]:
    for app in settings.LOCAL_APPS:
        if importlib.util.find_spec(f"{app}.events") is None or app.endswith("core"):
            continue
        module = importlib.import_module(f"{app}.events")
        for name, event in inspect.getmembers(module, inspect.isclass):
            if issubclass(event, DomainEvent) and event.__module__ == module.__name__:
                fields = [
                    field.name for field in dataclasses.fields(event) if field.name not in {"uid", "at"}
                ]
                heard = [f"`{s.__module__}.{s.__qualname__}`" for s in subscribers(event)]
                says = (inspect.getdoc(event) or "").split("\n")[0] if "__doc__" in vars(event) else ""
                says = "" if says.startswith(f"{name}(") else says  # the text dataclasses make up
                yield [f"`{app}.{name}`", says, ", ".join(fields), "<br>".join(heard) or "nobody yet"]
