"""Atom feeds, as every visitor sees them: of the forum, a category, a tag, a topic, a person, and of what was solved.

A reader that comes back with what it got (`If-None-Match`, `If-Modified-Since`) is told 304 and nothing else.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import parse_http_date
from django.utils.translation import gettext as _

from community_platform.core.api.views import get_or_404
from forum.models import Category, Post, Tag, Topic
from forum.selectors import posts as post_selectors
from forum.selectors import topics as selectors
from profiles.models import User
from profiles.privacy import Facet, can_see, seen_by

LENGTH = 20
LONG_AGO = datetime(
    2000, 1, 1, tzinfo=UTC
)  # an empty feed never changed; "now" would change with each request


class OurAtom(Atom1Feed):
    """Atom whose relative links lead to this site, and whose date is that of its newest entry."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xml:base": f"{settings.SITE_URL}/"}

    def latest_post_date(self) -> datetime:
        moments = [item["updateddate"] or item["pubdate"] for item in self.items]
        return max(moments, default=LONG_AGO)


class VisitorFeed(Feed):  # type: ignore[type-arg]  # generic in the stubs only
    """What the feeds share. Dates move by edits, not by replies: an old topic must not come back as news."""

    feed_type = OurAtom
    visitor = AnonymousUser()

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().__call__(request, *args, **kwargs)
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        response["Cache-Control"] = "public, no-cache"  # kept, and asked about each time
        changed = parse_http_date(response["Last-Modified"])
        return get_conditional_response(request, etag, changed, response)  # type: ignore[return-value]

    def feed_url(self, about: Any) -> str:
        return f"{self.link(about)}feed/"

    def link(self, about: Any) -> str:
        return settings.SITE_URL + (about.get_absolute_url() if about else "/forum/")

    def item_link(self, item: Any) -> str:
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_author_name(self, item: Any) -> str:
        return str(item.author.name)

    def item_author_link(self, item: Any) -> str:
        return f"{settings.SITE_URL}{item.author.get_absolute_url()}"

    def item_pubdate(self, item: Any) -> datetime:
        return item.created_at  # type: ignore[no-any-return]

    def item_updateddate(self, item: Any) -> datetime:
        return item.updated_at  # type: ignore[no-any-return]


class TopicFeed(VisitorFeed):
    """The newest topics: of the whole forum, or of one category."""

    def get_object(self, request: HttpRequest, slug: str = "") -> Any:  # type: ignore[override]
        return get_or_404(Category.objects.visible_to(self.visitor), slug=slug) if slug else None

    def title(self, about: Any) -> str:
        return str(about.name) if about else _("Forum")

    def subtitle(self, about: Any) -> str:
        return str(about.description) if about else ""

    def items(self, about: Any) -> list[Any]:
        return self.newest(self.narrowed(selectors.topics(self.visitor), about))

    def narrowed(self, rows: Any, about: Any) -> Any:
        return rows.filter(category=about) if about else rows

    def newest(self, rows: Any) -> list[Any]:
        return list(selectors.with_body(rows, self.visitor).order_by("-created_at", "-pk")[:LENGTH])

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.bodies[0].content_html)

    def item_categories(self, item: Any) -> list[str]:
        return [tag.name for tag in item.tags.all()]


class TagFeed(TopicFeed):
    def get_object(self, request: HttpRequest, slug: str = "") -> Any:  # type: ignore[override]
        return get_or_404(Tag.objects.filter(synonym_of=None), slug=slug)

    def title(self, about: Any) -> str:
        return f"#{about.name}"

    def narrowed(self, rows: Any, about: Any) -> Any:
        return rows.filter(tags=about)


class SolvedFeed(TopicFeed):
    """Questions that have a best answer, the newest answer first; an entry shows both and is as old as the answer."""

    def get_object(self, request: HttpRequest) -> Any:  # type: ignore[override]
        return None

    def title(self, about: Any) -> str:
        return _("Solved questions")

    def feed_url(self, about: Any) -> str:
        return f"{settings.SITE_URL}/forum/feed/solved/"

    def narrowed(self, rows: Any, about: Any) -> Any:
        return rows.filter(best_answer__isnull=False).select_related("best_answer")

    def newest(self, rows: Any) -> list[Any]:
        return list(selectors.with_body(rows, self.visitor).order_by("-best_answer")[:LENGTH])

    def item_pubdate(self, item: Any) -> datetime:
        return item.best_answer.created_at  # type: ignore[no-any-return]

    def item_updateddate(self, item: Any) -> datetime:
        return max(item.best_answer.updated_at, item.updated_at)  # type: ignore[no-any-return]

    def item_description(self, item: Any) -> str:
        return f"{item.bodies[0].content_html}<hr>{item.best_answer.content_html}"


class PostFeed(VisitorFeed):
    """The newest posts of one topic, its body included."""

    def get_object(self, request: HttpRequest, pk: int) -> Any:  # type: ignore[override]
        return get_or_404(Topic.objects.visible_to(self.visitor), pk=pk)

    def title(self, about: Any) -> str:
        return str(about)

    def items(self, about: Any) -> list[Any]:
        return self.newest(self.posts().filter(topic=about).order_by("-number"))

    def posts(self) -> Any:
        rows = post_selectors.with_likes(Post.objects.visible_to(self.visitor), self.visitor)
        return rows.select_related("author", "topic")

    def newest(self, rows: Any) -> list[Any]:
        return list(rows[:LENGTH])

    def item_title(self, item: Any) -> str:
        return str(item.topic.title) if item.is_body else _("Re: %(title)s") % {"title": item.topic.title}

    def item_description(self, item: Any) -> str:
        return str(item.content_html)


class PersonFeed(PostFeed):
    """What one person wrote last; of who does not show their activity, the topics that their profile names, too."""

    def get_object(self, request: HttpRequest, username: str) -> Any:  # type: ignore[override]
        people = User.objects.visible_to(self.visitor).filter(seen_by(self.visitor))
        return get_or_404(people.by_names([username]))

    def title(self, about: Any) -> str:
        return str(about.name)

    def feed_url(self, about: Any) -> str:
        return f"{settings.SITE_URL}/forum/user/{about.username}/feed/"

    def items(self, about: Any) -> list[Any]:
        rows = self.posts().filter(author=about)
        rows = rows if can_see(self.visitor, about, Facet.ACTIVITY) else rows.filter(number=1)
        return self.newest(rows.order_by("-created_at", "-pk"))
