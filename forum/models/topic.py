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


def moderated_by(user: Any) -> Any:
    """Return the keys of the categories that `user` moderates, as a subquery."""
    return Category.moderators.through.objects.filter(user_id=user.pk).values("category")


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user: Any) -> "TopicQuerySet":
        """Topics that are not deleted, in visible categories; moderators see all in theirs, authors what was hidden."""
        rows = self.filter(merged_into=None)  # a merged topic is only a signpost
        if user is SYSTEM or (user.is_authenticated and user.is_moderator):
            return rows
        shown = Q(deleted_at__isnull=True)
        if user.is_authenticated:
            shown |= Q(is_hidden=True, author_id=user.pk) | Q(category__in=moderated_by(user))
        return rows.filter(shown, category__in=Category.objects.visible_to(user))

    def listed_to(self, user: Any) -> "TopicQuerySet":
        """`visible_to(user).live()`, said in columns that the index of activity holds: lists read no other rows."""
        rows = self.live()  # merged and hidden ones are removed, too (held by the database)
        if user is SYSTEM or (user.is_authenticated and user.is_moderator):
            return rows
        return rows.filter(category__in=Category.objects.visible_to(user))

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

    Post numbers come from `last_post_number` under the row lock and are never given twice; `moved_posts` of them left
    with posts that were split off or merged away, the last number staying as it was. `replies_count` counts posts
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
    lesson_second = models.PositiveIntegerField(_("second of the lesson's video"), null=True, blank=True)
    pinned_until = models.DateTimeField(_("pinned until"), null=True, blank=True)
    slow_mode_seconds = models.PositiveIntegerField(_("seconds between posts of one person"), default=0)
    slow_mode_until = models.DateTimeField(_("slow mode until"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    merged_post = models.ForeignKey(  # what was its body: where its address leads now
        "forum.Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    moved_posts = models.PositiveIntegerField(_("posts moved away"), default=0, editable=False)
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
        constraints = [
            models.CheckConstraint(
                condition=Q(is_hidden=False) | Q(deleted_at__isnull=False), name="topic_hidden_is_removed"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(deleted_at__isnull=False),
                name="topic_merged_is_removed",
            ),
        ]
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
            models.Index(  # PostgreSQL's holds what unread asks of a topic, too (migration unread_indexes)
                fields=["-last_post_at", "-id"],
                name="topic_by_activity",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["-last_post_at", "-id"],
                name="topic_solved",
                condition=Q(deleted_at__isnull=True, best_answer__isnull=False),
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
            models.Index(
                fields=["course", "created_at", "id"],
                name="topic_unanswered_course",
                condition=Q(deleted_at__isnull=True, kind="question", best_answer__isnull=True),
            ),
            models.Index(fields=["lesson", "-last_post_at"], name="topic_by_lesson"),
            models.Index(
                fields=["pinned_until"], name="topic_pin_ends", condition=Q(pinned_until__isnull=False)
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
    def is_pinned_now(self) -> bool:
        """Tell whether it is pinned and its time at the top is not over; the column follows within minutes."""
        return self.is_pinned and (self.pinned_until is None or self.pinned_until > timezone.now())

    @property
    def slow_seconds(self) -> int:
        """How long a person waits now between two posts here: the topic's own pace, else that of its category."""
        is_over = self.slow_mode_until is not None and self.slow_mode_until <= timezone.now()
        return self.category.slow_mode_seconds if is_over else self.slow_mode_seconds or self.category.slow_mode_seconds

    @property
    def new_posts(self) -> int:
        """How much others wrote since the reader was here, counted to 100, on rows of `reading.with_state`."""
        return (self.posts_after or 0) if self.unread else 0  # type: ignore[attr-defined]  # both are annotated

    @property
    def is_solved(self) -> bool:
        return self.best_answer_id is not None
