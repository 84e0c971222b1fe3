"""The instructor's pages: all courses, one course, the people behind a count, a message to one of them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analytics.selectors import attention, dashboard, scope, students
from analytics.selectors.students import listed
from analytics.views.boards import BOARDS
from analytics.views.frame import frame_of
from community_platform.core.api.views import get_or_404
from community_platform.core.errors import DomainError, NotFound
from community_platform.core.html import next_or, sign_in_first
from community_platform.core.permissions import ensure
from messaging.services import conversations, sending

PER_PAGE = 50
RISKY = 8  # people shown on the first page


@never_cache
@require_safe
@sign_in_first
def home(request: HttpRequest) -> HttpResponse:
    """All courses of an instructor, the one that needs help most first."""
    ensure(request.user, "analytics.view_dashboard")
    rows = dashboard.courses(request.user)
    risky = attention.at_risk(request.user, RISKY)
    return render(request, "analytics/home.html", {"rows": rows, "risky": risky, "message": _message()})


@never_cache
@require_safe
@sign_in_first
def course(request: HttpRequest, slug: str, page: str = "overview") -> HttpResponse:
    """One page of one course: `?from=&to=`."""
    board = BOARDS.get(page)
    if board is None:
        raise NotFound
    frame = frame_of(request, slug, page)
    context = {**frame.context(), **board(frame, request.GET.dict()), "message": _message()}
    if "rows" in context:
        context["rows"] = Paginator(context["rows"], PER_PAGE).get_page(request.GET.get("page"))
    return render(request, f"analytics/{page}.html", context)


@never_cache
@require_safe
@sign_in_first
def people(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The exact list that a count counts."""
    frame = frame_of(request, slug, "students")
    lesson = request.GET.get("lesson", "")
    try:
        found = listed(frame.course, code, frame.days, lesson=int(lesson) if lesson.isdecimal() else None)
    except (KeyError, frame.course.lessons.model.DoesNotExist, OverflowError) as error:
        raise NotFound from error
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {**frame.context(), "people": page, "code": code, "message": _message()}
    return render(request, "analytics/people.html", context)


@require_POST
@sign_in_first
def message(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to one student of the course."""
    course = scope.course_for(request.user, slug)
    pk = request.POST.get("student", "")
    row = get_or_404(
        students.rows(course), user_id=int(pk) if pk.isdecimal() and len(pk) < 19 else 0
    )
    try:
        conversation, _is_new = conversations.open_direct(actor=request.user, person=row.user)
        sending.send(actor=request.user, conversation=conversation, content=request.POST.get("content", ""))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Sent to %(name)s.") % {"name": row.user.name})
    return redirect(next_or(request, "/analytics/"))


def _message() -> Any:
    return _("Hello! I saw that you have not been in the course for a while. Is there something I can help with?")
