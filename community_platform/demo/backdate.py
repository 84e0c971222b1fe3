"""Moves what the services have just written into the past: the one place that changes times.

It also forgets what carries random identifiers, so that the same number makes the same school.
"""

import random
from datetime import datetime, timedelta

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from community_platform.core.models import ChannelEvent, ChannelHead, IdempotencyKey
from courses.models import Course, Enrollment
from forum.models import Comment, Like, Post, Topic, TopicRead
from gamification.models import DailyActivity, Streak
from notifications.models import Notification, OutboxItem

UNREAD = 2  # newest notifications of each person that are still unread


def topic(
    row: Topic, posts: list[Post], moments: list[datetime], *, views: int, dice: random.Random, now: datetime
) -> None:
    """Date a topic, its posts, likes, reading and what was told about it."""
    for post, moment in zip(posts, moments, strict=True):
        post.created_at = moment
    Post.objects.bulk_update(posts, ["created_at"])
    Topic.objects.filter(pk=row.pk).update(
        created_at=moments[0], last_post_at=moments[-1], views_count=views + len(posts)
    )
    TopicRead.objects.filter(topic=row).update(read_at=moments[-1])
    _likes(Like.objects.filter(post__in=posts).select_related("post"), dice, now)
    _told(moments[-1], now)


def comment(row: Comment, moment: datetime, *, dice: random.Random, now: datetime) -> None:
    """Date a comment, its likes and what was told about it."""
    row.created_at = moment
    Comment.objects.filter(pk=row.pk).update(created_at=moment)
    _likes(Like.objects.filter(comment=row).select_related("comment"), dice, now)
    _told(moment, now)


def _likes(rows: QuerySet[Like], dice: random.Random, now: datetime) -> None:
    liked = list(rows.order_by("pk"))
    for like in liked:
        thing = like.post or like.comment
        assert thing is not None  # noqa: S101 - the CHECK constraint holds it
        like.created_at = min(thing.created_at + timedelta(hours=dice.uniform(0.1, 40)), now)
    Like.objects.bulk_update(liked, ["created_at"])


def _told(moment: datetime, now: datetime) -> None:
    """Date the notifications that have just been made: those that are younger than any dated one."""
    Notification.objects.filter(created_at__gt=now).update(created_at=moment)


def _read_inboxes() -> None:
    """Let everybody have read what they were told, but for the newest few."""
    place = Window(RowNumber(), partition_by="user", order_by=("-created_at", "-pk"))
    told = Notification.objects.annotate(place=place).order_by().values_list("pk", "place")
    old = [pk for pk, number in told if number > UNREAD]
    Notification.objects.filter(pk__in=old).update(read_at=F("created_at"))


def finish() -> None:
    """Forget the day on which services ran (people learned and were active on others)."""
    _read_inboxes()
    Enrollment.objects.all().delete()
    Course.objects.update(students_count=0)
    IdempotencyKey.objects.all().delete()  # reactions remember events by random keys, for a day
    Streak.objects.all().delete()
    DailyActivity.objects.all().delete()
    ChannelEvent.objects.all().delete()  # nobody was listening
    ChannelHead.objects.all().delete()


def forget_letters() -> None:
    """Let no mail wait to be sent about what the school was made of."""
    OutboxItem.objects.all().delete()
