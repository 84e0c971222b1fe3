"""A folder of Discourse's public JSON, told apart by shape, so that any way of fetching it will do.

`/categories.json`, `/site.json` → categories; `/latest.json` and other lists → topics and people; `/t/ID.json` → a
topic with its first posts; `/t/ID/posts.json?post_ids[]=…` → more posts; `/post_action_users.json?id=POST&…` → who
liked a post (its number is the name of the file). With `include_raw=1` posts carry the Markdown they were written in.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid

REGULAR, MODERATOR = 1, 2  # kinds of posts that people wrote; others tell what was done, or are whispers
BIGGEST = 64 * 1024 * 1024  # bytes of one file


@dataclass(slots=True)
class Folder:
    """What the files hold; posts stay in them until their topic's turn comes."""

    categories: dict[int, dict[str, Any]] = field(default_factory=dict)
    topics: dict[int, dict[str, Any]] = field(default_factory=dict)  # as lists tell of them
    people: dict[str, str] = field(default_factory=dict)  # user name → name, as lists tell
    writers: dict[str, str] = field(default_factory=dict)  # the same, of who wrote or liked something
    posts: dict[int, list[Path]] = field(default_factory=lambda: defaultdict(list))  # of a topic
    likers: dict[int, Path] = field(default_factory=dict)  # of a post

    def topic_ids(self) -> list[int]:
        """Return the topics that have posts here, the oldest first."""
        return sorted(self.posts)

    def topic(self, pk: int) -> dict[str, Any]:
        """Return what is known of a topic, with `posts` in their order, `missing` of which are in no file."""
        known = dict(self.topics.get(pk, {}))
        posts: dict[int, dict[str, Any]] = {}
        stream: set[int] = set()
        for path in self.posts[pk]:
            told = load(path)
            stream |= {one for one in _in(told, "post_stream").get("stream") or [] if isinstance(one, int)}
            known |= {
                name: value for name, value in told.items() if name not in {"post_stream", "latest_posts"}
            }
            for post in _posts_of(told):
                if post.get("topic_id", pk) == pk and isinstance(post.get("id"), int):
                    posts[post["id"]] = post
        ordered = sorted(posts.values(), key=lambda post: (post.get("post_number") or 0, post["id"]))
        return {**known, "id": pk, "posts": ordered, "missing": len(stream - set(posts))}

    def likers_of(self, post: int) -> list[str]:
        """Return the user names of who liked a post, as far as a file tells."""
        told = load(self.likers[post]) if post in self.likers else {}
        return [one["username"] for one in told.get("post_action_users") or [] if one.get("username")]


def open_folder(path: Path) -> Folder:
    """Look through the files below `path`. Raises Invalid where there is nothing of Discourse."""
    folder = Folder()
    for file in sorted(path.rglob("*.json")):
        _sort_in(folder, file, load(file))
    if not folder.posts:
        raise Invalid(_("There is no topic of Discourse in this folder."), code="empty")
    return folder


def load(path: Path) -> dict[str, Any]:
    """Return the JSON object of a file. Raises Invalid, naming the file."""
    try:
        if path.stat().st_size > BIGGEST:
            raise ValueError("too large")
        told = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        text = _("%(file)s cannot be read: %(why)s") % {"file": path.name, "why": error}
        raise Invalid(text, code="bad_file") from error
    return told if isinstance(told, dict) else {}


def _sort_in(folder: Folder, file: Path, told: dict[str, Any]) -> None:
    for shelf in _categories(told):
        folder.categories[shelf["id"]] = shelf
    for topic in _in(told, "topic_list").get("topics") or []:
        folder.topics[topic["id"]] = topic
    for person in told.get("users") or []:
        folder.people[person["username"]] = person.get("name") or ""
    if "post_action_users" in told and file.stem.isdecimal():
        folder.likers[int(file.stem)] = file
    posts = _posts_of(told)
    wrote = [post for post in posts if post.get("post_type", REGULAR) in {REGULAR, MODERATOR}]
    for one in [*wrote, *(told.get("post_action_users") or [])]:
        if one.get("username"):
            folder.writers[one["username"]] = one.get("name") or folder.writers.get(one["username"], "")
    own = told.get("id") if "post_stream" in told else None
    for topic_id in {post.get("topic_id") or own for post in posts} | ({own} if own else set()):
        if isinstance(topic_id, int):
            folder.posts[topic_id].append(file)


def _categories(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield categories, and those inside them with `parent_category_id`."""
    listed = _in(told, "category_list").get("categories") or told.get("categories") or []
    for shelf in listed:
        if isinstance(shelf, dict) and isinstance(shelf.get("id"), int) and shelf.get("name"):
            yield shelf
            for inner in shelf.get("subcategory_list") or []:
                yield {**inner, "parent_category_id": shelf["id"]}


def _posts_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    posts = _in(told, "post_stream").get("posts") or told.get("latest_posts") or []
    return [post for post in posts if isinstance(post, dict)]


def _in(told: dict[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}
