"""Facts about the forum and comments."""

from dataclasses import dataclass

from community_platform.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCreated(DomainEvent):
    topic_id: int
    author_id: int
    mentioned: tuple[str, ...] = ()  # user names


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCreated(DomainEvent):
    """A reply; the body of a topic is told by TopicCreated."""

    post_id: int
    topic_id: int
    author_id: int
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAccepted(DomainEvent):
    topic_id: int
    post_id: int
    author_id: int  # of the answer
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUnaccepted(DomainEvent):
    topic_id: int
    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Liked(DomainEvent):
    """`post_id` or `comment_id` is set."""

    user_id: int
    author_id: int  # of what is liked
    post_id: int | None = None
    comment_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unliked(DomainEvent):
    user_id: int
    author_id: int
    post_id: int | None = None
    comment_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCreated(DomainEvent):
    comment_id: int
    author_id: int
    parent_id: int | None
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDeleted(DomainEvent):
    """`kind` is topic, post or comment."""

    kind: str
    object_id: int
    author_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRestored(DomainEvent):
    kind: str
    object_id: int
    author_id: int
    actor_id: int | None
