"""Writing what comes from elsewhere: many rows at once, known ones left alone, counters right at every commit.

A batch is one transaction. It adds what is missing and never changes what is here: a text that was edited since, here
or there, stays as it is here. Nobody is told anything.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from community_platform.core.consistency import count_of
from forum.models import ImportedRow, Like, Post, Revision, Tag, Topic
from forum.services import search_index
from forum.services.locks import lock_categories, move_category_counters
from forum.services.transfer.texts import Text, made

CHUNK = 500
Kind = ImportedRow.Kind


@dataclass(slots=True)
class NewPost:
    """A post as it came. `number` is its place in a topic that is new here; a post of a known topic goes to its end."""

    key: str
    author: int
    source: str  # Markdown
    created_at: datetime
    number: int = 0
    reply_to: str | None = None  # key of a post of the same topic
    likes: list[tuple[int, datetime]] = field(default_factory=list)
    revisions: list[dict[str, Any]] = field(default_factory=list)  # columns
    columns: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class NewTopic:
    """A topic as it came; its posts begin with the body. `columns` hold what its posts do not decide."""

    source: str
    key: str
    columns: dict[str, Any]
    posts: list[NewPost]
    tags: list[int] = field(default_factory=list)
    best_answer: str | None = None  # key of a post
    last_number: int = 0  # where the last posts were moved away


def known(kind: str, source: str, keys: Iterable[str]) -> dict[str, int]:
    """Return the rows that things of `source` became here, by their keys there."""
    wanted = list(keys)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = ImportedRow.objects.filter(kind=kind, source=source, key__in=wanted[start : start + CHUNK])
        found.update(rows.values_list("key", "object_id"))
    return found


def remember(kind: str, source: str, pks: dict[str, int]) -> None:
    """Note what these things of `source` became."""
    rows = [ImportedRow(source=source, kind=kind, key=key, object_id=pk) for key, pk in pks.items()]
    ImportedRow.objects.bulk_create(rows, batch_size=CHUNK)


def write_topics(source: str, topics: Sequence[NewTopic]) -> Counter[str]:
    """Write topics of one site with their posts, likes and tags; return how many rows of each kind were added."""
    texts = render_missing(
        Kind.POST, source, {post.key: post.source for topic in topics for post in topic.posts}
    )
    with transaction.atomic():
        batch = _Batch(source, topics, texts)
        batch.write()
    return batch.added


def render_missing(kind: str, source: str, texts: dict[str, str]) -> dict[str, Text]:
    """Render the texts that are not here yet: before any row is locked, since it is the slow part."""
    here = known(kind, source, texts)
    return {key: made(text) for key, text in texts.items() if key not in here}


class _Batch:
    """One transaction's worth of topics."""

    def __init__(self, source: str, topics: Sequence[NewTopic], texts: dict[str, Text]) -> None:
        self.source, self.topics, self.texts = source, topics, texts
        self.added: Counter[str] = Counter()
        lock_categories(*{topic.columns["category_id"] for topic in topics})
        pks = known(Kind.TOPIC, source, (topic.key for topic in topics))
        lives = Topic.objects.select_for_update(no_key=True).filter(merged_into=None, pk__in=pks.values())
        here = {row.pk: row for row in lives.order_by("pk")}
        self.known_topics = {key: here.get(pk) for key, pk in pks.items()}
        self.known_posts = known(Kind.POST, source, (post.key for topic in topics for post in topic.posts))

    def write(self) -> None:
        rows = {topic.key: self._topic(topic) for topic in self.topics}
        fresh = {topic.key: rows[topic.key] for topic in self.topics if topic.key not in self.known_topics}
        made = [row for row in fresh.values() if row is not None]
        Topic.objects.bulk_create(made, batch_size=CHUNK)
        remember(Kind.TOPIC, self.source, {key: row.pk for key, row in fresh.items() if row is not None})
        posts = self._posts({key: row for key, row in rows.items() if row is not None})
        self._link(rows, posts)
        likes = self._likes(posts)
        self._revisions(posts)
        self._tags(fresh)
        self._count([row.pk for row in rows.values() if row is not None], set(fresh), rows, posts)
        self.added += Counter(topics=len(made), posts=len(posts), likes=likes)
        for start in range(0, len(posts), CHUNK):
            search_index.put_posts(*(row.pk for row in list(posts.values())[start : start + CHUNK]))

    def _topic(self, topic: NewTopic) -> Topic | None:
        """Return the topic's row, new or known; None where it was merged away here meanwhile."""
        if topic.key in self.known_topics:
            return self.known_topics[topic.key]
        last = max([topic.last_number, *(post.number for post in topic.posts)])
        return Topic(
            **topic.columns, last_post_number=last, moved_posts=last - len(topic.posts),
            last_post_at=topic.posts[0].created_at, last_post_author_id=topic.posts[0].author,
        )  # fmt: skip

    def _posts(self, rows: dict[str, Topic]) -> dict[str, Post]:
        """Insert the posts that are missing, and note where numbers stand now."""
        found: dict[str, Post] = {}
        for topic in self.topics:
            row = rows.get(topic.key)
            missing = [
                post for post in topic.posts if post.key in self.texts and post.key not in self.known_posts
            ]
            if row is None or not missing:
                continue
            is_new = topic.key not in self.known_topics
            for post in missing:
                row.last_post_number += 0 if is_new else 1
                found[post.key] = Post(
                    topic=row, number=post.number if is_new else row.last_post_number, author_id=post.author,
                    created_at=post.created_at, **self.texts[post.key].columns, **post.columns,
                )  # fmt: skip
        Post.objects.bulk_create(found.values(), batch_size=CHUNK)
        remember(Kind.POST, self.source, {key: row.pk for key, row in found.items()})
        return found

    def _link(self, rows: dict[str, Topic | None], posts: dict[str, Post]) -> None:
        """Set what points at posts: answers at what they answer, new topics at their best answer."""
        answers = []
        pks = self.known_posts | {key: row.pk for key, row in posts.items()}
        for topic in self.topics:
            for post in topic.posts:
                if post.key in posts and post.reply_to in pks:
                    posts[post.key].reply_to_id = pks[post.reply_to]
                    answers.append(posts[post.key])
            row = rows[topic.key]
            if row is not None and topic.key not in self.known_topics and topic.best_answer in posts:
                row.best_answer = posts[topic.best_answer]
        Post.objects.bulk_update(answers, ["reply_to"], batch_size=CHUNK)
        touched = [row for row in rows.values() if row is not None]
        Topic.objects.bulk_update(touched, ["last_post_number", "best_answer"], batch_size=CHUNK)

    def _likes(self, posts: dict[str, Post]) -> int:
        """Insert the likes that are missing, and count anew those of every post that got one."""
        pks = self.known_posts | {key: row.pk for key, row in posts.items()}
        wanted = {
            (user, pks[post.key]): at for topic in self.topics for post in topic.posts if post.key in pks
            for user, at in post.likes
        }  # fmt: skip
        old = list(self.known_posts.values())
        for start in range(0, len(old), CHUNK):
            for pair in Like.objects.filter(post__in=old[start : start + CHUNK]).values_list("user", "post"):
                wanted.pop(pair, None)
        Like.objects.bulk_create(
            [Like(user_id=user, post_id=post, created_at=at) for (user, post), at in wanted.items()],
            batch_size=CHUNK,
        )
        recount_likes(Post, "post", {post for _user, post in wanted})
        return len(wanted)

    def _revisions(self, posts: dict[str, Post]) -> None:
        given = ((posts.get(post.key), post.revisions) for topic in self.topics for post in topic.posts)
        rows = [Revision(post=row, **one) for row, several in given if row is not None for one in several]
        Revision.objects.bulk_create(rows, batch_size=CHUNK)

    def _tags(self, fresh: dict[str, Topic | None]) -> None:
        tags = {topic.key: topic.tags for topic in self.topics}
        rows = [(row, tag) for key, row in fresh.items() if row is not None for tag in tags[key]]
        links = [Topic.tags.through(topic_id=row.pk, tag_id=tag) for row, tag in rows]
        Topic.tags.through.objects.bulk_create(links, batch_size=CHUNK)
        counts = Counter(tag for row, tag in rows if row.deleted_at is None)
        for pk in sorted(counts):  # by primary key, as everywhere
            Tag.objects.filter(pk=pk).update(topics_count=F("topics_count") + counts[pk])

    def _count(
        self, pks: list[int], fresh: set[str], rows: dict[str, Topic | None], posts: dict[str, Post]
    ) -> None:
        """Count anew what topics derive from their posts; add to their categories what came."""
        recount_topics(pks)
        topics, written = Counter[int](), Counter[int]()
        for key in fresh:
            row = rows[key]
            if row is not None and row.deleted_at is None:
                topics[row.category_id] += 1
        for post in posts.values():
            if post.deleted_at is None and post.topic.deleted_at is None:
                written[post.topic.category_id] += 1
        for pk in sorted(topics.keys() | written.keys()):
            move_category_counters(pk, topics=topics[pk], posts=written[pk])


def recount_topics(pks: Sequence[int]) -> None:
    """Make what topics derive from their posts right, from the rows."""
    live = Post.objects.filter(deleted_at=None)
    newest = live.filter(topic=OuterRef("pk")).order_by("-created_at", "-number")
    for start in range(0, len(pks), CHUNK):
        Topic.objects.filter(pk__in=pks[start : start + CHUNK]).update(
            replies_count=count_of(live.filter(number__gt=1), "topic"),
            likes_count=count_of(Like.objects.filter(post__number=1), "post__topic"),
            last_post_at=Subquery(newest.values("created_at")[:1]),
            last_post_author=Subquery(newest.values("author")[:1]),
        )


def recount_likes(model: Any, name: str, pks: Iterable[int]) -> None:
    """Make `likes_count` of these rows right, from the likes."""
    keys = sorted(pks)
    for start in range(0, len(keys), CHUNK):
        rows = model.objects.filter(Q(pk__in=keys[start : start + CHUNK]))
        rows.update(likes_count=count_of(Like.objects.all(), name))
