"""Who teaches a course beside its owner: the rows and, for rules that ask without a query, `Course.team`."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from courses import limits
from courses.events import StaffAdded
from courses.models import Course, CourseStaff, StaffRole


def set_staff(*, actor: Any, course: Course, user: Any, role: str) -> CourseStaff:
    """Make `user` an instructor or an assistant of `course`, or give them the other role. Repeatable.

    An instructor writes the course, so they need the site's role too. Raises: NotAllowed (owner and administrators);
    Invalid on `role`, on `user` (the owner, a closed account, no instructor, 50 people).
    Publishes: StaffAdded, unless they have the role already.
    """
    ensure(actor, "courses.manage_staff", course)
    if role not in StaffRole.values:
        raise Invalid(_("Choose one of those offered."), code="invalid_choice", field="role")
    if not user.is_active:
        raise Invalid(_("Nobody has this user name."), code="does_not_exist", field="user")
    if role == StaffRole.INSTRUCTOR and not user.is_instructor:
        text = _("Only people whom the school has made instructors can write a course. Add them as an assistant.")
        raise Invalid(text, code="not_instructor", field="user")
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        if user.pk == course.instructor_id:
            raise Invalid(_("This is the owner of the course."), code="owner", field="user")
        if len(course.team) >= limits.STAFF_MAX and str(user.pk) not in course.team:
            raise Invalid(_("A course has at most 50 people."), code="max_length", field="user")
        added = {"role": role, "added_by": actor if actor.pk else None}
        is_told = course.team.get(str(user.pk)) != role
        row, _is_new = CourseStaff.objects.update_or_create(
            course=course, user=user, defaults={"role": role}, create_defaults=added
        )
        course.team[str(user.pk)] = role
        course.save(update_fields=["team"])
        if is_told:
            publish(StaffAdded(user_id=user.pk, course_id=course.pk, role=role, actor_id=actor.pk))
    return row


def remove_staff(*, actor: Any, course: Course, user: Any) -> None:
    """Take `user` out of the staff of `course`; people may leave by themselves. Repeatable. Raises: NotAllowed."""
    if actor != user:
        ensure(actor, "courses.manage_staff", course)
    else:
        ensure(actor, "courses.teach_course", course)
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        CourseStaff.objects.filter(course=course, user=user).delete()
        if course.team.pop(str(user.pk), None) is not None:
            course.save(update_fields=["team"])
