"""The in-app inbox."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models import Comment, Post
from notifications import catalogue


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: Any) -> "NotificationQuerySet":
        """What was told to `user` about texts that they may still see: a title must not outlive its topic."""
        posts = Post.objects.visible_to(user)
        comments = Comment.objects.visible_to(user).filter(deleted_at=None)
        return self.filter(
            Q(post=None) | Q(post__in=posts), Q(comment=None) | Q(comment__in=comments), user=user
        )


class Notification(models.Model):
    """One thing that concerns one person.

    `kind` names an entry of `notifications.catalogue`, which words it. `key` says what it is about: one row per
    recipient and key, so a repeated event tells nothing twice. `post` or `comment` is the text it is about: who may no
    longer see that, no longer sees this.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        verbose_name=_("recipient"),
    )
    kind = models.CharField(_("kind"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("actor"),
    )
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(_("subject"), max_length=160)  # title of what it is about
    url = models.CharField(_("address"), max_length=200)
    key = models.CharField(_("key"), max_length=80)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_inbox"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def text(self) -> str:
        """The sentence in the active language. Needs `actor` loaded."""
        return catalogue.words(self.kind, actor=self.actor.name if self.actor else "", subject=self.subject)

    @property
    def icon(self) -> str:
        return catalogue.icon(self.kind)
