"""What students do with a quiz."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.quiz import Question, Quiz


class QuizAttemptQuerySet(models.QuerySet["QuizAttempt"]):
    def visible_to(self, user: Any) -> "QuizAttemptQuerySet":
        """One's own; what others said is between them and the school."""
        return self.filter(user_id=user.pk) if user.pk is not None else self.none()

    def with_quiz(self) -> "QuizAttemptQuerySet":
        """Load what the services need."""
        return self.select_related("quiz__lesson__course")


class QuizAttempt(models.Model):
    """One try of one student. Everything that could change meanwhile is frozen when it starts.

    It is open until `submitted_at`; the database holds one open attempt per student and quiz. After `deadline` nothing
    more is taken: what was saved is marked. `number` counts from 1. `percent` is rounded down, so that 100 means all.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiz_attempts")
    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("quiz"))
    number = models.PositiveSmallIntegerField(_("attempt"))
    quiz_version = models.PositiveIntegerField()
    pass_percent = models.PositiveSmallIntegerField()
    seed = models.PositiveBigIntegerField()  # of the order of questions and choices
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    is_overdue = models.BooleanField(_("ran out of time"), default=False)  # the deadline closed it
    score = models.PositiveIntegerField(_("score"), default=0)
    max_score = models.PositiveIntegerField(_("points"))
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    passed = models.BooleanField(_("passed"), default=False)
    duration_seconds = models.PositiveIntegerField(_("duration, seconds"), default=0)

    objects = QuizAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiz attempt")
        verbose_name_plural = _("quiz attempts")
        constraints = [
            models.UniqueConstraint(fields=["user", "quiz", "number"], name="quiz_attempt_number"),
            models.UniqueConstraint(
                fields=["user", "quiz"], condition=Q(submitted_at__isnull=True), name="quiz_attempt_one_open"
            ),
            models.CheckConstraint(condition=Q(score__lte=F("max_score")), name="quiz_attempt_score_range"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="quiz_attempt_percent_range"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=False) | Q(passed=False, score=0),
                name="quiz_attempt_open_has_no_score",
            ),
        ]
        indexes = [
            models.Index(fields=["quiz", "submitted_at"], name="quiz_attempt_by_quiz"),
            models.Index(
                fields=["deadline"], condition=Q(submitted_at__isnull=True), name="quiz_attempt_overdue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}/{self.user_id}/{self.number}"

    def get_absolute_url(self) -> str:
        """Needs `quiz.lesson.course` loaded."""
        return f"{self.quiz.lesson.get_absolute_url()}attempts/{self.number}/"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None


class QuizAnswer(models.Model):
    """One question of an attempt, made when it starts: its place, its choices in their order, the answer so far.

    `response` is {"choices": [ids]}, {"text": "…"} or {} where nothing was answered. `mark` is set on submission.
    """

    attempt = models.ForeignKey(QuizAttempt, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.RESTRICT, related_name="answers")
    position = models.PositiveSmallIntegerField()
    choice_order = models.JSONField(default=list)
    response = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True, blank=True)
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    max_mark = models.PositiveSmallIntegerField()
    is_correct = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("quiz answer")
        verbose_name_plural = _("quiz answers")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="quiz_answer_once"),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__lte=F("max_mark")), name="quiz_answer_mark_range"
            ),
        ]
