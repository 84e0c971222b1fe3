"""Shelves of the forum."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM


class CategoryQuerySet(models.QuerySet["Category"]):
    def visible_to(self, user: Any) -> "CategoryQuerySet":
        """All but hidden ones; moderators see those too."""
        if user is SYSTEM or (user.is_authenticated and user.is_moderator):
            return self
        return self.filter(is_hidden=False)


class Category(models.Model):
    """A forum category.

    `topics_count` counts topics that are not deleted; `posts_count` counts their posts that are not deleted, bodies
    included. Both move in the transaction of the write.
    """

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="messages-square")  # Lucide name
    order_index = models.PositiveSmallIntegerField(_("order"), default=0)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    staff_only_topics = models.BooleanField(_("only staff start topics"), default=False)
    topics_count = models.PositiveIntegerField(_("topics"), default=0, editable=False)
    posts_count = models.PositiveIntegerField(_("posts"), default=0, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("forum category")
        verbose_name_plural = _("forum categories")
        ordering = ["order_index", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/forum/{self.slug}/"
