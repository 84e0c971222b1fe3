"""The queue of questions that nobody has answered yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community_platform.core.api.views import get_or_404
from courses.models import Course
from forum.selectors import questions
from forum.views.linked_data import linked_list
from forum.views.lists import page_of


@require_safe
def unanswered(request: HttpRequest) -> HttpResponse:
    slug = request.GET.get("course", "")
    course = get_or_404(Course.objects.visible_to(request.user), slug=slug) if slug else None
    page = page_of(request, questions.unanswered(request.user, course))
    data = linked_list(name=_("Unanswered questions"), path=request.path, topics=page)
    return render(request, "forum/unanswered.html", {"course": course, "page": page, "linked_data": data})
