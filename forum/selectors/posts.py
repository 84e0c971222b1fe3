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
from forum.selectors.reading import with_last_read
from forum.selectors.watching import with_level


@dataclass(slots=True)
class TopicPage:
    """One page of a topic. Deleted posts are in it; templates show a stub, the API leaves them out."""

    topic: Topic
    number: int
    num_pages: int
    posts: list[Post] = field(default_factory=list)
    first_unread: int | None = None
    """Number of the first post of others that the reader has not seen; None without one, or if nothing was opened."""

    @property
    def author_ids(self) -> set[int]:
        """Who wrote what is on the page."""
        return {post.author_id for post in self.posts}

    @property
    def first_number(self) -> int:
        return (self.number - 1) * POSTS_PER_PAGE + 1

    @property
    def last_number(self) -> int:
        """The number up to which who sees this page has read; on the last page the topic's, wherever its post went."""
        if self.number >= self.num_pages:
            return self.topic.last_post_number
        return min(self.number * POSTS_PER_PAGE, self.topic.last_post_number)


def topic_rows(user: Any) -> TopicQuerySet:
    """Return visible topics with all that their page and rules need: shelf, course, author, tags."""
    return with_level(with_last_read(Topic.objects.visible_to(user), user), user).select_related(
        "category__course", "author", "course", "lesson__course"
    )


def with_head(rows: TopicQuerySet, pk: int) -> TopicQuerySet:
    """Annotate `head`, the number of the newest live event, read in the same moment as the posts' topic."""
    head = ChannelHead.objects.filter(channel=f"topic.{pk}").values("seq")[:1]
    return rows.annotate(head=Coalesce(Subquery(head), 0))


def with_likes(rows: PostQuerySet, user: Any) -> PostQuerySet:
    """Annotate `is_liked` by `user` and `is_unheard` (by somebody whom they ignore: shown folded); load authors."""
    liked: Any = Value(False, output_field=BooleanField())
    unheard: Any = liked
    if user.is_authenticated:
        liked = Exists(Like.objects.filter(user_id=user.pk, post=OuterRef("pk")))
        unheard = Exists(user.blocks.filter(other=OuterRef("author")))
    rows = rows.select_related("author", "reply_to__author", "endorsed_by")
    return rows.annotate(is_liked=liked, is_unheard=unheard)


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
    new = [post.number for post in posts if post.number > last_read and _is_news(post, user)]
    unread_from = new[0] if last_read and new else None
    return TopicPage(topic, number, _shown_pages(topic), posts, unread_from)


def nearest_page(topic: Topic, number: int) -> int:
    """Return the page with posts that is nearest to page `number`, which has none; an earlier one first."""
    numbers = Post.objects.filter(topic=topic).values_list("number", flat=True)
    before = numbers.filter(number__lt=(number - 1) * POSTS_PER_PAGE + 1).order_by("-number").first()
    found = before or numbers.order_by("number").first() or 1
    return (found - 1) // POSTS_PER_PAGE + 1


def _shown_pages(topic: Topic) -> int:
    """Return how many windows there are up to the newest post that is left. One query where posts moved away."""
    if not topic.moved_posts:
        return pages_of(topic)
    newest = Post.objects.filter(topic=topic).order_by("-number").values_list("number", flat=True).first() or 1
    return -(-newest // POSTS_PER_PAGE)


def _is_news(post: Post, user: Any) -> bool:
    return not post.is_deleted and post.author_id != user.pk and not getattr(post, "is_unheard", False)
