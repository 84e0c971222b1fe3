"""Facts about the forum and comments."""

from dataclasses import dataclass
from datetime import datetime

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
class PostEdited(DomainEvent):
    """The text of a post changed, or the title where it is the body of its topic."""

    post_id: int
    topic_id: int
    editor_id: int | None
    mentioned: tuple[str, ...] = ()  # whom the former text did not mention


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
class AnswerEndorsed(DomainEvent):
    topic_id: int
    post_id: int
    author_id: int  # of the answer
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUnendorsed(DomainEvent):
    topic_id: int
    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Liked(DomainEvent):
    """`post_id` or `comment_id` is set."""

    user_id: int
    author_id: int  # of what is liked
    like_id: int = 0
    post_id: int | None = None
    comment_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unliked(DomainEvent):
    user_id: int
    author_id: int
    like_id: int = 0
    post_id: int | None = None
    comment_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCreated(DomainEvent):
    comment_id: int
    author_id: int
    parent_id: int | None
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEdited(DomainEvent):
    comment_id: int
    editor_id: int | None
    mentioned: tuple[str, ...] = ()  # whom the former text did not mention


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDeleted(DomainEvent):
    """`kind` is topic, post or comment."""

    kind: str
    object_id: int
    author_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentHidden(DomainEvent):
    """Moderation hid a text from everybody but its author; told beside ContentDeleted."""

    kind: str
    object_id: int
    author_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRestored(DomainEvent):
    kind: str
    object_id: int
    author_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMoved(DomainEvent):
    """A topic stands in another category now."""

    topic_id: int
    from_category_id: int
    to_category_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsMoved(DomainEvent):
    """Posts went from one topic to another: split off into a new one, or all of them by a merge."""

    from_topic_id: int
    to_topic_id: int
    is_merge: bool
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsSeen(DomainEvent):
    """Somebody was shown the posts `first`..`last` of a topic, further than ever before."""

    user_id: int
    topic_id: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedRead(DomainEvent):
    """Somebody said "all read" of what was written up to `until`: of some topics, a category, or the forum."""

    user_id: int
    until: datetime
    category_id: int | None = None
    topic_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustLevelReached(DomainEvent):
    """A person earned a trust level, 1 to 3, by reading, writing and learning."""

    user_id: int
    level: int
