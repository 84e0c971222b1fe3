"""Topics."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM
from courses.models import Course, Lesson
from forum.models.category import Category
from forum.models.tag import Tag
from forum.models.written import Written


class TopicKind(models.TextChoices):
    DISCUSSION = "discussion", _("Discussion")
    QUESTION = "question", _("Question")
    ANNOUNCEMENT = "announcement", _("Announcement")


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user: Any) -> "TopicQuerySet":
        """Topics that are not deleted, in categories that are not hidden; moderators see all."""
        if user is SYSTEM or (user.is_authenticated and user.is_moderator):
            return self
        return self.filter(deleted_at__isnull=True, category__is_hidden=False)

    def live(self) -> "TopicQuerySet":
        """Topics that are not deleted: what lists show, to moderators too."""
        return self.filter(deleted_at__isnull=True)

    def pinned_first(self) -> "TopicQuerySet":
        return self.order_by("-is_pinned", "-last_post_at", "-id")

    def for_list(self) -> "TopicQuerySet":
        """Load what a row of a topic list shows."""
        return self.select_related("category", "author", "last_post_author").prefetch_related("tags")


class Topic(Written):
    """A topic. Its body is post number 1.

    Post numbers come from `last_post_number` under the row lock and are never given twice. `replies_count` counts posts
    that are not deleted, without the body; `likes_count` mirrors the body's; `last_post_at` is the newest post that is
    not deleted. `edited_at`/`revision` move by edits only, never by counters.
    """

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="topics", verbose_name=_("category")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=TopicKind.choices, default=TopicKind.DISCUSSION)
    title = models.CharField(_("title"), max_length=150)
    course = models.ForeignKey(
        Course,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="topics",
        verbose_name=_("course"),
    )
    lesson = models.ForeignKey(
        Lesson,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="topics",
        verbose_name=_("lesson"),
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="topics", verbose_name=_("tags"))
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_locked = models.BooleanField(_("locked"), default=False)
    lock_reason = models.CharField(_("reason for the lock"), max_length=200, blank=True)
    best_answer = models.ForeignKey(
        "forum.Post",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("best answer"),
    )
    last_post_number = models.PositiveIntegerField(_("last number"), default=0)
    replies_count = models.PositiveIntegerField(_("replies"), default=0)
    views_count = models.PositiveIntegerField(_("views"), default=0)
    last_post_at = models.DateTimeField(_("last post at"), default=timezone.now)
    last_post_author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("last post by"),
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        indexes = [
            models.Index(
                fields=["category", "-is_pinned", "-last_post_at", "-id"],
                name="topic_in_category",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["-is_pinned", "-last_post_at", "-id"],
                name="topic_latest",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["-last_post_at", "-id"],
                name="topic_by_activity",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["-created_at", "-id"], name="topic_newest", condition=Q(deleted_at__isnull=True)
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="topic_unanswered",
                condition=Q(
                    deleted_at__isnull=True, kind="question", best_answer__isnull=True, replies_count=0
                ),
            ),
            models.Index(fields=["category", "created_at", "is_pinned"], name="topic_created"),
            models.Index(fields=["author", "-created_at"], name="topic_by_author"),
            models.Index(fields=["course", "-last_post_at"], name="topic_by_course"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/forum/topic/{self.pk}/"

    @property
    def is_solved(self) -> bool:
        return self.best_answer_id is not None
