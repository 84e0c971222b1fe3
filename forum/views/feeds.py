"""Atom feeds of new topics: of the whole forum and of each category."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from community_platform.core.api.views import get_or_404
from forum.models import Category, Topic
from forum.selectors import topics as selectors

LENGTH = 20


class TopicFeed(Feed):  # type: ignore[type-arg]  # generic in the stubs only
    """The newest topics, as every visitor sees them."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, slug: str = "") -> Category | None:  # type: ignore[override]
        return get_or_404(Category.objects.visible_to(AnonymousUser()), slug=slug) if slug else None

    def title(self, shelf: Category | None) -> str:
        return shelf.name if shelf else _("Forum")

    def link(self, shelf: Category | None) -> str:
        return shelf.get_absolute_url() if shelf else "/forum/"

    def items(self, shelf: Category | None) -> list[Topic]:
        visitor = AnonymousUser()
        rows = selectors.with_body(selectors.topics(visitor), visitor)
        rows = rows.filter(category=shelf) if shelf else rows
        return list(rows.order_by("-created_at", "-pk")[:LENGTH])

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.bodies[0].content_html)

    def item_author_name(self, item: Topic) -> str:
        return item.author.name

    def item_pubdate(self, item: Topic) -> datetime:
        return item.created_at

    def item_updateddate(self, item: Topic) -> datetime:
        return item.last_post_at
