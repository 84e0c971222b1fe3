"""Counters of quizzes, marks of attempts."""

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from community_platform.core.consistency import alarm, count_of, counter, register, sum_of
from courses.models import Enrollment, LessonProgress, Question, Quiz, QuizAnswer, QuizAttempt


def _submitted() -> QuerySet[QuizAttempt]:
    return QuizAttempt.objects.filter(submitted_at__isnull=False)


def _marked_wrongly() -> QuerySet[QuizAttempt]:
    """Return submitted attempts whose percent or verdict does not follow from the score."""
    percent = Cast(F("score") * 100 / F("max_score"), IntegerField())
    rows = _submitted().filter(max_score__gt=0).annotate(_percent=percent)
    verdict = Q(passed=True, percent__lt=F("pass_percent")) | Q(passed=False, percent__gte=F("pass_percent"))
    return rows.filter(~Q(percent=F("_percent")) | verdict)


def _passed_in_vain() -> QuerySet[QuizAttempt]:
    """Return passed attempts of students whose lesson is not completed."""
    done = LessonProgress.objects.filter(
        user=OuterRef("user"), lesson=OuterRef("quiz__lesson"), completed_at__isnull=False
    )
    studies = Enrollment.objects.filter(user=OuterRef("user"), course=OuterRef("quiz__lesson__course"))
    return _submitted().filter(Exists(studies), ~Exists(done), passed=True)


register(
    counter(
        "courses.quiz.questions", "current questions of a quiz", Quiz, "questions_count",
        count_of(Question.objects.all(), "quiz"),
    ),
    counter(
        "courses.quiz.points", "points of the current questions", Quiz, "points",
        sum_of(Question.objects.all(), "quiz", "points"),
    ),
    alarm(
        "courses.attempt.max_score", "an attempt's points are those of its questions",
        lambda: QuizAttempt.objects.annotate(_sum=sum_of(QuizAnswer.objects.all(), "attempt", "max_mark")).exclude(
            max_score=F("_sum")
        ),
        stored="max_score", actual="_sum",
    ),
    alarm(
        "courses.attempt.score", "a submitted attempt's score is the sum of its marks",
        lambda: _submitted().annotate(_sum=sum_of(QuizAnswer.objects.all(), "attempt", "mark")).exclude(
            score=F("_sum")
        ),
        stored="score", actual="_sum",
    ),
    alarm("courses.attempt.verdict", "percent and verdict follow from the score", _marked_wrongly),
    alarm("courses.attempt.completes", "passing a quiz completes its lesson", _passed_in_vain),
    alarm(
        "courses.answer.question", "an attempt holds questions of its quiz only",
        lambda: QuizAnswer.objects.exclude(question__quiz=F("attempt__quiz")),
    ),
)  # fmt: skip
