"""Choosing how closely to watch a topic, category, tag or course; and the list of all that one watches.

Each form works without script and comes back to where it was sent from; htmx gets the control alone.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.html import sign_in_first
from courses.models import Course
from forum import services
from forum.forms.watching import watch_control
from forum.models import Category, Tag, WatchLevel
from forum.selectors import watching as selectors
from forum.views.loading import topic_for


@require_safe
@sign_in_first
def watch_list(request: HttpRequest) -> HttpResponse:
    found = selectors.watches(request.user)
    rows = [(one, watch_control(one.thing, one.level)) for one in found]
    return render(request, "forum/watch_list.html", {"rows": rows})


@require_POST
@sign_in_first
def topic_watch(request: HttpRequest, pk: int) -> HttpResponse:
    topic = topic_for(request, pk)
    level = services.watch_topic(actor=request.user, topic=topic, level=request.POST.get("level", ""))
    return _answer(request, topic, level)


@require_POST
@sign_in_first
def category_watch(request: HttpRequest, slug: str) -> HttpResponse:
    shelf = get_or_404(Category.objects.visible_to(request.user), slug=slug)
    level = services.watch_category(actor=request.user, category=shelf, level=request.POST.get("level", ""))
    return _answer(request, shelf, level)


@require_POST
@sign_in_first
def tag_watch(request: HttpRequest, slug: str) -> HttpResponse:
    word = get_or_404(Tag.objects.select_related("synonym_of"), slug=slug)
    level = services.watch_tag(actor=request.user, tag=word, level=request.POST.get("level", ""))
    return _answer(request, word, level)


@require_POST
@sign_in_first
def course_watch(request: HttpRequest, pk: int) -> HttpResponse:
    course = get_or_404(Course.objects.visible_to(request.user), pk=pk)
    level = services.watch_course(actor=request.user, course=course, level=request.POST.get("level", ""))
    return _answer(request, course, level)


def _answer(request: HttpRequest, thing: Any, level: WatchLevel) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "forum/_watch.html", {"watch": watch_control(thing, level)})
    return redirect("forum:watch-list") if request.POST.get("from") == "list" else redirect(thing)
