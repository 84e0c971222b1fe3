"""Who sees figures: those who write a course see its own, administrators see all."""

from typing import Any

import rules

from community_platform.core.permissions import about
from courses.models import Course
from courses.rules import is_instructor
from profiles.rules import is_admin, is_member


@about
def edits(user: Any, course: Course) -> bool:
    return course.is_edited_by(user)


rules.add_perm("analytics.view_course", edits | is_admin)
rules.add_perm("analytics.view_dashboard", is_instructor | is_admin)
rules.add_perm("analytics.view_success", is_admin)

rules.add_perm("analytics", is_admin)  # the app on the admin's first page
for _model in ("courseanalyticsdaily", "studentengagement", "platformday"):
    rules.add_perm(f"analytics.view_{_model}", is_admin)
for _model in ("npsresponse", "figureexport"):
    rules.add_perm(f"analytics.view_{_model}", is_admin)
rules.add_perm("analytics.answer_survey", is_member)
