from django.urls import path

from forum.views import shelves

app_name = "shelves"
urlpatterns = [
    path("", shelves.category_list, name="list"),
    path("new/", shelves.category_new, name="new"),
    path("<int:pk>/", shelves.category_edit, name="edit"),
]
