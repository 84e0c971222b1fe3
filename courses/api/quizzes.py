"""/api/quizzes and /api/attempts (CONTRACT §6)."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers as drf
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.views import ApiView, get_or_404
from community_platform.core.errors import NotAllowed
from courses import limits, selectors
from courses.models import Feedback, Grading, QuestionKind, Quiz, QuizAttempt
from courses.selectors import quizzes
from courses.selectors.quizzes import AttemptPage, ShownAnswer
from courses.services import attempts


class ChoiceSerializer(drf.Serializer[Any]):
    """A choice, never with the key."""

    id = drf.IntegerField(source="choice.pk")
    text = drf.CharField(source="choice.text")


class QuestionSerializer(drf.Serializer[ShownAnswer]):
    """A question of an open attempt with what was saved: `choices` offered, `chosen` ids, `said` words."""

    id = drf.IntegerField(source="question.pk")
    kind = drf.ChoiceField(QuestionKind.choices, source="question.kind")
    text = drf.CharField(source="question.text")
    text_html = drf.CharField(source="question.text_html")
    points = drf.IntegerField(source="question.points")
    choices = ChoiceSerializer(many=True)
    chosen = drf.SerializerMethodField()
    said = drf.CharField()

    @extend_schema_field({"type": "array", "items": {"type": "integer"}})
    def get_chosen(self, row: ShownAnswer) -> list[int]:
        return [shown.choice.pk for shown in row.choices if shown.is_chosen]


class MarkedSerializer(drf.Serializer[ShownAnswer]):
    """A question of a result. What the quiz's feedback policy hides is null or empty."""

    question = drf.IntegerField(source="question.pk")
    is_correct = drf.BooleanField(allow_null=True)
    mark = drf.IntegerField(allow_null=True)
    right_choices = drf.SerializerMethodField()
    right_answer = drf.CharField(source="key")
    explanation_html = drf.CharField()

    @extend_schema_field({"type": "array", "items": {"type": "integer"}})
    def get_right_choices(self, row: ShownAnswer) -> list[int]:
        return [shown.choice.pk for shown in row.choices if shown.is_right]


class AttemptSerializer(drf.Serializer[AttemptPage]):
    """An open attempt."""

    id = drf.IntegerField(source="attempt.pk")
    quiz = drf.IntegerField(source="attempt.quiz_id")
    number = drf.IntegerField(source="attempt.number")
    started_at = drf.DateTimeField(source="attempt.started_at")
    deadline = drf.DateTimeField(source="attempt.deadline", allow_null=True)
    seconds_left = drf.IntegerField(allow_null=True)
    max_score = drf.IntegerField(source="attempt.max_score")
    questions = QuestionSerializer(source="answers", many=True)


class ResultSerializer(drf.Serializer[AttemptPage]):
    """An attempt that was handed in; `is_overdue`: by the clock, not by its student."""

    id = drf.IntegerField(source="attempt.pk")
    quiz = drf.IntegerField(source="attempt.quiz_id")
    number = drf.IntegerField(source="attempt.number")
    started_at = drf.DateTimeField(source="attempt.started_at")
    submitted_at = drf.DateTimeField(source="attempt.submitted_at")
    is_overdue = drf.BooleanField(source="attempt.is_overdue")
    duration_seconds = drf.IntegerField(source="attempt.duration_seconds")
    score = drf.IntegerField(source="attempt.score")
    max_score = drf.IntegerField(source="attempt.max_score")
    percent = drf.IntegerField(source="attempt.percent")
    passed = drf.BooleanField(source="attempt.passed")
    questions = MarkedSerializer(source="answers", many=True)


class AttemptBriefSerializer(drf.ModelSerializer[QuizAttempt]):
    class Meta:
        model = QuizAttempt
        fields = ("id", "number", "started_at", "submitted_at", "score", "max_score", "percent", "passed")
        read_only_fields = fields


class QuizSerializer(drf.Serializer[quizzes.QuizPage]):
    """The rules of a quiz, and what the reader did with it."""

    id = drf.IntegerField(source="quiz.pk")
    lesson = drf.IntegerField(source="quiz.lesson_id")
    questions_count = drf.IntegerField(source="quiz.questions_count")
    points = drf.IntegerField(source="quiz.points")
    pass_percent = drf.IntegerField(source="quiz.pass_percent")
    time_limit_seconds = drf.IntegerField(source="quiz.time_limit_seconds", allow_null=True)
    attempts_max = drf.IntegerField(source="quiz.attempts_max", allow_null=True)
    grading = drf.ChoiceField(Grading.choices, source="quiz.grading")
    feedback = drf.ChoiceField(Feedback.choices, source="quiz.feedback")
    attempts_left = drf.IntegerField(allow_null=True)
    current = AttemptBriefSerializer(allow_null=True)
    counted = AttemptBriefSerializer(allow_null=True)
    attempts = AttemptBriefSerializer(many=True)


class AnswerInput(drf.Serializer[Any]):
    """One answer: `choices`, `text` or `number`, as the question's kind asks."""

    question = drf.IntegerField(min_value=1)
    choices = drf.ListField(child=drf.IntegerField(), required=False, max_length=limits.CHOICES_MAX)
    text = drf.CharField(required=False, allow_blank=True, trim_whitespace=False)
    number = drf.DecimalField(30, 9, required=False, allow_null=True)


class AnswersInput(drf.Serializer[Any]):
    answers = AnswerInput(many=True, required=False, default=list)

    def validate_answers(self, rows: list[Any]) -> list[Any]:
        return rows[: limits.QUESTIONS_MAX + 1]


SavedSchema = inline_serializer("SavedAnswers", {"seconds_left": drf.IntegerField(allow_null=True)})


class QuizView(ApiView):
    """The rules of a quiz and one's own attempts; the questions come with an attempt."""

    failures = {"get": (403,)}

    @extend_schema(operation_id="quizzes_retrieve", responses={200: QuizSerializer})
    def get(self, request: Request, quiz: int) -> Response:
        row = _quiz(request, quiz)
        if not selectors.may_open(request.user, row.lesson):
            raise NotAllowed(code="not_enrolled")
        return Response(QuizSerializer(quizzes.quiz_page(row, request.user)).data)


class AttemptsView(ApiView):
    """Start an attempt (201), or go on with the open one (200)."""

    @extend_schema(
        operation_id="quizzes_attempt",
        request=None,
        responses={201: AttemptSerializer, 200: AttemptSerializer},
    )
    @idempotent
    def post(self, request: Request, quiz: int) -> Response:
        attempt, is_new = attempts.start_attempt(actor=request.user, quiz=_quiz(request, quiz))
        return Response(AttemptSerializer(quizzes.attempt_page(attempt)).data, status=201 if is_new else 200)


class AttemptView(ApiView):
    """One's own attempt: the questions while it is open, the results afterwards."""

    @extend_schema(operation_id="attempts_retrieve", responses={200: AttemptSerializer})
    def get(self, request: Request, attempt: int) -> Response:
        row = _attempt(request, attempt)
        attempts.close_if_over(attempt=row)
        return Response(_shown(request, row))


class AttemptAnswersView(ApiView):
    """Keep answers of an open attempt; those not named stay."""

    @extend_schema(operation_id="attempts_save", request=AnswersInput, responses={200: SavedSchema})
    def put(self, request: Request, attempt: int) -> Response:
        row = attempts.save_answers(
            actor=request.user, attempt=_attempt(request, attempt), answers=_said(request)
        )
        return Response({"seconds_left": quizzes.seconds_left(row)})


class AttemptSubmitView(ApiView):
    """Hand an attempt in, with the last answers; again is 409."""

    @extend_schema(operation_id="attempts_submit", request=AnswersInput, responses={200: ResultSerializer})
    def post(self, request: Request, attempt: int) -> Response:
        row = attempts.submit_attempt(
            actor=request.user, attempt=_attempt(request, attempt), answers=_said(request)
        )
        return Response(_shown(request, row))


def _said(request: Request) -> list[dict[str, Any]]:
    body = AnswersInput(data=request.data)
    body.is_valid(raise_exception=True)
    return list(body.validated_data["answers"])


def _shown(request: Request, row: QuizAttempt) -> Any:
    if row.is_open:
        return AttemptSerializer(quizzes.attempt_page(row)).data
    has_passed = quizzes.quiz_page(row.quiz, request.user).has_passed
    return ResultSerializer(quizzes.attempt_page(row, has_passed=has_passed)).data


def _quiz(request: Request, quiz: int) -> Quiz:
    return get_or_404(Quiz.objects.visible_to(request.user).select_related("lesson__course"), pk=quiz)


def _attempt(request: Request, attempt: int) -> QuizAttempt:
    return get_or_404(QuizAttempt.objects.visible_to(request.user).with_quiz(), pk=attempt)
