"""Reading a topic: a page is a fixed window of post numbers, so it needs no COUNT and permalinks never move."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from community_platform.core.errors import NotFound
from community_platform.core.models import ChannelHead
from forum.limits import POSTS_PER_PAGE
from forum.models import Like, Post, Topic
from forum.models.post import PostQuerySet
from forum.models.topic import TopicQuerySet
from forum.selectors.topics import with_unread


@dataclass(slots=True)
class TopicPage:
    """One page of a topic. Deleted posts are in it; templates show a stub, the API leaves them out."""

    topic: Topic
    number: int
    num_pages: int
    posts: list[Post] = field(default_factory=list)
    first_unread: int | None = None
    """Number of the first post that the reader has not seen, None when all were seen or nothing was opened yet."""

    @property
    def last_number(self) -> int:
        return min(self.number * POSTS_PER_PAGE, self.topic.last_post_number)


def topic_rows(user: Any) -> TopicQuerySet:
    """Return visible topics with all that their page and rules need: shelf, course, author, tags."""
    return with_unread(Topic.objects.visible_to(user), user).select_related(
        "category", "author", "course", "lesson__course"
    )


def with_head(rows: TopicQuerySet, pk: int) -> TopicQuerySet:
    """Annotate `head`, the number of the newest live event, read in the same moment as the posts' topic."""
    head = ChannelHead.objects.filter(channel=f"topic.{pk}").values("seq")[:1]
    return rows.annotate(head=Coalesce(Subquery(head), 0))


def with_likes(rows: PostQuerySet, user: Any) -> PostQuerySet:
    """Annotate `is_liked` by `user` and load authors."""
    liked: Any = Value(False, output_field=BooleanField())
    if user.is_authenticated:
        liked = Exists(Like.objects.filter(user_id=user.pk, post=OuterRef("pk")))
    return rows.select_related("author", "reply_to__author").annotate(is_liked=liked)


def pages_of(topic: Topic) -> int:
    """Return how many windows the topic has."""
    return max(1, -(-topic.last_post_number // POSTS_PER_PAGE))


def page_number(value: str | None, topic: Topic) -> int:
    """Return the page asked for; `last` is the last. Raises NotFound for a page that does not exist."""
    if value in {None, ""}:
        return 1
    if value == "last":
        return pages_of(topic)
    if not str(value).isascii() or not str(value).isdecimal() or len(str(value)) > 9:
        raise NotFound
    number = int(str(value))
    if not 1 <= number <= pages_of(topic):
        raise NotFound
    return number


def topic_page(user: Any, topic: Topic, number: int) -> TopicPage:
    """Return page `number` of `topic`, deleted posts included. One query."""
    first = (number - 1) * POSTS_PER_PAGE + 1
    window = Post.objects.filter(topic=topic, number__range=(first, first + POSTS_PER_PAGE - 1)).order_by("number")
    posts = list(with_likes(window, user))
    for post in posts:
        post.topic = topic
    last_read = getattr(topic, "last_read", 0)
    new = [post.number for post in posts if post.number > last_read and not post.is_deleted]
    unread_from = new[0] if last_read and new else None
    return TopicPage(topic, number, pages_of(topic), posts, unread_from)
