"""Who may do what in courses. Predicates read loaded fields only."""

from typing import Any

import rules

from community_platform.core.permissions import about
from courses.models import Course
from profiles.rules import is_admin, is_moderator


@about
def teaches(user: Any, course: Course) -> bool:
    return course.is_taught_by(user)


@about
def is_open(user: Any, course: Course) -> bool:
    return course.status == "published"


rules.add_perm("courses.enroll", is_open & ~teaches)
rules.add_perm("courses.edit_course", teaches | is_admin)
rules.add_perm("courses.manage_catalogue", is_moderator)
