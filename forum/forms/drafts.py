"""What a form starts with when its text was begun before: in an expired session, on another page or device."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from community_platform.core.errors import DomainError
from community_platform.core.html import kept_draft
from forum.models import Draft
from forum.services.drafts import FIELDS, close_draft, save_draft


@dataclass(slots=True)
class Begun:
    """The draft of one form: its key, the number to count on from, and what was typed, if anything."""

    key: str
    seq: int = 0
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def is_restored(self) -> bool:
        return bool(self.fields)


def begun(request: HttpRequest, key: str, path: str, stored: Draft | None = None) -> Begun:
    """Return what `request`'s person began to write for `key` in the form that posts to `path`.

    What an expired session kept comes first, and is stored as the draft before it is forgotten. `stored` is the draft
    where it was loaded already; otherwise one query.
    """
    if not request.user.is_authenticated:
        return Begun(key)
    typed = {name: value for name, value in kept_draft(request, path).items() if name in FIELDS}
    if typed:
        with suppress(DomainError):
            stored = save_draft(actor=request.user, key=key, fields=typed)
    elif stored is None:
        stored = Draft.objects.filter(user=request.user, key=key).first()
    return Begun(key, stored.seq if stored else 0, typed or dict(stored.payload if stored else {}))


def posted(request: HttpRequest, key: str) -> Begun:
    """Return the draft of a form that was sent and is shown again: what was typed stands in the form itself."""
    return Begun(key, _seq(request))


def finish(request: HttpRequest, key: str) -> None:
    """Close the draft of a text that was taken."""
    close_draft(actor=request.user, key=key, seq=_seq(request))


def rescue(request: HttpRequest, key: str) -> None:
    """Keep what was sent as the draft of `key`: the place that it was sent to is gone."""
    typed = {name: request.POST[name] for name in FIELDS if name in request.POST}
    with suppress(DomainError):
        save_draft(actor=request.user, key=key, fields=typed)


def base_of(fields: Mapping[str, Any]) -> str:
    """Return what an edit form starts from, as its hidden field carries it: a conflict is solved with it."""
    return json.dumps(fields, ensure_ascii=False)


def _seq(request: HttpRequest) -> int:
    given = request.POST.get("draft_seq", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 17 else 0
