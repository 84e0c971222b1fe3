"""What courses say about people: which ones somebody teaches and takes, and who learns beside whom."""

from collections import Counter
from typing import Any

from django.db.models import Case, CharField, Exists, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext as _

from courses.models import Certificate, Course, CourseStaff, Enrollment, EnrollmentStatus, StaffRole, Status
from courses.models.course import CourseQuerySet
from profiles.privacy import Facet, seen_by

NEAR_COURSES = 5  # the reader's latest courses that suggestions come from
NEAR_PEOPLE = 200  # newest students of these that are looked at
SUGGESTED = 10


def courses_of(viewer: Any, person: Any) -> CourseQuerySet:
    """Return the courses that `person` teaches or takes and `viewer` may see: taught ones first, then finished ones.

    Each row has `role` (student, instructor) and, of students, `progress_percent`, `completed_at` and `certificate`
    (uuid). Drafts are nobody's achievement yet. When somebody last learned is not told: the order must not either.
    The caller asks whether `person` shows their courses (`Facet.COURSES`).
    """
    helps = Exists(CourseStaff.objects.filter(course=OuterRef("pk"), user=person.pk, role=StaffRole.INSTRUCTOR))
    teaches = Q(instructor=person.pk) | Q(helps)
    active = Q(enrollments__user=person.pk, enrollments__status=EnrollmentStatus.ACTIVE)
    certificates = Certificate.objects.filter(course=OuterRef("pk"), user=person.pk, revoked_at=None).values("uuid")
    rows = Course.objects.visible_to(viewer).exclude(status=Status.DRAFT)
    rows = rows.alias(theirs=FilteredRelation("enrollments", condition=active)).annotate(
        role=Case(When(teaches, then=Value("instructor")), default=Value("student"), output_field=CharField()),
        progress_percent=Case(When(~teaches, then=F("theirs__progress_percent"))),
        completed_at=Case(When(~teaches, then=F("theirs__completed_at"))),
        certificate=Subquery(certificates[:1]),
    )
    rows = rows.filter(Q(role="instructor") | Q(theirs__isnull=False))
    return rows.order_by(
        "role", F("completed_at").desc(nulls_last=True), F("theirs__enrolled_at").desc(nulls_last=True), "-pk"
    )


def classmates(user: Any) -> list[tuple[int, str]]:
    """Return who learns in the latest courses of `user` and shows it, with the words for it: the nearest first.

    Who shares most courses is nearest, then who came last. Two queries however many learn there.
    """
    mine = Enrollment.objects.filter(user=user.pk, course__status=Status.PUBLISHED).order_by("-last_activity_at", "-pk")
    titles = dict(mine.values_list("course_id", "course__title")[:NEAR_COURSES])
    if not titles:
        return []
    rows = Enrollment.objects.filter(seen_by(user, Facet.COURSES, person="user"), course__in=titles)
    rows = rows.exclude(user=user.pk).exclude(user__followed_by__follower=user.pk).order_by("-enrolled_at", "-pk")
    found = list(rows.values_list("user_id", "course_id")[:NEAR_PEOPLE])
    shared = Counter(person for person, _course in found)
    courses: dict[int, int] = {}
    for person, course in found:
        courses.setdefault(person, course)
    nearest = sorted(courses, key=lambda person: -shared[person])[:SUGGESTED]
    return [(person, _("also takes “%(course)s”") % {"course": titles[courses[person]]}) for person in nearest]
