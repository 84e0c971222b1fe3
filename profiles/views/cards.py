"""The picture of a shared profile. Networks fetch it without signing in, so it shows what visitors see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from community_platform.core import ogimage
from profiles.models import User
from profiles.selectors import people
from profiles.selectors.cards import VISITOR, person_card


def card_path(person: User) -> str:
    """Return the address of the picture: that of the site for who hides their profile."""
    card = person_card(person)
    return reverse("card") if card is None else reverse("profiles:card", args=[person.username, card.digest])


@require_safe
def person(request: HttpRequest, username: str, digest: str) -> HttpResponse:
    """Answer the picture; an older address leads to the present one, one of a private person to the site's."""
    row = people.find(VISITOR, username) or people.renamed(username)
    card = person_card(row) if row is not None else None
    if row is None or card is None:
        return redirect("card")
    return ogimage.answer(request, card) if digest == card.digest else redirect(card_path(row))
