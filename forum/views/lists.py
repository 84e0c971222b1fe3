"""Pages that list topics: the forum, a category."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import NotFound
from community_platform.core.permissions import may
from forum.forms.watching import watch_control
from forum.limits import TOPICS_PER_PAGE
from forum.models import Category
from forum.selectors import topics as selectors
from forum.selectors.reading import UNREAD_CAP, Reader, reader
from forum.views.cards import card_path
from forum.views.linked_data import linked_crumbs, linked_list

TAB_LABELS = {
    "latest": gettext_lazy("Latest"),
    "new": pgettext_lazy("topics", "New"),
    "unread": gettext_lazy("Unread"),
    "participating": gettext_lazy("My talks"),
    "unanswered": gettext_lazy("Unanswered"),
    "solved": pgettext_lazy("questions", "Solved"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    label: str | Promise
    count: int | str = ""


def page_of(request: HttpRequest, rows: Any, known: int | None = None) -> Page[Any]:
    """Return the page of `rows` that `?page=` names; `known` is how many there are, if known. Raises NotFound."""
    value = request.GET.get("page") or "1"
    pages = Paginator(rows, TOPICS_PER_PAGE)
    if known is not None:
        pages.count = known
    if not (value.isascii() and value.isdecimal() and len(value) < 10 and 1 <= int(value) <= pages.num_pages):
        raise NotFound
    return pages.page(int(value))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tab, who, shelves = asked_tab(request), reader(request.user), selectors.categories(request.user)
    known = _known(who, shelves) if tab == "latest" else None
    page = page_of(request, selectors.tab(request.user, tab, who), known)
    data = linked_list(name=_("Forum"), path=request.path, topics=page)
    context = {"categories": shelves, "page": page, "linked_data": data, **tab_bar(who, tab, page)}
    return render(request, "forum/index.html", context)


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    shelf = get_or_404(Category.objects.visible_to(request.user), slug=slug)
    tab, who = asked_tab(request), reader(request.user)
    asked = {name: request.GET.get(name, "") for name in selectors.Filters.__slots__}
    filters = selectors.Filters(**asked) if tab == "latest" else None
    is_whole = tab == "latest" and not any(asked.values())
    rows = selectors.tab(request.user, tab, who, filters, category=shelf)
    page = page_of(request, rows, _known(who, [shelf]) if is_whole else None)
    context = {"category": shelf, "page": page, "asked": asked, **tab_bar(who, tab, page, category=shelf)}
    context |= {
        "watch": watch_control(shelf, who.level("category", shelf.pk)) if request.user.is_authenticated else None,
        "card": card_path(shelf),
        "is_private": not shelf.is_public,
        "may_lead": may(request.user, "forum.lead_category", shelf),
        "linked_data": linked_list(name=shelf.name, path=request.path, topics=page),
        "linked_crumbs": linked_crumbs((shelf.name, shelf.get_absolute_url())),
    }
    return render(request, "forum/category.html", context)


def _known(who: Reader, shelves: list[Category]) -> int | None:
    """Return how many topics stand in `shelves`, so that the largest list of all needs no counting.

    What a category counts is what it shows; to who ignores people it shows less, and None says: count.
    """
    return None if who.unheard else sum(shelf.topics_count for shelf in shelves)


def asked_tab(request: HttpRequest) -> str:
    """Return the tab of `?tab=`; a personal one is the latest for visitors."""
    tab = request.GET.get("tab", "latest")
    open_to = set(selectors.TABS) - set(() if request.user.is_authenticated else selectors.PERSONAL_TABS)
    return tab if tab in open_to else "latest"


def tab_bar(who: Reader, tab: str, page: Page[Any], **narrow: Any) -> dict[str, Any]:
    """Return what the tabs above a list show. One query for members, none on the tab that it counts.

    `shown_at` goes with "mark all as read": what is written later is not marked.
    """
    unread = 0
    if who.user.is_authenticated:
        is_counted = tab == "unread"
        unread = page.paginator.count if is_counted else selectors.unread_count(who.user, who, **narrow)
    counts = {"unread": "99+" if unread >= UNREAD_CAP else unread}
    shown = [name for name in selectors.TABS if who.user.is_authenticated or name not in selectors.PERSONAL_TABS]
    return {
        "tab": tab,
        "tabs": [Tab(name, TAB_LABELS[name], counts.get(name) or "") for name in shown],
        "ticks": tab in {"new", "unread"},
        "shown_at": timezone.now().isoformat(),
    }
