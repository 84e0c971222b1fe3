from django.urls import path

from profiles.views import moderation, reporting

app_name = "moderation"
urlpatterns = [
    path("", moderation.queue, name="queue"),
    path("case/<int:pk>/", moderation.case, name="case"),
    path("case/<int:pk>/claim/", moderation.claim, name="claim"),
    path("case/<int:pk>/resolve/", moderation.resolve, name="resolve"),
    path("log/", moderation.log, name="log"),
    path("public/", moderation.public_log, name="public-log"),
    path("reports/", reporting.my_reports, name="reports"),
    path("report/<slug:kind>/<int:pk>/", reporting.report, name="report"),
]
