from django.urls import path

from notifications.views import inbox, preferences, preview, push, unsubscribe

app_name = "notifications"
urlpatterns = [
    path("", inbox.notification_list, name="notification-list"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("read/", inbox.notification_read_all, name="notification-read-all"),
    path("<int:pk>/read/", inbox.notification_read, name="notification-read"),
    path("<int:pk>/open/", inbox.notification_open, name="notification-open"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("mail-preview/", preview.mail_preview, name="mail-preview"),
    path("mail-preview/<slug:kind>/<slug:language>/<slug:form>/", preview.mail_sample, name="mail-sample"),
    path("push-worker.js", push.push_worker, name="push-worker"),
]
