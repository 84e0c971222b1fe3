"""What search engines are told to read: visible categories and topics."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from forum.models import Category, Topic


class CategorySitemap(Sitemap):  # type: ignore[type-arg]  # generic in the stubs only
    changefreq = "daily"

    def items(self) -> QuerySet[Category]:
        return Category.objects.visible_to(AnonymousUser())


class TopicSitemap(Sitemap):  # type: ignore[type-arg]  # generic in the stubs only
    limit = 5000

    def items(self) -> QuerySet[Topic]:
        rows: QuerySet[Topic] = Topic.objects.visible_to(AnonymousUser()).order_by("pk")
        return rows.only("pk", "last_post_at")

    def lastmod(self, item: Topic) -> datetime:
        return item.last_post_at
