"""What people have read, and what they want to hear of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from forum.models.category import Category
from forum.models.tag import Tag
from forum.models.topic import Topic


class WatchLevel(models.IntegerChoices):
    """How much of a thing somebody wants to hear; a higher level contains the lower ones."""

    MUTED = 0, _("Muted")
    NORMAL = 1, _("Normal")
    TRACKING = 2, _("Tracking")
    WATCHING = 3, _("Watching")


class TopicRead(models.Model):
    """One person and one topic: read up to the last post that was shown, never back, and how closely it is watched.

    `level` is None while nobody decided: then tag, category and course decide. `is_manual` levels are the person's own
    choice, which nothing automatic (replying, reading long) may change.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topic_reads")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="reads")
    last_read_number = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(default=timezone.now)
    level = models.PositiveSmallIntegerField(null=True, choices=WatchLevel.choices)
    is_manual = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="topic_read_once")]
        indexes = [
            # PostgreSQL's holds the other columns, too (migration unread_indexes): what somebody read is read from it.
            models.Index(fields=["user", "topic"], name="topic_read_state"),
            models.Index(fields=["topic", "level"], name="topic_watchers", condition=Q(level__isnull=False)),
        ]


class ReadMark(models.Model):
    """A person's "all read": everything written up to `read_at` in the category, or in the whole forum (None)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks")
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="read_marks")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="read_mark_per_category"),
            models.UniqueConstraint(fields=["user"], condition=Q(category=None), name="read_mark_of_all"),
        ]


class Watch(models.Model):
    """How closely a person watches one category, tag or course: the topics in it that have no level of their own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="forum_watches")
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="watches")
    tag = models.ForeignKey(Tag, null=True, on_delete=models.CASCADE, related_name="watches")
    course = models.ForeignKey(Course, null=True, on_delete=models.CASCADE, related_name="forum_watches")
    level = models.PositiveSmallIntegerField(choices=WatchLevel.choices)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(category__isnull=False, tag=None, course=None)
                | Q(category=None, tag__isnull=False, course=None)
                | Q(category=None, tag=None, course__isnull=False),
                name="watch_exactly_one",
            ),
            # A null is never equal to a null, so plain unique indexes hold each kind and serve ON CONFLICT.
            models.UniqueConstraint(fields=["user", "category"], name="watch_category_once"),
            models.UniqueConstraint(fields=["user", "tag"], name="watch_tag_once"),
            models.UniqueConstraint(fields=["user", "course"], name="watch_course_once"),
        ]
