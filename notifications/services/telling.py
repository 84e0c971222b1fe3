"""Who is told of a text: those it addresses, then those who watch its topic. One text tells a person once."""

from collections.abc import Iterable
from typing import Any

from forum.models import Comment, Post
from forum.selectors.watching import listeners, muted_by, reachable, readers_of
from notifications import catalogue
from notifications.models import Notification
from notifications.services.inbox import notify
from profiles.models import User

MENTIONS_MAX = 20  # people told about one text
CHUNK = 100  # watchers told at once: each of them is locked until the chunk is done


def tell(
    text: Post | Comment, people: Iterable[int], kind: catalogue.Kind, *, key: str, **about: Any
) -> None:
    """Notify those of `people` who can see `text` and are neither gone nor suspended."""
    wanted = set(people)
    if not wanted:
        return
    allowed = [reader.pk for reader in _readers(text, list(reachable().filter(pk__in=wanted)))]
    if allowed:
        about["post_id" if isinstance(text, Post) else "comment_id"] = text.pk
        notify(user_ids=allowed, kind=kind, key=key, **about)


def _readers(text: Post | Comment, people: list[User]) -> list[User]:
    """Return those of `people` who may read `text`, a living one."""
    if isinstance(text, Post):
        return readers_of(text.topic, people)
    return [one for one in people if Comment.objects.visible_to(one).filter(pk=text.pk).exists()]


def mentioned(names: tuple[str, ...]) -> list[int]:
    """Return the keys of the people with these user names, MENTIONS_MAX of them."""
    if not names:
        return []
    return list(User.objects.named(names).order_by("pk").values_list("pk", flat=True)[:MENTIONS_MAX])


def unmuted(post: Post, people: list[int]) -> list[int]:
    """Leave out whoever muted the topic of `post`."""
    muted = muted_by(post.topic, people) if people else set()
    return [pk for pk in people if pk not in muted]


def tell_watchers(post_id: int, after: int = 0) -> int | None:
    """Tell the next CHUNK people who watch the topic of this post; return whom to go on after, None at the end.

    Several posts in a topic are one line until it is read, which leads to the first. A post number 1 is a new topic.
    Telling again changes nothing.
    """
    post = Post.objects.filter(pk=post_id, deleted_at=None).select_related("topic__category").first()
    if post is None:
        return None
    topic = post.topic
    chunk = list(listeners(topic).filter(pk__gt=after)[:CHUNK])
    people = {person.pk for person in readers_of(topic, chunk)} - {post.author_id}
    about: dict[str, Any] = {"actor_id": post.author_id, "subject": topic.title, "post_id": post.pk}
    if post.is_body:
        about |= {"key": f"topic:{topic.pk}", "url": topic.get_absolute_url()}
        notify(user_ids=people, kind=catalogue.NEW_TOPIC, **about)
    else:
        about |= {"key": f"post:{post.pk}", "url": post.get_absolute_url(), "group": f"topic:{topic.pk}"}
        people -= _waiting(topic.pk, people)
        notify(user_ids=people & {topic.author_id}, kind=catalogue.TOPIC_REPLY, **about)
        notify(user_ids=people - {topic.author_id}, kind=catalogue.WATCHED_TOPIC, **about)
    return chunk[-1].pk if len(chunk) == CHUNK else None


def _waiting(topic_id: int, people: set[int]) -> set[int]:
    """Return those of `people` who were told that the topic began and have not read that yet."""
    told = Notification.objects.filter(
        user__in=people, read_at=None, kind=catalogue.NEW_TOPIC.name, post__topic=topic_id, post__deleted_at=None
    )
    return set(told.values_list("user_id", flat=True))
