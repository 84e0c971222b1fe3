"""What readers do for themselves: marking as read, choosing how closely to watch."""

from typing import Any

from forum.models import Category
from tests.parity.doors import Action, Try

READING, WATCHING = "forum.services.reading", "forum.services.watching"


def _id(slug: str) -> Any:
    return Category.objects.values_list("pk", flat=True).get(slug=slug)


def _watch(name: str, page: str, path: str, tries: dict[str, Try], key: Any = lambda given: given) -> Action:
    """Return the action of choosing a level; `text` is the level."""
    return Action(
        f"watch {name}", (f"{WATCHING}.watch_{name}",),
        lambda w, given, text: (page.format(given), {"level": text}),
        lambda w, given, text: ("put", f"/api/{path.format(key(given))}", {"level": text}),
        tries,
    )  # fmt: skip


READING_ACTIONS = [
    _watch(
        "topic", "/forum/topic/{}/watch/", "forum/topics/{}/watch",
        {
            "done": Try("chen", "topic", "watching"), "muted": Try("anna", "topic", "muted"),
            "no level": Try("chen", "topic", "loudly", 400), "hidden": Try("chen", "hidden", "muted", 404),
        },
    ),
    _watch(
        "category", "/forum/{}/watch/", "forum/categories/{}/watch",
        {
            "done": Try("chen", "general", "tracking"), "normal": Try("chen", "general", "normal"),
            "no level": Try("chen", "general", "", 400), "hidden": Try("chen", "attic", "muted", 404),
        },
        _id,
    ),
    _watch(
        "tag", "/forum/tag/{}/watch/", "forum/tags/{}/watch",
        {"done": Try("chen", "python", "watching"), "absent": Try("chen", "nothing", "watching", 404)},
    ),
    _watch(
        "course", "/forum/course/{}/watch/", "courses/{}/watch",
        {"done": Try("boris", "course", "watching"), "hidden": Try("boris", "draft", "watching", 404)},
    ),
    Action(
        "mark all read", (f"{READING}.mark_all_read",),
        lambda w, key, text: ("/forum/read/", {"what": "all"}),
        lambda w, key, text: ("post", "/api/forum/read", {}),
        {"done": Try("anna", "general")},
    ),
    Action(
        "mark a category read", (f"{READING}.mark_all_read",),
        lambda w, key, text: ("/forum/read/", {"what": "all", "category": key}),
        lambda w, key, text: ("post", "/api/forum/read", {"category": key}),
        {"of one's own": Try("anna", "general"), "hidden": Try("anna", "attic", status=400)},
    ),
    Action(
        "mark topics read", (f"{READING}.mark_topics_read",),
        lambda w, key, text: ("/forum/read/", {"what": "selected", "topics": [key]}),
        lambda w, key, text: ("post", "/api/forum/read", {"topics": [int(key)]}),
        {"done": Try("chen", "topic"), "hidden": Try("chen", "hidden", status=400)},
    ),
]  # fmt: skip
