"""What analytics adds to other pages: the way in for instructors, a lesson's figures for them, the survey on home."""

from typing import Any

from django.http import HttpRequest

from analytics.selectors.lesson import strip
from analytics.selectors.nps import may_be_due
from community_platform.core import panels
from community_platform.core.permissions import may


def way_in(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    return {} if may(request.user, "analytics.view_dashboard") else None


def lesson_strip(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Return the figures of a lesson for those who write its course. No query for anybody else."""
    if not request.user.is_authenticated or not may(request.user, "analytics.view_course", subject.course):
        return None
    return {"figures": strip(subject)}


def survey(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Leave a place that asks for itself later: whether somebody is due is no query of the home page."""
    return {} if request.user.is_authenticated and may_be_due(request.user) else None


panels.register("header.icons", "analytics/_way_in.html", way_in, order=1)
panels.register("lesson.below", "analytics/_strip.html", lesson_strip, order=5)
panels.register("home.aside", "analytics/_survey_place.html", survey, order=90)
