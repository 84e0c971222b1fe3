"""The in-app inbox."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models import Comment, Post
from notifications import catalogue
from profiles.privacy import unheard_ids


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: Any) -> "NotificationQuerySet":
        """What was told to `user` about texts that they may still see: a title must not outlive its topic.

        Nothing by people whom they ignore or block by now; a line that gathers several stays for the others.
        """
        posts = Post.objects.visible_to(user)
        comments = Comment.objects.visible_to(user).filter(deleted_at=None)
        unheard = unheard_ids(user)
        others = Exists(Cause.objects.filter(notification=OuterRef("pk")).exclude(actor__in=unheard))
        return self.filter(
            Q(post=None) | Q(post__in=posts), Q(comment=None) | Q(comment__in=comments),
            Q(actor=None) | ~Q(actor__in=unheard) | Q(others), user=user, is_listed=True,
        )  # fmt: skip


class Notification(models.Model):
    """One thing that concerns one person, or several of one kind about one thing while they are unread.

    `kind` names an entry of `notifications.catalogue`, which words it. `key` says what it is about: one row per
    recipient and key, so a repeated event tells nothing twice. `post` or `comment` is the text it is about: who may no
    longer see that, no longer sees this.

    `group` names what an unread line still gathers, `Cause` holds what it gathered: at most one open line per recipient
    and group. `created_at` moves with the latest cause; `actor` is the latest person, `count` how many there are.
    A line that is not listed was wanted by mail or push alone.
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
    count = models.PositiveIntegerField(_("people"), default=1, db_default=1)  # who did it, gathered in one line
    group = models.CharField(_("group"), max_length=80, default="", db_default="", blank=True)
    is_listed = models.BooleanField(_("in the inbox"), default=True, db_default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notification_once"),
            models.UniqueConstraint(
                fields=["user", "group"], name="notification_one_open", condition=Q(read_at=None) & ~Q(group="")
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notification_newest"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def people(self) -> list[Any]:
        """Return who did it, the latest first: as `selectors.inbox.gathered` gave them, else `actor`, loaded."""
        given: list[Any] | None = self.__dict__.get("_people")
        return given if given is not None else [self.actor] if self.actor else []

    @people.setter
    def people(self, people: list[Any]) -> None:
        self.__dict__["_people"] = people

    @property
    def text(self) -> str:
        """The sentence in the active language. Needs `actor` loaded."""
        actor = self.people[0].name if self.people else ""
        return catalogue.words(self.kind, actor=actor, subject=self.subject, count=self.count)

    @property
    def why(self) -> str:
        """Why it was told, in the active language."""
        return catalogue.why(self.kind)

    @property
    def icon(self) -> str:
        return catalogue.icon(self.kind)


class Cause(models.Model):
    """One thing that a line gathers: who did it, and by which `key` it is known. A person is told of a key once."""

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="causes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")  # the recipient
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_cause_once")]

    def __str__(self) -> str:
        return self.key
