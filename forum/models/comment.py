"""Comments on courses and lessons."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Lesson
from forum.models.written import Rendered, Written


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: Any) -> "CommentQuerySet":
        """Comments on courses and lessons that are visible; moderators see all.

        Deleted ones are included: lists show a stub where replies hang on them, details answer 404 unless moderator.
        """
        from_courses = Course.objects.visible_to(user)
        of_lessons = Q(lesson__course__in=from_courses, lesson__removed_at=None)
        return self.filter(Q(course__in=from_courses) | of_lessons)

    def on(self, target: Course | Lesson) -> "CommentQuerySet":
        return self.filter(course=target) if isinstance(target, Course) else self.filter(lesson=target)


class Comment(Written, Rendered):
    """A comment on exactly one course or lesson.

    Shown in two levels: `root` is the comment of the first level it stands under (null for itself), `parent` the one it
    truly answers. `replies_count` counts the comments under a root that are not deleted.
    """

    course = models.ForeignKey(
        Course,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="comments",
        verbose_name=_("course"),
    )
    lesson = models.ForeignKey(
        Lesson,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="comments",
        verbose_name=_("lesson"),
    )
    root = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="thread", verbose_name=_("root")
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="children",
        verbose_name=_("parent"),
    )
    replies_count = models.PositiveIntegerField(_("replies"), default=0)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_locked = models.BooleanField(_("locked"), default=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(course__isnull=False, lesson__isnull=True)
                | Q(course__isnull=True, lesson__isnull=False),
                name="comment_on_exactly_one",
            ),
            models.CheckConstraint(
                condition=Q(root__isnull=True, parent__isnull=True)
                | Q(root__isnull=False, parent__isnull=False),
                name="comment_reply_has_root",
            ),
            models.CheckConstraint(
                condition=Q(is_hidden=False) | Q(deleted_at__isnull=False), name="comment_hidden_is_removed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["course", "-is_pinned", "-created_at", "-id"],
                name="comment_course",
                condition=Q(root=None),
            ),
            models.Index(
                fields=["lesson", "-is_pinned", "-created_at", "-id"],
                name="comment_lesson",
                condition=Q(root=None),
            ),
            models.Index(fields=["root", "created_at", "id"], name="comment_thread"),
            models.Index(fields=["author", "-created_at"], name="comment_by_author"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        """The permalink: its thread on a page of its own."""
        return f"/forum/comment/{self.pk}/"

    @property
    def target(self) -> Course | Lesson:
        target = self.course if self.course_id is not None else self.lesson
        assert target is not None  # noqa: S101 - the CHECK constraint holds it
        return target
