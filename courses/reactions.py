"""What courses do when they hear of something: who completes a course gets the certificate.

Who registers, or confirms an address, gets what another system has told about them. A lost event (docs/adr/0004) is
made up for by the hourly tasks `issue_missing_certificates` and `apply_waiting_events`.
"""

from typing import get_args

from community_platform.core.events import subscribe
from courses import tasks
from courses.events import (
    CertificateIssued,
    CertificateRevoked,
    CourseChanged,
    CourseCompleted,
    Enrolled,
    EnrollmentEnded,
    LessonCompleted,
)
from courses.services import certificates, ingest_telling, xapi  # noqa: F401  xapi reads what waits
from courses.services.ingest import apply_waiting
from profiles.events import EmailConfirmed, UserRegistered
from profiles.models import User
from profiles.services import kept

Learned = Enrolled | EnrollmentEnded | LessonCompleted | CertificateIssued | CertificateRevoked


def issue(event: CourseCompleted) -> None:
    certificates.issue_certificate(user_id=event.user_id, course_id=event.course_id)


def apply_by_name(event: UserRegistered) -> None:
    user = User.objects.filter(pk=event.user_id, is_active=True).first()
    if user is not None:
        apply_waiting(user=user, names=[user.username])


def apply_by_address(event: EmailConfirmed) -> None:
    user = User.objects.filter(pk=event.user_id, is_active=True).first()
    if user is not None:
        apply_waiting(user=user, names=[event.email])


def show_anew(event: Learned) -> None:
    """What a profile shows of courses is made anew for its next reader."""
    kept.forget(event.user_id)


def show_all_anew(event: CourseChanged) -> None:
    """A title, or who sees the course at all: it may stand on many profiles."""
    kept.forget_all()


ingest_telling.register_queue(tasks.tell_reported.delay)
subscribe(CourseCompleted, issue)
for learned in get_args(Learned):
    subscribe(learned, show_anew)
subscribe(CourseChanged, show_all_anew)
subscribe(UserRegistered, apply_by_name)
subscribe(EmailConfirmed, apply_by_address)
