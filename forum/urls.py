from django.urls import include, path

app_name = "forum"
urlpatterns = [
    path("", include("forum.comment_urls")),
]
