"""Quizzes: their settings and questions. What students do with them is in `attempt.py`."""

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.course import Lesson


class Grading(models.TextChoices):
    """Which attempt counts."""

    BEST = "best", _("The best attempt")
    LAST = "last", _("The last attempt")
    FIRST = "first", _("The first attempt")


class Feedback(models.TextChoices):
    """What the results of an attempt show."""

    FULL = "full", _("Which answers are right, with explanations")
    MARKS = "marks", _("Which of your answers are right")
    PASSED = "passed", _("Right answers only once you have passed")
    SCORE = "score", _("The score only")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One of several")
    MULTIPLE = "multiple", _("Several of several")
    TEXT = "text", _("A word or a phrase")
    NUMBER = "number", _("A number")


class QuizQuerySet(models.QuerySet["Quiz"]):
    def visible_to(self, user: Any) -> "QuizQuerySet":
        """Quizzes of visible lessons. Taking one also needs an enrolment."""
        return self.filter(lesson__in=Lesson.objects.visible_to(user))


class Quiz(models.Model):
    """The quiz of a lesson. `version` moves with each edit of its questions or settings; attempts remember theirs.

    `questions_count` and `points` are those of the current questions.
    """

    lesson = models.OneToOneField(
        Lesson, on_delete=models.CASCADE, related_name="quiz", verbose_name=_("lesson")
    )
    pass_percent = models.PositiveSmallIntegerField(
        _("percent needed to pass"), default=60, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    time_limit_seconds = models.PositiveIntegerField(_("time limit, seconds"), null=True, blank=True)
    attempts_max = models.PositiveSmallIntegerField(_("attempts allowed"), null=True, blank=True)
    is_shuffled = models.BooleanField(_("shuffle questions and choices"), default=False)
    grading = models.CharField(
        _("which attempt counts"), max_length=5, choices=Grading.choices, default=Grading.BEST
    )
    feedback = models.CharField(_("feedback"), max_length=6, choices=Feedback.choices, default=Feedback.FULL)
    questions_count = models.PositiveSmallIntegerField(default=0, editable=False)
    points = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_percent__gte=1, pass_percent__lte=100), name="quiz_pass_range"
            ),
            models.CheckConstraint(
                condition=Q(time_limit_seconds__isnull=True) | Q(time_limit_seconds__gte=10),
                name="quiz_limit_usable",
            ),
            models.CheckConstraint(
                condition=Q(attempts_max__isnull=True) | Q(attempts_max__gte=1), name="quiz_attempts_usable"
            ),
        ]

    def __str__(self) -> str:
        return f"quiz {self.pk}"


class CurrentQuestions(models.Manager[Any]):
    """Questions that new attempts get. Those that were changed or removed stay for old attempts: `Question.ever`."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(retired_at__isnull=True)


class Question(models.Model):
    """One question, frozen as soon as an attempt holds it: an edit then retires the row and makes a new one.

    `lineage` is the same in all versions. A text question accepts the spellings in `accepted` whatever their case; a
    number question accepts `number` ± `tolerance`.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="questions", verbose_name=_("quiz"))
    lineage = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(
        _("kind"), max_length=8, choices=QuestionKind.choices, default=QuestionKind.SINGLE
    )
    text = models.TextField(_("question"))  # Markdown
    text_html = models.TextField(editable=False)
    explanation = models.TextField(_("explanation"), blank=True)  # Markdown, shown by the feedback policy
    explanation_html = models.TextField(blank=True, editable=False)
    points = models.PositiveSmallIntegerField(_("points"), default=1)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    accepted = models.JSONField(_("accepted answers"), default=list, blank=True)  # of a text question
    number = models.DecimalField(_("number"), max_digits=24, decimal_places=9, null=True, blank=True)
    tolerance = models.DecimalField(_("tolerance"), max_digits=24, decimal_places=9, default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CurrentQuestions()
    ever = models.Manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lineage"], condition=Q(retired_at__isnull=True), name="question_one_current"
            ),
            models.CheckConstraint(condition=Q(points__gte=1), name="question_points_positive"),
            models.CheckConstraint(condition=Q(tolerance__gte=0), name="question_tolerance_not_negative"),
            models.CheckConstraint(
                condition=~Q(kind=QuestionKind.NUMBER) | Q(number__isnull=False),
                name="question_number_has_key",
            ),
        ]
        indexes = [models.Index(fields=["quiz", "position", "id"], name="question_order")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def has_choices(self) -> bool:
        return self.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}


class Choice(models.Model):
    """One answer offered by a question; frozen with it."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("answer"), max_length=500)
    is_correct = models.BooleanField(_("right"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["question", "position", "id"], name="choice_order")]

    def __str__(self) -> str:
        return self.text[:60]
