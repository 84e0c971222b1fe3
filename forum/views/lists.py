"""Pages that list topics: the forum, a category, a tag, a search."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import NotFound
from forum.limits import TOPICS_PER_PAGE
from forum.models import Category, Tag
from forum.selectors import topics as selectors
from forum.views.linked_data import linked_list


def _page(request: HttpRequest, rows: Any) -> Page[Any]:
    value = request.GET.get("page") or "1"
    pages = Paginator(rows, TOPICS_PER_PAGE)
    if not (value.isascii() and value.isdecimal() and len(value) < 10 and 1 <= int(value) <= pages.num_pages):
        raise NotFound
    return pages.page(int(value))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "latest")
    tab = tab if tab in selectors.TABS else "latest"
    page = _page(request, selectors.tab(request.user, tab))
    context = {
        "tab": tab,
        "categories": selectors.categories(request.user),
        "page": page,
        "linked_data": linked_list(name=_("Forum"), path=request.path, topics=page),
    }
    return render(request, "forum/index.html", context)


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    shelf = get_or_404(Category.objects.visible_to(request.user), slug=slug)
    asked = {name: request.GET.get(name, "") for name in selectors.Filters.__slots__}
    rows = selectors.filtered(selectors.topics(request.user).filter(category=shelf), selectors.Filters(**asked))
    page = _page(request, rows)
    data = linked_list(name=shelf.name, path=request.path, topics=page)
    context = {"category": shelf, "page": page, "asked": asked, "linked_data": data}
    return render(request, "forum/category.html", context)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    word = get_or_404(Tag.objects.all(), slug=slug)
    rows = selectors.topics(request.user).filter(tags=word).pinned_first()
    page = _page(request, rows)
    data = linked_list(name=word.name, path=request.path, topics=page)
    return render(request, "forum/tag.html", {"tag": word, "page": page, "linked_data": data})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:200]
    page = _page(request, selectors.search_topics(request.user, q))
    return render(request, "forum/search.html", {"q": q, "page": page})
