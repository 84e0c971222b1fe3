"""The two doors of the site: send one thing through a form or as JSON, and see what it did to the rows."""

import html
import importlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client

APPS = ("profiles", "courses", "forum", "gamification", "notifications", "account")
# Random or by the door: digests of keys, names of files, what a form remembers.
LEFT_OUT = {
    "uuid", "seed", "data", "duration_seconds", "wall_ms", "id", "digest", "token_key", "password",
    "avatar", "cover", "session", "file", "provider_reference", "payment_url", "reference",
}  # fmt: skip
BY_CHANCE = {("coursefile", "key"), ("dataexport", "size")}  # a random name; an archive with keys and moments in it


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: who, at what, with which text, and the status both doors answer (0: success)."""

    actor: str
    target: str
    text: str = "A new text, long enough"
    status: int = 0
    api_status: int = 0
    """Where the API says it otherwise: what a page names in its path stands in the API's body, which is a 400."""


@dataclass(frozen=True, slots=True)
class Action:
    """One mutation. `html` and `api` build a request from (world, key of the target, text)."""

    name: str
    services: tuple[str, ...]
    html: Callable[[SimpleNamespace, Any, str], tuple[str, dict[str, Any]]]
    api: Callable[[SimpleNamespace, Any, str], tuple[str, str, Any]]
    tries: dict[str, Try] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What a door answered and left behind."""

    status: int
    text: str
    fields: set[str] | None
    location: str
    rows: dict[str, Any]
    called: set[str]


def by_form(
    action: Action, attempt: Try, world: SimpleNamespace, client: Client, watch: Iterable[str]
) -> Outcome:
    """Send the form as a browser without JavaScript does."""
    path, data = action.html(world, getattr(world, attempt.target, attempt.target), attempt.text)
    with _watching(watch) as called:
        answer = client.post(path, data)
    form = (answer.context or {}).get("form") if answer.status_code == 400 else None
    fields = {"" if name == "__all__" else name for name in form.errors} if form is not None else None
    page = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())
    return Outcome(answer.status_code, page, fields, answer.get("Location", ""), {}, called)


def by_api(
    action: Action, attempt: Try, world: SimpleNamespace, client: Any, watch: Iterable[str]
) -> Outcome:
    """Send the same as JSON, files as multipart."""
    method, path, body = action.api(world, getattr(world, attempt.target, attempt.target), attempt.text)
    has_file = any(isinstance(value, SimpleUploadedFile) for value in (body or {}).values())
    with _watching(watch) as called:
        answer = getattr(client, method)(path, body, format="multipart" if has_file else "json")
    problem = answer.json() if answer.status_code >= 400 else {}
    fields = {error["field"] or "" for error in problem.get("errors", [])} or None
    return Outcome(answer.status_code, problem.get("detail", ""), fields, "", {}, called)


def snapshot() -> dict[str, list[dict[str, Any]]]:
    """Return every row of the apps; keys become places in the table and moments whether they are set."""
    tables = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in APPS]
    places = {model: {pk: place for place, pk in enumerate(_keys(model))} for model in apps.get_models()}
    rows = {model: [_plain(row, places) for row in model._default_manager.order_by("pk")] for model in tables}
    # Tokens have random keys, hence no order of their own.
    return {model._meta.label: sorted(plain, key=repr) for model, plain in rows.items()}


def _keys(model: type[models.Model]) -> Any:
    return model._default_manager.order_by("pk").values_list("pk", flat=True)


def _plain(row: models.Model, places: dict[Any, dict[Any, int]]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if column.name in LEFT_OUT or isinstance(column, models.UUIDField):
            continue
        if (row._meta.model_name, column.name) in BY_CHANCE:
            continue
        if column.name == "object_id" or column.name.endswith("_ref"):
            value = value is not None  # a key without a table to look its place up in
        elif isinstance(column, models.ForeignKey):
            value = None if value is None else places[column.related_model].get(value)
        elif isinstance(column, models.DateTimeField):
            value = value is not None
        elif column.name in {"url", "key", "note", "dedupe_key", "before", "after"}:
            value = re.sub(r"\d+", "N", value)  # keys again: a sequence does not go back with its transaction
        plain[column.name] = value
    for picture in ("avatar", "cover"):
        if hasattr(row, picture):
            plain[picture] = bool(getattr(row, picture))
    return plain


@contextmanager
def _watching(watch: Iterable[str]) -> Iterator[set[str]]:
    """Collect which of these functions are called, under whichever name a module holds them."""
    called: set[str] = set()
    with ExitStack() as stack:
        for name in watch:
            home, _, short = name.rpartition(".")
            function = getattr(importlib.import_module(home), short)
            spy = _spy(function, name, called)
            for module in list(sys.modules.values()):
                if vars(module).get(short) is function:
                    stack.enter_context(patch.object(module, short, spy))
        yield called


def _spy(function: Any, name: str, called: set[str]) -> Any:
    def spy(*args: Any, **kwargs: Any) -> Any:
        called.add(name)
        return function(*args, **kwargs)

    return spy
