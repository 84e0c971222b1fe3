"""What the forum tells about people to those who follow them; called in the transaction of the deed."""

from forum.models import Comment, Topic
from profiles.models import ActivityType
from profiles.services import activity


def note_topic(topic: Topic) -> None:
    """Note that somebody started `topic`."""
    activity.record(
        user_id=topic.author_id,
        activity_type=ActivityType.TOPIC_CREATED,
        key=f"topic:{topic.pk}",
        object_id=topic.pk,
        url=topic.get_absolute_url(),
        metadata={"title": topic.title},
        at=topic.created_at,
    )


def note_comment(comment: Comment) -> None:
    """Note that somebody wrote `comment`, with the title of what it is about."""
    activity.record(
        user_id=comment.author_id,
        activity_type=ActivityType.COMMENT_POSTED,
        key=f"comment:{comment.pk}",
        object_id=comment.pk,
        url=f"{comment.get_absolute_url()}#comment-{comment.pk}",
        metadata={"title": comment.target.title},
        at=comment.created_at,
    )
