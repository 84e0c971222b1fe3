"""Shelves of the forum."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM
from courses.models import Course, Enrollment


class Audience(models.TextChoices):
    """Who sees a category and all that stands in it."""

    EVERYONE = "everyone", _("Everyone")
    MEMBERS = "members", _("People who are signed in")
    COURSE = "course", _("Students and instructors of its course")
    STAFF = "staff", _("Moderators")


class CategoryQuerySet(models.QuerySet["Category"]):
    def visible_to(self, user: Any) -> "CategoryQuerySet":
        """Categories whose audience `user` belongs to; moderators see all, a category's moderators see theirs."""
        if user is SYSTEM or (user.is_authenticated and user.is_moderator):
            return self
        if not user.is_authenticated:
            return self.filter(audience=Audience.EVERYONE)
        studies = Enrollment.objects.filter(user_id=user.pk, course=OuterRef("course"))
        looks_after = Category.moderators.through.objects.filter(user_id=user.pk, category=OuterRef("pk"))
        return self.filter(
            Q(audience__in=[Audience.EVERYONE, Audience.MEMBERS])
            | Q(Exists(studies) | Q(course__in=Course.objects.taught_by(user)), audience=Audience.COURSE)
            | Q(Exists(looks_after))
        )


class Category(models.Model):
    """A forum category.

    `topics_count` counts topics that are not deleted; `posts_count` counts their posts that are not deleted, bodies
    included. Both move in the transaction of the write. `course` makes it the forum of one course, whose instructor has
    rights in it; `moderators` have a moderator's rights in this category alone.
    """

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="messages-square")  # Lucide name
    order_index = models.PositiveSmallIntegerField(_("order"), default=0)
    audience = models.CharField(
        _("who sees it"), max_length=10, choices=Audience.choices, default=Audience.EVERYONE
    )
    course = models.ForeignKey(
        Course,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="forum_categories",
        verbose_name=_("course"),
    )
    moderators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("moderators")
    )
    staff_only_topics = models.BooleanField(_("only staff start topics"), default=False)
    min_trust_level = models.PositiveSmallIntegerField(_("trust level needed to start topics"), default=0)
    slow_mode_seconds = models.PositiveIntegerField(_("seconds between posts of one person"), default=0)
    topics_count = models.PositiveIntegerField(_("topics"), default=0, editable=False)
    posts_count = models.PositiveIntegerField(_("posts"), default=0, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("forum category")
        verbose_name_plural = _("forum categories")
        ordering = ["order_index", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience=Audience.COURSE) | Q(course__isnull=False),
                name="category_course_audience",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/forum/{self.slug}/"

    @property
    def is_public(self) -> bool:
        """Tell whether search engines and feeds may show it."""
        return self.audience == Audience.EVERYONE
