from django.urls import path

from notifications.api import inbox

urlpatterns = [
    path("notifications", inbox.NotificationsView.as_view()),
    path("notifications/read", inbox.NotificationsReadView.as_view()),
]
