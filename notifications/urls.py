from django.urls import path

from notifications.views import inbox

app_name = "notifications"
urlpatterns = [
    path("", inbox.notification_list, name="notification-list"),
    path("read/", inbox.notification_read_all, name="notification-read-all"),
    path("<int:pk>/open/", inbox.notification_open, name="notification-open"),
]
