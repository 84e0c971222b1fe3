"""What courses add to other pages."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from community_platform.core import panels
from courses import selectors

SHOWN = 6


def taught_courses(request: HttpRequest, person: Any) -> Mapping[str, Any] | None:
    """Show the published courses that `person` teaches, if any."""
    courses = list(selectors.courses_taught(person)[:SHOWN])
    if not courses:
        return None
    mine = selectors.enrollments_in(request.user, courses)
    return {"cards": [(course, mine.get(course.pk)) for course in courses]}


panels.register("profile.main", "courses/_taught_courses.html", taught_courses, order=50)
