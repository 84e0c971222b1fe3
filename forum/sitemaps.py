"""What search engines are told to read of the forum: categories, tags that are used, topics."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from community_platform.core.sitemaps import Section
from forum.models import Category, Tag, Topic


def _topics() -> Any:
    return Topic.objects.visible_to(AnonymousUser()).live()


def _tags() -> Any:
    """Return the tags of at least one topic that visitors see: a counter says nothing about who may see it."""
    shown = _topics().filter(tags=OuterRef("pk"))
    return Tag.objects.filter(Exists(shown), topics_count__gt=0, synonym_of=None)


SECTIONS = (
    Section(
        "categories",
        lambda: Category.objects.visible_to(AnonymousUser()),
        ("slug",),
        lambda s: f"/forum/{s}/",
    ),
    Section("tags", _tags, ("slug",), lambda s: f"/forum/tag/{s}/"),
    Section("topics", _topics, ("pk",), lambda pk: f"/forum/topic/{pk}/", changed="last_post_at"),
)
