"""What every page of a course's figures shares: the course, the days, the tabs, the links behind counts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from analytics.selectors import scope
from analytics.selectors.scope import Range
from courses.models import Course

PRESETS = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Frame:
    """One course and the days asked for, as its pages show them."""

    course: Course
    days: Range
    page: str

    def people(self, code: str, **more: Any) -> str:
        """Return the address of the list behind a count."""
        query = {"from": self.days.first, "to": self.days.last, **more}
        return reverse("analytics:people", args=[self.course.slug, code]) + "?" + urlencode(query)

    def lesson(self, row: dict[str, Any]) -> str:
        return f"/courses/{self.course.slug}/{row['slug']}/"

    def context(self) -> dict[str, Any]:
        return {
            "course": self.course, "days": self.days, "page": self.page, "meta": scope.meta(self.course, self.days),
            "tabs": [(name, title, self._url(name), name == self.page) for name, title in _pages()],
            "presets": presets(self.days), "query": urlencode({"from": self.days.first, "to": self.days.last}),
        }  # fmt: skip

    def _url(self, name: str) -> str:
        query = urlencode({"from": self.days.first, "to": self.days.last})
        return reverse("analytics:course", args=[self.course.slug, name]) + "?" + query


def _pages() -> list[tuple[str, str]]:
    return [
        ("overview", _("Overview")), ("engagement", _("Engagement")), ("students", _("Students")),
        ("quizzes", _("Quizzes")), ("content", _("Content")), ("cohorts", _("Cohorts")), ("revenue", _("Revenue")),
    ]  # fmt: skip


def frame_of(request: HttpRequest, slug: str, page: str) -> Frame:
    """Return the frame of a page. Raises: NotFound for figures that are none of one's business, Invalid (400)."""
    course = scope.course_for(request.user, slug)
    return Frame(course, scope.parse_range(request.GET.get("from"), request.GET.get("to")), page)


def presets(days: Range) -> list[tuple[int, str, bool]]:
    """Return (days, query, is it chosen) of the usual ranges, which end today."""
    now = scope.today()
    found = []
    for length in PRESETS:
        first = now - timedelta(days=length - 1)
        found.append((length, urlencode({"from": first, "to": now}), days == Range(first, now)))
    return found


def labels(rows: list[dict[str, Any]], key: str = "date") -> list[str]:
    """Return the days of rows, short."""
    return [formats.date_format(row[key], "j.m") for row in rows]
