"""The shapes of CONTRACT §6, for the document of the API; selectors make the values."""

from typing import Any

from rest_framework import serializers

from analytics.models import StudentEngagement
from profiles.api.serializers import PersonSerializer


class Shape(serializers.Serializer[Any]):
    """An object whose values are ready."""


def percent(**options: Any) -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text="0-100; null of nothing.", **options)


class AnalyticsMetaSerializer(Shape):
    as_of = serializers.DateTimeField(allow_null=True, help_text="When the figures were counted; null: not yet.")
    tz = serializers.CharField(help_text="The zone in which days begin.")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return fields | {"from": serializers.DateField(source="first"), "to": serializers.DateField(source="last")}


class LessonNameSerializer(Shape):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    title = serializers.CharField()


class DailySerializer(Shape):
    date = serializers.DateField()
    enrollments = serializers.IntegerField()
    active_students = serializers.IntegerField()
    completions = serializers.IntegerField()
    completion_rate = percent()
    total_watch_time_minutes = serializers.FloatField()
    average_watch_time_minutes = serializers.FloatField(allow_null=True, help_text="For each viewer.")
    comments_count = serializers.IntegerField()
    questions_count = serializers.IntegerField()
    likes_count = serializers.IntegerField()
    average_quiz_score = percent()
    quiz_attempts = serializers.IntegerField()
    revenue = serializers.DecimalField(max_digits=14, decimal_places=2)
    dau = serializers.IntegerField()
    wau = serializers.IntegerField(help_text="Different people in the 7 days that end with this one.")
    mau = serializers.IntegerField(help_text="Different people in the 30 days that end with this one.")


class OverviewSerializer(Shape):
    students = serializers.IntegerField()
    active_7_days = serializers.IntegerField()
    active_30_days = serializers.IntegerField()
    completion_rate = percent()
    starters_rate = percent()
    mature_rate = percent()
    rating = serializers.FloatField(allow_null=True)
    revenue = serializers.DecimalField(max_digits=14, decimal_places=2)
    currency = serializers.CharField()
    enrollments = serializers.IntegerField()
    completions = serializers.IntegerField()
    at_risk = serializers.IntegerField()


class DropOffSerializer(Shape):
    lesson = LessonNameSerializer()
    reached = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Furthest lesson, not completed, idle for 14 days.")
    in_progress = serializers.IntegerField()
    hazard = serializers.FloatField(allow_null=True, help_text="left / reached.")


class FunnelStepSerializer(Shape):
    step = serializers.CharField()
    students = serializers.IntegerField()
    of_all = percent()
    of_before = percent()


class EngagementSerializer(Shape):
    daily = DailySerializer(many=True)
    drop_off = DropOffSerializer(many=True)
    funnel = FunnelStepSerializer(many=True)


class CompletionTimeSerializer(Shape):
    days_from = serializers.IntegerField()
    days_to = serializers.IntegerField(allow_null=True)
    students = serializers.IntegerField()


class StrugglePointSerializer(Shape):
    lesson = LessonNameSerializer()
    score = serializers.FloatField(help_text="0-1: where to look, not why.")
    evidence = serializers.DictField()


class StudentRowSerializer(serializers.Serializer[StudentEngagement]):
    user = PersonSerializer()
    engagement_score = serializers.FloatField(help_text="0-100: activity, not quality of learning.")
    components = serializers.DictField(help_text="What the score is made of.")
    lessons_viewed = serializers.IntegerField()
    videos_watched = serializers.IntegerField()
    quizzes_completed = serializers.IntegerField()
    comments_posted = serializers.IntegerField()
    total_time_spent_minutes = serializers.IntegerField()
    progress_percent = serializers.IntegerField()
    last_activity_at = serializers.DateTimeField(allow_null=True)
    estimated_completion_date = serializers.DateField(allow_null=True)
    estimated_from = serializers.DateField(allow_null=True)
    estimated_to = serializers.DateField(allow_null=True)
    is_at_risk = serializers.BooleanField()
    risk = serializers.ListField(child=serializers.DictField())


class StudentsSerializer(Shape):
    score_distribution = serializers.ListField(child=serializers.IntegerField(), help_text="10 bins of 10 %.")
    completion_time_distribution = CompletionTimeSerializer(many=True)
    struggle_points = StrugglePointSerializer(many=True)
    top_performers = StudentRowSerializer(many=True)
    rows = StudentRowSerializer(many=True)


class WatchedSerializer(Shape):
    lesson = LessonNameSerializer()
    watch_minutes = serializers.FloatField()
    viewers = serializers.IntegerField()


class ReplayedSerializer(Shape):
    lesson = LessonNameSerializer()
    from_seconds = serializers.IntegerField()
    to_seconds = serializers.IntegerField()
    replays = serializers.IntegerField()
    viewers = serializers.IntegerField()


class LessonCompletionSerializer(Shape):
    lesson = LessonNameSerializer()
    viewed = serializers.IntegerField()
    completed = serializers.IntegerField()
    rate = percent()


class FeedbackRowSerializer(Shape):
    lesson = LessonNameSerializer()
    clear = serializers.IntegerField()
    confusing = serializers.IntegerField()
    too_fast = serializers.IntegerField()
    error = serializers.IntegerField()


class ContentSerializer(Shape):
    most_watched = WatchedSerializer(many=True)
    most_replayed = ReplayedSerializer(many=True)
    completion = LessonCompletionSerializer(many=True)
    feedback_heatmap = FeedbackRowSerializer(many=True)


class QuestionNameSerializer(Shape):
    id = serializers.IntegerField()
    text = serializers.CharField()


class QuestionFigureSerializer(Shape):
    question = QuestionNameSerializer()
    lesson = LessonNameSerializer()
    n = serializers.IntegerField()
    facility = serializers.FloatField(allow_null=True, help_text="0-1.")
    discrimination = serializers.FloatField(allow_null=True, help_text="-1 to 1; null where nothing varies.")
    verdict = serializers.ChoiceField(choices=("ok", "dubious", "wrong_key", "too_few"))


class QuizFigureSerializer(Shape):
    lesson = LessonNameSerializer()
    attempts = serializers.IntegerField()
    students = serializers.IntegerField()
    mean = percent()
    median = percent()
    pass_rate = percent()


class PerformanceSerializer(Shape):
    questions = QuestionFigureSerializer(many=True)
    quizzes = QuizFigureSerializer(many=True)


class CohortRowSerializer(Shape):
    cohort = serializers.DateField(help_text="First day of the week or month.")
    size = serializers.IntegerField()
    cells = serializers.ListField(child=serializers.IntegerField(), help_text="Students; the last period still runs.")


class CohortsSerializer(Shape):
    cohorts = CohortRowSerializer(many=True)


class AttentionSerializer(Shape):
    code = serializers.CharField()
    count = serializers.IntegerField()
    weight = serializers.FloatField()
    text = serializers.CharField()
    lesson = LessonNameSerializer(required=False)
    question = QuestionNameSerializer(required=False)


class DashboardCourseSerializer(Shape):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    title = serializers.CharField()
    students = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    rating = serializers.FloatField(allow_null=True)
    attention = AttentionSerializer(many=True)


class DashboardSerializer(Shape):
    courses = DashboardCourseSerializer(many=True)


def framed(data: type[Shape]) -> Any:
    """Return the serializer of {"meta", "data"} with this data."""
    name = data.__name__.removesuffix("Serializer")
    parts = {"meta": AnalyticsMetaSerializer(), "data": data(), "__doc__": "", "__module__": __name__}
    return type(f"Analytics{name}Serializer", (Shape,), parts)
