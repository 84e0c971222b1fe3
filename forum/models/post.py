"""Posts: the body of a topic and its replies."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM
from forum.limits import POSTS_PER_PAGE
from forum.models.category import Category
from forum.models.topic import Topic, moderated_by
from forum.models.written import Rendered, Written


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Any) -> "PostQuerySet":
        """Posts that are not deleted, of visible topics; moderators see all in theirs, authors what was hidden."""
        if user is SYSTEM or (user.is_authenticated and user.is_moderator):
            return self
        shown = Q(deleted_at__isnull=True, topic__deleted_at__isnull=True)
        if user.is_authenticated:
            own = Q(author_id=user.pk, deleted_at__isnull=True) | Q(author_id=user.pk, is_hidden=True)
            in_own_topic = Q(topic__author_id=user.pk, topic__is_hidden=True, deleted_at__isnull=True)
            shown |= own & (
                Q(topic__deleted_at__isnull=True) | Q(topic__author_id=user.pk, topic__is_hidden=True)
            )
            shown |= in_own_topic | Q(topic__category__in=moderated_by(user))
        return self.filter(shown, topic__category__in=Category.objects.visible_to(user))


class Post(Written, Rendered):
    """One post. `number` is its place in the topic for good: page N is a fixed window of numbers."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="posts", verbose_name=_("topic"))
    number = models.PositiveIntegerField(_("number"))
    reply_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="answers",
        verbose_name=_("in reply to"),
    )

    endorsed_at = models.DateTimeField(_("endorsed at"), null=True, blank=True)
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("endorsed by"),
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="post_number_in_topic"),
            models.CheckConstraint(condition=Q(number__gte=1), name="post_number_from_1"),
            models.CheckConstraint(
                condition=Q(is_hidden=False) | Q(deleted_at__isnull=False), name="post_hidden_is_removed"
            ),
        ]
        indexes = [models.Index(fields=["author", "-created_at"], name="post_by_author")]

    def __str__(self) -> str:
        return f"#{self.number}"

    def get_absolute_url(self) -> str:
        """The permalink: never moves, redirects to the right page."""
        return f"/forum/post/{self.pk}/"

    @property
    def is_endorsed(self) -> bool:
        return self.endorsed_at is not None

    @property
    def is_body(self) -> bool:
        return self.number == 1

    @property
    def page(self) -> int:
        """The page of its topic that it stands on."""
        return (self.number - 1) // POSTS_PER_PAGE + 1
