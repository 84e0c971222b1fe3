"""Points: an append-only ledger, one row per cause; every total is its sum."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gamification.limits import REPUTATION


class Bucket(models.TextChoices):
    LEARNING = "learning", _("Learning")
    COMMUNITY = "community", _("Community")
    TEACHING = "teaching", _("Teaching")
    STREAK = "streak", _("Streak")
    REFERRAL = "referral", _("Invitations")
    BADGE = "badge", _("Badges")
    STAFF = "staff", _("Corrections")


class ActionPoints(models.Model):
    """What one action is worth from now on: loaded from the catalogue, then edited by administrators."""

    action = models.CharField(_("action"), max_length=40, primary_key=True)
    bucket = models.CharField(_("kind of points"), max_length=10, choices=Bucket.choices)
    points = models.PositiveIntegerField(_("points"))
    daily_cap = models.PositiveIntegerField(_("most points a day"), null=True, blank=True)
    pair_cap = models.PositiveIntegerField(_("most points a day from one person"), null=True, blank=True)

    class Meta:
        verbose_name = _("points of an action")
        verbose_name_plural = _("points of actions")
        ordering = ["action"]

    def __str__(self) -> str:
        return self.action


class PointTransaction(models.Model):
    """One cause and its points. The database refuses every change and deletion (migration 0002).

    `amount` is what moved the total: 0 where a cap had been reached (`is_capped`), negative in a reversal. `key` names
    the cause, so the same cause pays once. `date` is the day of the school's own zone, by which boards count. A
    reversal bears both dates of what it reverses, so that a like taken back leaves nothing on any day.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="point_transactions"
    )
    amount = models.IntegerField(_("points"))
    bucket = models.CharField(_("kind of points"), max_length=10, choices=Bucket.choices)
    reason = models.CharField(
        _("reason"), max_length=60
    )  # an action, `badge_awarded`, `streak_reward`, `correction`
    key = models.CharField(max_length=120, unique=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal"
    )
    is_capped = models.BooleanField(_("above the day's limit"), default=False)
    title = models.CharField(
        max_length=200, blank=True
    )  # of the lesson, topic, badge … as it was called then
    url = models.CharField(max_length=200, blank=True)
    course_ref = models.PositiveBigIntegerField(null=True, blank=True)  # for the board of a course
    actor = models.ForeignKey(  # of the staff who corrected
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    occurred_at = models.DateTimeField(_("happened"), default=timezone.now)
    date = models.DateField(_("day"))
    local_date = models.DateField(_("day of the person"))  # in their zone then; by it calendars count
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("ledger row")
        verbose_name_plural = _("points ledger")
        constraints = [
            models.CheckConstraint(condition=Q(is_capped=False) | Q(amount=0), name="points_capped_are_none"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="points_of_person"),
            models.Index(fields=["user", "-occurred_at", "-id"], name="points_in_order"),
            models.Index(
                fields=["course_ref", "user"], name="points_of_course", condition=~Q(course_ref=None)
            ),
            models.Index(fields=["date", "user"], name="points_of_day"),
            models.Index(
                fields=["user", "amount"], name="points_of_reputation", condition=Q(reason__in=REPUTATION)
            ),
        ]

    def __str__(self) -> str:
        return self.key


class DailyPoints(models.Model):
    """Sum of a person's ledger rows of one day and bucket: what boards and calendars read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="daily_points")
    date = models.DateField()  # of the school's zone
    bucket = models.CharField(max_length=10, choices=Bucket.choices)
    points = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "date", "bucket"], name="daily_points_once")]
        indexes = [models.Index(fields=["date", "bucket", "user", "points"], name="daily_points_board")]


class PointBudget(models.Model):
    """What a person has been paid for an action on one of their own days; moved by one conditional UPDATE.

    `source` is the other person where the limit is for a pair, 0 where it is for the whole day.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()  # in the person's zone
    action = models.CharField(max_length=40)
    source = models.PositiveBigIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "date", "action", "source"], name="point_budget_once"),
            models.CheckConstraint(
                condition=Q(used__gte=0) & ~Q(user=F("source")), name="point_budget_of_another"
            ),
        ]
        indexes = [models.Index(fields=["date"], name="point_budget_old")]
