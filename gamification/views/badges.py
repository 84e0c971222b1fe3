"""Badges: all of them, one of them, the showcase, the celebration."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.errors import Invalid, NotFound
from community_platform.core.html import errors_to, render_form, sign_in_first
from gamification.forms import PinsForm
from gamification.selectors import badges as selectors
from gamification.selectors.categories import CATEGORIES
from gamification.selectors.preferences import is_on, is_shown, preference_of
from gamification.selectors.ways import way_to
from gamification.services import goals, showcase

HOLDERS = 24  # on a badge's page
SHOWS = ("all", "held", "open")


@never_cache
@require_safe
def badges(request: HttpRequest) -> HttpResponse:
    """Show the catalogue: `?category=` one shelf, `?show=` held or open ones."""
    if not is_shown(request.user):
        return _switched_off(request)
    cards = selectors.cards(request.user)
    category, show = request.GET.get("category", ""), request.GET.get("show", "all")
    shelves = [(name, label) for name, label in CATEGORIES if any(card.badge.category == name for card in cards)]
    shown = [
        card
        for card in cards
        if (not category or card.badge.category == category) and (show == "all" or card.is_held == (show == "held"))
    ]
    context = {
        "cards": shown, "held_count": sum(card.is_held for card in cards), "total": len(cards), "shelves": shelves,
        "category": category, "show": show, "near": [card for card in cards if card.is_near][:3],
        "is_pinnable": any(card.is_held for card in cards) and request.user.is_authenticated,
    }  # fmt: skip
    return render(request, "gamification/badges.html", context)


@never_cache
@require_safe
def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one badge; a hidden one is not there until it is held."""
    if not is_shown(request.user):
        return _switched_off(request)
    card = selectors.card(request.user, slug)
    if card is None:
        raise NotFound
    page = Paginator(selectors.holders(request.user, card.badge), HOLDERS).get_page(request.GET.get("page"))
    context = {
        "card": card, "badge": card.badge, "page": page, "next": selectors.next_step(card.badge),
        "way": None if card.is_held else way_to(card.badge),
        "is_goal": request.user.is_authenticated and preference_of(request.user).goal_id == card.badge.pk,
    }  # fmt: skip
    return render(request, "gamification/badge.html", context)


@never_cache
@sign_in_first
def pins(request: HttpRequest) -> HttpResponse:
    """Choose what stands in the showcase of one's profile."""
    account: Any = request.user
    held = list(selectors.held_by(account, account))
    form = PinsForm(request.POST or None, held=held)
    if request.method == "POST":
        if form.is_valid():
            with errors_to(form):
                showcase.set_pins(actor=account, account=account, badges=form.cleaned_data["badges"])
        if form.is_valid():
            return redirect(account.get_absolute_url())
    return render_form(request, "gamification/pins.html", {"held": held}, form)


@never_cache
@require_POST
@sign_in_first
def seen(request: HttpRequest) -> HttpResponse:
    """Take what is new and show it: to the script as a piece of a dialog, 204 where another device has it."""
    account: Any = request.user
    new = showcase.mark_seen(actor=account, account=account)
    if request.headers.get("X-Fragment") != "celebration":
        return redirect("gamification:badges")
    goal = goals.tell_goal(actor=account, account=account)
    if not (new or goal) or not is_shown(account):
        return HttpResponse(status=204)
    return render(request, "gamification/_celebration.html", {"awards": new, "goal": goal})


@never_cache
@require_POST
@sign_in_first
def goal(request: HttpRequest, slug: str) -> HttpResponse:
    """Make this badge one's goal, or with `chosen=0` have none."""
    account: Any = request.user
    if not is_shown(account):
        return _switched_off(request)
    try:
        goals.set_goal(actor=account, account=account, slug=slug if request.POST.get("chosen") != "0" else "")
    except Invalid as error:
        messages.error(request, error.message)
    return redirect("gamification:badge", slug)


def _switched_off(request: HttpRequest) -> HttpResponse:
    return render(request, "gamification/switched_off.html", {"is_site_off": not is_on()})
