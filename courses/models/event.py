"""The log of learning: what happened, once, for analytics and for other systems."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course, Lesson


class Verb(models.IntegerChoices):
    """What happened. Numbers are stored and never reused; `courses.services.track` says what `value` means."""

    ENROLLED = 1, _("enrolled")
    LEFT = 2, _("left")
    VIEWED = 3, _("viewed a lesson")
    WATCHED = 4, _("watched")
    COMPLETED = 5, _("completed a lesson")
    FINISHED = 6, _("completed the course")
    ATTEMPTED = 7, _("began a quiz")
    SUBMITTED = 8, _("submitted a quiz")
    REVIEWED = 9, _("reviewed")
    FEEDBACK = 10, _("gave feedback")
    PAID = 11, _("paid")
    REFUNDED = 12, _("was refunded")
    CERTIFIED = 13, _("received a certificate")


class EventSource(models.IntegerChoices):
    SITE = 1, _("this site")
    INGEST = 2, _("another system")
    XAPI = 3, _("an xAPI statement")
    DEMO = 4, _("the demo school")


class LearningEvent(models.Model):
    """One fact of learning, written in the transaction of its domain row by `track()` and never changed.

    `at` is when it happened, `received_at` when it was written; `day` is the date of `at` in the zone of reports, fixed
    here so that later changes of the zone do not move history. `value` is the verb's number (milliseconds of video for
    WATCHED, hundredths of a percent for SUBMITTED), `wall_ms` the real time it took. `is_excluded` marks the course's
    own staff. Erasing a person deletes their events.
    """

    uuid = models.UUIDField(unique=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    day = models.DateField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="learning_events"
    )
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="learning_events")
    lesson = models.ForeignKey(
        Lesson, null=True, blank=True, on_delete=models.SET_NULL, related_name="learning_events"
    )
    verb = models.PositiveSmallIntegerField(choices=Verb.choices)
    source = models.PositiveSmallIntegerField(choices=EventSource.choices, default=EventSource.SITE)
    value = models.BigIntegerField(default=0)
    wall_ms = models.BigIntegerField(default=0)
    data = models.JSONField(default=dict)
    is_excluded = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("learning event")
        verbose_name_plural = _("learning events")
        indexes = [
            models.Index(fields=["course", "day", "verb"], name="learning_event_by_day"),
            models.Index(fields=["user", "-at"], name="learning_event_of_person"),
            models.Index(fields=["lesson", "verb"], name="learning_event_of_lesson"),
            models.Index(fields=["received_at", "id"], name="learning_event_received"),
        ]


class PendingEvent(models.Model):
    """A report of another system that has no row of its own in the log; `applied_at` is set once it is a fact.

    So waits what is about a person who has no account yet; so stays what changed nothing (a course completed twice)
    and every xAPI statement, which is given out again as it came. `person` is the lower-case user name or e-mail.
    The uuid stays here for good: a known id is a duplicate.
    """

    uuid = models.UUIDField(unique=True)
    person = models.CharField(max_length=254)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="reported_events",
    )  # who it was about, once that is known
    payload = models.JSONField()  # the event as it came
    source = models.PositiveSmallIntegerField(choices=EventSource.choices, default=EventSource.INGEST)
    received_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pending event")
        verbose_name_plural = _("pending events")
        indexes = [
            models.Index(
                fields=["person", "id"], condition=Q(applied_at__isnull=True), name="pending_event_of_person"
            )
        ]
