"""What voice_actions touch: a finished course with reviews, marks in a lesson, a certificate."""

from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from courses.services.certificates import issue_certificate
from courses.services.feedback import give_feedback
from courses.services.reviews import post_review, reply_to_review
from courses.tests.factories import CourseFactory, EnrollmentFactory


def add_voices(world: SimpleNamespace) -> None:
    """Let Anna, Boris and Dora have finished a course of Irina's; Anna and Dora reviewed it."""
    anna, boris, irina, dora = (world.people[name] for name in ("anna", "boris", "irina", "dora"))
    rated = CourseFactory(instructor=irina, slug="rated")
    for person in (anna, boris, dora):
        EnrollmentFactory(user=person, course=rated, progress_percent=100, completed_at=timezone.now())
    world.review = post_review(actor=anna, course=rated, rating=5, content="Clear").pk
    replied = post_review(actor=dora, course=rated, rating=4)
    world.replied = reply_to_review(actor=irina, review=replied, content="Thank you").pk
    world.mark = give_feedback(actor=boris, lesson=world.lesson_row, kind="confusing")[0].pk
    certificate: Any = issue_certificate(user_id=anna.pk, course_id=rated.pk)
    world.certificate = certificate.uuid
