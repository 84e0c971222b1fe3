"""Days of lessons and questions, and the seconds of videos."""

from django.db import models

from courses.models import Course, Lesson, Question


class LessonDay(models.Model):
    """One lesson on one day. `viewers`, `watchers` and `completions` are different students of this day alone."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="analytics_days")
    day = models.DateField()
    viewers = models.PositiveIntegerField(default=0)
    watchers = models.PositiveIntegerField(default=0)
    completions = models.PositiveIntegerField(default=0)
    watch_ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lesson", "day"], name="lesson_day_once")]
        indexes = [models.Index(fields=["course", "day"], name="lesson_day_by_course")]


class VideoBin(models.Model):
    """Five seconds of a video, `number` from 0: by how many different students they were played, and how often."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="video_bins")
    number = models.PositiveIntegerField()
    viewers = models.PositiveIntegerField()
    views = models.PositiveIntegerField()

    SECONDS = 5

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lesson", "number"], name="video_bin_once")]

    @property
    def replays(self) -> int:
        return self.views - self.viewers


class QuestionDay(models.Model):
    """Marks of one question in first attempts that ended on one day, as whole sums that add up over days.

    `x` is the mark, `y` the rest of the attempt's score: facility and correlation follow from the sums exactly.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="analytics_days")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    n = models.PositiveIntegerField()
    max_sum = models.PositiveBigIntegerField()
    x = models.PositiveBigIntegerField()
    y = models.PositiveBigIntegerField()
    xx = models.PositiveBigIntegerField()
    yy = models.PositiveBigIntegerField()
    xy = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "day"], name="question_day_once")]
        indexes = [models.Index(fields=["course", "day"], name="question_day_by_course")]
