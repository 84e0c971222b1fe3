"""Finding: the page, suggestions below the search box, questions like the one that is being asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community_platform.core.network import client_ip
from forum.selectors import search_titles
from forum.selectors.search import TABS
from forum.selectors.search import search as find
from forum.selectors.search_language import CHOICES, QUERY_MAX
from forum.services.finding import count_search
from forum.views.lists import page_of


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was found. `tab` is a kind of thing; `order` stands for the operator of the same name."""
    q, tab, order = (request.GET.get(name, "").strip() for name in ("q", "tab", "order"))
    q, tab, order = q[:QUERY_MAX], tab if tab in TABS else "all", order if order in CHOICES["order"] else ""
    if q:
        count_search(user=request.user, address=client_ip(request))
    results = find(request.user, q, tab=tab, order=order)
    context = {
        "q": q, "tab": tab, "tabs": _tabs(), "order": results.query.order, "orders": _orders(), "results": results,
        "page": page_of(request, results),
    }  # fmt: skip
    return render(request, "forum/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The options below the search box; the script puts them there."""
    q = request.GET.get("q", "").strip()[:QUERY_MAX]
    if q:
        count_search(user=request.user, address=client_ip(request), action="complete")
    groups = _grouped(search_titles.suggest(request.user, q))
    return render(request, "forum/_suggestions.html", {"q": q, "groups": groups})


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """Topics like the one whose title is being typed."""
    title = request.GET.get("title", "").strip()[:QUERY_MAX]
    if title:
        count_search(user=request.user, address=client_ip(request), action="complete")
    return render(request, "forum/_similar.html", {"similar": search_titles.similar(request.user, title)})


def _tabs() -> dict[str, str]:
    return {
        "all": _("Everything"), "topics": _("Topics"), "posts": _("Replies"), "comments": _("Comments"),
        "courses": _("Courses"), "people": _("People"),
    }  # fmt: skip


def _orders() -> dict[str, str]:
    return {
        "relevance": _("Best match"), "latest": _("Newest"), "oldest": _("Oldest"), "likes": _("Most likes"),
    }  # fmt: skip


def _grouped(hits: list[search_titles.Hit]) -> list[tuple[str, list[search_titles.Hit]]]:
    names = {"person": _("People"), "course": _("Courses"), "topic": _("Topics")}
    groups = ((name, [hit for hit in hits if hit.type == kind]) for kind, name in names.items())
    return [(name, found) for name, found in groups if found]
