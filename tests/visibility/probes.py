"""Ways to meet a thing of the forum: each returns everything that a person is given there."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from community_platform.core.realtime.accounts import barred_ids
from community_platform.core.realtime.channels import may_subscribe
from forum.models import Category
from forum.services.transfer.export import export_lines
from tests.visibility.world import Thing, World

BACKEND = "profiles.backends.AccountBackend"
Meets = Callable[[Thing], bool]


def _signed_in(client: Any, person: Any) -> Any:
    if person.is_authenticated:
        client.force_login(person, backend=BACKEND)
    return client


def _text(client: Any, *paths: str, **data: Any) -> str:
    """Return what these paths answer, redirects followed; nothing of an error but what it says."""
    answers = [client.get(path, data, follow=True) for path in paths]
    assert all(answer.status_code < 500 for answer in answers)
    return "\n".join(answer.content.decode() for answer in answers)


def _things_in(text_of: Callable[[Thing], str]) -> Meets:
    return lambda thing: thing.word in text_of(thing).lower()


def page(person: Any, world: World) -> Meets:
    browser = _signed_in(Client(), person)
    return _things_in(
        lambda thing: _text(
            browser,
            thing.topic.get_absolute_url(),
            f"/forum/post/{thing.post.pk}/history/",
        )
    )


def listed(person: Any, world: World) -> Meets:
    browser = _signed_in(Client(), person)
    tabs = [
        f"/forum/?tab={tab}" for tab in ("latest", "new", "unread", "participating", "unanswered", "solved")
    ]
    shelves = [shelf.get_absolute_url() for shelf in Category.objects.all()]
    found = _text(browser, *tabs, *shelves, "/", "/profile/author/").lower()
    return lambda thing: thing.word in found


def api(person: Any, world: World) -> Meets:
    client = _signed_in(APIClient(), person)
    return _things_in(
        lambda thing: _text(
            client,
            f"/api/forum/topics/{thing.topic.pk}",
            f"/api/forum/posts/{thing.post.pk}",
            f"/api/forum/posts/{thing.post.pk}/revisions",
            f"/api/forum/categories/{thing.topic.category_id}/topics",
        )
    )


def search(person: Any, world: World) -> Meets:
    client = _signed_in(APIClient(), person)

    def meets(thing: Thing) -> bool:
        hits = client.get("/api/forum/search", {"q": thing.word})
        suggested = client.get("/api/forum/search/suggest", {"q": thing.word})
        similar = client.get(
            "/api/forum/search/similar", {"title": f"All about the {thing.word}", "q": thing.word}
        )
        return any(
            answer.status_code == 200 and thing.word in answer.content.decode().lower()
            for answer in (hits, suggested, similar)
        )

    return meets


def atom(person: Any, world: World) -> Meets:
    browser = _signed_in(Client(), person)
    feeds = [f"/forum/{shelf.slug}/feed/" for shelf in Category.objects.all()]
    feeds += ["/forum/feed/", "/forum/feed/solved/", "/forum/user/author/feed/"]
    feeds += [f"{thing.topic.get_absolute_url()}feed/" for thing in world.things]
    found = _text(browser, *feeds).lower()
    return lambda thing: thing.word in found


def sitemap(person: Any, world: World) -> Meets:
    found = _text(
        _signed_in(Client(), person), "/sitemap.xml", "/sitemap-topics-1.xml", "/sitemap-categories-1.xml"
    )
    return lambda thing: (
        f"{(thing.post if thing.is_reply else thing.topic).get_absolute_url()}</loc>" in found
    )


def notification(person: Any, world: World) -> Meets:
    api_client, browser = _signed_in(APIClient(), person), _signed_in(Client(), person)
    found = (_text(api_client, "/api/notifications") + _text(browser, "/notifications/")).lower()
    return lambda thing: thing.word in found


def socket(person: Any, world: World) -> Meets:
    """What the socket asks: anybody signed in and not barred opens one, and hears the channels that they may."""
    opens = person.is_authenticated and not barred_ids([person.pk])
    return lambda thing: bool(opens and may_subscribe(person, f"topic.{thing.topic.pk}"))


def export(person: Any, world: World) -> Meets:
    """What the API streams; in a thread of its own there, which does not see this test's open transaction."""
    answer = _signed_in(APIClient(), person).get("/api/forum/export")
    found = "".join(export_lines(actor=person)).lower() if answer.status_code == 200 else ""
    return lambda thing: thing.word in found


PROBES: dict[str, Callable[[Any, World], Meets]] = {
    "page": page, "list": listed, "api": api, "search": search, "atom": atom, "sitemap": sitemap,
    "notification": notification, "socket": socket, "export": export,
}  # fmt: skip
