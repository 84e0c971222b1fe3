"""Pages about people: profiles, who follows whom, the directory."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community_platform.core import panels
from community_platform.core.errors import DomainError
from community_platform.core.html import next_or, sign_in_first
from profiles import privacy
from profiles.models import BlockKind, User
from profiles.selectors import feed, people
from profiles.services import graph
from profiles.services.kept import kept

SHOWN_DEEDS = 8


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """Show a person, as far as they show themselves; another spelling or a former name leads to the one they have."""
    person = people.find(request.user, username)
    if person is None or person.username != username:
        person = person or people.renamed(username)
        if person is None:
            raise Http404
        return redirect(person, permanent=True)
    as_visitor = request.user.pk == person.pk and request.GET.get("as") == "visitor"
    seen = people.as_visitor(person) if as_visitor else people.seen(request.user, person)
    context: dict[str, Any] = {"person": person, "seen": seen, "as_visitor": as_visitor, "is_thin": True}
    if not seen.is_private:
        pieces = kept(seen, lambda: _pieces(request, seen))
        told = person.profile.bio or pieces["main"].strip() or pieces["deeds"]
        context |= {**pieces, "is_thin": not told}
    return render(request, "profiles/profile.html", context)


def _pieces(request: HttpRequest, seen: people.Seen) -> dict[str, str]:
    """Render what stands below the head of a profile; `deeds` is empty where nothing was done or it is hidden."""
    found = {slot: panels.render(f"profile.{slot}", request, seen) for slot in ("main", "aside")}
    shown = feed.activities_of(seen.viewer, seen.person, is_heard=True)
    rows = shown.page(size=SHOWN_DEEDS * 3)[0] if seen.shows_activity else []
    deeds = feed.together(rows)[:SHOWN_DEEDS]
    told = render_to_string("profiles/_deeds.html", {"deeds": deeds}, request=request) if deeds else ""
    return {**found, "deeds": told}


@require_safe
def ties(request: HttpRequest, username: str, tab: str) -> HttpResponse:
    """List the followers of a person, or whom they follow."""
    person = _shown(request, username, privacy.Facet.PROFILE)
    q = request.GET.get("q", "")[:60]
    rows = people.followers if tab == "followers" else people.following
    page = Paginator(rows(request.user, person, q), people.PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    context = {"person": person, "tab": tab, "q": q, "page": page}
    return render(request, "profiles/ties.html", context)


@require_safe
def activity(request: HttpRequest, username: str) -> HttpResponse:
    """List everything that a person did, newest first."""
    person = _shown(request, username, privacy.Facet.ACTIVITY)
    rows, more = feed.activities_of(request.user, person).page(request.GET.get("before", ""))
    return render(request, "profiles/activity.html", {"person": person, "deeds": feed.together(rows), "more": more})


@require_safe
@sign_in_first
def following_feed(request: HttpRequest) -> HttpResponse:
    """Show what the people do whom one follows; who follows nobody yet gets people to follow."""
    rows, more = feed.feed(request.user).page(request.GET.get("before", ""))
    context: dict[str, Any] = {"deeds": feed.together(rows), "more": more}
    context["suggestions"] = people.suggestions(request.user) if len(rows) < feed.FEED_PAGE else []
    return render(request, "profiles/feed.html", context)


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """List the people who can be found."""
    asked = {name: request.GET.get(name, "")[:60] for name in ("q", "role", "sort")}
    page = Paginator(people.directory(request.user, **asked), people.PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    asks_nothing = page.number == 1 and not any(asked.values())
    near = people.suggestions(request.user) if asks_nothing and request.user.is_authenticated else []
    return render(request, "profiles/directory.html", {"page": page, "suggestions": near, **asked})


@require_POST
@sign_in_first
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow or unfollow, by the button's `do`, and go back."""
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    try:
        if request.POST.get("do") == "unfollow":
            graph.unfollow(actor=request.user, person=person)
        else:
            graph.follow(actor=request.user, person=person)
    except DomainError as error:
        if error.status == 404:
            raise
        messages.error(request, error.message)
    return redirect(next_or(request, person.get_absolute_url()))


@require_POST
@sign_in_first
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """Block, ignore or let somebody again, by the button's `do`, and go back."""
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    wish = request.POST.get("do", "")
    name = {"name": person.name}
    if wish == "unblock":
        graph.unblock(actor=request.user, person=person)
        messages.success(request, _("You hear from %(name)s again.") % name)
    else:
        graph.block(actor=request.user, person=person, kind=wish or BlockKind.BLOCK)
        said = _("You no longer hear from %(name)s.") if wish == BlockKind.IGNORE else _("%(name)s is blocked.")
        messages.success(request, said % name)
    return redirect(next_or(request, person.get_absolute_url()))


def _shown(request: HttpRequest, username: str, facet: privacy.Facet) -> User:
    person = people.find(request.user, username)
    if person is None or not privacy.can_see(request.user, person, facet):
        raise Http404
    return person
