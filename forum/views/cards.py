"""Pictures of shared links. Networks fetch them without signing in, so they show what visitors see."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from community_platform.core import ogimage
from community_platform.core.api.views import get_or_404
from community_platform.core.ogimage import Card
from forum.models import Category, Topic


def topic_card(topic: Topic) -> Card:
    """Return what the picture of a topic says. Needs author and category loaded."""
    return Card(title=topic.title, note=topic.author.name, label=topic.category.name)


def category_card(shelf: Category) -> Card:
    return Card(title=shelf.name, note=shelf.description)


def card_path(thing: Topic | Category) -> str:
    """Return the address of a picture: another title has another address."""
    card = topic_card(thing) if isinstance(thing, Topic) else category_card(thing)
    return f"{thing.get_absolute_url()}card-{card.digest}.png"


@require_safe
def topic(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    rows = Topic.objects.visible_to(AnonymousUser()).select_related("author", "category")
    row = get_or_404(rows, pk=pk)
    return _answer(request, topic_card(row), digest, card_path(row))


@require_safe
def category(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    shelf = get_or_404(Category.objects.visible_to(AnonymousUser()), slug=slug)
    return _answer(request, category_card(shelf), digest, card_path(shelf))


def _answer(request: HttpRequest, card: Card, digest: str, path: str) -> HttpResponse:
    """Answer the picture; an address of an older title leads to the present one."""
    return ogimage.answer(request, card) if digest == card.digest else redirect(path)
