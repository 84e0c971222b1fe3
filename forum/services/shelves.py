"""Categories and tags as moderators keep them."""

from typing import Any

from community_platform.core.permissions import ensure
from forum.models import Category, Tag

CATEGORY_FIELDS = ("name", "slug", "description", "icon", "order_index", "is_hidden", "staff_only_topics")
TAG_FIELDS = ("name", "slug")


def save_category(*, actor: Any, category: Category) -> Category:
    """Store a new or changed category; counters are never written from the copy. Raises NotAllowed."""
    ensure(actor, "forum.edit_categories")
    category.save(update_fields=None if category.pk is None else CATEGORY_FIELDS)
    return category


def save_tag(*, actor: Any, tag: Tag) -> Tag:
    """Store a changed tag; its counter is never written from the copy. Raises NotAllowed."""
    ensure(actor, "forum.edit_tags")
    tag.save(update_fields=None if tag.pk is None else TAG_FIELDS)
    return tag
