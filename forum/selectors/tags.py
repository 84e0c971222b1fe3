"""Reading tags. Everybody may see every tag; which topics have one, `Topic.visible_to` says."""

from typing import Any

from django.db.models import Prefetch, Q

from community_platform.core import text
from forum.models import Tag

ORDERS = {"popular": ("-topics_count", "slug"), "name": ("slug",)}


def tag_addresses(words: set[str]) -> dict[str, str]:
    """Return the address of the tag, or of what a synonym stands for, by lower-cased word. One query."""
    slugs = {word: _slug(word) for word in words}
    rows = Tag.objects.filter(slug__in=[slug for slug in slugs.values() if slug]).select_related("synonym_of")
    found = {tag.slug: (tag.synonym_of or tag).get_absolute_url() for tag in rows}
    return {word: found[slug] for word, slug in slugs.items() if slug in found}


def tags(q: str = "", order: str = "popular") -> Any:
    """Return the tags whose name, or a synonym's, begins with `q`, with `known_as` (their synonyms) loaded."""
    rows = Tag.objects.filter(synonym_of=None)
    q = q.strip().lstrip("#")[:40]
    if q:
        if not text.is_storable(q):
            return rows.none()
        by_name = Q(name__istartswith=q)
        slug = _slug(q)
        begins = by_name | Q(slug__startswith=slug) if slug else by_name
        synonyms = Tag.objects.filter(begins).exclude(synonym_of=None).values("synonym_of")
        rows = rows.filter(begins | Q(pk__in=synonyms))
    known_as = Prefetch("synonyms", queryset=Tag.objects.order_by("slug"), to_attr="known_as")
    return rows.order_by(*ORDERS.get(order, ORDERS["popular"])).prefetch_related(known_as)


def _slug(word: str) -> str:
    return text.slug(word.replace("+", "plus").replace("#", "sharp"), high=40)


def tag_named(name: str) -> Tag | None:
    """Return the tag with this name or slug; one query. A synonym is returned as what it is."""
    slug = _slug(name.strip().lstrip("#"))
    return Tag.objects.filter(slug=slug).first() if slug else None
