"""Rows to choose from for those who lead topics."""

from typing import Any

from django.core.paginator import Page, Paginator

from forum.models import Category, Post, Topic
from forum.models.topic import TopicQuerySet

REPLIES_PER_PAGE = 50


def replies_to_choose(topic: Topic, number: Any) -> "Page[Post]":
    """Return a page of the replies that are not deleted; a number out of range gives the nearest one. Two queries."""
    rows = Post.objects.filter(topic=topic, number__gt=1, deleted_at=None).select_related("author")
    return Paginator(rows.order_by("number"), REPLIES_PER_PAGE).get_page(number)


def topics_to_lead(user: Any, shelf: Category) -> TopicQuerySet:
    """Return the topics of a category with what their rules need, in the order of its page."""
    rows = Topic.objects.visible_to(user).live().filter(category=shelf)
    return rows.select_related("category__course", "course", "author").pinned_first()
