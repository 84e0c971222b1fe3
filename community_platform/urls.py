"""The HTML tree."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from community_platform import views
from community_platform.core import health, sitemaps
from community_platform.core.media import media
from courses.sitemaps import SECTIONS as COURSES
from forum.sitemaps import SECTIONS as FORUM

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "community_platform.core.errorpages.bad_request"
handler403 = "community_platform.core.errorpages.permission_denied"
handler404 = "community_platform.core.errorpages.page_not_found"
handler429 = "community_platform.core.errorpages.too_many"  # asked for by the sign-in library, not by Django
handler500 = "community_platform.core.errorpages.server_error"

sitemap_index, sitemap_page = sitemaps.views((*COURSES, *FORUM))

urlpatterns = [
    path("sitemap.xml", sitemap_index, name="sitemap"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemap_page, name="sitemap-page"),
    path("card.png", views.card, name="card"),
    path("robots.txt", views.robots, name="robots"),
    path("", views.home, name="home"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("theme/", views.theme, name="theme"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", RedirectView.as_view(url="/static/icons/favicon.ico")),
    path("preview/", views.preview, name="preview"),
    path("language/", views.language, name="set_language"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("media/<path:path>", media, name="media"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("courses/", include("courses.urls")),
    path("", include("courses.studio_urls")),
    path("", include("courses.certificate_urls")),
    path("forum/", include("forum.urls")),
    path("moderation/categories/", include("forum.moderation_urls")),
    path("moderation/", include("profiles.moderation_urls")),
    path("notifications/", include("notifications.urls")),
    path("", include("messaging.urls")),
    path("", include("gamification.urls")),
    path("", include("analytics.urls")),
    path("", include("referrals.urls")),
    path("", include("profiles.urls")),
    path("api/", include("community_platform.api_urls")),
]
