"""Who may do what in courses. Predicates read loaded fields only.

Reading a lesson also depends on enrolment, which is a row: `selectors.may_open` joins the two.
"""

from typing import Any

import rules

from community_platform.core.permissions import about
from courses.models import Course, Lesson
from profiles.rules import is_admin, is_moderator


@rules.predicate
def is_instructor(user: Any) -> bool:
    return bool(user.is_instructor)


@rules.predicate
def is_member(user: Any) -> bool:
    return bool(user.is_authenticated)


@about
def teaches(user: Any, course: Course) -> bool:
    return course.is_taught_by(user)


@about
def teaches_lesson(user: Any, lesson: Lesson) -> bool:
    return lesson.course.is_taught_by(user)


@about
def is_preview(user: Any, lesson: Lesson) -> bool:
    return lesson.is_preview


rules.add_perm("courses.enroll", is_member & ~teaches)
rules.add_perm("courses.read_without_enrolment", is_preview | teaches_lesson | is_admin)
rules.add_perm("courses.create_course", is_instructor | is_admin)
rules.add_perm("courses.teach_for_others", is_admin)  # make a course in another instructor's name
rules.add_perm("courses.edit_course", teaches | is_admin)
rules.add_perm("courses.manage_catalogue", is_moderator)

rules.add_perm("courses", is_moderator)  # the app on the admin's first page
# What Django's admin asks for; its saves go through the services, which ask again on the row.
for _action in ("view", "add", "change"):
    rules.add_perm(f"courses.{_action}_coursecategory", is_moderator)
    for _model in ("course", "section", "lesson"):
        rules.add_perm(f"courses.{_action}_{_model}", is_admin)
rules.add_perm("courses.delete_section", is_admin)
rules.add_perm("courses.delete_lesson", is_admin)
rules.add_perm("courses.view_enrollment", is_admin)
