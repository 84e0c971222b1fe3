"""What can be reported: each app registers its kinds of text here, and who looks after what besides moderators.

    moderation.register(Kind(name="post", label=_("Post"), find=…, load=…, hide=…, …))
    moderation.register_scope("course_ref", lambda user: Course.objects.taught_by(user).values("pk"))

This module knows no model, so that models, rules and services may ask it (docs/adr/0015).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from community_platform.core.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One text that can be reported, as reports and the queue need it, whatever its app."""

    kind: str
    pk: int
    author: Any
    title: str
    content: str
    content_html: str
    place: str  # where it stands: a category, a course
    url: str
    edit_url: str
    revision: int
    course_ref: int | None
    category_ref: int | None
    is_hidden: bool
    is_deleted: bool  # also true of what is hidden
    is_public: bool  # it stands where everybody may read
    removal_reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of text.

    `find(user, pk)` returns the subject if `user` may see it, or raises NotFound; it may name another kind (a post that
    is the body of a topic is the topic). `load(pks)` returns whatever of them exists, in any state, by key.
    `shown(user, pks)` returns which of them `user` may read now. `hide(actor, pk, reason)`, `show(actor, pk)` and
    `delete(actor, pk)` are services of the app: they lock, count and publish; repeating them changes nothing.
    """

    name: str
    label: str | Promise
    icon: str  # Lucide name
    find: Callable[[Any, int], Subject]
    load: Callable[[Iterable[int]], Mapping[int, Subject]]
    shown: Callable[[Any, Iterable[int]], set[int]]
    hide: Callable[[Any, int, str], object]
    show: Callable[[Any, int], object]
    delete: Callable[[Any, int], object]


@dataclass(frozen=True, slots=True)
class Scope:
    """Who besides moderators decides: `ids_of(user)` are the keys of what `user` looks after, list or subquery.

    `has_any(user)` tells without a query whether there may be one.
    """

    ids_of: Callable[[Any], Any]
    has_any: Callable[[Any], bool]


SCOPES = ("course_ref", "category_ref")
_kinds: dict[str, Kind] = {}
_scopes: dict[str, Scope] = {}


def register(kind: Kind) -> None:
    """Let texts of this kind be reported."""
    _kinds[kind.name] = kind


def register_scope(column: str, ids_of: Callable[[Any], Any], has_any: Callable[[Any], bool]) -> None:
    """Let those who look after a course or category decide about what stands in it."""
    if column not in SCOPES:
        raise KeyError(f"unknown scope {column!r}")
    _scopes[column] = Scope(ids_of, has_any)


def kinds() -> tuple[Kind, ...]:
    return tuple(_kinds.values())


def kind(name: str) -> Kind:
    """Return the kind of this name. Raises NotFound."""
    if name not in _kinds:
        raise NotFound
    return _kinds[name]


def scopes() -> Mapping[str, Scope]:
    return _scopes


def may_look_after(user: Any) -> bool:
    """Tell without a query whether `user` may have reports to decide."""
    return bool(user.is_moderator) or any(scope.has_any(user) for scope in _scopes.values())
