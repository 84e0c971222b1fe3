"""Reading the file that `export` writes into this site: twice gives the same as once, a longer one adds the rest."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from courses.models import Course, Lesson
from forum.models import Audience, Category, Comment, Post, Revision, Tag, Topic
from forum.services import search_index
from forum.services.transfer import lines
from forum.services.transfer.comments import NewComment, NewThread, write_comments
from forum.services.transfer.lines import moment, read_columns
from forum.services.transfer.rows import NewPost, NewTopic, write_topics
from forum.services.transfer.signposts import Signpost, write_signposts
from forum.services.transfer.texts import storable
from profiles.services.importing import Newcomer, accounts_named, make_accounts, usable_name

BATCH = 200  # topics, or threads of comments, in one transaction
Tell = Callable[[Counter[str]], None]


def import_lines(*, actor: Any, source: Iterable[str], tell: Tell | None = None) -> Counter[str]:
    """Read the lines of an export into this site and return how many rows of each kind were added or left out.

    People are found by user name or made without a password; categories and tags by slug, courses and lessons too.
    Comments on courses that are not here are left out (`skipped`). `tell` hears the counts after each batch.
    Raises NotAllowed (rule forum.import), Invalid for a line that cannot be read: what stands before it stays.
    """
    ensure(actor, "forum.import")
    reader = _Reader(tell or (lambda added: None))
    number = 0
    try:
        for number, raw in enumerate(source, 1):
            if raw.strip():
                reader.read(json.loads(raw), is_first=number == 1)
        reader.finish()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        text = _("Line %(n)d cannot be read: %(why)s") % {
            "n": number,
            "why": f"{type(error).__name__}: {error}",
        }
        raise Invalid(text, code="bad_line") from error
    return reader.added


class _Reader:
    """Gathers lines until a batch is whole: users until something else comes, topics with the posts behind them."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.added: Counter[str] = Counter()
        self.people: dict[str, int] = {}
        self.shelves: dict[str, int] = {}
        self.tags: dict[str, int] = {}
        self.newcomers: list[Newcomer] = []
        self.topics: list[NewTopic] = []
        self.threads: list[NewThread] = []
        self.signposts: list[Signpost] = []
        self.origin = ""
        self.is_skipping = False

    def read(self, told: dict[str, Any], *, is_first: bool) -> None:
        kind = told["type"]
        if is_first or kind == "forum":
            if not is_first or told.get("format") != lines.FORMAT or told.get("version") != lines.VERSION:
                raise ValueError("this is not an export of a forum, or one of another version")
            return
        if kind not in {"topic", "post"}:
            self._flush_topics()
        if kind != "user":
            self._flush_people()
        {
            "user": self._user, "category": self._category, "tag": self._tag, "topic": self._topic,
            "post": self._post, "comment": self._comment,
        }[kind](told)  # fmt: skip

    def finish(self) -> None:
        """Write what is gathered. Signposts come last, when all that they lead to is here."""
        self._flush_people()
        self._flush_topics()
        self._flush_threads()
        self.added += write_signposts(self.signposts)
        self.tell(self.added)

    def _user(self, told: dict[str, Any]) -> None:
        name = storable(told["username"])
        if name != usable_name(name):
            raise ValueError("this is no user name")
        self.newcomers.append(
            Newcomer(
                username=name, display_name=storable(told.get("display_name")), email=storable(told.get("email")),
                joined_at=moment(told.get("joined_at")), is_closed=told.get("is_closed") is True,
            )
        )  # fmt: skip

    def _flush_people(self) -> None:
        if not self.newcomers:
            return
        with transaction.atomic():
            here = accounts_named(person.username for person in self.newcomers)
            made_now = make_accounts(one for one in self.newcomers if one.username.lower() not in here)
            for start in range(0, len(made_now), BATCH):
                search_index.put_people(*(user.pk for user in made_now[start : start + BATCH]))
        self.people |= here | {user.username.lower(): user.pk for user in made_now}
        self.added["people"] += len(made_now)
        self.newcomers = []

    def _category(self, told: dict[str, Any]) -> None:
        columns = read_columns(Category, lines.CATEGORY, told)
        course = Course.objects.filter(slug=told.get("course", "")).first()
        if columns.get("audience") == Audience.COURSE and course is None:
            columns["audience"] = Audience.STAFF  # rather too few see it than too many
        shelf, is_new = Category.objects.get_or_create(
            slug=columns.pop("slug"), defaults={**columns, "course": course}
        )
        self.shelves[told["slug"]] = shelf.pk
        self.added["categories"] += is_new

    def _tag(self, told: dict[str, Any]) -> None:
        columns = read_columns(Tag, lines.TAG, told)
        tag, is_new = Tag.objects.get_or_create(slug=columns.pop("slug"), defaults=columns)
        if is_new and told.get("synonym_of") in self.tags:
            Tag.objects.filter(pk=tag.pk).update(synonym_of=self.tags[told["synonym_of"]])
        self.tags[told["slug"]] = tag.pk
        self.added["tags"] += is_new

    def _topic(self, told: dict[str, Any]) -> None:
        origin, key = _key(told["id"])
        if origin != self.origin or len(self.topics) >= BATCH:
            self._flush_topics()
        self.origin = origin
        lesson = Lesson.objects.filter(
            course__slug=told.get("course", ""), slug=told.get("lesson", "")
        ).first()
        course = lesson.course_id if lesson else _pk(Course, told.get("course"))
        columns = {
            **read_columns(Topic, lines.TOPIC, told), **self._who(told, "author", "deleted_by"),
            "category_id": self.shelves[told["category"]], "course_id": course, "lesson": lesson,
        }  # fmt: skip
        tags = [self.tags[slug] for slug in told.get("tags", [])]
        if "merged_into" in told:
            self.signposts.append(
                Signpost(
                    origin, key, columns, tags, told["last_number"], told["merged_into"], told["merged_post"]
                )
            )
            return
        best = f"{key}#{told['best_answer']}" if "best_answer" in told else None
        self.topics.append(NewTopic(origin, key, columns, [], tags, best, told["last_number"]))

    def _post(self, told: dict[str, Any]) -> None:
        topic = self.topics[-1] if self.topics else None
        if topic is None:
            raise ValueError("a post without its topic")
        columns = read_columns(Post, lines.POST, told)
        number = columns.pop("number")
        topic.posts.append(
            NewPost(
                key=f"{topic.key}#{number}", number=number, source=columns.pop("content"),
                author=self._pk_of(told["author"]), created_at=columns.pop("created_at"),
                reply_to=f"{topic.key}#{told['reply_to']}" if "reply_to" in told else None,
                likes=self._likes(told), revisions=self._revisions(told),
                columns={**columns, **self._who(told, "deleted_by", "endorsed_by")},
            )
        )  # fmt: skip

    def _flush_topics(self) -> None:
        if not self.topics:
            return
        for topic in self.topics:
            if not topic.posts or topic.posts[0].number != 1 or topic.posts[0].columns.get("deleted_at"):
                raise ValueError(f"topic {topic.key} has no first post")
            if len({post.number for post in topic.posts}) != len(topic.posts):
                raise ValueError(f"topic {topic.key} has a number twice")
        self.added += write_topics(self.origin, self.topics)
        self.topics = []
        self.tell(self.added)

    def _comment(self, told: dict[str, Any]) -> None:
        origin, key = _key(told["id"])
        if "root" not in told:
            if origin != self.origin or len(self.threads) >= BATCH:
                self._flush_threads()
            self.origin = origin
            target = _target(told)
            self.is_skipping = target is None
            if target is not None:
                self.threads.append(NewThread(target, []))
        if self.is_skipping:
            self.added["skipped"] += 1
            return
        columns = read_columns(Comment, lines.COMMENT, told)
        self.threads[-1].comments.append(
            NewComment(
                key=key, source=columns.pop("content"), author=self._pk_of(told["author"]),
                created_at=columns.pop("created_at"), root=_key(told["root"])[1] if "root" in told else None,
                parent=_key(told["parent"])[1] if "parent" in told else None, likes=self._likes(told),
                revisions=self._revisions(told), columns={**columns, **self._who(told, "deleted_by")},
            )
        )  # fmt: skip

    def _flush_threads(self) -> None:
        if self.threads:
            self.added += write_comments(self.origin, self.threads)
            self.threads = []
            self.tell(self.added)

    def _pk_of(self, name: str) -> int:
        return self.people[name.lower()]

    def _who(self, told: dict[str, Any], *roles: str) -> dict[str, int]:
        return {f"{role}_id": self._pk_of(told[role]) for role in roles if role in told}

    def _likes(self, told: dict[str, Any]) -> list[Any]:
        return [(self._pk_of(name), moment(at)) for name, at in told.get("likes", [])]

    def _revisions(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {**read_columns(Revision, lines.REVISION, one), **self._who(one, "editor")}
            for one in told.get("revisions", [])
        ]


def _key(name: str) -> tuple[str, str]:
    """Split what a thing is called everywhere into its site and its key there."""
    origin, slash, key = name.rpartition("/")
    if not (origin and slash and key) or len(origin) > 120 or len(key) > 100:
        raise ValueError("an id is a site and a key")
    return origin, key


def _pk(model: Any, slug: str | None) -> int | None:
    return model.objects.filter(slug=slug).values_list("pk", flat=True).first() if slug else None


def _target(told: dict[str, Any]) -> Course | Lesson | None:
    if "lesson" in told:
        return Lesson.objects.filter(course__slug=told["course"], slug=told["lesson"]).first()
    return Course.objects.filter(slug=told["course"]).first()
