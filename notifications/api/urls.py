from django.urls import path

from notifications.api import inbox, preferences, push

urlpatterns = [
    path("notifications", inbox.NotificationsView.as_view()),
    path("notifications/preferences", preferences.PreferencesView.as_view()),
    path("notifications/read", inbox.NotificationsReadView.as_view()),
    path("notifications/push", push.PushView.as_view()),
]
