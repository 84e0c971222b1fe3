"""Every address of the site, out of the resolver, with its parameters filled in.

A route without parameters is walked by itself. What a parameter of another route means is declared here; a route with a
parameter that nobody declared fails the matrix. What is not walked at all stands in UNWALKED, with the reason.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from tests.privacy.world import World

# Beginning of a route → reason. The longest rule of this table and of MEANT wins.
UNWALKED = {
    "admin/": "for staff alone, who see all",
    "accounts/": "of one's own account",
    "health/": "about the site",
    "media/": "names of files cannot be guessed; pictures of a person are shown with the name",
    "static/": "files of ours",
    "favicon.ico": "a file of ours",
    "styleguide/": "samples",
    "api/schema": "about the site",
    "api/docs": "about the site",
    "api/^": "what does not exist",
}
# (beginning of a route, parameter) → what it is filled with, a name of World.things; "-" for something nobody has:
# the page is then 404, and what the object shows is walked by its owner's tests.
MEANT: dict[tuple[str, str], str] = {
    ("", "username"): "username",
    ("", "user"): "user",
    ("people/", "pk"): "user",
    ("", "topic"): "topic",
    ("", "post"): "post",
    ("", "comment"): "comment",
    ("", "category"): "category",
    ("api/courses/", "course"): "course",
    ("", "lesson"): "lesson",
    ("api/analytics/", "course"): "course",
    ("analytics/", "slug"): "course_slug",
    ("analytics/", "page"): "-",
    ("analytics/", "code"): "-",
    ("analytics/", "table"): "-",
    ("analytics/", "format"): "-",
    ("courses/", "slug"): "course_slug",
    ("courses/", "lesson"): "lesson_slug",
    ("forum/<slug:slug>", "slug"): "category_slug",
    ("forum/category/", "slug"): "category_slug",
    ("forum/tag/", "slug"): "tag",
    ("api/forum/tags/", "slug"): "tag",
    ("forum/topic/", "pk"): "topic",
    ("forum/post/", "pk"): "post",
    ("forum/comment/", "pk"): "comment",
    ("forum/course/", "pk"): "course",
    ("forum/^comments/", "kind"): "course_kind",
    ("forum/^comments/", "pk"): "course",
    ("moderation/report/", "kind"): "post_kind",
    ("moderation/report/", "pk"): "post",
    ("certificates/", "code"): "certificate",
    ("api/certificates/", "uuid"): "certificate",
    ("studio/courses/", "slug"): "course_slug",
    ("api/studio/courses/", "course"): "course",
    ("leaderboards/", "board"): "board",
    ("badges/", "slug"): "badge",
    ("api/gamification/badges/", "slug"): "badge",
    ("messages/", "pk"): "conversation",
    ("messages/message/", "pk"): "message",
    ("api/messages/", "conversation"): "conversation",
    ("api/messages/", "message"): "message",
    ("api/gamification/leaderboards/", "board"): "board",
    ("sitemap-", "name"): "sitemap",
    ("sitemap-", "number"): "first",
    # Of one's own, or of staff: somebody else's is 404 or 403.
    ("forum/topic/<int:pk>/card-", "digest"): "-",
    ("forum/<slug:slug>/card-", "digest"): "-",
    ("certificates/<uuid:code>/card-", "digest"): "-",
    ("profile/<str:username>/card-", "digest"): "-",
    ("course-files/", "key"): "-",
    ("course-files/", "name"): "-",
    ("courses/orders/", "pk"): "-",
    ("courses/orders/", "number"): "nobody",
    ("courses/<slug:slug>/reviews/", "pk"): "-",
    ("courses/<slug:slug>/feedback/", "pk"): "-",
    ("studio/", "pk"): "-",
    ("bugs/", "pk"): "-",
    ("settings/data/", "pk"): "-",
    ("referrals/codes/", "pk"): "-",
    ("referrals/review/", "pk"): "-",
    ("api/referrals/codes/", "pk"): "-",
    ("api/referrals/", "pk"): "-",
    ("api/users/data-exports/", "export"): "-",
    ("api/studio/", "section"): "-",
    ("api/studio/", "quiz"): "-",
    ("api/studio/", "question"): "-",
    ("api/studio/", "file"): "-",
    ("api/orders/", "number"): "nobody",
    ("api/coupons/", "coupon"): "-",
    ("api/payments/", "provider"): "-",
    ("api/reviews/", "review"): "-",
    ("api/feedback/", "mark"): "-",
    ("api/gamification/bugs/", "pk"): "-",
    ("messages/attachments/", "pk"): "-",
    ("forum/picture/", "name"): "-",
    ("forum/revision/", "pk"): "-",
    ("api/forum/revisions/", "revision"): "-",
    ("api/forum/drafts/", "key"): "-",
    ("moderation/case/", "pk"): "-",
    ("moderation/categories/", "pk"): "-",
    ("moderation/people/", "pk"): "-",
    ("api/moderation/queue/", "case"): "-",
    ("api/moderation/penalties/", "penalty"): "-",
    ("notifications/", "pk"): "-",
    ("notifications/unsubscribe/", "token"): "-",
    ("notifications/mail-preview/", "kind"): "-",
    ("notifications/mail-preview/", "language"): "-",
    ("notifications/mail-preview/", "form"): "-",
    ("settings/tokens/", "token_id"): "-",
    ("api/auth/tokens/", "token_id"): "-",
    ("courses/<slug:slug>/<slug:lesson>/attempts/", "number"): "first",
    ("api/quizzes/", "quiz"): "-",
    ("api/attempts/", "attempt"): "-",
}
FIXED = {"course_kind": ["course"], "post_kind": ["post"], "first": [1], "-": [0],
         "nobody": [UUID(int=0)], "board": ["points", "streak", "helpers", "referrals"],
         "sitemap": ["topics", "categories", "courses", "lessons"]}  # fmt: skip
# What is asked of routes that search. Not a canary: pages repeat what was typed.
QUERIES = {
    "forum/search/": ["q=heron", "q=heron&tab=people"], "forum/search/suggest/": ["q=heron"],
    "api/forum/search": ["q=heron", "q=heron&tab=people"], "api/forum/search/suggest": ["q=heron"],
    "api/forum/mentions": ["q=heron"], "people/": ["q=heron", "sort=newest"], "api/users": ["q=heron", "sort=points"],
}  # fmt: skip
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()\\]|\\.|\[[^\]]*\])*\)")


@dataclass(frozen=True, slots=True)
class Route:
    """One route: `names` are its parameters, `methods` those that write."""

    template: str
    names: tuple[str, ...]
    methods: tuple[str, ...]

    @property
    def is_about_people(self) -> bool:
        """Tell whether it is about a person, or lists people and what they did."""
        lists = {"people/", "feed/", "api/users", "api/feed", "api/users/suggestions"}
        return not {"username", "user", "board"}.isdisjoint(self.names) or self.template in lists


def routes() -> list[Route]:
    """Return every route that is walked, in the resolver's order."""
    found = [Route(*each) for each in _patterns(get_resolver().url_patterns)]
    return [route for route in found if not any(route.template.startswith(begin) for begin in UNWALKED)]


def _patterns(patterns: Iterable[Any], before: str = "") -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    for each in patterns:
        template = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns, template)
        elif isinstance(each, URLPattern):
            names = tuple(first or second for first, second in PARAMETER.findall(template))
            yield template, names, _writing(each)


def _writing(pattern: URLPattern) -> tuple[str, ...]:
    view = getattr(pattern.callback, "cls", None)
    if view is None:
        return ("post",)
    return tuple(name for name in ("post", "put", "patch", "delete") if hasattr(view, name))


def meaning(route: Route, name: str) -> str | None:
    """Return what the parameter is filled with, by the longest declared beginning; None if nobody declared it."""
    fitting = [begin for begin, of in MEANT if of == name and route.template.startswith(begin)]
    return MEANT[max(fitting, key=len), name] if fitting else None


def is_of_nobody(route: Route) -> bool:
    """Tell whether a parameter of the route names what nobody has."""
    return any(meaning(route, name) in {"-", "nobody"} for name in route.names)


def undeclared() -> list[str]:
    """Return the parameters that nobody declared."""
    return [f"{route.template}: {name}" for route in routes() for name in route.names if meaning(route, name) is None]


def unused() -> list[tuple[str, str]]:
    """Return the declarations that no route has any use for."""
    used = set()
    for route in routes():
        for name in route.names:
            fitting = [begin for begin, of in MEANT if of == name and route.template.startswith(begin)]
            used.add((max(fitting, key=len, default=""), name))
    return [key for key in MEANT if key not in used]


def paths(route: Route, world: World, *, owner: str = "") -> list[str]:
    """Return the addresses of `route` in `world`; of those with an owner only that owner's, if one is given."""
    values: list[Any] = []
    for name in route.names:
        what = meaning(route, name) or "-"
        found = FIXED.get(what) or world.things[what]
        if owner and what in {"username", "user"}:
            found = [owner if what == "username" else world.owners[owner].pk]
        values.append(found)
    filled = []
    for each in product(*values):
        given = iter(each)
        path = "/" + PARAMETER.sub(lambda _match: str(next(given)), route.template)  # noqa: B023 - used at once
        filled.append(path.replace("^", "").replace("\\Z", "").replace("$", ""))
    return [*filled, *(f"{path}?{query}" for path in filled for query in QUERIES.get(route.template, ()))]
