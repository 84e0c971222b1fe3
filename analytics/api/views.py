"""/api/analytics/: own courses of an instructor, all for administrators; others are 404."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import serializers as shapes
from analytics.models import Grain
from analytics.selectors import cohorts, dashboard, quizzes, scope, students
from analytics.selectors import course as figures
from analytics.selectors.scope import Range
from community_platform.core.api.views import ApiView
from community_platform.core.cache import cached
from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from courses.models import Course

KEPT_SECONDS = 300
DAYS = (
    OpenApiParameter("from", str, description="First day, YYYY-MM-DD; default: 30 days up to `to`."),
    OpenApiParameter("to", str, description="Last day, YYYY-MM-DD; default: today. At most 366 days."),
)
COURSE = OpenApiParameter("course", str, "path", description="Id or slug.")


class CourseFigures(ApiView):
    """A page of figures of one course: {"meta", "data"}, cached under the version of the course's tables."""

    name = ""
    shape: type[shapes.Shape]
    compute: Callable[[Course, Range], dict[str, Any]]

    def answer(self, request: Request, course: str) -> Response:
        """Answer what `compute` makes of the course and the days asked for."""
        days = scope.parse_range(request.query_params.get("from"), request.query_params.get("to"))
        found = scope.course_for(request.user, course)
        state = scope.state(found)
        key = f"analytics:{self.name}:{found.pk}:{state.version if state else 0}:{days.first}:{days.last}"
        data = cached(key, KEPT_SECONDS, lambda: self.shape(type(self).compute(found, days)).data)
        return Response({"meta": frame(found, days), "data": data})


def frame(course: Course | None, days: Range) -> Any:
    """Return the `meta` of an answer."""
    meta = scope.meta(course, days)
    return shapes.AnalyticsMetaSerializer({**meta, "first": meta["from"], "last": meta["to"]}).data


def page(name: str, shape: type[shapes.Shape], compute: Callable[[Course, Range], dict[str, Any]], text: str) -> Any:
    """Return the view of one page of figures."""

    class Page(CourseFigures):
        @extend_schema(
            operation_id=f"analytics_courses_{name}", parameters=[COURSE, *DAYS], description=text,
            responses={200: shapes.framed(shape)},
        )  # fmt: skip
        def get(self, request: Request, course: str) -> Response:
            return self.answer(request, course)

    Page.name, Page.shape, Page.compute = name, shape, staticmethod(compute)  # type: ignore[assignment]
    Page.__name__ = Page.__qualname__ = f"{name.title().replace('_', '')}View"
    return Page


def _students(course: Course, days: Range) -> dict[str, Any]:
    rows = list(students.rows(course))
    return {**students.summary(course, days, board=rows), "rows": rows}


OverviewView = page("overview", shapes.OverviewSerializer, figures.overview, "The course at a glance.")
EngagementView = page(
    "engagement", shapes.EngagementSerializer, figures.engagement, "Days, where students leave, the funnel."
)
StudentsView = page("students", shapes.StudentsSerializer, _students, "How each student stands, and all together.")
ContentView = page("content", shapes.ContentSerializer, figures.content, "What is watched, replayed, completed.")
PerformanceView = page(
    "quiz_performance", shapes.PerformanceSerializer, quizzes.performance,
    "Questions and quizzes, first attempts inside the range.",
)  # fmt: skip


class CohortView(ApiView):
    @extend_schema(
        operation_id="analytics_cohort",
        parameters=[
            COURSE,
            OpenApiParameter("by", str, enum=Grain.values, description="Default: week."),
            OpenApiParameter("mode", str, enum=cohorts.MODES, description="Default: on."),
        ],
        responses={200: shapes.framed(shapes.CohortsSerializer)},
    )
    def get(self, request: Request, course: str) -> Response:
        """Who enrolled together, and how many of them learned in the weeks or months after."""
        by, mode = _one_of(request, "by", Grain.values), _one_of(request, "mode", cohorts.MODES)
        found = scope.course_for(request.user, course)
        rows = cohorts.triangle(found, by, mode)
        now = scope.today()
        first = min((row["cohort"] for row in rows), default=now)
        data = shapes.CohortsSerializer({"cohorts": rows}).data
        return Response({"meta": frame(found, Range(first, now)), "data": data})


class DashboardView(ApiView):
    @extend_schema(
        operation_id="analytics_instructor_dashboard", responses={200: shapes.framed(shapes.DashboardSerializer)}
    )
    def get(self, request: Request) -> Response:
        """All own courses, worst first, with what needs attention; all of the school for administrators."""
        ensure(request.user, "analytics.view_dashboard")
        data = shapes.DashboardSerializer({"courses": dashboard.courses(request.user)}).data
        return Response({"meta": frame(None, scope.parse_range(None, None)), "data": data})


def _one_of(request: Request, name: str, allowed: Any) -> str:
    value = request.query_params.get(name, allowed[0])
    if value not in allowed:
        raise Invalid(_("Choose one of: %(names)s.") % {"names": ", ".join(allowed)}, field=name)
    return str(value)
