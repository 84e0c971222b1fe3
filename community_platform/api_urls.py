"""The /api/ tree: exact paths of CONTRACT, without trailing slash."""

from django.urls import include, path, re_path

from community_platform.core.api.docs import ApiDocs, ApiSchema
from community_platform.core.api.missing import MissingEndpoint
from community_platform.core.realtime.api import SyncView, TicketView

urlpatterns = [
    path("schema", ApiSchema.as_view(), name="api-schema"),
    path("docs", ApiDocs.as_view(), name="api-docs"),
    path("ws-ticket", TicketView.as_view(), name="api-ws-ticket"),
    path("sync", SyncView.as_view(), name="api-sync"),
    path("", include("profiles.api.urls")),
    path("", include("courses.api.urls")),
    path("", include("forum.api.urls")),
    path("", include("messaging.api.urls")),
    path("", include("gamification.api.urls")),
    path("", include("referrals.api.urls")),
    path("", include("notifications.api.urls")),
    path("", include("analytics.api.urls")),
    re_path(r"^.*\Z", MissingEndpoint.as_view(), name="api-missing"),
]
