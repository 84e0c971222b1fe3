"""Posts: the body of a topic and its replies."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM
from forum.limits import POSTS_PER_PAGE
from forum.models.topic import Topic
from forum.models.written import Rendered, Written


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Any) -> "PostQuerySet":
        """Posts that are not deleted, of visible topics; moderators see all."""
        if user is SYSTEM or (user.is_authenticated and user.is_moderator):
            return self
        return self.filter(
            deleted_at__isnull=True, topic__deleted_at__isnull=True, topic__category__is_hidden=False
        )


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

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="post_number_in_topic"),
            models.CheckConstraint(condition=Q(number__gte=1), name="post_number_from_1"),
        ]
        indexes = [models.Index(fields=["author", "-created_at"], name="post_by_author")]

    def __str__(self) -> str:
        return f"#{self.number}"

    def get_absolute_url(self) -> str:
        """The permalink: never moves, redirects to the right page."""
        return f"/forum/post/{self.pk}/"

    @property
    def is_body(self) -> bool:
        return self.number == 1

    @property
    def page(self) -> int:
        """The page of its topic that it stands on."""
        return (self.number - 1) // POSTS_PER_PAGE + 1
