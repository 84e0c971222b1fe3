"""What writers leave behind: drafts, former versions, pictures."""

import re
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models.comment import Comment
from forum.models.post import Post


class Draft(models.Model):
    """An unsent text of one person for one target (`key`, like "reply:17"), the same on every device.

    `seq` is what the writing page counts up: a save with an older number changes nothing, so that a late request never
    overwrites newer words or brings back what was sent.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=80)
    seq = models.PositiveBigIntegerField(default=0)
    payload = models.JSONField(default=dict)  # field → what was typed; empty once it was sent or discarded
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="draft_once")]
        indexes = [models.Index(fields=["user", "-updated_at"], name="draft_recent")]


class Revision(models.Model):
    """A former version of a post or comment, kept whole when an edit replaced it: number 0 is the first text.

    `title` and `tags` are those of the topic, where the post is its body.
    """

    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="revisions")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=150, blank=True)
    tags = models.JSONField(_("tags"), default=list)
    content = models.TextField(_("content"))
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("replaced by"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # of the edit that replaced it
    created_at = models.DateTimeField(_("replaced at"), default=timezone.now)
    is_hidden = models.BooleanField(_("hidden"), default=False)

    class Meta:
        verbose_name = _("former version")
        verbose_name_plural = _("former versions")
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, comment=None) | Q(post=None, comment__isnull=False),
                name="revision_exactly_one",
            ),
            models.UniqueConstraint(fields=["post", "number"], name="revision_of_post_once"),
            models.UniqueConstraint(fields=["comment", "number"], name="revision_of_comment_once"),
        ]


class Picture(models.Model):
    """A picture that was pasted or dropped into a text: re-encoded, without metadata.

    It belongs to nothing until a text that shows it is saved; what stays unused is deleted after a day.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="forum_pictures"
    )
    file = models.ImageField(upload_to="forum/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField()  # bytes
    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="pictures")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.SET_NULL, related_name="pictures")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        indexes = [
            models.Index(fields=["created_at"], name="picture_unused", condition=Q(post=None, comment=None)),
            models.Index(fields=["owner", "-created_at"], name="picture_by_owner"),
        ]

    def get_absolute_url(self) -> str:
        return f"/forum/picture/{self.uuid}/"

    def markdown(self, alt: str = "") -> str:
        """Return the line that shows the picture in a text."""
        return f"![{re.sub(r'[][!]', '', alt).strip()}]({self.get_absolute_url()})"
