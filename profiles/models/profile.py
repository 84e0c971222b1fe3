"""What a person tells about themselves, and what they have reached."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Profile(models.Model):
    """The public side of one account; its row exists as long as the account (made with it).

    The counters are kept by the services of the apps that own their source (followers here, points in gamification,
    courses in courses), each in the transaction of its write. Who may see what is decided by `profiles.privacy`.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="profile"
    )
    bio = models.TextField(_("about me"), blank=True, max_length=1000)  # Markdown, a few marks only
    bio_html = models.TextField(blank=True, editable=False)
    cover = models.ImageField(
        _("cover picture"), upload_to="covers/", blank=True
    )  # WebP, re-encoded on upload
    location = models.CharField(_("place"), max_length=80, blank=True)
    website = models.URLField(_("website"), max_length=200, blank=True)
    linkedin_url = models.URLField("LinkedIn", max_length=200, blank=True)
    github_url = models.URLField("GitHub", max_length=200, blank=True)
    twitter_url = models.URLField("X", max_length=200, blank=True)
    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    asked_activity_at = models.DateTimeField(null=True, editable=False)  # answered the question after joining

    followers_count = models.PositiveIntegerField(_("followers"), default=0, db_default=0, editable=False)
    following_count = models.PositiveIntegerField(_("following"), default=0, db_default=0, editable=False)
    total_points = models.IntegerField(_("points"), default=0, db_default=0, editable=False)
    level = models.PositiveSmallIntegerField(_("level"), default=1, db_default=1, editable=False)
    courses_completed = models.PositiveIntegerField(
        _("courses completed"), default=0, db_default=0, editable=False
    )
    courses_created = models.PositiveIntegerField(
        _("courses created"), default=0, db_default=0, editable=False
    )

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_month=None, birth_day=None)
                | Q(birth_month__range=(1, 12), birth_day__range=(1, 31)),
                name="profile_birthday_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["-followers_count", "user"], name="profile_popular"),
            models.Index(fields=["-total_points", "user"], name="profile_points"),
            models.Index(
                fields=["birth_month", "birth_day"], name="profile_birthday", condition=~Q(birth_day=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

    @property
    def cover_url(self) -> str | None:
        return self.cover.url if self.cover else None

    @property
    def cover_small_url(self) -> str | None:
        return f"{self.cover.url.removesuffix('.webp')}-small.webp" if self.cover else None


class FormerUsername(models.Model):
    """A user name that was given up: its addresses lead to the person's new ones, and nobody else may take it."""

    username = models.CharField(max_length=60, unique=True)  # lower case
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_usernames"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "-changed_at"], name="former_username_recent")]


class DataExportQuerySet(models.QuerySet["DataExport"]):
    def visible_to(self, viewer: Any) -> "DataExportQuerySet":
        """One's own, whoever one is: not even administrators take the copy of somebody else."""
        return self.filter(user_id=viewer.pk) if viewer.pk is not None else self.none()


class DataExport(models.Model):
    """A copy of everything about one person, made in the background; the file is deleted after two days.

    Whoever works on it holds a lease: `touched_at` moves with the progress. A worker that died is seen by its silence,
    and the next one counts `attempts` up, so that the first one, should it wake, changes nothing any more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("In work")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_exports")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField(default=timezone.now)  # last sign of life of its worker
    file = models.FileField(upload_to="exports/", blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["waiting", "running"]),
                name="data_export_one_at_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="data_export_recent"),
            models.Index(fields=["expires_at"], name="data_export_old", condition=Q(state="ready")),
            models.Index(
                fields=["touched_at"],
                name="data_export_silent",
                condition=Q(state__in=["waiting", "running"]),
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Tell whether it is still being made."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def is_ready(self) -> bool:
        """Tell whether it can be downloaded now."""
        return self.state == self.State.READY and self.expires_at is not None and self.expires_at > timezone.now()


class ErasureRequest(models.Model):
    """A person wants their account erased: it happens at `due_at` unless they take it back before."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="erasure_request"
    )
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(db_index=True)
