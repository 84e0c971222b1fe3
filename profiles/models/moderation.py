"""Conduct: what people report, what moderators decide, and what a person must bear for a time.

Reports can be about anything that an app registers (`profiles.moderation`): this app is below all of them, so a case
names its subject by kind and number, and the app behind the kind answers for it (docs/adr/0015).
"""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM
from profiles import moderation

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)  # a column of the account that knows no end


class PenaltyKind(models.TextChoices):
    WARNING = "warning", _("Warning")  # read and remembered, forbids nothing
    SILENCE = "silence", _("Silence")  # reads everything, writes nothing to others
    FORUM_BAN = "forum_ban", _("Forum ban")  # writes nothing in forum and comments
    SUSPENSION = "suspension", _("Suspension")  # no access at all


UNTIL = {  # kind → the column of the account that is derived from it
    PenaltyKind.SILENCE: "silenced_until",
    PenaltyKind.FORUM_BAN: "forum_banned_until",
    PenaltyKind.SUSPENSION: "suspended_until",
}


class PenaltyQuerySet(models.QuerySet["Penalty"]):
    def visible_to(self, viewer: Any) -> "PenaltyQuerySet":
        """Those that `viewer` may read about: moderators all, others none (their own are told to them)."""
        return self if viewer.is_authenticated and viewer.is_moderator else self.none()

    def active(self) -> "PenaltyQuerySet":
        """Those that hold now: begun, not over, not lifted. Time decides, no job does."""
        now = timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now, lifted_at=None)


class Penalty(models.Model):
    """One measure against one person. `reason` is shown to them, `note` to moderators alone.

    While one holds, the column of its kind on the person (`silenced_until` …) says until when, so that a request
    needs no query to know.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="penalties", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PenaltyKind.choices)
    reason = models.CharField(_("reason"), max_length=500)
    note = models.CharField(_("note for moderators"), max_length=1000, blank=True)
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)  # None: for good
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("issued by"),
    )
    case = models.ForeignKey(
        "ReviewCase", null=True, on_delete=models.SET_NULL, related_name="penalties", verbose_name=_("case")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    objects = PenaltyQuerySet.as_manager()

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="penalty_ends_after_start",
            )
        ]
        indexes = [
            models.Index(fields=["user", "-starts_at"], name="penalty_of_person"),
            models.Index(fields=["kind", "ends_at"], name="penalty_open", condition=Q(lifted_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"

    @property
    def is_active(self) -> bool:
        """Tell whether it holds now; as `active()` of the rows."""
        now = timezone.now()
        begun_and_not_over = self.starts_at <= now and (self.ends_at is None or self.ends_at > now)
        return self.lifted_at is None and begun_and_not_over


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    AGREED = "agreed", _("Agreed")  # the report was right: the thing stays hidden or was removed
    DISAGREED = "disagreed", _("Disagreed")  # it was wrong: the thing is shown again
    IGNORED = "ignored", _("Ignored")  # neither


class Verdict(models.TextChoices):
    """What a moderator decides about a case."""

    AGREE = "agree", _("The report is right: keep it hidden")
    HIDE = "hide", _("Hide it")
    EDIT = "edit", _("The report was right; the text is mended and shown")
    DELETE = "delete", _("Delete it")
    DISAGREE = "disagree", _("The report is wrong: show it")
    IGNORE = "ignore", _("Neither: close the case")


def _looked_after(user: Any) -> Q:
    """Return the condition on `course_ref` and `category_ref` of what `user` decides about without being moderator."""
    mine = Q(pk__in=[])
    for column, scope in moderation.scopes().items():
        mine |= Q(**{f"{column}__in": scope.ids_of(user)})
    return mine


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows about a course or a forum category."""

    def visible_to(self, user: Any) -> Any:
        """All for moderators; for others those of courses they teach and categories they look after."""
        if user is SYSTEM or (user.is_authenticated and user.is_moderator):
            return self
        return self.filter(_looked_after(user)) if user.is_authenticated else self.none()

    def public(self) -> Any:
        """Lines of the log that everybody may read, redacted."""
        return self.filter(is_public=True)


class ReviewCase(models.Model):
    """One subject that was reported, with all its flags: at most one open case per subject.

    `score` is the weight of its flags. `course_ref` and `category_ref` say who besides moderators may decide: the
    instructors of that course, the moderators of that forum category. `version` counts decisions, so that of two
    moderators the second is told. `snapshot` keeps what was reported (title, content, url), however it is edited later.
    """

    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.PositiveBigIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="review_cases",
        verbose_name=_("author"),
    )
    course_ref = models.PositiveBigIntegerField(null=True)
    category_ref = models.PositiveBigIntegerField(null=True)
    snapshot = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    score = models.PositiveIntegerField(_("score"), default=0)
    flags_count = models.PositiveIntegerField(_("reports"), default=0)
    version = models.PositiveIntegerField(default=0)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("claimed by"),
    )
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("resolved by"),
    )
    resolution_note = models.CharField(_("note"), max_length=1000, blank=True)
    decided_revision = models.PositiveIntegerField(null=True)  # of the subject, when it was decided
    mended_at = models.DateTimeField(null=True)  # its author changed it, which showed it again: once

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("review case")
        verbose_name_plural = _("review cases")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"], condition=Q(state="open"), name="review_case_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "-score", "created_at"], name="review_case_queue"),
            models.Index(fields=["kind", "object_id"], name="review_case_subject"),
            models.Index(fields=["author", "-created_at"], name="review_case_author"),
            models.Index(
                fields=["-resolved_at", "-id"], name="review_case_decided", condition=~Q(state="open")
            ),
            models.Index(fields=["course_ref", "state"], name="review_case_course"),
            models.Index(fields=["category_ref", "state"], name="review_case_category"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

    def get_absolute_url(self) -> str:
        return f"/moderation/case/{self.pk}/"

    @property
    def is_open(self) -> bool:
        return self.state == CaseState.OPEN


class FlagReason(models.TextChoices):
    SPAM = "spam", _("Spam or advertising")
    OFF_TOPIC = "off_topic", _("Off topic")
    ABUSIVE = "abusive", _("Insulting or abusive")
    CHEATING = "cheating", _("Gives away answers")
    ILLEGAL = "illegal", _("Illegal")
    OTHER = "other", _("Something else")


class Flag(models.Model):
    """One person's report within a case. `weight` grows with the reporter's trust level and past accuracy.

    Without a person the site itself reports: a guard held something that looks like spam.
    """

    case = models.ForeignKey(ReviewCase, on_delete=models.CASCADE, related_name="flags")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="flags"
    )
    reason = models.CharField(_("reason"), max_length=10, choices=FlagReason.choices)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="flag_once")]
        indexes = [models.Index(fields=["user", "-created_at"], name="flag_by_reporter")]


class ModerationAction(models.Model):
    """One line of the moderation log: written once, never changed or deleted (the database refuses).

    Lines with `is_public` appear, without names and notes, on the public log; the title only while all may read it.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,  # accounts are anonymised, not deleted; a line is never touched
        related_name="+",
        verbose_name=_("moderator"),
    )
    action = models.CharField(_("action"), max_length=40)
    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.PositiveBigIntegerField(null=True)
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        verbose_name=_("person concerned"),
    )
    course_ref = models.PositiveBigIntegerField(null=True)
    category_ref = models.PositiveBigIntegerField(null=True)
    title = models.CharField(_("title"), max_length=160, blank=True)  # of the subject
    url = models.CharField(max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    note = models.CharField(_("note for moderators"), max_length=1000, blank=True)
    is_public = models.BooleanField(default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("moderation action")
        verbose_name_plural = _("moderation log")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="moderation_log"),
            models.Index(fields=["kind", "object_id"], name="moderation_subject"),
            models.Index(fields=["target", "-created_at"], name="moderation_target"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a line of the moderation log is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a line of the moderation log is never deleted")
