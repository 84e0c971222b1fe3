"""The HTML tree."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.generic import RedirectView

from community_platform import views
from community_platform.core import health
from community_platform.core.media import media
from courses.sitemaps import CourseSitemap
from forum.sitemaps import CategorySitemap, TopicSitemap

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "community_platform.core.errorpages.bad_request"
handler403 = "community_platform.core.errorpages.permission_denied"
handler404 = "community_platform.core.errorpages.page_not_found"
handler500 = "community_platform.core.errorpages.server_error"

SITEMAPS = {"courses": CourseSitemap, "forum-categories": CategorySitemap, "forum-topics": TopicSitemap}

urlpatterns = [
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
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
    path("forum/", include("forum.urls")),
    path("notifications/", include("notifications.urls")),
    path("", include("gamification.urls")),
    path("", include("profiles.urls")),
    path("api/", include("community_platform.api_urls")),
]
