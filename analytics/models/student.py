"""What one student did in one course: each day, and in all."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Lesson


class UserCourseDay(models.Model):
    """One student, one course, one day (of the zone of reports): all that the other tables are made of.

    Times are milliseconds: `content_ms` of video, `video_wall_ms` what it took, `read_ms` of articles, `quiz_ms`.
    `quiz_score_sum` adds up hundredths of a percent. A day without any learning (enrolling, paying) has no row.
    The course's own staff have none.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="course_days")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="user_days")
    day = models.DateField()
    lessons_viewed = models.PositiveIntegerField(default=0)  # different lessons
    lessons_completed = models.PositiveIntegerField(default=0)
    videos_watched = models.PositiveIntegerField(default=0)  # different lessons
    quiz_attempts = models.PositiveIntegerField(default=0)  # submitted
    quiz_score_sum = models.PositiveBigIntegerField(default=0)
    comments_count = models.PositiveIntegerField(default=0)
    questions_count = models.PositiveIntegerField(default=0)
    content_ms = models.PositiveBigIntegerField(default=0)
    video_wall_ms = models.PositiveBigIntegerField(default=0)
    read_ms = models.PositiveBigIntegerField(default=0)
    quiz_ms = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "day", "user"], name="user_course_day_once")]
        indexes = [
            models.Index(fields=["course", "user", "day"], name="user_course_day_of_student"),
            models.Index(fields=["user", "day"], name="user_course_day_of_person"),
            models.Index(fields=["day", "user"], name="user_course_day_by_day"),
        ]


class StudentEngagement(models.Model):
    """How one student stands in one course, as of the last aggregation.

    `engagement_score` is 0-100 (activity, not quality of learning); `components` explains it:
    {"coverage" | "regularity" | "assessment" | "social" | "recency": {"value": 0..1, "weight": n}}, without those
    that do not apply. `risk` lists reasons ({"code", "days"?, …}), empty for who is not at risk. The estimate is null
    when completed, paused or too slow to tell; `estimated_from` and `estimated_to` are its 20-80 % range.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="engagement", verbose_name=_("student")
    )
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="engagement", verbose_name=_("course")
    )
    engagement_score = models.DecimalField(_("engagement score"), max_digits=5, decimal_places=2, default=0)
    components = models.JSONField(default=dict)
    lessons_viewed = models.PositiveIntegerField(_("lessons viewed"), default=0)
    videos_watched = models.PositiveIntegerField(_("videos watched"), default=0)
    quizzes_completed = models.PositiveIntegerField(_("quizzes completed"), default=0)  # different ones, passed
    comments_posted = models.PositiveIntegerField(_("comments posted"), default=0)
    total_time_ms = models.PositiveBigIntegerField(default=0)
    last_activity_at = models.DateTimeField(_("last activity"), null=True, blank=True)
    estimated_completion_date = models.DateField(_("estimated completion"), null=True, blank=True)
    estimated_from = models.DateField(null=True, blank=True)
    estimated_to = models.DateField(null=True, blank=True)
    pace_minutes = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)  # of content a day
    remaining_minutes = models.PositiveIntegerField(default=0)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    furthest_lesson = models.ForeignKey(
        Lesson, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    has_left = models.BooleanField(default=False)  # not completed and idle for 14 days
    risk = models.JSONField(default=list)
    is_at_risk = models.BooleanField(_("at risk"), default=False)
    enrolled_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("engagement of a student")
        verbose_name_plural = _("engagement of students")
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="student_engagement_once"),
            models.CheckConstraint(
                condition=Q(engagement_score__gte=0, engagement_score__lte=100), name="student_engagement_range"
            ),
        ]
        indexes = [
            models.Index(fields=["course", "-engagement_score", "id"], name="student_engagement_board"),
            models.Index(fields=["course", "is_at_risk"], name="student_engagement_risk"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id}/{self.user_id}: {self.engagement_score}"

    @property
    def total_time_spent_minutes(self) -> int:
        return self.total_time_ms // 60_000
