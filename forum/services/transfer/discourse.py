"""Reading a forum out of Discourse: categories, tags, people, topics, posts, likes, accepted answers.

What has no place here is left out and counted: private messages, whispers, notes of what moderators did, likes whose
givers no file names. Images stay where they are, as links. Again adds only what is new.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from community_platform.core import text
from community_platform.core.permissions import ensure
from forum.limits import RESERVED_SLUGS, TAG_MAX, TAGS_MAX, TITLE_MAX
from forum.models import Audience, Category, Tag, TopicKind
from forum.services import search_index
from forum.services.transfer.cooked import from_html, from_raw
from forum.services.transfer.discourse_files import MODERATOR, REGULAR, Folder, open_folder
from forum.services.transfer.lines import moment
from forum.services.transfer.rows import CHUNK, Kind, NewPost, NewTopic, known, remember, write_topics
from forum.services.transfer.texts import short
from profiles.models import User
from profiles.services.importing import Newcomer, accounts_named, make_accounts, usable_name

BATCH = 50  # topics in one transaction
LIKE = 2  # Discourse's kind of action
Tell = Callable[[Counter[str]], None]


def import_discourse(
    *, actor: Any, folder: Path, source: str = "", same_people: bool = False, tell: Tell | None = None
) -> Counter[str]:
    """Read the JSON files below `folder` and return how many rows were added, by kind, or left out (`skipped`).

    `source` names the other forum (the folder's name by default); the same forum must be called the same each time.
    With `same_people` a user name means the same person here and there; without, a name that is taken here becomes
    another one (anna-2). `tell` hears the counts after each batch. Nobody is told anything.
    Raises NotAllowed (rule forum.import), Invalid for files that cannot be read.
    """
    ensure(actor, "forum.import")
    files = open_folder(folder)
    reader = _Reader(files, f"discourse:{short(source or folder.resolve().name, 80)}", same_people)
    reader.make_categories()
    reader.make_people()
    pks = files.topic_ids()
    for start in range(0, len(pks), BATCH):
        reader.write(pks[start : start + BATCH])
        (tell or (lambda added: None))(reader.added)
    return reader.added


def _person(name: str) -> str:
    """Return what is remembered of a name over there: enough to know it again, and no name that outlives an account."""
    return hashlib.sha256(name.lower().encode(errors="replace")).hexdigest()[:40]


class _Reader:
    def __init__(self, files: Folder, source: str, same_people: bool) -> None:
        self.files, self.source, self.same_people = files, source, same_people
        self.added: Counter[str] = Counter()
        self.shelves: dict[int | None, int] = {}
        self.people: dict[str, int] = {}
        self.renamed: dict[str, str] = {}

    def make_categories(self) -> None:
        """Find or make the categories that a file tells of."""
        for shelf in sorted(self.files.categories.values(), key=lambda one: one["id"]):
            self._find_shelf(shelf)

    def _find_shelf(self, shelf: dict[str, Any]) -> int:
        key = str(shelf["id"])
        with transaction.atomic():
            here = known(Kind.CATEGORY, self.source, [key]).get(key)
            if here is None:
                here = self._category(shelf)
                remember(Kind.CATEGORY, self.source, {key: here})
        self.shelves[shelf["id"]] = here
        return here

    def _category(self, shelf: dict[str, Any]) -> int:
        slug = text.slug(str(shelf.get("slug") or ""), high=50) or text.slug(shelf["name"], high=50)
        parent = self.files.categories.get(shelf.get("parent_category_id") or 0)
        if parent and parent.get("slug"):
            slug = text.slug(f"{parent['slug']}-{slug}", high=50)
        slug = f"{slug or 'category'}-{shelf['id']}" if not slug or slug in RESERVED_SLUGS else slug
        row, is_new = Category.objects.get_or_create(
            slug=slug,
            defaults={
                "name": short(shelf["name"], 60),
                "description": short(shelf.get("description_text") or from_html(shelf.get("description") or ""), 200),
                "order_index": min(max(int(shelf.get("position") or 0), 0), 30_000),
                # Whom a closed category was for, the file does not tell: rather too few see it than too many.
                "audience": Audience.STAFF if shelf.get("read_restricted") else Audience.EVERYONE,
            },
        )  # fmt: skip
        self.added["categories"] += is_new
        return row.pk

    def write(self, pks: list[int]) -> None:
        """Write some topics with all that they need, each topic whole."""
        topics = [topic for pk in pks if (topic := self._kept(self.files.topic(pk))) is not None]
        rows = [self._topic(topic) for topic in topics]
        self.added += write_topics(self.source, rows)

    def _kept(self, topic: dict[str, Any]) -> dict[str, Any] | None:
        """Return the topic with the posts that people wrote; None for a private message or one without its question."""
        self.added["missing"] += topic["missing"]
        posts = [post for post in topic["posts"] if post.get("post_type", REGULAR) in {REGULAR, MODERATOR}]
        self.added["skipped"] += len(topic["posts"]) - len(posts)
        is_whole = bool(posts) and posts[0].get("post_number") == 1
        if topic.get("archetype") == "private_message" or not is_whole:
            self.added["skipped"] += len(posts)
            return None
        for post in posts:
            post["likers"] = self.files.likers_of(post["id"])
            counted = [
                one.get("count") or 0 for one in post.get("actions_summary") or [] if one.get("id") == LIKE
            ]
            self.added["nameless likes"] += max(0, sum(counted) - len(post["likers"]))
        return {**topic, "posts": posts}

    def make_people(self) -> None:
        """Find or make everybody who wrote or liked something, before any text: a mention must mean the right one."""
        writers = sorted(self.files.writers)
        for start in range(0, len(writers), CHUNK):
            self._make_people(writers[start : start + CHUNK])

    def _make_people(self, names: list[str]) -> None:
        with transaction.atomic():
            here = known(Kind.USER, self.source, map(_person, names))
            found = {name: here[_person(name)] for name in names if _person(name) in here}
            shaped = self._names([name for name in names if name not in found])
            local = accounts_named(shaped.values()) if self.same_people else {}
            met = {name: local[new.lower()] for name, new in shaped.items() if new.lower() in local}
            fresh = [name for name in shaped if name not in met]
            users = make_accounts(
                Newcomer(shaped[name], short(self.files.writers[name] or self.files.people.get(name), 60))
                for name in fresh
            )
            met |= {name: user.pk for name, user in zip(fresh, users, strict=True)}
            remember(Kind.USER, self.source, {_person(name): pk for name, pk in met.items()})
            search_index.put_people(*(user.pk for user in users))
        self.people |= found | met
        keys = [self.people[name] for name in names]
        called = dict(User.objects.filter(pk__in=keys).values_list("pk", "username"))
        self.renamed |= {
            name: called[pk]
            for name in names
            if (pk := self.people[name]) and called[pk].lower() != name.lower()
        }
        self.added["people"] += len(users)

    def _names(self, people: list[str]) -> dict[str, str]:
        """Return what these people are called here; unless a name means the same person, it must be free."""
        shaped = {name: usable_name(name) for name in people}
        if self.same_people:
            return shaped
        taken = set(accounts_named(shaped.values()))
        for name, new in shaped.items():
            free, n = new, 2
            while free.lower() in taken or (free != new and free.lower() in accounts_named([free])):
                free, n = f"{new[:50]}-{n}", n + 1
            shaped[name] = free
            taken.add(free.lower())
        return shaped

    def _topic(self, topic: dict[str, Any]) -> NewTopic:
        posts = [self._post(post) for post in topic["posts"]]
        for number, post in enumerate(posts, 1):  # without the gaps that notes and lost posts leave
            post.number = number
        by_number = {post["post_number"]: f"{post['id']}" for post in topic["posts"]}
        for post, told in zip(posts, topic["posts"], strict=True):
            answered = by_number.get(told.get("reply_to_post_number") or 0)
            post.reply_to = answered if answered != post.key else None
        best = self._best(topic, by_number)
        body_removed = posts[0].columns.pop("deleted_at", None)  # the body goes with its topic
        removed = moment(topic.get("deleted_at")) or body_removed
        if topic.get("visible") is False and removed is None:
            removed = posts[-1].created_at  # unlisted: mostly because people had flagged it
        posts[0].columns.pop("is_hidden", None)
        columns = {
            "category_id": self._shelf(topic.get("category_id")),
            "author_id": posts[0].author,
            "title": short(topic.get("title"), TITLE_MAX) or f"Discourse {topic['id']}",
            "kind": TopicKind.QUESTION if best or self._is_question(topic) else TopicKind.DISCUSSION,
            "created_at": moment(topic.get("created_at")) or posts[0].created_at,
            "is_pinned": bool(topic.get("pinned") or topic.get("pinned_globally")),
            "pinned_until": moment(topic.get("pinned_until")),
            "is_locked": bool(topic.get("closed") or topic.get("archived")),
            "views_count": min(max(int(topic.get("views") or 0), 0), 2**31 - 1),
            "edited_at": posts[0].columns.get("edited_at"),
            "deleted_at": removed,
        }
        return NewTopic(self.source, str(topic["id"]), columns, posts, self._tags(topic), best)

    def _post(self, told: dict[str, Any]) -> NewPost:
        source = from_raw(told["raw"]) if told.get("raw") else from_html(str(told.get("cooked") or ""))
        created_at = moment(told["created_at"])
        assert created_at is not None  # noqa: S101 - a post has a date, or the line above has raised
        columns: dict[str, Any] = {}
        if (told.get("version") or 1) > 1 and told.get("updated_at"):
            columns |= {"edited_at": moment(told["updated_at"]), "revision": min(told["version"] - 1, 30_000)}
        if told.get("deleted_at") or told.get("user_deleted") or told.get("hidden"):
            columns["deleted_at"] = moment(told.get("deleted_at")) or created_at
            columns["is_hidden"] = bool(told.get("hidden"))
        likers = {self.people[name] for name in told["likers"] if name in self.people}
        return NewPost(
            key=str(told["id"]), author=self.people[told["username"]], source=self._mentions(source) or "…",
            created_at=created_at, likes=[(user, created_at) for user in sorted(likers)], columns=columns,
        )  # fmt: skip

    def _mentions(self, source: str) -> str:
        """Let mentions of people who are called otherwise here mean them, and not whoever has that name."""
        if not self.renamed:
            return source
        return re.sub(
            r"(?<![\w@/])@([\w.+-]*\w)", lambda found: f"@{self.renamed.get(found[1], found[1])}", source
        )

    def _best(self, topic: dict[str, Any], by_number: dict[int, str]) -> str | None:
        """Return the key of the accepted answer; of several, the first."""
        posts = topic["posts"]
        marked = next((str(post["id"]) for post in posts if post.get("accepted_answer")), None)
        several = topic.get("accepted_answers") or []
        told = topic.get("accepted_answer") or (several[0] if several else None)
        if marked is None and isinstance(told, dict):
            marked = by_number.get(told.get("post_number") or 0)
        gone = {
            str(post["id"])
            for post in posts
            if post.get("deleted_at") or post.get("user_deleted") or post.get("hidden")
        }
        return marked if marked not in gone and marked != str(posts[0]["id"]) else None

    def _is_question(self, topic: dict[str, Any]) -> bool:
        shelf = self.files.categories.get(topic.get("category_id") or 0, {})
        fields = shelf.get("custom_fields") or {}
        asked = shelf.get("enable_accepted_answers", fields.get("enable_accepted_answers"))
        return asked in {True, "true"} or topic.get("has_accepted_answer") is True

    def _shelf(self, pk: int | None) -> int:
        """Return the category of a topic; one for all whose own no file tells of, for moderators to sort."""
        if pk in self.shelves:
            return self.shelves[pk]
        unknown = {
            "id": 0,
            "name": "Discourse",
            "slug": "discourse",
            "position": 100,
            "read_restricted": True,
        }
        return self.shelves.get(0) or self._find_shelf(unknown)

    def _tags(self, topic: dict[str, Any]) -> list[int]:
        names = [
            tag.get("name", "") if isinstance(tag, dict) else str(tag) for tag in topic.get("tags") or []
        ]
        found: list[int] = []
        for name in names:
            slug = text.slug(name.replace("+", "plus").replace("#", "sharp"), high=40)
            if slug:
                tag, is_new = Tag.objects.get_or_create(slug=slug, defaults={"name": short(name, TAG_MAX)})
                found.append(tag.synonym_of_id or tag.pk)
                self.added["tags"] += is_new
        return list(dict.fromkeys(found))[:TAGS_MAX]
