"""Badges, who holds them, and the facts their rules need."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Rarity(models.TextChoices):
    COMMON = "common", _("Common")
    UNCOMMON = "uncommon", _("Uncommon")
    RARE = "rare", _("Rare")
    EPIC = "epic", _("Epic")
    LEGENDARY = "legendary", _("Legendary")
    MYTHIC = "mythic", _("Mythic")


class BadgeScope(models.TextChoices):
    ONCE = "once", _("Once")
    PER_EVENT = "per_event", _("Once an event")


class Badge(models.Model):
    """One badge of the catalogue (`sync_badges` writes it). Earned when metric `op` threshold holds.

    A slug that left the catalogue stays with `is_active` off: whoever holds it keeps it.
    """

    slug = models.SlugField(max_length=60, unique=True)
    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    section = models.CharField(_("section"), max_length=20)
    category = models.CharField(_("category"), max_length=20)
    rarity = models.CharField(_("rarity"), max_length=10, choices=Rarity.choices)
    points = models.PositiveIntegerField(_("points"))
    icon = models.CharField(_("icon"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=80)
    name_ru = models.CharField(_("name (Russian)"), max_length=80)
    description_en = models.CharField(_("description (English)"), max_length=200)
    description_ru = models.CharField(_("description (Russian)"), max_length=200)
    metric = models.CharField(_("metric"), max_length=40, blank=True)  # empty: only people grant it
    op = models.CharField(max_length=2, choices=[(">=", "≥"), ("<=", "≤")], default=">=")
    threshold = models.DecimalField(_("threshold"), max_digits=10, decimal_places=2, default=0)
    event = models.CharField(_("seasonal event"), max_length=40, blank=True)  # slug without the year
    scope = models.CharField(
        _("how often"), max_length=10, choices=BadgeScope.choices, default=BadgeScope.ONCE
    )
    is_manual = models.BooleanField(_("granted by people"), default=False)
    is_hidden = models.BooleanField(_("hidden until held"), default=False)
    is_seasonal = models.BooleanField(_("seasonal"), default=False)
    has_progress = models.BooleanField(_("shows progress"), default=True)
    has_backfill = models.BooleanField(_("awarded for the past"), default=True)
    counts_for_ultimate = models.BooleanField(_("counts for the last one"), default=True)
    is_active = models.BooleanField(_("can be earned"), default=True)
    available_from = models.DateTimeField(_("from"), null=True, blank=True)
    available_until = models.DateTimeField(_("until"), null=True, blank=True)
    holders_count = models.PositiveIntegerField(_("holders"), default=0, editable=False)

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        ordering = ["number"]
        indexes = [models.Index(fields=["metric"], name="badge_by_metric", condition=Q(is_active=True))]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/badges/{self.slug}/"

    @property
    def name(self) -> str:
        """In the language of the reader."""
        return self.name_ru if (get_language() or "").startswith("ru") else self.name_en

    @property
    def description(self) -> str:
        return self.description_ru if (get_language() or "").startswith("ru") else self.description_en


class UserBadge(models.Model):
    """A badge that somebody holds, or held: a revoked row stays, so that the same deed does not earn it again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="badges")
    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="awards")
    scope_key = models.CharField(max_length=60, blank=True)  # `new-year-2026`, empty for once
    earned_at = models.DateTimeField(_("earned"))  # when the threshold was reached
    awarded_at = models.DateTimeField(_("awarded"), default=timezone.now)  # when the site noticed
    is_quiet = models.BooleanField(default=False)  # found by the backfill: no dialog for each
    seen_at = models.DateTimeField(null=True, blank=True)  # the celebration was shown, once for all devices
    pin = models.PositiveSmallIntegerField(_("place in the showcase"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoke_reason = models.CharField(_("why it was revoked"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.UniqueConstraint(fields=["user", "badge", "scope_key"], name="user_badge_once"),
            models.UniqueConstraint(fields=["user", "pin"], name="user_badge_pin", condition=~Q(pin=None)),
            models.CheckConstraint(condition=Q(pin=None) | Q(pin__range=(1, 6)), name="user_badge_pin_range"),
            models.CheckConstraint(condition=Q(pin=None) | Q(revoked_at=None), name="user_badge_pin_held"),
        ]
        indexes = [
            models.Index(
                fields=["badge", "earned_at", "id"], name="badge_holders", condition=Q(revoked_at=None)
            ),
            models.Index(
                fields=["user", "id"],
                name="badge_unseen",
                condition=Q(seen_at=None, revoked_at=None, is_quiet=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.badge_id}"


class UserMetric(models.Model):
    """The value of a metric of one person when it was last computed: what progress bars show."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="metrics")
    metric = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=12, decimal_places=2)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "metric"], name="user_metric_once")]


class SignupRank(models.Model):
    """The place of a member among all verified ones, given once when the e-mail is confirmed and never moved."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="signup_rank"
    )
    rank = models.PositiveIntegerField(unique=True)
    assigned_at = models.DateTimeField(default=timezone.now)


class SeasonalEvent(models.Model):
    """A stretch of local dates in which something special can be earned."""

    slug = models.SlugField(max_length=60, unique=True)  # with the year it begins in: new-year-2026
    kind = models.CharField(_("event"), max_length=40)  # without the year; badges name it
    name_en = models.CharField(_("name (English)"), max_length=80)
    name_ru = models.CharField(_("name (Russian)"), max_length=80)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))  # included

    class Meta:
        verbose_name = _("seasonal event")
        verbose_name_plural = _("seasonal events")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=models.F("ends_on")), name="seasonal_event_order"
            )
        ]

    def __str__(self) -> str:
        return self.slug


class Holiday(models.Model):
    """A day of the year; studying on several of them earns a badge."""

    month = models.PositiveSmallIntegerField(_("month"))
    day = models.PositiveSmallIntegerField(_("day"))
    name_en = models.CharField(_("name (English)"), max_length=80)
    name_ru = models.CharField(_("name (Russian)"), max_length=80)
    is_active = models.BooleanField(_("counts"), default=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["month", "day"]
        constraints = [
            models.UniqueConstraint(fields=["month", "day"], name="holiday_once"),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12), day__range=(1, 31)), name="holiday_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"


class BugState(models.TextChoices):
    NEW = "new", _("New")
    CONFIRMED = "confirmed", _("Confirmed")
    DUPLICATE = "duplicate", _("Known already")
    REJECTED = "rejected", _("Not a bug")


class BugReportQuerySet(models.QuerySet["BugReport"]):
    def visible_to(self, user: Any) -> "BugReportQuerySet":
        """One's own; all of them for those who decide about them."""
        if user.is_authenticated and user.is_moderator:
            return self.all()
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()


class BugReport(models.Model):
    """What somebody says is broken; only confirmed ones count."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bug_reports")
    title = models.CharField(_("what is wrong"), max_length=160)
    description = models.TextField(_("what you did and what you saw"), max_length=5000)
    page = models.CharField(_("page"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=BugState.choices, default=BugState.NEW)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = BugReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("bug report")
        verbose_name_plural = _("bug reports")
        indexes = [
            models.Index(fields=["user", "-id"], name="bug_reports_of_person"),
            models.Index(fields=["state", "-id"], name="bug_reports_queue"),
        ]

    def __str__(self) -> str:
        return self.title
