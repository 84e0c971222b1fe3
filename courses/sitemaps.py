"""What search engines are told to read: the catalogue's courses."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from courses.models import Course


class CourseSitemap(Sitemap):  # type: ignore[type-arg]  # generic in the stubs only
    def items(self) -> QuerySet[Course]:
        rows: QuerySet[Course] = Course.objects.visible_to(AnonymousUser()).in_catalogue().order_by("pk")
        return rows.only("pk", "slug", "published_at")

    def lastmod(self, item: Course) -> datetime | None:
        return item.published_at
