"""Pages that belong to no app."""

from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from community_platform import styleguide_samples
from community_platform.context import THEMES
from community_platform.core import markdown, ogimage
from community_platform.core.cache import cached
from community_platform.core.errors import NotSignedIn
from community_platform.core.html import next_or
from community_platform.core.ogimage import Card
from community_platform.core.ratelimits import hit
from community_platform.core.rates import limits_for
from courses.models import Course
from courses.selectors import continue_learning, popular_courses
from forum.models import Category
from forum.selectors import topics as forum_topics
from forum.selectors.tags import tag_addresses
from profiles.models import User
from profiles.selectors import profile_addresses
from profiles.services.profile import update_profile

YEAR = 365 * 86_400
ICON_SIZES = (192, 512)
HOME_COURSES, HOME_POPULAR, HOME_TOPICS = 3, 6, 8
HOME_STATS_SECONDS = 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this school is, for visitors; what is next, for members. At most 12 queries with session and header."""
    member = request.user.is_authenticated
    learning = continue_learning(request.user, HOME_COURSES) if member else []
    unread = forum_topics.unread_topics(request.user, HOME_TOPICS) if member else []
    context = {
        "continue_learning": learning,
        "unread_topics": unread,
        "courses": [] if learning else popular_courses(HOME_POPULAR),
        "topics": [] if unread else list(forum_topics.tab(request.user, "latest")[:HOME_TOPICS]),
        "stats": None if member else cached("home-stats", HOME_STATS_SECONDS, _stats),
    }
    return render(request, "home.html", context)


def _stats() -> dict[str, int]:
    posts = Category.objects.aggregate(total=Sum("posts_count"))["total"]
    return {
        "members": User.objects.filter(is_active=True).count(),
        "courses": Course.objects.in_catalogue().count(),
        "posts": posts or 0,
    }


@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The picture of a shared link to a page that has none of its own."""
    return ogimage.answer(request, Card(title=_("A school where nobody learns alone."), note=settings.SITE_HOST))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is no content, and where the list of content is."""
    closed = (
        "/admin/", "/accounts/", "/api/", "/settings/", "/notifications/", "/moderation/", "/messages/", "/me/",
        "/forum/search/", "/forum/new/",
    )  # fmt: skip
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide.html", styleguide_samples.context(request))


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie; the script does the same without a request."""
    response = HttpResponseRedirect(next_or(request, "/"))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.PRODUCTION)
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Keep the chosen language: in a cookie (Django's own view), and on the account, which travels to other devices."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        update_profile(actor=request.user, account=request.user, language=chosen)
    return set_language(request)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Render Markdown as it will be stored, for the writer alone."""
    if not request.user.is_authenticated:
        raise NotSignedIn
    hit(request.user.pk, *limits_for(request.user, "preview"))
    source = request.POST.get("content", "")[: markdown.MAX_CHARS]
    rendered = markdown.render(source, resolve_mentions=profile_addresses, resolve_tags=tag_addresses)
    return render(request, "components/_preview.html", {"html": rendered.html})


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    icons = [
        {
            "src": static(f"icons/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in ICON_SIZES
    ]
    body = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": _("A school where nobody learns alone."),
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7f8fc",
        "theme_color": "#5849dc",
        "icons": [{"src": static("icons/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}, *icons],
    }
    return JsonResponse(body, content_type="application/manifest+json")
