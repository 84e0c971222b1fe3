"""Files of lessons: videos, captions, pictures in texts, things to download."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM
from courses.models.course import Course, Lesson

FOLDER = "course-files"  # under MEDIA_ROOT; never served as it is (core.media)


def new_key() -> str:
    """Return the random part of a file's address."""
    return secrets.token_hex(16)


class CourseFileQuerySet(models.QuerySet["CourseFile"]):
    def visible_to(self, user: Any) -> "CourseFileQuerySet":
        """Files of the lessons that one may open; those of free previews and of the course's text for all who see it.

        Texts name a file by its key, which is random: naming it is using it.
        """
        if user is SYSTEM or (user.is_authenticated and user.is_admin):
            return self
        key = OuterRef("key")
        named = Q(content__contains=key) | Q(video_url__contains=key) | Q(captions_url__contains=key)
        open_lessons = Lesson.objects.filter(named, course=OuterRef("course"), is_preview=True)
        shown: Any = Q(course__description__contains=models.F("key")) | Exists(open_lessons)
        if user.is_authenticated:
            shown |= Exists(user.enrollments.filter(course=OuterRef("course"), status="active"))
            shown |= Q(course__in=Course.objects.taught_by(user))
        return self.filter(shown, course__in=Course.objects.visible_to(user))


class CourseFile(models.Model):
    """A file that an instructor uploaded for a course; lessons name it by its path on this site (`url`)."""

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="files", verbose_name=_("course")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    file = models.FileField(_("file"), upload_to=f"{FOLDER}/%Y/%m", max_length=200)
    name = models.CharField(_("name"), max_length=150)  # letters, digits, dots and dashes: it ends an address
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size"))  # bytes
    created_at = models.DateTimeField(default=timezone.now)

    objects = CourseFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("course file")
        verbose_name_plural = _("course files")
        indexes = [models.Index(fields=["course", "-created_at", "-id"], name="course_file_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The address that lessons name; who may see the lesson may see the file."""
        return f"/course-files/{self.key}/{self.name}"

    @property
    def kind(self) -> str:
        """What it is for: picture, video, captions or other."""
        if self.content_type == "text/vtt":
            return "captions"
        kind = self.content_type.partition("/")[0]
        return {"image": "picture", "video": "video"}.get(kind, "other")

    @property
    def markdown(self) -> str:
        """The line that shows the file in a text."""
        return f"{'!' if self.kind == 'picture' else ''}[{self.name}]({self.url})"
