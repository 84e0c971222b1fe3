"""What search engines are told to read: the catalogue's courses."""

from django.contrib.auth.models import AnonymousUser

from community_platform.core.sitemaps import Section
from courses.models import Course

SECTIONS = (
    Section(
        "courses",
        lambda: Course.objects.visible_to(AnonymousUser()).in_catalogue(),
        ("slug",),
        lambda slug: f"/courses/{slug}/",
        changed="published_at",
    ),
)
