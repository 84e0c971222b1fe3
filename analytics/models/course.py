"""Days of a course."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Coupon, Course, money


class CourseAnalyticsDaily(models.Model):
    """One course on one day (of the zone of reports); every day since its first event has a row.

    People are students: the staff of the course is left out. `wau` and `mau` are different people in the 7 and 30 days
    that end with this one. `enrolled_total` and `completed_total` count enrolments up to the end of this day, without
    those that were refunded; the second are among the first. `quiz_score_sum` adds up hundredths of a percent.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="analytics_days")
    date = models.DateField(_("day"))
    enrollments = models.PositiveIntegerField(_("enrolments"), default=0)
    active_students = models.PositiveIntegerField(_("active students"), default=0)
    completions = models.PositiveIntegerField(_("completions"), default=0)
    enrolled_total = models.PositiveIntegerField(default=0)
    completed_total = models.PositiveIntegerField(default=0)
    watch_ms = models.PositiveBigIntegerField(default=0)
    viewers = models.PositiveIntegerField(default=0)
    comments_count = models.PositiveIntegerField(_("comments"), default=0)
    questions_count = models.PositiveIntegerField(_("questions"), default=0)
    likes_count = models.PositiveIntegerField(_("likes"), default=0)
    quiz_score_sum = models.PositiveBigIntegerField(default=0)
    quiz_attempts = models.PositiveIntegerField(_("quiz attempts"), default=0)
    revenue_minor = models.BigIntegerField(_("revenue, minor units"), default=0)  # refunds taken off
    dau = models.PositiveIntegerField(default=0)
    wau = models.PositiveIntegerField(default=0)
    mau = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("day of a course")
        verbose_name_plural = _("days of courses")
        constraints = [
            models.UniqueConstraint(fields=["course", "date"], name="course_analytics_once"),
            models.CheckConstraint(
                condition=Q(completed_total__lte=F("enrolled_total")), name="course_analytics_rate_range"
            ),
            models.CheckConstraint(
                condition=Q(dau__lte=F("wau"), wau__lte=F("mau")), name="course_analytics_windows"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.date}"

    @property
    def completion_rate(self) -> float | None:
        """0-100; None without enrolments."""
        return round(100 * self.completed_total / self.enrolled_total, 2) if self.enrolled_total else None

    @property
    def average_quiz_score(self) -> float | None:
        """0-100, over all attempts of the day."""
        return round(self.quiz_score_sum / self.quiz_attempts / 100, 2) if self.quiz_attempts else None

    @property
    def total_watch_time_minutes(self) -> float:
        return round(self.watch_ms / 60_000, 2)

    @property
    def average_watch_time_minutes(self) -> float | None:
        """Minutes for each who watched; None without anybody."""
        return round(self.watch_ms / self.viewers / 60_000, 2) if self.viewers else None

    def revenue(self, currency: str) -> Decimal:
        return money.major(self.revenue_minor, currency)


class RevenueDay(models.Model):
    """Money of one course on one day in one currency, by coupon (null: none). Minor units; refunds are positive."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="revenue_days")
    day = models.DateField()
    currency = models.CharField(max_length=3)
    coupon = models.ForeignKey(Coupon, null=True, on_delete=models.CASCADE, related_name="revenue_days")
    orders_count = models.PositiveIntegerField(default=0)  # paid on this day
    gross_minor = models.PositiveBigIntegerField(default=0)
    discount_minor = models.PositiveBigIntegerField(default=0)
    refunds_count = models.PositiveIntegerField(default=0)
    refunded_minor = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "day", "currency", "coupon"], name="revenue_day_once")
        ]
