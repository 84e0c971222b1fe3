"""Who follows whom, who wants nothing to do with whom, and what people did."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Follow(models.Model):
    """One person follows another; the counters of both profiles move with the row."""

    follower = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    following = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_by"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.UniqueConstraint(fields=["follower", "following"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("following")), name="follow_not_oneself"),
        ]
        indexes = [
            models.Index(fields=["follower", "-created_at", "-id"], name="follow_following"),
            models.Index(fields=["following", "-created_at", "-id"], name="follow_followers"),
        ]


class BlockKind(models.TextChoices):
    BLOCK = "block", _("Blocked")  # no following, messages, mentions, notifications, either way
    IGNORE = "ignore", _("Ignored")  # the other one is not told, and is merely not heard


class Block(models.Model):
    """One person blocks or ignores another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks")
    other = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocked_by")
    kind = models.CharField(max_length=6, choices=BlockKind.choices, default=BlockKind.BLOCK)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(fields=["user", "other"], name="block_once"),
            models.CheckConstraint(condition=~Q(user=F("other")), name="block_not_oneself"),
        ]
        indexes = [models.Index(fields=["other", "kind"], name="block_other")]


class ActivityType(models.TextChoices):
    COURSE_COMPLETED = "course_completed", _("Course completed")
    BADGE_EARNED = "badge_earned", _("Badge earned")
    LEVEL_UP = "level_up", _("New level")
    COURSE_CREATED = "course_created", _("Course created")
    COMMENT_POSTED = "comment_posted", _("Comment posted")
    TOPIC_CREATED = "topic_created", _("Topic created")


class Activity(models.Model):
    """One thing a person did that those who follow them may hear of.

    `object_id` is the course, badge, level, comment or topic, by type: the app that owns the type registers who may
    see the object (`profiles.privacy`), so what is deleted or hidden vanishes from every feed. `metadata` is a snapshot
    to show (titles, counts); `dedupe_key` is the cause: one row per cause, however often it is told.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="activities")
    activity_type = models.CharField(max_length=16, choices=ActivityType.choices)
    object_id = models.PositiveBigIntegerField(null=True)
    dedupe_key = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=200, blank=True)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="activity_of_person")]

    @property
    def title(self) -> str:
        """What it was about, in the reader's language where the snapshot has it."""
        return str(self.metadata.get(f"title_{(get_language() or '')[:2]}") or self.metadata.get("title", ""))
